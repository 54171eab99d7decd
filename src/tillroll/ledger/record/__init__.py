"""The ledger's rows: what is written, in one batch a transaction, and what is read."""
