"""A map of ten thousand calls, on the genuine engine: each is made once, and the last cost as the
first.
"""
