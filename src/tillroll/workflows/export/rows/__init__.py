"""The rows of an export, and those of the expenses that it gathers."""
