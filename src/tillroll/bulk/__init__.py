"""Bulk operations: one thing done with all runs that a filter finds."""
