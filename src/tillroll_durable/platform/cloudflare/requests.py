"""Requests and mail as the Worker gets them, and the responses that it makes itself. Bytes of
uploads and of stored objects stay in JavaScript's memory."""

import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from tillroll_durable.platform.bindings.http import (
    BodyTooLong,
    BrokenUpload,
    Download,
    HttpFailed,
    UnknownFields,
    words_of_failure,
)
from tillroll_durable.platform.cloudflare.patience import asked_of_bucket
from tillroll_durable.platform.cloudflare.room import leave_room, take_room
from tillroll_durable.platform.cloudflare.runtime import free, is_nothing, options, to_object
from tillroll_durable.platform.cloudflare.streamed import StreamedFile
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.web.conditional_requests import is_known, part_of

# What is looked at of a form's field: one file is asked for.
_MOST_VALUES = 20
_LONGEST_NAME = 100
_DISCARDING_MILLISECONDS = 5_000
# Digits of a content-length that are looked at.
_LONGEST_SIZE = 16

# From here on a body passes as a stream, if it says its size.
_LARGE_BYTES = 2_000_000


class JsFile:
    """`IncomingFile` over an ArrayBuffer, which is given back by `give_back` once it is stored."""

    def __init__(
        self,
        name: str | None,
        buffer: Any,
        bucket: Any,
        give_back: Callable[[Any], None] = free,
    ) -> None:
        self.name = name
        self.size = int(buffer.byteLength)
        self._buffer = buffer
        self._bucket = bucket
        self._give_back = give_back

    def peek(self, offset: int, length: int) -> bytes:
        start = max(0, min(offset, self.size))
        window = js.Uint8Array.new(self._buffer, start, min(length, self.size - start))
        return bytes(window.to_py())

    async def read_head(self, size: int) -> None:
        """All bytes are there."""

    async def sha256(self, folder: str) -> str:
        del folder
        digest = await js.crypto.subtle.digest("SHA-256", self._buffer)
        return bytes(js.Uint8Array.new(digest).to_py()).hex()

    async def store(self, key: str, media_type: str) -> None:
        kind = options(httpMetadata=options(contentType=media_type))
        async with asked_of_bucket():
            await self._bucket.put(key, self._buffer, kind)
        self._give_back(self._buffer)


class JsUpload:
    """`IncomingUpload` over a Request."""

    def __init__(self, request: Any, bucket: Any) -> None:
        self._request = request
        self._bucket = bucket
        self._buffers: list[Any] = []
        self._streamed: StreamedFile | None = None
        self.is_secure = str(request.url).startswith("https:")

    async def leave(self) -> None:
        """The request is answered: what it held is others' room. Its files are empty from here
        on."""
        if self._streamed is not None and not await self._streamed.leave():
            await self.discard()
        for buffer in self._buffers:
            free(buffer)
        self._buffers.clear()
        leave_room(self)

    def _give_back(self, buffer: Any) -> None:
        """Free the buffer of a stored file. With the last one, other requests get the room before
        the rest of this request is done."""
        free(buffer)
        self._buffers = [each for each in self._buffers if each is not buffer]
        if not self._buffers:
            leave_room(self)

    def header(self, name: str) -> str | None:
        value = self._request.headers.get(name)
        if is_nothing(value):
            return None
        return str(value)

    @property
    def has_body(self) -> bool:
        return not is_nothing(self._request.body)

    async def form_files(self, field: str, most_bytes: int, most_files: int) -> Sequence[JsFile]:
        headers = options(headers=to_object({"content-type": self.header("content-type") or ""}))
        body = await self._read(most_bytes)
        try:
            form = await js.Response.new(body, headers).formData()
            others = {
                str(name)[:_LONGEST_NAME] for name in form.keys().toArray().slice(0, _MOST_VALUES)
            } - {field}
            if others:
                raise UnknownFields(sorted(others))
            # A text value is a string, a file has bytes.
            values = form.getAll(field).slice(0, _MOST_VALUES)
            files = [value for value in values if not isinstance(value, str)][:most_files]
            return [await self._file(file) for file in files]
        except JsException as error:
            raise BrokenUpload(error.message) from error
        finally:
            free(body)

    async def _file(self, file: Any) -> JsFile:
        buffer = await file.arrayBuffer()
        self._buffers.append(buffer)
        return JsFile(str(file.name), buffer, self._bucket, give_back=self._give_back)

    async def discard(self) -> None:
        # A caller that hung up, or sends on and on, is not waited for.
        if not self.has_body or self._request.body.locked:
            return
        with contextlib.suppress(JsException):
            signal = js.AbortSignal.timeout(_DISCARDING_MILLISECONDS)
            await self._request.body.pipeTo(js.WritableStream.new(), options(signal=signal))

    async def body(self, most_bytes: int) -> JsFile:
        buffer = await self._read(most_bytes)
        self._buffers.append(buffer)
        return JsFile(None, buffer, self._bucket, give_back=self._give_back)

    async def file(self, most_bytes: int) -> JsFile | StreamedFile:
        size = self._announced_bytes()
        if size is None or not _LARGE_BYTES <= size <= most_bytes:
            return await self.body(most_bytes)
        body = self._request.body
        self._streamed = StreamedFile(body, size, self._bucket, take_room=self._take_room)
        await self._streamed.read_head(0)
        return self._streamed

    def _announced_bytes(self) -> int | None:
        """The size that the body says, None where it says none."""
        announced = self.header("content-length") or ""
        if not self.has_body or not announced.isdecimal() or len(announced) >= _LONGEST_SIZE:
            return None
        return int(announced)

    async def _read(self, most_bytes: int) -> Any:
        """The body as an ArrayBuffer. Raises BrokenUpload, BodyTooLong."""
        if not self.has_body:
            return js.ArrayBuffer.new(0)
        announced = self._announced_bytes()
        if announced is None:
            await self._take_room(most_bytes)
        else:
            await self._take_room(min(announced, most_bytes))
        try:
            return await _bounded(self._request.body, self.header("content-length"), most_bytes)
        except JsException as error:
            raise BrokenUpload(error.message) from error
        except BodyTooLong:
            await self.discard()
            raise

    async def _take_room(self, size: int) -> None:
        await take_room(self, size)


