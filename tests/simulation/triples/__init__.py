"""Sets of two to four disturbances, and up to two errors, in the stories of every kind: drawn by a
seed.
"""
