"""Dates as they are printed, and the one of the purchase."""
