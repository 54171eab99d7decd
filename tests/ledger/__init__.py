"""What must hold of the ledger, on the host's SQLite and on the genuine D1."""
