"""The shop's name, and the shops that are known."""
