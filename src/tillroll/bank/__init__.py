"""The company's bank accounts: their statements, by file or fetched, and what explains each
entry.
"""
