"""Which documents the entries of a bank account pay: with evidence, and in doubt a question."""
