"""Endpoints of accounts, and events that are delivered to them."""
