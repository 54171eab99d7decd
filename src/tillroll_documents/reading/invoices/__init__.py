"""Invoices as they are printed: read, and held against their own arithmetic."""
