"""Exchange: the European Central Bank's reference rates, read from its files, and amounts converted by them. Pure."""
