"""Events from other systems: verified, stored once by the id of whoever sends them, then mapped to what they start."""
