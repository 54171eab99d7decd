"""Signatures by keys of others, by WebCrypto."""

import base64
from typing import Any, Final

import js
from pyodide.ffi import JsException, to_js

from tillroll.platform.bindings.signing import Algorithm, PublicKey
from tillroll.platform.cloudflare.values import options, to_object
from tillroll.platform.json import JsonObject

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
                await js.crypto.subtle.verify(_algorithm(key.algorithm), imported, to_js(signature), to_js(message))
            )
        except JsException:  # not a key: nothing is signed by it
            return False


async def _imported(key: PublicKey) -> Any:
    jwk: JsonObject = {
        name: base64.urlsafe_b64encode(number).rstrip(b"=").decode() for name, number in key.members.items()
    }
    if key.algorithm in _CURVES:
        jwk |= {"kty": "EC", "crv": _CURVES[key.algorithm]}
    elif key.algorithm == "RS256":
        jwk |= {"kty": "RSA"}
    else:
        jwk |= {"kty": "OKP", "crv": "Ed25519"}
    return await js.crypto.subtle.importKey("jwk", to_object(jwk), _algorithm(key.algorithm), False, to_js(["verify"]))


def _algorithm(algorithm: Algorithm) -> Any:
    """What both importing and verifying are told; each looks at the members that it knows."""
    if algorithm in _CURVES:
        return options(name="ECDSA", namedCurve=_CURVES[algorithm], hash=_HASHES[algorithm])
    if algorithm == "RS256":
        return options(name="RSASSA-PKCS1-v1_5", hash=_HASHES[algorithm])
    return options(name="Ed25519")
