"""The rows that receipts keep: uploads, expenses, merchants."""
