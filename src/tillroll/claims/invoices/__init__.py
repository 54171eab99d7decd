"""Invoices of claims to clients: how they are taxed, what they lack, and their files."""
