"""What the ledger is made of. Pure, no I/O."""
