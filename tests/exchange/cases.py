"""What Tillroll relies on in requests that bring bytes: one suite of cases, run on the host and in workerd.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but the platform's protocols.
"""

import json
from collections.abc import Awaitable, Callable

from tillroll.platform.bindings.http import Exchange, HttpFailed, HttpRequest

Case = Callable[[Exchange, str], Awaitable[None]]
BYTES = bytes(range(256)) * 40


async def bytes_arrive_as_they_are(exchange: Exchange, url: str) -> None:
    headers = {
        "content-type": "application/pdf",
        "Idempotency-Key": "key 1",
        "authorization": "Bearer é".encode().hex(),
    }
    reply = await exchange.send(HttpRequest("PUT", f"{url}/echo/Beleg%20M%C3%A4rz.pdf?a=b%26c", headers, BYTES))
    said = json.loads(reply.body)
    assert (reply.status, reply.is_success) == (200, True)
    assert said["method"] == "PUT"
    assert said["target"] == "/echo/Beleg%20M%C3%A4rz.pdf?a=b%26c"
    assert said["body"] == BYTES.hex()
    assert {name: said["headers"][name.lower()] for name in headers} == headers


async def no_body_is_none(exchange: Exchange, url: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        said = json.loads((await exchange.send(HttpRequest(method, f"{url}/echo"))).body)
        assert (said["method"], said["body"]) == (method, "")


async def an_answer_has_its_status_and_headers(exchange: Exchange, url: str) -> None:
    reply = await exchange.send(HttpRequest("POST", f"{url}/throttled", {}, b"{}"))
    assert (reply.status, reply.is_success) == (429, False)
    assert (reply.headers["retry-after"], reply.headers["x-rate-limit-problem"]) == ("7", "minute")


async def a_redirect_is_not_followed(exchange: Exchange, url: str) -> None:
    reply = await exchange.send(HttpRequest("GET", f"{url}/redirect"))
    assert (reply.status, reply.headers["location"]) == (302, f"{url}/echo")


async def what_is_no_utf_8_is_replaced(exchange: Exchange, url: str) -> None:
    assert (await exchange.send(HttpRequest("GET", f"{url}/latin"))).body == "M\ufffdrz"


async def an_answer_that_is_cut_off_is_none(exchange: Exchange, url: str) -> None:
    for path in ("cut", "half"):
        await _fails(exchange, HttpRequest("POST", f"{url}/{path}", {}, b"{}"))


async def a_long_answer_is_none(exchange: Exchange, url: str) -> None:
    await _fails(exchange, HttpRequest("GET", f"{url}/long", max_bytes=99_999))
    reply = await exchange.send(HttpRequest("GET", f"{url}/long", max_bytes=100_000))
    assert len(reply.body) == 100_000


async def a_slow_answer_is_none(exchange: Exchange, url: str) -> None:
    await _fails(exchange, HttpRequest("GET", f"{url}/slow", timeout_seconds=0.2))


async def nobody_there_is_none(exchange: Exchange, url: str) -> None:
    del url
    await _fails(exchange, HttpRequest("GET", "http://127.0.0.1:9/"))


async def _fails(exchange: Exchange, request: HttpRequest) -> None:
    try:
        reply = await exchange.send(request)
    except HttpFailed:
        return
    raise AssertionError(f"{request.url} was answered with {reply.status}")


CASES = (
    bytes_arrive_as_they_are,
    no_body_is_none,
    an_answer_has_its_status_and_headers,
    a_redirect_is_not_followed,
    what_is_no_utf_8_is_replaced,
    an_answer_that_is_cut_off_is_none,
    a_long_answer_is_none,
    a_slow_answer_is_none,
    nobody_there_is_none,
)
