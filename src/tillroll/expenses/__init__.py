"""Expenses: what a document became, from the moment it is one until it is handed on."""
