"""E-invoices that the account writes, by EN 16931. Pure, no I/O."""
