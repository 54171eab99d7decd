"""The dialogue "Restart from a step", which needs a kind that may be restarted."""
