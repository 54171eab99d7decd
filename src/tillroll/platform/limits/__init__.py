"""Cloudflare's limits: declared once, counted in every invocation, and refused here as production refuses them."""
