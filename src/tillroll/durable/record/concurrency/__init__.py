"""Who goes on, and who waits in line, where a contract limits how many runs go on at once."""
