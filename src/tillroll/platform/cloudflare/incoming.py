"""Uploads in the Worker: the bytes stay in JavaScript's memory from the request to R2."""

from collections.abc import Sequence
from typing import Any

import js
from pyodide.ffi import JsException

from tillroll.platform.cloudflare.values import is_nothing, options
from tillroll.platform.incoming import BrokenUpload


class JsFile:
    """`IncomingFile` over an ArrayBuffer."""

    def __init__(self, name: str | None, buffer: Any, bucket: Any) -> None:
        self.name = name
        self.size = int(buffer.byteLength)
        self._buffer = buffer
        self._bucket = bucket

    def peek(self, offset: int, length: int) -> bytes:
        start = max(0, min(offset, self.size))
        window = js.Uint8Array.new(self._buffer, start, min(length, self.size - start))
        return bytes(window.to_py())

    async def sha256(self) -> str:
        digest = await js.crypto.subtle.digest("SHA-256", self._buffer)
        return bytes(js.Uint8Array.new(digest).to_py()).hex()

    async def store(self, key: str, media_type: str) -> None:
        await self._bucket.put(key, self._buffer, options(httpMetadata=options(contentType=media_type)))


class JsUpload:
    """`IncomingUpload` over a Request."""

    def __init__(self, request: Any, bucket: Any) -> None:
        self._request = request
        self._bucket = bucket
        self.is_secure = str(request.url).startswith("https:")

    def header(self, name: str) -> str | None:
        value = self._request.headers.get(name)
        return None if is_nothing(value) else str(value)

    async def form_files(self, field: str) -> Sequence[JsFile]:
        try:
            form = await self._request.formData()
        except JsException as error:
            raise BrokenUpload(error.message) from error
        # A text value is a string, a file has bytes.
        files = [value for value in form.getAll(field) if not isinstance(value, str)]
        return [JsFile(str(file.name), await file.arrayBuffer(), self._bucket) for file in files]

    async def discard(self) -> None:
        if not is_nothing(self._request.body):
            await self._request.body.pipeTo(js.WritableStream.new())

    async def body(self) -> JsFile:
        try:
            buffer = await self._request.arrayBuffer()
        except JsException as error:
            raise BrokenUpload(error.message) from error
        return JsFile(None, buffer, self._bucket)
