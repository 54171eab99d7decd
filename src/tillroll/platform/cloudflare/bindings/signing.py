"""Ed25519 by WebCrypto."""

import base64
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from tillroll.platform.cloudflare.values import options


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
        coordinate = str(exported.x)
        return base64.urlsafe_b64decode(coordinate + "=" * (-len(coordinate) % 4))

    async def sign(self, message: bytes) -> bytes:
        signature = await js.crypto.subtle.sign(_algorithm(), await self._key(), to_js(message))
        return bytes(js.Uint8Array.new(signature).to_py())

    async def is_signed(self, public_key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            key = await js.crypto.subtle.importKey(
                "raw",
                to_js(public_key),
                _algorithm(),
                False,
                to_js(["verify"]),
            )
            return bool(await js.crypto.subtle.verify(_algorithm(), key, to_js(signature), to_js(message)))
        except JsException:  # not a key: nothing is signed by it
            return False

    async def _key(self) -> Any:
        content = to_js(base64.b64decode(self._secret))
        # Extractable, because the public half is derived by exporting; it never leaves this object.
        return await js.crypto.subtle.importKey("pkcs8", content, _algorithm(), True, to_js(["sign"]))


def _algorithm() -> Any:
    return options(name="Ed25519")
