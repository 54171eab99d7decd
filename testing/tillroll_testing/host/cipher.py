"""AES-GCM, and ECDH on P-256, by the package cryptography."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tillroll_durable.platform.bindings.crypto import Agreement, NotDecrypted, UnusableKey


class HostCipher:
    """`Cipher` as WebCrypto fulfils it."""

    async def agree(self, public_key: bytes) -> Agreement:
        try:
            theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public_key)
        except ValueError as error:
            raise UnusableKey("it is no public key of P-256") from error
        own = ec.generate_private_key(ec.SECP256R1())
        point = own.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return Agreement(point, own.exchange(ec.ECDH(), theirs))

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, bound_to)

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, encrypted, bound_to)
        except (InvalidTag, ValueError) as error:
            raise NotDecrypted("it was encrypted by another key, or was changed") from error
