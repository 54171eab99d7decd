"""Invoices, printed ones and e-invoices in XML: read, and held against their own arithmetic."""
