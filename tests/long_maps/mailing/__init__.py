"""A kind that mails a circular: one call for each of its items."""
