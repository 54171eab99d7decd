"""`make prove`: every proof that takes longer than `make test` may, in sequence, with a result that
is kept.
"""
