"""Rules that sort expenses, and proposals from what people chose before."""
