"""Seals over the audit: made, copied, verified; and the search in it."""
