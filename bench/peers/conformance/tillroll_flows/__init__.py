"""The workflows of the suite in Tillroll, and the Worker that has them and nothing else."""
