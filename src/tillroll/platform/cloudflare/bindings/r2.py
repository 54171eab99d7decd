"""R2."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from tillroll.platform.bindings.objects import LargeObject, ObjectsUnavailable, StoredObject
from tillroll.platform.cloudflare.values import is_nothing, options, to_object


class R2Objects:
    """`Objects` on an R2 binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        with _translated():
            await self._binding.put(key, content, options(httpMetadata=options(contentType=content_type)))

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        with _translated():
            await self._binding.put(key, to_js(content), options(httpMetadata=options(contentType=content_type)))

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        with _translated():
            upload = await self._binding.createMultipartUpload(
                key, options(httpMetadata=options(contentType=content_type))
            )
        return _MultipartUpload(upload)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        only_if = js.Headers.new(to_object({"if-none-match": "*"}))
        with _translated():
            written = await self._binding.put(
                key, content, options(onlyIf=only_if, httpMetadata=options(contentType=content_type))
            )
        return not is_nothing(written)

    async def get_text(self, key: str) -> str | None:
        with _translated():
            found = await self._binding.get(key)
            return None if is_nothing(found) else str(await found.text())

    async def get_bytes(self, key: str) -> bytes | None:
        with _translated():
            found = await self._binding.get(key)
            return None if is_nothing(found) else bytes((await found.arrayBuffer()).to_py())

    async def head(self, key: str) -> StoredObject | None:
        with _translated():
            found = await self._binding.head(key)
        return None if is_nothing(found) else _stored(found)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        listed = await self._binding.list(options(startAfter=after, limit=limit))
        return [_stored(item) for item in listed.objects]

    async def delete(self, key: str) -> None:
        with _translated():
            await self._binding.delete(key)


class _MultipartUpload:
    """`LargeObject` on a multipart upload of R2, which drops those that are not completed after seven days."""

    def __init__(self, upload: Any) -> None:
        self._upload = upload
        self._parts: list[Any] = []

    async def add(self, piece: bytes) -> None:
        with _translated():
            self._parts.append(await self._upload.uploadPart(len(self._parts) + 1, to_js(piece)))

    async def complete(self) -> None:
        with _translated():
            await self._upload.complete(to_js(self._parts))


@contextmanager
def _translated() -> Generator[None]:
    """What the binding raises, as the protocol has it."""
    try:
        yield
    except JsException as error:
        raise ObjectsUnavailable(error.message) from error


def _stored(item: Any) -> StoredObject:
    return StoredObject(str(item.key), datetime.fromtimestamp(item.uploaded.getTime() / 1000, UTC), str(item.etag))
