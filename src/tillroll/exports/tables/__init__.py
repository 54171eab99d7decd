"""Tables of expenses: CSV, XLSX and JSON Lines."""
