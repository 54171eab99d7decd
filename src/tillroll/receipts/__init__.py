"""Receipts: uploaded, transcribed, understood, asked about where unsure, and saved as expenses."""
