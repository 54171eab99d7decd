"""The command `tillroll`: `python -m cli …`."""
