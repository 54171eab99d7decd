"""AES-GCM by WebCrypto."""

from typing import Any

import js
from pyodide.ffi import JsException, to_js

from tillroll.platform.cipher import NotDecrypted
from tillroll.platform.cloudflare.values import options


class WebCryptoCipher:
    """`Cipher` on crypto.subtle."""

    async def encrypt(self, key: bytes, nonce: bytes, plain: bytes, bound_to: bytes) -> bytes:
        imported = await _imported(key, "encrypt")
        buffer = await js.crypto.subtle.encrypt(_algorithm(nonce, bound_to), imported, to_js(plain))
        return bytes(js.Uint8Array.new(buffer).to_py())

    async def decrypt(self, key: bytes, nonce: bytes, encrypted: bytes, bound_to: bytes) -> bytes:
        imported = await _imported(key, "decrypt")
        try:
            buffer = await js.crypto.subtle.decrypt(_algorithm(nonce, bound_to), imported, to_js(encrypted))
        except JsException as error:  # WebCrypto gives no reason, by intention
            raise NotDecrypted("it was encrypted by another key, or was changed") from error
        return bytes(js.Uint8Array.new(buffer).to_py())


async def _imported(key: bytes, use: str) -> Any:
    return await js.crypto.subtle.importKey("raw", to_js(key), options(name="AES-GCM"), False, to_js([use]))


def _algorithm(nonce: bytes, bound_to: bytes) -> Any:
    return options(name="AES-GCM", iv=to_js(nonce), additionalData=to_js(bound_to))
