"""Deploying, on a fake of Cloudflare's API that the genuine wrangler calls."""
