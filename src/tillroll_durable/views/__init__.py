"""Runs as people and programs see them: rows, explanations and timelines as JSON."""
