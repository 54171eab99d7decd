"""Connections: made, authorized, and reached."""
