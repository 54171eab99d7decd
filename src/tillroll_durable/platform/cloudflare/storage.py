"""D1, R2, rate limits, queues and static files, each behind the platform's protocol."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, cast

import js
from pyodide.ffi import JsException, to_js

from tillroll_durable.platform.bindings.database import (
    ByBatch,
    Row,
    Statement,
    constraint_failed,
    database_failed,
)
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.bindings.objects import (
    AssetMissing,
    AttemptsUnavailable,
    LargeObject,
    StoredObject,
)
from tillroll_durable.platform.cloudflare.patience import asked_of_bucket
from tillroll_durable.platform.cloudflare.runtime import (
    bound,
    content_of,
    free,
    from_object,
    is_nothing,
    options,
    to_object,
)
from tillroll_durable.platform.json import JsonObject

_CONSTRAINT = ("SQLITE_CONSTRAINT", "constraint failed")


class D1Database(ByBatch):
    """`Database` on a D1 binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding
        self._size_bytes: int | None = None

    @property
    def size_bytes(self) -> int | None:
        """As `Measured.size_bytes`."""
        return self._size_bytes

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if not statements:
            return []
        prepared = [self._prepare(item) for item in statements]
        try:
            results = await (
                self._binding.batch(to_js(prepared)) if len(prepared) > 1 else prepared[0].all()
            )
        except JsException as error:
            is_constraint = any(sign in error.message for sign in _CONSTRAINT)
            if is_constraint:
                raise constraint_failed(error.message) from error
            raise database_failed(error.message) from error
        answers = cast(
            "list[dict[str, Any]]", from_object(results if len(prepared) > 1 else to_js([results]))
        )
        size = answers[-1].get("meta", {}).get("size_after")
        if isinstance(size, int | float):
            self._size_bytes = int(size)
        return [cast("list[Row]", answer.get("results") or []) for answer in answers]

    def session(self, begin: str) -> "D1Session":
        """As `Replicated.session`."""
        return D1Session(self._binding.withSession(begin))

    def _prepare(self, item: Statement) -> Any:
        prepared = self._binding.prepare(item.sql)
        if item.parameters:
            return prepared.bind(*map(bound, item.parameters))
        return prepared


class D1Session(D1Database):
    """`DatabaseSession` on a session of a D1 binding, which answers as the binding does."""

    def bookmark(self) -> str | None:
        bookmark = self._binding.getBookmark()
        if is_nothing(bookmark):
            return None
        return str(bookmark)


class R2Objects:
    """`Objects` on an R2 binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        async with asked_of_bucket():
            await self._binding.put(key, content, _typed(content_type))

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        view = to_js(content)
        async with asked_of_bucket():
            await self._binding.put(key, view, _typed(content_type))
        free(view.buffer)

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        async with asked_of_bucket():
            upload = await self._binding.createMultipartUpload(key, _typed(content_type))
        return _MultipartUpload(upload)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        only_if = js.Headers.new(to_object({"if-none-match": "*"}))
        async with asked_of_bucket():
            written = await self._binding.put(key, content, _typed(content_type, onlyIf=only_if))
        return not is_nothing(written)

    async def get_text(self, key: str) -> str | None:
        async with asked_of_bucket():
            stored = await self._binding.get(key)
            if is_nothing(stored):
                return None
            return str(await stored.text())

    async def get_bytes(self, key: str) -> bytes | None:
        async with asked_of_bucket():
            stored = await self._binding.get(key)
            if is_nothing(stored):
                return None
            return content_of(await stored.arrayBuffer())

    async def get_piece(self, key: str, offset: int, length: int) -> bytes | None:
        async with asked_of_bucket():
            stored = await self._binding.get(
                key, options(range=options(offset=offset, length=length))
            )
            if is_nothing(stored):
                return None
            return content_of(await stored.arrayBuffer())

    async def head(self, key: str) -> StoredObject | None:
        async with asked_of_bucket():
            stored = await self._binding.head(key)
        if is_nothing(stored):
            return None
        return _stored(stored)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        async with asked_of_bucket():
            listed = await self._binding.list(options(startAfter=after, limit=limit))
        return [_stored(item) for item in listed.objects]

    async def delete(self, key: str) -> None:
        async with asked_of_bucket():
            await self._binding.delete(key)


class _MultipartUpload:
    """`LargeObject` on a multipart upload of R2, which drops those that are not completed after
    seven days."""

    def __init__(self, upload: Any) -> None:
        self._upload = upload
        self._parts: list[Any] = []

    async def add(self, piece: bytes | memoryview) -> None:
        view = to_js(piece)
        async with asked_of_bucket():
            self._parts.append(await self._upload.uploadPart(len(self._parts) + 1, view))
        free(view.buffer)

    async def complete(self) -> None:
        async with asked_of_bucket():
            await self._upload.complete(to_js(self._parts))


def _typed(content_type: str, **more: Any) -> Any:
    return options(httpMetadata=options(contentType=content_type), **more)


def _stored(item: Any) -> StoredObject:
    return StoredObject(
        str(item.key), datetime.fromtimestamp(item.uploaded.getTime() / 1000, UTC), str(item.etag)
    )


class RateLimit:
    """`Attempts` on a rate limit's binding. Each of Cloudflare's places counts for itself, and
    approximately."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def may_try(self, key: str) -> bool:
        try:
            outcome = await self._binding.limit(options(key=key))
        except JsException as error:
            raise AttemptsUnavailable(error.message) from error
        return bool(outcome.success)


class CloudflareQueue:
    """`Queue` on a queue binding."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        try:
            await self._binding.send(to_object(message), options(delaySeconds=delay_seconds))
        except JsException as error:
            raise QueueUnavailable(error.message) from error


# The binding looks at the path alone.
_HOST = "https://assets.invalid"


class WorkerAssets:
    """`Assets` on the binding of static files."""

    def __init__(self, binding: Any) -> None:
        self._binding = binding

    async def read(self, path: str) -> bytes:
        try:
            response = await self._binding.fetch(f"{_HOST}{path}")
            # What is not there is answered by the page, which says so itself.
            is_page = str(response.headers.get("content-type") or "").startswith("text/html")
            if not response.ok or (is_page and not path.endswith(".html")):
                raise AssetMissing(f"the static file {path} was not deployed")
            return content_of(await response.arrayBuffer())
        except JsException as error:
            raise AssetMissing(f"the static file {path} did not come: {error.message}") from error
