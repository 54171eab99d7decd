"""Runs of any kind: shown, explained, reviewed, operated, signalled."""
