"""OpenAPI for the paths that entry.py answers natively, so that the description is complete."""
