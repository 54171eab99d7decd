"""The workflow that does one thing with all runs that a filter finds."""
