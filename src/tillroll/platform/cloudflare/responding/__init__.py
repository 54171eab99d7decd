"""Responses that entry.py makes itself."""
