"""Authenticated encryption by a key that is handed in: AES-256-GCM."""

from typing import Final, Protocol

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class NotDecrypted(Exception):
    """The key is another one, or what was encrypted, or what it is bound to, was changed."""


class Cipher(Protocol):
    """AES-GCM with a key of KEY_BYTES and a tag of 16 bytes (NIST SP 800-38D)."""

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """The ciphertext with its tag behind it. A nonce of NONCE_BYTES must never be used twice with one key."""
        ...

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        """Raises NotDecrypted: it was not encrypted by this key and nonce, or is bound to something else."""
        ...
