"""Signals that are sent to runs, and the waking of runs that wait."""
