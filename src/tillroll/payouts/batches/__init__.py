"""Payouts in batches, beside the workflow of one payout."""
