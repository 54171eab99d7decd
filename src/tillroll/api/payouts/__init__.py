"""Payouts over HTTP: who is paid, above what a second person decides, and what was paid."""
