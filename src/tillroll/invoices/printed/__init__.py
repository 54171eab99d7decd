"""Invoices as printed pages: text with its columns kept, read by labels, places and sums."""
