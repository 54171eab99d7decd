"""The smallest kind that can be begun from outside: each run counts its number, so that one done
twice is seen.
"""
