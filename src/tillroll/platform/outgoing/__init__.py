"""Addresses that a person configures, and that the Worker then asks: only what is public is asked."""
