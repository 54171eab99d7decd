"""A large body that passes the isolate as a stream: the bucket gets it, Python looks at its head.

An original's key has the SHA-256 of its bytes, which is known behind the last of them. So the bytes
go under a key of their own first. They are summed from there, and copied under the key of the
original, each time as a stream of the runtime.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import js
from pyodide.ffi import JsException

from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.http import BeyondHead, BrokenUpload
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable, missing
from tillroll_durable.platform.cloudflare.patience import (
    COPY_SECONDS,
    PATIENT,
    BodyPatience,
    asked_of_bucket,
)
from tillroll_durable.platform.cloudflare.runtime import free, is_nothing, options

# All checks but those of a JPEG look at no more than this.
_HEAD_BYTES = 128 * 1024
# What the runtime is taken to hold of a stream.
_STREAM_BYTES = 256 * 1024
# How R2's own failures of a `put` begin; others are the body's.
_OF_R2 = "put:"


class StreamedFile:
    """`IncomingFile` over a body of a known size. `take_room` waits until the isolate may hold so
    many bytes of it."""

    def __init__(
        self,
        body: Any,
        size: int,
        bucket: Any,
        *,
        take_room: Callable[[int], Awaitable[None]],
        patience: BodyPatience = PATIENT,
    ) -> None:
        self.name = None
        self.size = size
        self._reader = body.getReader(options(mode="byob"))
        self._bucket = bucket
        self._take_room = take_room
        self._patience = patience
        self._body = body
        self._head = js.Uint8Array.new(0)
        self._key: str | None = None
        self._is_read = False

    def peek(self, offset: int, length: int) -> bytes:
        start = max(0, min(offset, self.size))
        end = min(start + length, self.size)
        if end > self._head.length:
            raise BeyondHead(end)
        return bytes(self._head.subarray(start, end).to_py())

    async def read_head(self, size: int) -> None:
        before = int(self._head.length)
        length = min(max(size, 2 * before, _HEAD_BYTES), self.size)
        await self._take_room(length + _STREAM_BYTES)
        more = await self._read(js.ArrayBuffer.new(length - before))
        head = js.Uint8Array.new(length)
        head.set(self._head)
        head.set(more, before)
        free(self._head.buffer)
        free(more.buffer)
        self._head = head

    async def sha256(self, folder: str) -> str:
        self._key = f"{folder}/{js.crypto.randomUUID()}"
        await self._pass(self._key)
        digest = js.crypto.DigestStream.new("SHA-256")
        async with asked_of_bucket(COPY_SECONDS):
            source = await self._source()
            await source.body.pipeTo(digest)
            result = await digest.digest
        return bytes(js.Uint8Array.new(result).to_py()).hex()

    async def store(self, key: str, media_type: str) -> None:
        kind = options(httpMetadata=options(contentType=media_type))
        async with asked_of_bucket(COPY_SECONDS):
            source = await self._source()
            await self._bucket.put(key, source.body, kind)

    async def leave(self) -> bool:
        """Give the head back, and delete what lies under the passing key. False: the body was not
        read, so its client may be sending still."""
        free(self._head.buffer)
        self._head = js.Uint8Array.new(0)
        with contextlib.suppress(JsException):  # who hung up has ended the reading
            self._reader.releaseLock()
        if self._key is None:
            return self._is_read
        try:
            async with asked_of_bucket():
                await self._bucket.delete(self._key)
        except ObjectsUnavailable as error:
            # The sweep of orphaned objects finds it.
            log.warning("upload.not_deleted", error=error)
        return self._is_read

    async def _pass(self, key: str) -> None:
        """Store all bytes under a key. Raises BrokenUpload; ObjectsUnavailable: they were not
        stored."""
        # A bucket that takes nothing may leave a stream unread; an empty object it refuses at once.
        async with asked_of_bucket():
            await self._bucket.put(key, "")
        through = js.FixedLengthStream.new(self.size)
        put = self._bucket.put(key, through.readable)
        storing: asyncio.Future[Any] = asyncio.ensure_future(put)
        sending: asyncio.Future[None] = asyncio.ensure_future(self._send(through.writable))
        both: set[asyncio.Future[Any]] = {storing, sending}
        seconds = self._patience.seconds_for(self.size)
        await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        # One failed: the other ends by it, or never.
        if not storing.done() or not sending.done():
            await asyncio.wait(both, timeout=self._patience.end_seconds)
        self._is_read = True
        open_ones = [each for each in both if not each.done()]
        for each in open_ones:
            each.cancel()
        results = await asyncio.gather(*both, return_exceptions=True)
        failures: list[str] = []
        for result in results:
            if isinstance(result, JsException):
                failures.append(result.message)
            elif isinstance(result, asyncio.CancelledError):
                continue
            elif isinstance(result, BaseException):
                raise result
        if any(failure.startswith(_OF_R2) for failure in failures):
            raise ObjectsUnavailable("; ".join(failures))
        if failures:
            raise BrokenUpload("; ".join(failures))
        if open_ones:
            raise ObjectsUnavailable(f"the bucket did not take the body within {seconds:.0f} s")

    async def _send(self, target: Any) -> None:
        """The head, and what comes behind it. Raises JsException."""
        writer = target.getWriter()
        await writer.write(self._head)
        writer.releaseLock()
        self._reader.releaseLock()
        await self._body.pipeTo(target)

    async def _source(self) -> Any:
        """What lies under the passing key. Raises ObjectsUnavailable."""
        if self._key is None:
            raise RuntimeError("the bytes are stored when their sum is known")
        async with asked_of_bucket():
            source = await self._bucket.get(self._key)
        if is_nothing(source):
            raise ObjectsUnavailable(missing(self._key))
        return source

    async def _read(self, buffer: Any) -> Any:
        """The next bytes, as many as the buffer has room for. Raises BrokenUpload: so many did not
        come."""
        length = int(buffer.byteLength)
        if not length:
            return js.Uint8Array.new(buffer)
        try:
            read = await self._reader.readAtLeast(length, js.Uint8Array.new(buffer))
        except JsException as error:
            self._is_read = True
            raise BrokenUpload(error.message) from error
        if is_nothing(read.value) or int(read.value.length) < length:
            self._is_read = True
            raise BrokenUpload("the body has fewer bytes than its headers say")
        return read.value
