"""Approval of expenses: policies, decisions on many at once, and expenses that may be one."""
