"""Accounting software and CRMs, each a client of one protocol."""
