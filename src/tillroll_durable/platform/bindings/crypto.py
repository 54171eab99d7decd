"""Signatures, ours and those by keys of others; authenticated encryption by a key that is given or
agreed on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol, TypeAlias

Algorithm: TypeAlias = Literal["ES256", "ES384", "ES512", "RS256", "EdDSA"]
"""By their names in RFC 7518 and RFC 8037: ECDSA on P-256, P-384 and P-521, RSA by PKCS #1 v1.5,
and Ed25519."""


@dataclass(frozen=True)
class PublicKey:
    """`members` are numbers of a JSON Web Key, big-endian: x and y at the curve's width; n and e;
    or Ed25519's x."""

    algorithm: Algorithm
    members: Mapping[str, bytes]


class UnusableKey(Exception):
    """The key is not of the kind that is needed."""


class Signer(Protocol):
    """Ed25519 by our own key, RSA and ECDSA by keys that are handed in."""

    @property
    def has_key(self) -> bool: ...

    async def public_key(self) -> bytes | None:
        """The 32 bytes of the key's public half; None where no key is set."""
        ...

    async def sign(self, message: bytes) -> bytes:
        """The signature, 64 bytes; the same for the same message. Needs a key."""
        ...

    async def is_signed(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        """True where the signature is that key's, of that message; also false where one of them is
        no such thing."""
        ...

    async def sign_rs256(self, key: bytes, message: bytes) -> bytes:
        """The signature by RSA PKCS #1 v1.5 with SHA-256 (RS256 in RFC 7518). `key` is private, in
        PKCS #8 (DER). Raises UnusableKey."""
        ...

    async def sign_es256(self, key: bytes, message: bytes) -> bytes:
        """The signature by ECDSA on P-256 with SHA-256 (ES256 in RFC 7518), 64 bytes. `key` is
        private, in PKCS #8 (DER). Raises UnusableKey."""
        ...

    async def public_es256(self, key: bytes) -> bytes:
        """The public half of such a key: its point, uncompressed, 65 bytes. Raises UnusableKey."""
        ...


class Verifier(Protocol):
    async def is_usable(self, key: PublicKey) -> bool:
        """True where signatures can be checked with the key: its point is on the curve, its numbers
        are of use."""
        ...

    async def is_signed(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        """True where it is that key's signature. One by ECDSA is its two numbers at the curve's
        width (IEEE P1363)."""
        ...


KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


class NotDecrypted(Exception):
    """The key is another one, or what was encrypted, or what it is bound to, was changed."""


@dataclass(frozen=True)
class Agreement:
    """A key that was agreed on: the `public_key` of our own that is new for it, a point of P-256,
    uncompressed, 65 bytes; and the `secret`, 32 bytes, that both sides know now."""

    public_key: bytes
    secret: bytes = field(repr=False)


class Cipher(Protocol):
    """AES-GCM with a key of 16 bytes or of KEY_BYTES, and a tag of 16 bytes (NIST SP 800-38D); ECDH
    on P-256."""

    async def agree(self, public_key: bytes) -> Agreement:
        """Agree on a key with the holder of the other half of `public_key`, by a new key of our own
        that is forgotten. Raises UnusableKey: it is no point of P-256, uncompressed."""
        ...

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        """The ciphertext with its tag behind it. A nonce of NONCE_BYTES must never be used twice
        with one key."""
        ...

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        """Raises NotDecrypted: it was not encrypted by this key and nonce, or is bound to something
        else."""
        ...
