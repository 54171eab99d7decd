"""Expenses that may be one: which they are, and what people say of them."""
