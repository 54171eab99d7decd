"""Expenses found by text and by what they have: filters, pages, sums, reports, and the words that
lead there.
"""
