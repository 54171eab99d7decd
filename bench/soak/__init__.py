"""Load and soak: many clients for a long time, while everything is killed (kill -9) again and
again.
"""
