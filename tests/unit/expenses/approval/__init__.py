"""Policies and approval."""
