"""Bytes in and out, which pass natively beside FastAPI."""
