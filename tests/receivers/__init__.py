"""Receivers of webhooks that behave badly, against the genuine stack."""
