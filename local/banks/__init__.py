"""A provider of bank accounts, in place of Enable Banking."""
