"""Clients, and their projects: whom expenses are billed to, and what for."""
