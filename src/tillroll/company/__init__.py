"""The company behind an account: its name, address, tax id, bank account and logo, entered once."""
