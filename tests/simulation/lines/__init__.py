"""Runs of which so many go on at once: who has its turn, and when, whatever dies."""
