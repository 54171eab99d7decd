"""Receipts by mail: the address, who may send to it, and what came."""
