"""The platform's HTTP over real sockets, as the Worker's adapter fulfils it."""

from collections.abc import Mapping
from typing import Any

import httpx

from tillroll_durable.platform.bindings.http import (
    LONGEST_ANSWER_BYTES,
    BodyTooLong,
    Download,
    HttpAnswer,
    HttpFailed,
    broken_off,
    checked_answer,
    too_long,
)
from tillroll_testing.host.memory import MemoryFile, MemoryObjects


class RealHttp:
    """`Http`."""

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        answer = await _sent(
            "GET", url, timeout_seconds, headers=dict(headers or {}), follow=not headers
        )
        if len(answer.content) > max_bytes:
            raise HttpFailed(f"the answer is longer than {max_bytes} bytes")
        try:
            return _answer(answer, answer.content.decode())
        except UnicodeDecodeError as error:
            raise HttpFailed("the answer is no UTF-8") from error

    async def post(
        self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        return await _changed("POST", url, headers, body, timeout_seconds, **limits)

    async def put(
        self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        return await _changed("PUT", url, headers, body, timeout_seconds, **limits)

    async def patch(
        self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        return await _changed("PATCH", url, headers, body, timeout_seconds, **limits)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **limits: int
    ) -> HttpAnswer:
        return await _changed("DELETE", url, headers, None, timeout_seconds, **limits)


class RealDownloads:
    """`Downloads` into objects in memory."""

    def __init__(self, objects: MemoryObjects) -> None:
        self._objects = objects

    async def get(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, most_bytes: int
    ) -> Download:
        answer = await _sent("GET", url, timeout_seconds, headers=dict(headers), follow=False)
        if not answer.is_success:
            return Download(answer.status_code, None, answer.headers.get("retry-after"))
        if len(answer.content) > most_bytes:
            raise BodyTooLong
        return Download(answer.status_code, MemoryFile(self._objects, answer.content))


async def _sent(
    method: str, url: str, timeout_seconds: float, *, follow: bool, **request: Any
) -> httpx.Response:
    try:
        async with httpx.AsyncClient(timeout=timeout_seconds, follow_redirects=follow) as client:
            return await client.request(method, url, **request)
    except httpx.HTTPError as error:
        raise HttpFailed(f"{type(error).__name__}: {error}") from error


async def _changed(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: str | None,
    timeout_seconds: float,
    max_bytes: int = LONGEST_ANSWER_BYTES,
) -> HttpAnswer:
    content = bytearray()
    cut: str | None = None
    try:
        async with (
            httpx.AsyncClient(timeout=timeout_seconds) as client,
            client.stream(method, url, headers=dict(headers), content=body) as answer,
        ):
            try:
                async for piece in answer.aiter_bytes():
                    content += piece
            except httpx.TransportError as error:
                cut = broken_off(f"{type(error).__name__}: {error}")
    except httpx.HTTPError as error:
        raise HttpFailed(f"{type(error).__name__}: {error}") from error
    if len(content) > max_bytes:
        cut = too_long(max_bytes)
        del content[max_bytes:]
    return checked_answer(_answer(answer, content.decode(errors="replace"), cut))


def _answer(answer: httpx.Response, body: str, cut: str | None = None) -> HttpAnswer:
    return HttpAnswer(
        status=answer.status_code,
        body=body,
        retry_after=answer.headers.get("retry-after"),
        link=answer.headers.get("link"),
        headers={name.lower(): value for name, value in answer.headers.items()},
        cut=cut,
    )
