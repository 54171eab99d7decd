"""Outgoing HTTP by workerd's own fetch, and DNS over HTTPS."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import js
import pyodide_http
from pyodide.ffi import JsException, to_js

from tillroll_durable.platform.bindings.http import (
    LONGEST_ANSWER_BYTES,
    HttpAnswer,
    HttpFailed,
    HttpReply,
    HttpRequest,
    ResolvingFailed,
    addresses_in,
    broken_off,
    checked_answer,
    too_long,
    words_of_failure,
)
from tillroll_durable.platform.cloudflare.runtime import is_nothing, options, to_object

# For libraries that bring urllib or requests along. It finds nothing to patch where Pyodide does
# this itself, as in the release that wrangler runs now.
if pyodide_http.should_patch():
    pyodide_http.patch_all()


class FetchHttp:
    """`Http` by fetch. What changes something follows no redirect: an address is meant as it was
    set."""

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        init = options(
            headers=to_object(dict(headers or {})),
            redirect="manual" if headers else "follow",
            signal=js.AbortSignal.timeout(int(timeout_seconds * 1000)),
        )
        try:
            response = await js.fetch(url, init)
            content = await _read(response.body, max_bytes)
            return _answer(response, content.decode())
        except JsException as error:
            raise HttpFailed(words_of_failure(error.name, error.message)) from error
        except UnicodeDecodeError as error:
            raise HttpFailed(f"the answer is no UTF-8: {error}") from error

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        return await _changed(
            url,
            timeout_seconds,
            max_bytes,
            method="POST",
            headers=to_object(dict(headers)),
            body=body,
        )

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        return await _changed(
            url,
            timeout_seconds,
            max_bytes,
            method="PUT",
            headers=to_object(dict(headers)),
            body=body,
        )

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        return await _changed(
            url,
            timeout_seconds,
            max_bytes,
            method="PATCH",
            headers=to_object(dict(headers)),
            body=body,
        )

    async def delete(
        self,
        url: str,
        headers: Mapping[str, str],
        timeout_seconds: float,
        *,
        max_bytes: int = LONGEST_ANSWER_BYTES,
    ) -> HttpAnswer:
        return await _changed(
            url, timeout_seconds, max_bytes, method="DELETE", headers=to_object(dict(headers))
        )


class FetchExchange:
    """`Exchange` by fetch."""

    async def send(self, request: HttpRequest) -> HttpReply:
        try:
            response = await _fetched(request)
            content = await _read(response.body, request.max_bytes)
        except JsException as error:
            raise HttpFailed(words_of_failure(error.name, error.message)) from error
        return _reply(response, content)

    async def stream(
        self,
        request: HttpRequest,
        take: Callable[[bytes], Awaitable[None]],
    ) -> HttpReply:
        try:
            response = await _fetched(request)
            if not response.ok:
                return _reply(response, await _read(response.body, request.max_bytes))
            await _pass_on(response.body, request.max_bytes, take)
        except JsException as error:
            raise HttpFailed(words_of_failure(error.name, error.message)) from error
        return _reply(response, b"")


async def _fetched(request: HttpRequest) -> Any:
    init: dict[str, Any] = {
        "method": request.method,
        "headers": to_object(dict(request.headers)),
    }
    if request.body is not None:
        init["body"] = to_js(request.body)
    signal = js.AbortSignal.timeout(int(request.timeout_seconds * 1000))
    return await js.fetch(request.url, options(redirect="manual", signal=signal, **init))


def _reply(response: Any, content: bytes) -> HttpReply:
    return HttpReply(
        status=int(response.status),
        body=content.decode(errors="replace"),
        headers=_headers(response),
        raw=content,
    )


async def _pass_on(
    body: Any,
    max_bytes: int,
    take: Callable[[bytes], Awaitable[None]],
) -> None:
    """Give a body's bytes on as they come. Raises HttpFailed: there are more than are allowed."""
    if is_nothing(body):
        return
    reader = body.getReader()
    size = 0
    while True:
        chunk = await reader.read()
        if chunk.done:
            return
        content = chunk.value.to_bytes()
        size += len(content)
        if size > max_bytes:
            await reader.cancel()
            raise HttpFailed(too_long(max_bytes))
        await take(content)


async def _changed(url: str, timeout_seconds: float, max_bytes: int, **how: Any) -> HttpAnswer:
    """The answer to a request that may change something. Raises as `Http.post`."""
    signal = js.AbortSignal.timeout(int(timeout_seconds * 1000))
    init = options(redirect="manual", signal=signal, **how)
    try:
        response = await js.fetch(url, init)
    except JsException as error:
        raise HttpFailed(words_of_failure(error.name, error.message)) from error
    content = bytearray()
    cut: str | None = None
    try:
        await _read_into(content, response.body, max_bytes + 1)
    except JsException as error:
        cut = broken_off(f"{error.name}: {error.message}")
    if len(content) > max_bytes:
        cut = too_long(max_bytes)
        del content[max_bytes:]
    return checked_answer(_answer(response, content.decode(errors="replace"), cut))


def _answer(response: Any, body: str, cut: str | None = None) -> HttpAnswer:
    return HttpAnswer(
        status=int(response.status),
        body=body,
        retry_after=_header(response, "retry-after"),
        link=_header(response, "link"),
        headers=_headers(response),
        cut=cut,
    )


def _headers(response: Any) -> dict[str, str]:
    """All headers, by their names in small letters."""
    return {str(pair[0]).lower(): str(pair[1]) for pair in js.Array.from_(response.headers)}


def _header(response: Any, name: str) -> str | None:
    value = response.headers.get(name)
    if is_nothing(value):
        return None
    return str(value)


async def _read(body: Any, max_bytes: int) -> bytes:
    """A body's bytes, as far as they are allowed; the rest is never received."""
    content = bytearray()
    await _read_into(content, body, max_bytes + 1)
    if len(content) > max_bytes:
        raise HttpFailed(too_long(max_bytes))
    return bytes(content)


async def _read_into(content: bytearray, body: Any, max_bytes: int) -> None:
    """A body's first bytes; the rest is never received, and of a chunk only what is wanted enters
    Python."""
    if is_nothing(body):
        return
    reader = body.getReader()
    while len(content) < max_bytes and not (chunk := await reader.read()).done:
        content += chunk.value.subarray(0, max_bytes - len(content)).to_bytes()
    if len(content) >= max_bytes:
        await reader.cancel()


_SERVICE: Final = "https://cloudflare-dns.com/dns-query"
_TIMEOUT_MS: Final = 5000


class DnsOverHttps:
    """`Resolver` on Cloudflare's public resolver."""

    async def addresses(self, name: str) -> Sequence[str]:
        return [
            address
            for kind in ("A", "AAAA")
            for address in addresses_in(await _query_records(name, kind))
        ]


async def _query_records(name: str, kind: str) -> str:
    init = options(
        headers=to_object({"accept": "application/dns-json"}),
        signal=js.AbortSignal.timeout(_TIMEOUT_MS),
    )
    try:
        response = await js.fetch(f"{_SERVICE}?name={name}&type={kind}", init)
        return str(await response.text())
    except JsException as error:
        raise ResolvingFailed(f"{error.name}: {error.message}") from error
