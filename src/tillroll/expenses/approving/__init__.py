"""Approving expenses: policies, and who may approve what."""
