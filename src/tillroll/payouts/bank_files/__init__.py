"""Payouts by a file for the bank: instructions, files of them, and what the bank says of each."""
