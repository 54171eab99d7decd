"""Papers in languages and layouts that no earlier case has, with what came out of them before the
rules were changed.
"""
