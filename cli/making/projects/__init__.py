"""New projects of the chosen modules, and their upgrades."""
