"""The examples that a project begins as."""
