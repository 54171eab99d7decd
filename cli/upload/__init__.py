"""Receipts on their way from files to a server."""
