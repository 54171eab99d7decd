"""Papers in other tongues: 20 of each, and some that are no receipts, written from laws and tills
before any rule.
"""
