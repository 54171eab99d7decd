"""Conversion: expenses in the account's base currency, by the reference rate of their day. Never a
guess.
"""
