"""Webhook endpoints as people look after them: set up, rotated, tested, sent to again."""
