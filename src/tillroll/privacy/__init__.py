"""What is kept of whom, where, and what becomes of it when it is to go ([decision 97](0097-an-erasure-is-a-run.md))."""
