"""The rows that receipts keep: uploads, what was read of them, notices."""
