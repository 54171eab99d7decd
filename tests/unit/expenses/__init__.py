"""Expenses: their rows, and what people change of them."""
