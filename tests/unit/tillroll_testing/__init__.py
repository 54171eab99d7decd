"""The package that proves workflows."""
