"""Invoices that are written: their sums, the XML of EN 16931, and the PDF/A-3 that carries it.
Knows no product, and does no I/O.
"""
