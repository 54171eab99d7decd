"""Reading: from the text of a page to fields with evidence, for receipts and invoices. Pure, no I/O."""
