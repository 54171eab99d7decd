"""The export workflow: expenses of a filter, written to one file in the object store."""
