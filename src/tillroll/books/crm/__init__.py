"""Clients and projects that a CRM has."""
