"""Payouts in batches: many are asked for and approved at once, and each is paid by a run of its own."""
