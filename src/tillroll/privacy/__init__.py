"""What is kept of whom, where, and what erasure does to it (docs/decisions/0097-an-erasure-is-a-run.md)."""
