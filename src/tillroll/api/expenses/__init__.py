"""Expenses, their categories and merchants."""
