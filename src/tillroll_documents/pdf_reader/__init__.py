"""How the pages of a PDF are read, within bounds of work."""
