"""Expenses found by text and by what they have: filters, pages of rows, sums, and the words that lead there."""
