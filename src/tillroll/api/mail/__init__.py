"""Mail to people: their addresses, how they want to be told, and what the provider says became of it."""
