"""The Worker's variables and secrets."""
