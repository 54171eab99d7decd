"""Ed25519 signatures. The private key stays with the platform."""

from typing import Protocol


class Signer(Protocol):
    @property
    def has_key(self) -> bool: ...

    async def public_key(self) -> bytes | None:
        """The 32 bytes of the key's public half; None where no key is set."""
        ...

    async def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message. Needs a key."""
        ...

    async def is_signed(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """True where the signature is that key's, of that message; also false where one of them is no such thing."""
        ...
