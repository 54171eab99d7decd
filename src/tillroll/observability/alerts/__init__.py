"""Alerts: what an operator is told by itself, once, again while it lasts, and when it is over."""
