"""The platform on CPython: SQLite in place of D1, memory in place of the rest. For tests and
simulations.
"""
