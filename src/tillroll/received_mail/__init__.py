"""Receipts by mail: the address, who may send to it, what came, and what became of it."""
