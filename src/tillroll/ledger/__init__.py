"""The ledger: accounts, and transfers between them that are facts. `values/` has no I/O, `record/` has the rows."""