async def _bounded(body: Any, announced: str | None, most_bytes: int) -> Any:
    """A body as an ArrayBuffer of its own size, read into one place. Raises BodyTooLong, which
    leaves the rest unread; JsException."""
    length = announced or ""
    reader = body.getReader(options(mode="byob"))
    if length.isdecimal() and len(length) < _LONGEST_SIZE and 0 < int(length) <= most_bytes:
        return await _announced(reader, int(length))
    # The runtime fills a buffer of bounded size, whose last byte shows what is longer.
    room = 1 + most_bytes
    read = await reader.readAtLeast(room, js.Uint8Array.new(room))
    if is_nothing(read.value):
        size = 0
    else:
        size = int(read.value.byteLength)
    if size > most_bytes:
        reader.releaseLock()
        raise BodyTooLong
    return _cut(read.value, size)


def _cut(view: Any, size: int) -> Any:
    """The first bytes of what was read, as an ArrayBuffer of their size."""
    if not size:
        return js.ArrayBuffer.new(0)
    return view.buffer.transfer(size)


async def _announced(reader: Any, size: int) -> Any:
    """A body that said its size: it takes that memory once. Raises BodyTooLong: more came."""
    read = await reader.readAtLeast(size, js.Uint8Array.new(size))
    if is_nothing(read.value):
        got = 0
    else:
        got = int(read.value.byteLength)
    if got < size:
        return _cut(read.value, got)
    more = await reader.readAtLeast(1, js.Uint8Array.new(1))
    if not is_nothing(more.value) and int(more.value.byteLength):
        reader.releaseLock()
        raise BodyTooLong
    return read.value.buffer


class FetchDownloads:
    """`Downloads` by fetch; what comes can be stored in the bucket."""

    def __init__(self, bucket: Any) -> None:
        self._bucket = bucket

    async def get(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, most_bytes: int
    ) -> Download:
        signal = js.AbortSignal.timeout(int(timeout_seconds * 1000))
        response = None
        try:
            response = await js.fetch(
                url, options(headers=to_object(dict(headers)), redirect="manual", signal=signal)
            )
            status = int(response.status)
            retry_after = response.headers.get("retry-after")
            if is_nothing(retry_after):
                after = None
            else:
                after = str(retry_after)
            if not response.ok:
                if not is_nothing(response.body):
                    await response.body.cancel()
                return Download(status, None, after)
            if is_nothing(response.body):
                return Download(status, JsFile(None, js.ArrayBuffer.new(0), self._bucket), after)
            announced = response.headers.get("content-length")
            # Of a body that is compressed, what comes is longer than what is announced.
            is_plain = is_nothing(response.headers.get("content-encoding"))
            if is_plain and not is_nothing(announced):
                length = str(announced)
            else:
                length = None
            buffer = await _bounded(response.body, length, most_bytes)
        except BodyTooLong:
            if response is not None:
                with contextlib.suppress(JsException):
                    await response.body.cancel()
            raise
        except JsException as error:
            raise HttpFailed(words_of_failure(error.name, error.message)) from error
        return Download(status, JsFile(None, buffer, self._bucket), after)


