"""Events from other systems: verified, stored once by the sender's id for them, then mapped to what
they start.
"""
