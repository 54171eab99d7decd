"""The companies of one person."""
