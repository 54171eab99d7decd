"""Deployments on Cloudflare: made, updated, taken back, each with names of its own."""
