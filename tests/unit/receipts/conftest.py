"""Hypothesis without its clock: a loaded machine is no failure."""

from hypothesis import settings

settings.register_profile("receipts", deadline=None)
settings.load_profile("receipts")