class IncomingMail:
    """A `ForwardableEmailMessage`, asked for what is needed of it."""

    def __init__(self, message: Any) -> None:
        self._message = message
        self.recipient = str(message.to)
        self.size = int(message.rawSize)

    async def read(self) -> bytes:
        """The mail as it came, once."""
        return bytes((await js.Response.new(self._message.raw).arrayBuffer()).to_py())

    def reject(self, reason: str) -> None:
        """Have the sender's server told that the mail is not taken, and why: one line of ASCII."""
        line = " ".join(reason.encode("ascii", "replace").decode().split())
        self._message.setReject(line)


def with_body(request: Any, body: bytes) -> Any:
    """A Request like this one with a body that was read already. GET and HEAD have no body."""
    fields = options(method=request.method, headers=request.headers)
    if body:
        fields.body = to_js(body)
    return js.Request.new(request.url, fields)


def trigger_request(token: str, kind: str, params: object, key: object) -> Any:
    """The Request that begins a run of a kind. Raises ValueError: one of them cannot be part of
    one."""
    # As a text it would be the same for each object, and stand for the run that was begun first.
    if not isinstance(key, str | None):
        # The caller's value is what is wrong.
        raise ValueError(f"the key is a {type(key).__name__}")  # noqa: TRY004
    headers: JsonObject = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    if key is not None:
        headers["idempotency-key"] = key
    try:
        url = f"https://tillroll/api/workflows/{js.encodeURIComponent(kind)}/trigger"
        fields = options(
            method="POST", headers=to_object(headers), body=json.dumps(params, allow_nan=False)
        )
        return js.Request.new(url, fields)
    except (TypeError, RecursionError, JsException) as error:
        raise ValueError(str(error).splitlines()[-1]) from error


def json_response(status: int, body: JsonObject, headers: Mapping[str, str]) -> Any:
    """A Response with a JSON body; the headers may name another content-type."""
    return js.Response.new(
        json.dumps(body),
        options(status=status, headers=to_object({"content-type": "application/json", **headers})),
    )


async def object_response(
    bucket: Any,
    key: str,
    headers: Mapping[str, str],
    header_of: Callable[[str], str | None],
    *,
    is_head: bool = False,
) -> Any | None:
    """A Response that streams a stored object, or the part that the request (`header_of` gives its
    headers) asks for; None where there is none. Raises Unsatisfiable, ObjectsUnavailable."""
    part = None
    if is_head or header_of("range") is not None or header_of("if-none-match") is not None:
        async with asked_of_bucket():
            head = await bucket.head(key)
        if is_nothing(head):
            return None
        etag = str(head.httpEtag)
        size = int(head.size)
        short = bodiless_response(headers, etag, size, header_of=header_of, is_head=is_head)
        if short is not None:
            return short
        part = part_of(header_of("range"), header_of("if-range"), etag=etag, size=size)
    if part is None:
        chosen = options()
    else:
        chosen = options(range=options(offset=part.first, length=part.length))
    async with asked_of_bucket():
        stored = await bucket.get(key, chosen)
    if is_nothing(stored):
        return None
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": str(stored.httpEtag)}
    if part is None:
        return js.Response.new(stored.body, options(headers=to_object(own)))
    own["content-range"] = part.content_range
    return js.Response.new(stored.body, options(status=206, headers=to_object(own)))


def bodiless_response(
    headers: Mapping[str, str],
    etag: str,
    size: int,
    *,
    header_of: Callable[[str], str | None],
    is_head: bool,
) -> Any | None:
    """What is answered about a file of `size` bytes without any of them: 304 where the client has
    it, else the headers that GET has, where it asks by HEAD. None: the bytes are sent. Range counts
    for GET alone (RFC 9110, section 14.2)."""
    own: JsonObject = {**headers, "accept-ranges": "bytes", "etag": etag}
    if is_known(header_of("if-none-match"), etag):
        own.pop("content-type", None)
        return js.Response.new(None, options(status=304, headers=to_object(own)))
    if not is_head:
        return None
    own["content-length"] = str(size)
    return js.Response.new(None, options(headers=to_object(own)))


async def without_body(response: Any) -> Any:
    """A Response with the status and headers of another one, for HEAD. What would have been
    streamed is given up."""
    if is_nothing(response.body):
        return response
    await response.body.cancel()
    return js.Response.new(None, options(status=response.status, headers=response.headers))
