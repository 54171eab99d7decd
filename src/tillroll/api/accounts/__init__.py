"""Accounts, sessions, tokens and notices."""
