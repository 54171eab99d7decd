"""Passkeys: the two ceremonies of W3C Web Authentication Level 3, as the relying party verifies them.

No HTTP, no storage.
"""
