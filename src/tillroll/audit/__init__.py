"""The audit as people read and search it, and the routes of its seals and its archive."""
