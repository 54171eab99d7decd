"""Statements: read from a bank's file, held together, and stored entry by entry."""
