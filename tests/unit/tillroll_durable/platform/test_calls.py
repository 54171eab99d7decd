"""What an answer of Stripe says of a request: it succeeded, it never will, or nobody knows."""

from collections.abc import Mapping

import pytest

from tillroll.stripe import API_VERSION, StripeCalls, StripeEndings
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed


class Denied(Exception):
    """The key may not."""


class Refused(Exception):
    """The request never will."""


class Uncertain(Exception):
    """Nobody knows."""


ENDINGS = StripeEndings(
    "the provider", Denied, Refused, Uncertain, refused_by=frozenset({400, 404})
)


class Line:
    """`Http` that answers as it is told, and keeps what it was asked. None is no answer."""

    def __init__(self, answer: HttpAnswer | None) -> None:
        self.answer = answer
        self.asked: list[tuple[str, str, Mapping[str, str], str]] = []

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        del timeout_seconds, max_bytes
        return self._answered("GET", url, headers or {}, "")

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        del timeout_seconds
        return self._answered("POST", url, headers, body)

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self.post(url, headers, body, timeout_seconds)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        del timeout_seconds
        return self._answered("DELETE", url, headers, "")

    def _answered(self, method: str, url: str, headers: Mapping[str, str], body: str) -> HttpAnswer:
        self.asked.append((method, url, headers, body))
        if self.answer is None:
            raise HttpFailed("refused")
        return self.answer


def calls(line: Line) -> StripeCalls:
    return StripeCalls(line, "https://stripe.test", "sk_1", 1.0, ENDINGS)


async def test_what_does_something_goes_with_its_key() -> None:
    line = Line(HttpAnswer(200, '{"id": "cus_1"}'))
    assert await calls(line).post(
        "/v1/customers", "email=a", "application/x-www-form-urlencoded", "run_1:customer"
    ) == {"id": "cus_1"}
    headers = {
        "authorization": "Bearer sk_1",
        "stripe-version": API_VERSION,
        "content-type": "application/x-www-form-urlencoded",
        "idempotency-key": "run_1:customer",
    }
    assert line.asked == [("POST", "https://stripe.test/v1/customers", headers, "email=a")]


@pytest.mark.parametrize(
    ("answer", "ending", "said"),
    [
        (None, Uncertain, "the provider did not answer: refused"),
        (HttpAnswer(200, "<html>"), Uncertain, "the provider's answer is no JSON object"),
        (HttpAnswer(302, ""), Uncertain, "the provider answered 302"),
        (
            HttpAnswer(401, '{"error": {"message": "sk_1 is none"}}'),
            Denied,
            "the provider answered 401",
        ),
        (HttpAnswer(403, "{}"), Denied, "the provider answered 403"),
        (
            HttpAnswer(400, '{"error": {"code": "a", "type": "b"}}'),
            Refused,
            "the provider answered 400 a",
        ),
        (HttpAnswer(400, '{"error": {"type": "b"}}'), Refused, "the provider answered 400 b"),
        # The first request under this key may have succeeded.
        (
            HttpAnswer(400, '{"error": {"type": "idempotency_error"}}'),
            Uncertain,
            "answered 400 idempotency_error",
        ),
        (
            HttpAnswer(409, '{"error": {"code": "lock"}}'),
            Uncertain,
            "the provider answered 409 lock",
        ),
        (HttpAnswer(500, "down"), Uncertain, "the provider answered 500"),
    ],
)
@pytest.mark.parametrize("method", ["post", "get", "find", "delete"])
async def test_each_answer_means_what_it_is(
    answer: HttpAnswer | None, ending: type[Exception], said: str, method: str
) -> None:
    asking = calls(Line(answer))
    with pytest.raises(ending, match=f"{said}$"):
        await {
            "post": lambda: asking.post("/v1/x", "", "application/json", "key"),
            "get": lambda: asking.get("/v1/x"),
            "find": lambda: asking.find("/v1/x"),
            "delete": lambda: asking.delete("/v1/x"),
        }[method]()


async def test_what_is_not_there_is_found_as_none_and_is_deleted() -> None:
    missing = Line(HttpAnswer(404, '{"error": {"code": "resource_missing"}}'))
    assert await calls(missing).find("/v1/x") is None
    await calls(missing).delete("/v1/x")
    with pytest.raises(Refused):
        await calls(missing).get("/v1/x")
