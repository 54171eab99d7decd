"""A simulated deployment: a process that can die at any point, and everything that outlives it."""
