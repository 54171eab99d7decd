"""The rows of expenses: written, read, and shown."""
