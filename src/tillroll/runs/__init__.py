"""Runs over HTTP: what they are, what happened, and what a person may do with them."""
