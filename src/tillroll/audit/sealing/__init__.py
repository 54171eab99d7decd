"""Seals over ranges of the audit, and their copies."""
