"""Requests to Stripe's API, and what its answers say of them. What is asked for stands with who asks."""
