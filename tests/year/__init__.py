"""A year of a firm, played from a seed: `make year`. docs/proofs.md says what it proves."""
