"""Signatures and encryption by WebCrypto: Ed25519, keys of others, AES-GCM, ECDH."""

import base64
from typing import Any, Final

import js
from pyodide.ffi import JsException, to_js

from tillroll_durable.platform import base64url
from tillroll_durable.platform.bindings.crypto import (
    Agreement,
    Algorithm,
    NotDecrypted,
    PublicKey,
    UnusableKey,
)
from tillroll_durable.platform.cloudflare.runtime import options, to_object
from tillroll_durable.platform.json import JsonObject


class WebCryptoSigner:
    """`Signer` on a private key in PKCS #8, base64; empty for none."""

    def __init__(self, secret: str) -> None:
        self._secret = secret

    @property
    def has_key(self) -> bool:
        return bool(self._secret)

    async def public_key(self) -> bytes | None:
        if not self._secret:
            return None
        exported = await js.crypto.subtle.exportKey("jwk", await self._key())
        return base64url.decoded(str(exported.x))

    async def sign(self, message: bytes) -> bytes:
        signature = await js.crypto.subtle.sign(_algorithm(), await self._key(), to_js(message))
        return bytes(js.Uint8Array.new(signature).to_py())

    async def is_signed(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            key = await js.crypto.subtle.importKey(
                "raw", to_js(public_key), _algorithm(), False, to_js(["verify"])
            )
            return bool(
                await js.crypto.subtle.verify(_algorithm(), key, to_js(signature), to_js(message))
            )
        except JsException:  # not a key: nothing is signed by it
            return False

    async def sign_rs256(self, key: bytes, message: bytes) -> bytes:
        algorithm = _public_algorithm("RS256")
        try:
            imported = await js.crypto.subtle.importKey(
                "pkcs8", to_js(key), algorithm, False, to_js(["sign"])
            )
            signature = await js.crypto.subtle.sign(algorithm, imported, to_js(message))
        except JsException as error:  # WebCrypto says only that it takes no such key
            raise UnusableKey("it is no private key of RSA") from error
        return bytes(js.Uint8Array.new(signature).to_py())

    async def sign_es256(self, key: bytes, message: bytes) -> bytes:
        imported = await _imported_es256(key, extractable=False)
        signature = await js.crypto.subtle.sign(
            _public_algorithm("ES256"), imported, to_js(message)
        )
        return bytes(js.Uint8Array.new(signature).to_py())

    async def public_es256(self, key: bytes) -> bytes:
        exported = await js.crypto.subtle.exportKey(
            "jwk", await _imported_es256(key, extractable=True)
        )
        return b"\x04" + base64url.decoded(str(exported.x)) + base64url.decoded(str(exported.y))

    async def _key(self) -> Any:
        content = to_js(base64.b64decode(self._secret))
        # Extractable, because the public half is derived by exporting; it never leaves this object.
        return await js.crypto.subtle.importKey(
            "pkcs8", content, _algorithm(), True, to_js(["sign"])
        )


async def _imported_es256(key: bytes, *, extractable: bool) -> Any:
    algorithm = _public_algorithm("ES256")
    try:
        return await js.crypto.subtle.importKey(
            "pkcs8", to_js(key), algorithm, extractable, to_js(["sign"])
        )
    except JsException as error:  # WebCrypto says only that it takes no such key
        raise UnusableKey("it is no private key of P-256") from error


def _algorithm() -> Any:
    return options(name="Ed25519")


_CURVES: Final[dict[Algorithm, str]] = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
_HASHES: Final[dict[Algorithm, str]] = {
    "ES256": "SHA-256",
    "ES384": "SHA-384",
    "ES512": "SHA-512",
    "RS256": "SHA-256",
}


class WebCryptoVerifier:
    """`Verifier` on crypto.subtle."""

    async def is_usable(self, key: PublicKey) -> bool:
        try:
            await _imported(key)
        except JsException:  # WebCrypto says only that it takes no such key
            return False
        return True

    async def is_signed(self, key: PublicKey, signature: bytes, message: bytes) -> bool:
        try:
            imported = await _imported(key)
            return bool(
                await js.crypto.subtle.verify(
                    _public_algorithm(key.algorithm), imported, to_js(signature), to_js(message)
                )
            )
        except JsException:  # not a key: nothing is signed by it
            return False


async def _imported(key: PublicKey) -> Any:
    jwk: JsonObject = {name: base64url.encoded(number) for name, number in key.members.items()}
    if key.algorithm in _CURVES:
        jwk |= {"kty": "EC", "crv": _CURVES[key.algorithm]}
    elif key.algorithm == "RS256":
        jwk |= {"kty": "RSA"}
    else:
        jwk |= {"kty": "OKP", "crv": "Ed25519"}
    return await js.crypto.subtle.importKey(
        "jwk", to_object(jwk), _public_algorithm(key.algorithm), False, to_js(["verify"])
    )


def _public_algorithm(algorithm: Algorithm) -> Any:
    """Make the argument of importing and of verifying: each looks at the members that it knows."""
    if algorithm in _CURVES:
        return options(name="ECDSA", namedCurve=_CURVES[algorithm], hash=_HASHES[algorithm])
    if algorithm == "RS256":
        return options(name="RSASSA-PKCS1-v1_5", hash=_HASHES[algorithm])
    return _algorithm()


_SECRET_BITS: Final = 256


class WebCryptoCipher:
    """`Cipher` on crypto.subtle."""

    async def agree(self, public_key: bytes) -> Agreement:
        subtle = js.crypto.subtle
        algorithm = options(name="ECDH", namedCurve="P-256")
        try:
            theirs = await subtle.importKey("raw", to_js(public_key), algorithm, False, to_js([]))
        except JsException as error:  # WebCrypto says only that it takes no such key
            raise UnusableKey("it is no public key of P-256") from error
        own = await subtle.generateKey(algorithm, False, to_js(["deriveBits"]))
        secret = await subtle.deriveBits(
            options(name="ECDH", public=theirs), own.privateKey, _SECRET_BITS
        )
        point = await subtle.exportKey("raw", own.publicKey)
        return Agreement(
            bytes(js.Uint8Array.new(point).to_py()), bytes(js.Uint8Array.new(secret).to_py())
        )

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        imported = await _imported_secret(key, "encrypt")
        buffer = await js.crypto.subtle.encrypt(
            _cipher_algorithm(nonce, bound_to), imported, to_js(plain)
        )
        return bytes(js.Uint8Array.new(buffer).to_py())

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        imported = await _imported_secret(key, "decrypt")
        try:
            buffer = await js.crypto.subtle.decrypt(
                _cipher_algorithm(nonce, bound_to), imported, to_js(encrypted)
            )
        except JsException as error:  # WebCrypto gives no reason, by intention
            raise NotDecrypted("it was encrypted by another key, or was changed") from error
        return bytes(js.Uint8Array.new(buffer).to_py())


async def _imported_secret(key: bytes, use: str) -> Any:
    return await js.crypto.subtle.importKey(
        "raw", to_js(key), options(name="AES-GCM"), False, to_js([use])
    )


def _cipher_algorithm(nonce: bytes, bound_to: bytes) -> Any:
    return options(name="AES-GCM", iv=to_js(nonce), additionalData=to_js(bound_to))
