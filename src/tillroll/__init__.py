"""Tillroll: receipts become expenses that can be trusted."""
