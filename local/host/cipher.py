"""AES-GCM by the package cryptography."""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tillroll.platform.bindings.crypto import NotDecrypted


class HostCipher:
    """`Cipher` as WebCrypto fulfils it."""

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, bound_to)

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, encrypted, bound_to)
        except (InvalidTag, ValueError) as error:
            raise NotDecrypted("it was encrypted by another key, or was changed") from error
