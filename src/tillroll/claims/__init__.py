"""Claims for money back: gathered, sent, asked for, paid and corrected."""
