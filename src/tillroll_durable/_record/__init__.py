"""What the core alone does with the rows of runs: changes, beats, and loading for an instance."""
