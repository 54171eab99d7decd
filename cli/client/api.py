"""Requests to a server. Each may be made again after a lost answer: what does something has an
Idempotency-Key.
"""

import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from urllib.parse import unquote
from uuid import uuid4

import httpx

from tillroll_command.endings import Code, Stopped

from .problems import refusal, told
from .server import Server

JsonObject: TypeAlias = dict[str, Any]
Sleep: TypeAlias = Callable[[float], None]

LARGEST_PAGE: Final = 100
_PAUSES_SECONDS: Final = (0.3, 1.0)
# A gateway's own answers, and too many at once: what stands behind it has done nothing, or what may
# be done again.
_AGAIN: Final = frozenset({429, 502, 504})
_LONGEST_WAIT_SECONDS: Final = 60.0
_NOT_MODIFIED: Final = 304
_CONFLICT: Final = 409
_NOT_WELL: Final = 503
_KEY: Final = "idempotency-key"
_IN_FLIGHT: Final = "urn:tillroll:problem:request-in-flight"
_TIMEOUT: Final = httpx.Timeout(60, connect=10)


class NoAnswer(Stopped):
    """No answer came, although it was asked again."""


class Api:
    """A server, asked as one account."""

    def __init__(
        self,
        server: Server,
        transport: httpx.BaseTransport | None = None,
        sleep: Sleep = time.sleep,
    ) -> None:
        headers = {"user-agent": "tillroll-cli"}
        if server.token:
            headers["authorization"] = f"Bearer {server.token}"
        if server.account:
            headers["x-account"] = server.account
        self.server = server
        self.sleep = sleep
        self._client = httpx.Client(
            base_url=server.url, headers=headers, timeout=_TIMEOUT, transport=transport
        )

    def close(self) -> None:
        self._client.close()

    def get(self, path: str, query: Mapping[str, object] | None = None) -> JsonObject:
        """What is there. Raises Stopped."""
        return told(self.answer("GET", path, params=given(query or {})))

    def send(self, method: str, path: str, body: object = None, **headers: str) -> JsonObject:
        """Have something done, once; what is answered, empty where that is nothing.
        Raises Stopped.
        """
        given = {name.replace("_", "-").lower(): headers[name] for name in headers}
        done = self.answer(method, path, json=body, headers={_KEY: f"cli-{uuid4()}", **given})
        return told(done)

    def items(self, path: str, query: Mapping[str, object], limit: int) -> JsonObject:
        """Up to `limit` items of a list, page by page: `items` and the `nextCursor` behind them.
        Raises Stopped.
        """
        items: list[JsonObject] = []
        cursor = query.get("cursor")
        while True:
            wanted = min(limit - len(items), LARGEST_PAGE)
            page = self.get(path, {**query, "cursor": cursor, "limit": wanted})
            items += page["items"]
            cursor = page.get("nextCursor")
            if cursor is None or len(items) >= limit:
                return {**page, "items": items, "nextCursor": cursor}

    def answer(self, method: str, path: str, **request: Any) -> httpx.Response:
        """An answer of success, or 304. Raises Stopped."""
        answer = self._asked(method, path, **request)
        if answer.is_success or answer.status_code == _NOT_MODIFIED:
            return answer
        raise refusal(answer)

    def health(self) -> httpx.Response:
        """How the server and its parts are, also where it says that a part fails. Raises
        Stopped.
        """
        answer = self._asked("GET", "/api/health", params={"deep": "true"})
        if answer.is_success or (answer.status_code == _NOT_WELL and "status" in told(answer)):
            return answer
        raise refusal(answer)

    @contextmanager
    def stream(self, path: str, headers: Mapping[str, str]) -> Generator[httpx.Response]:
        """An answer whose body comes piece by piece.

        Raises:
            Stopped: it is refused.
            httpx.TransportError: there is none.
        """
        check_path(path)
        with self._client.stream("GET", path, headers=dict(headers)) as answer:
            if not answer.is_success:
                answer.read()
                raise refusal(answer)
            yield answer

    def _asked(self, method: str, path: str, **request: Any) -> httpx.Response:
        check_path(path)
        for pause in _PAUSES_SECONDS:
            try:
                answer = self._client.request(method, path, **request)
            except httpx.TransportError:
                self.sleep(pause)
                continue
            if not (answer.status_code in _AGAIN or _is_in_flight(answer) or _is_busy(answer)):
                return answer
            self.sleep(max(pause, _asked_to_wait(answer)))
        try:
            return self._client.request(method, path, **request)
        except httpx.TransportError as error:
            raise self.silence(error) from error

    def silence(self, error: httpx.TransportError) -> NoAnswer:
        """No answer, as an ending."""
        why = str(error) or type(error).__name__
        return NoAnswer(
            Code.UNREACHABLE,
            f"{self.server.url} does not answer ({why}). Is it running? `tillroll doctor` looks "
            f"into it. The address is that of {self.server.found_by}.",
        )


def check_path(path: str) -> None:
    """A path is made of what was given on the command line: an id that leads elsewhere is refused,
    not followed.

    Raises:
        Stopped: a part of it is no id and no name.
    """
    parts = unquote(path.partition("?")[0]).split("/")
    if not path.isprintable() or "#" in path or not {".", ".."}.isdisjoint(parts):
        raise Stopped(
            Code.USAGE,
            f"{path!r} is asked for by nothing that is an id or a name: look at what was given.",
        )


def _asked_to_wait(answer: httpx.Response) -> float:
    """Seconds that Retry-After names, at most a minute; 0 where it names none."""
    seconds = answer.headers.get("retry-after", "")
    return min(float(seconds), _LONGEST_WAIT_SECONDS) if seconds.isdecimal() else 0.0


def _is_in_flight(answer: httpx.Response) -> bool:
    """True where the same request, whose answer was lost, is still being carried out."""
    return answer.status_code == _CONFLICT and _IN_FLIGHT in answer.text


def _is_busy(answer: httpx.Response) -> bool:
    """True where the server takes nothing at the moment, and says when to come again."""
    return answer.status_code == _NOT_WELL and "retry-after" in answer.headers


def given(query: Mapping[str, object]) -> dict[str, Any]:
    """Only what was given: a server refuses parameters that it does not know."""
    return {name: value for name, value in query.items() if value is not None}
