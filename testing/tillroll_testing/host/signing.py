"""Ed25519, and RSA and ECDSA by keys that are handed in, by the package cryptography."""

import base64
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tillroll_durable.platform.bindings.crypto import UnusableKey


class HostSigner:
    """`Signer` on a private key in PKCS #8, base64; empty for none."""

    def __init__(self, secret: str = "") -> None:
        self._key = _load(secret) if secret else None

    @property
    def has_key(self) -> bool:
        return self._key is not None

    async def public_key(self) -> bytes | None:
        return self._key.public_key().public_bytes_raw() if self._key else None

    async def sign(self, message: bytes) -> bytes:
        if self._key is None:
            raise ValueError("there is no key to sign with")
        return self._key.sign(message)

    async def is_signed(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True

    async def sign_rs256(self, key: bytes, message: bytes) -> bytes:
        return _load_rs256(key).sign(message, padding.PKCS1v15(), hashes.SHA256())

    async def sign_es256(self, key: bytes, message: bytes) -> bytes:
        numbers = decode_dss_signature(_load_es256(key).sign(message, ec.ECDSA(hashes.SHA256())))
        return b"".join(number.to_bytes(32) for number in numbers)

    async def public_es256(self, key: bytes) -> bytes:
        public_key = _load_es256(key).public_key()
        return public_key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )


def new_signing_key() -> str:
    """A new private key, PKCS #8, base64: what AUDIT_SIGNING_KEY takes."""
    content = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(content).decode()


def new_push_key() -> str:
    """A new private key of P-256, PKCS #8, base64: what PUSH_SIGNING_KEY takes."""
    content = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return base64.b64encode(content).decode()


def public_key_of(secret: str) -> str:
    """The public half of such a key, 32 bytes, base64."""
    return base64.b64encode(_load(secret).public_key().public_bytes_raw()).decode()


def _load(secret: str) -> Ed25519PrivateKey:
    key = serialization.load_der_private_key(base64.b64decode(secret), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError("the key is not one of Ed25519")
    return key


@lru_cache(maxsize=16)
def _load_rs256(key: bytes) -> RSAPrivateKey:
    """Loading one proves that its numbers are primes: a tenth of a second, and a connection signs
    each request.
    """
    try:
        loaded = serialization.load_der_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey("it is no private key of RSA") from error
    if not isinstance(loaded, RSAPrivateKey):
        raise UnusableKey("it is no private key of RSA")
    return loaded


def _load_es256(key: bytes) -> ec.EllipticCurvePrivateKey:
    try:
        loaded = serialization.load_der_private_key(key, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey("it is no private key of P-256") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey) or not isinstance(
        loaded.curve, ec.SECP256R1
    ):
        raise UnusableKey("it is no private key of P-256")
    return loaded
