"""What is kept of whom, where, and what becomes of it when it is erased (docs/decisions/0097-an-erasure-is-a-run.md)."""
