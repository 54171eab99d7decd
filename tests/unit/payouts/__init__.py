"""Payouts on the host."""
