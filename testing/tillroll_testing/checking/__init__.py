"""Mistakes that reading a workflow finds."""
