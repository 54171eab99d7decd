"""Approval: policies, chains of people, and their decisions on expenses."""
