"""Mail to people: their addresses, what a mail is made of, and the provider that sends it."""
