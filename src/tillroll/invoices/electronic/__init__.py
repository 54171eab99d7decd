"""E-invoices: UBL 2.1 and UN/CEFACT CII, read exactly, and the arithmetic of EN 16931."""
