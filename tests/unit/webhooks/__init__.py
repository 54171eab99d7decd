"""Webhook endpoints as people look after them."""
