"""All examples on the genuine stack, against other sides that fail, and killed again and again."""
