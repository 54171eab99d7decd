"""Approval of expenses: policies, and who may approve what."""
