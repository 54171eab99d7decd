"""Reasons for and against, how sure they make, and when that is enough."""
