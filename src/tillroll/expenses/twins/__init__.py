"""Expenses that may be one: found, merged, told apart."""
