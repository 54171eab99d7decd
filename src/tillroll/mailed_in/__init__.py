"""Receipts by mail: addresses, who may send, and what comes, each mail stored before it is answered, and worked off
once."""
