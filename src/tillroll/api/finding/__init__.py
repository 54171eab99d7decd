"""Expenses as they are found: the list, its sums, views that are kept, and reports."""
