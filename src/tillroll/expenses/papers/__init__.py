"""Expenses as files show them: the expense with all that stands on its row, and the document behind it."""
