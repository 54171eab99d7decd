"""Two things that happen in one run: every pair of disturbances, of errors, and of one of each, in
every story.
"""
