"""Payments to people outside: what is asked of whoever makes them, and the provider that does."""
