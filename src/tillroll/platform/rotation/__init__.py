"""Replacing the key that secrets are encrypted under."""
