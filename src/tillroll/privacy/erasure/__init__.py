"""Erasing a receipt, a person or an account for good, thirty days after it was asked for."""
