"""What Tillroll relies on in requests that bring bytes: one suite of cases, run on the host and in
workerd.

Imported by the tests and, inside workerd, by suite_worker.py; so it needs nothing but the
platform's protocols.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import cast

from tillroll_durable._answers.stored_answers import StoredAnswer, store_answer
from tillroll_durable.platform.bindings.http import (
    LONGEST_ANSWER_BYTES,
    AnswerCut,
    Exchange,
    Http,
    HttpAnswer,
    HttpFailed,
    HttpRequest,
)
from tillroll_durable.platform.bindings.objects import Objects

Case = Callable[[Exchange, str], Awaitable[None]]
HttpCase = Callable[[Http, str], Awaitable[None]]
BYTES = bytes(range(256)) * 40


async def bytes_arrive_as_they_are(exchange: Exchange, url: str) -> None:
    headers = {
        "content-type": "application/pdf",
        "Idempotency-Key": "key 1",
        "authorization": "Bearer é".encode().hex(),
    }
    reply = await exchange.send(
        HttpRequest("PUT", f"{url}/echo/Beleg%20M%C3%A4rz.pdf?a=b%26c", headers, BYTES)
    )
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
    reply = await exchange.send(HttpRequest("GET", f"{url}/latin"))
    assert reply.body == "M\ufffdrz"
    assert reply.content == "März".encode("latin-1")


async def an_answer_that_is_cut_off_is_none(exchange: Exchange, url: str) -> None:
    for path in ("cut", "half"):
        await _fails(exchange, HttpRequest("POST", f"{url}/{path}", {}, b"{}"))


async def a_long_answer_is_none(exchange: Exchange, url: str) -> None:
    await _fails(exchange, HttpRequest("GET", f"{url}/long", max_bytes=99_999))
    reply = await exchange.send(HttpRequest("GET", f"{url}/long", max_bytes=100_000))
    assert len(reply.body) == 100_000


async def a_slow_answer_is_none(exchange: Exchange, url: str) -> None:
    await _fails(exchange, HttpRequest("GET", f"{url}/slow", timeout_seconds=0.2))


class Store:
    """An object store in memory. An object is there once it is complete. `begun` counts large
    ones."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.begun = 0

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        del content_type
        self.objects[key] = content

    async def begin_large(self, key: str, content_type: str) -> "Large":
        del content_type
        self.begun += 1
        return Large(self, key)


class Large:
    def __init__(self, store: Store, key: str) -> None:
        self._store = store
        self._key = key
        self._content = bytearray()

    async def add(self, piece: bytes | memoryview) -> None:
        self._content += piece

    async def complete(self) -> None:
        self._store.objects[self._key] = bytes(self._content)


_BIG = 6 * 1024 * 1024


async def _store(exchange: Exchange, store: Store, request: HttpRequest) -> StoredAnswer:
    objects = cast("Objects", store)
    return await store_answer(exchange, objects, request, key="a/report", media_type="text/plain")


async def a_large_answer_is_stored(exchange: Exchange, url: str) -> None:
    for path, size, large in (("long", 100_000, 0), ("big", _BIG, 1)):
        store = Store()
        request = HttpRequest("GET", f"{url}/{path}", max_bytes=_BIG)
        answer = await _store(exchange, store, request)
        assert (answer.reply.status, answer.reply.content) == (200, b"")
        assert answer.stored is not None
        assert (answer.stored.key, answer.stored.size) == ("a/report", size)
        content = store.objects["a/report"]
        assert (content, store.begun) == (b"x" * size, large)
        assert answer.stored.sha256 == hashlib.sha256(content).hexdigest()


async def of_an_answer_that_breaks_off_nothing_is_stored(exchange: Exchange, url: str) -> None:
    for path in ("half", "cut", "big-half"):
        await _stores_nothing(exchange, HttpRequest("GET", f"{url}/{path}", max_bytes=2 * _BIG))


async def of_an_answer_that_is_too_long_nothing_is_stored(exchange: Exchange, url: str) -> None:
    for path, size in (("long", 99_999), ("big", _BIG - 1)):
        await _stores_nothing(exchange, HttpRequest("GET", f"{url}/{path}", max_bytes=size))


async def _stores_nothing(exchange: Exchange, request: HttpRequest) -> None:
    store = Store()
    try:
        answer = await _store(exchange, store, request)
    except HttpFailed:
        assert store.objects == {}
        return
    raise AssertionError(f"{request.url} was answered with {answer.reply.status}")


async def a_refusal_is_read_and_not_stored(exchange: Exchange, url: str) -> None:
    store = Store()
    request = HttpRequest("POST", f"{url}/throttled", body=b"{}")
    answer = await _store(exchange, store, request)
    assert (answer.reply.status, answer.reply.body, answer.stored) == (429, "{}", None)
    assert answer.reply.headers["retry-after"] == "7"
    assert store.objects == {}


async def nobody_there_is_none(exchange: Exchange, url: str) -> None:
    del url
    await _fails(exchange, HttpRequest("GET", "http://127.0.0.1:9/"))


async def _fails(exchange: Exchange, request: HttpRequest) -> None:
    try:
        reply = await exchange.send(request)
    except HttpFailed:
        return
    raise AssertionError(f"{request.url} was answered with {reply.status}")


async def a_long_success_says_that_it_is_cut(http: Http, url: str) -> None:
    for method in (http.post, http.put, http.patch):
        cut = await _cut(method(f"{url}/long", {}, "{}", 20))
        assert cut.answer.status == 200
        assert cut.answer.body == "x" * LONGEST_ANSWER_BYTES
        assert "65536 bytes" in str(cut)


async def _cut(asking: Awaitable[HttpAnswer]) -> AnswerCut:
    try:
        await asking
    except AnswerCut as error:
        return error
    raise AssertionError("a part passed for the whole")


async def a_longer_answer_is_read_on_request(http: Http, url: str) -> None:
    answer = await http.post(f"{url}/long", {}, "{}", 20, max_bytes=100_000)
    assert (len(answer.body), answer.cut) == (100_000, None)


async def a_success_that_breaks_off_is_no_success(http: Http, url: str) -> None:
    cut = await _cut(http.post(f"{url}/half", {}, "{}", 20))
    assert cut.answer.status == 200
    assert "broke off" in str(cut)


async def a_refusal_keeps_its_status(http: Http, url: str) -> None:
    answer = await http.post(f"{url}/refused", {}, "{}", 20)
    assert (answer.status, len(answer.body)) == (422, LONGEST_ANSWER_BYTES)
    assert answer.cut is not None


async def an_answer_has_its_headers(http: Http, url: str) -> None:
    answer = await http.post(f"{url}/throttled", {}, "{}", 20)
    assert (answer.retry_after, answer.header("X-Rate-Limit-Problem")) == ("7", "minute")
    assert answer.header("etag") is None
    assert answer.cut is None


HTTP_CASES = (
    a_long_success_says_that_it_is_cut,
    a_longer_answer_is_read_on_request,
    a_success_that_breaks_off_is_no_success,
    a_refusal_keeps_its_status,
    an_answer_has_its_headers,
)

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
    a_large_answer_is_stored,
    of_an_answer_that_breaks_off_nothing_is_stored,
    of_an_answer_that_is_too_long_nothing_is_stored,
    a_refusal_is_read_and_not_stored,
)
