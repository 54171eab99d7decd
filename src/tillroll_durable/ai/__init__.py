"""Calls to models as things that cost money: a ledger of them, and a budget for each account."""
