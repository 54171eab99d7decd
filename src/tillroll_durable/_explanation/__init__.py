"""What happened, what is under way, and what is safe to do next, in words and rows."""
