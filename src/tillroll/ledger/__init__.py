"""The ledger: accounts, and transfers between them that are facts."""
