"""Home: what waits for a person, what a month came to, and what is owed."""
