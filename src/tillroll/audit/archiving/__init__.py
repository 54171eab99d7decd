"""Ranges of the audit in the object store: written, verified, taken out of the database, brought back."""
