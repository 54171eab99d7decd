"""Receipts by mail, on the host."""
