"""Expenses that may be one."""
