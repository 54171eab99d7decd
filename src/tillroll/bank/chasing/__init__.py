"""Whose a bank account and its cards are, and who is asked each week for documents that are
missing.
"""
