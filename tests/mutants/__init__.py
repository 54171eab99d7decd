"""Mutants: small faults that are planted into a copy of a rule, and the tests that must see them.
`make mutants`.
"""
