"""E-invoices in XML: their formats, signatures, and whether their sums hold."""
