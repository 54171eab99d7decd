"""What helps an author: bodies that are not deterministic, and histories that a body would not repeat."""
