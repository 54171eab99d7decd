"""Webhook endpoints: set up, rotated, tested, and sent to again."""
