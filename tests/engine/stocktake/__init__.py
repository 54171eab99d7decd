"""A stocktake: the kind that docs/continuations.md shows, which goes through any number of items in
a chain of runs.
"""
