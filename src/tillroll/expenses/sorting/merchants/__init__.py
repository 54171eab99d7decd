"""Merchants of an account: those there are, renamed and merged."""
