"""Expenses without a receipt: stated, driven, or spent on meals away."""
