"""A line between a browser and the server that breaks as lines do, and counts what went over it.

Each request is passed on whole, and its answer waited for, before anything breaks: so what the
server has done is done, whatever the browser hears of it.
"""

import contextlib
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlsplit

from tests.support.http_server import ServingThread
from tests.support.patience import PATIENCE_SECONDS

_CHANGES = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What is of one connection, and not of what goes over it.
_OF_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})
_PAGE_OF_OTHERS = b"<!doctype html><title>Welcome</title><h1>Sign in to the hotel's network</h1>"
SILENT_SECONDS = 25.0
"""Longer than the page waits for an answer."""


class Fault(StrEnum):
    """How the line breaks. All but the first two do so behind what the server has done."""

    REFUSED = "refused"
    UNREACHED = "502 before the server"
    CUT_IN_HEAD = "cut in the head"
    CUT_IN_BODY = "cut in the body"
    GARBAGE = "garbage with 200"
    BAD_GATEWAY = "502"
    SILENT = "25 s of silence"


BEFORE = frozenset({Fault.REFUSED, Fault.UNREACHED})
"""With these the server hears of nothing."""


@dataclass(frozen=True)
class Passed:
    """A request that came to the line: `status` is the server's answer, 0 where it was not asked,
    and `is_replayed` says that it was answered as before.
    """

    method: str
    path: str
    key: str | None
    status: int
    is_replayed: bool = False


@dataclass
class _Break:
    """What breaks: requests of a method, whose path fits a pattern, so many `times`."""

    method: str
    pattern: re.Pattern[str]
    fault: Fault
    times: int
    then: Callable[[], None] | None = None


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        found = (value for each, value in self.headers if each.lower() == name)
        return next(found, None)


@dataclass
class _State:
    breaks: list[_Break] = field(default_factory=list[_Break])
    passed: list[Passed] = field(default_factory=list[Passed])
    lock: threading.Lock = field(default_factory=threading.Lock)
    is_over: threading.Event = field(default_factory=threading.Event)


class BrokenLine(ServingThread):
    """A context manager with the `url` that the browser opens in place of the server's."""

    def __init__(self, server: Callable[[], str]) -> None:
        """`server` gives the address, which a restart may change."""
        self._state = _State()
        super().__init__(_handler_of(self._state, server))

    def __exit__(self, *ending: object) -> None:
        self._state.is_over.set()
        super().__exit__(None, None, None)

    def breaks(
        self,
        method: str,
        pattern: str,
        fault: Fault,
        times: int = 1,
        then: Callable[[], None] | None = None,
    ) -> None:
        """From now on, `times` requests of this method break whose path fits the whole pattern.
        `then` is done just before the browser notices, such as a kill.
        """
        with self._state.lock:
            self._state.breaks.append(_Break(method, re.compile(pattern), fault, times, then))

    def heal(self) -> None:
        """Nothing breaks any more."""
        with self._state.lock:
            self._state.breaks.clear()

    def acts(self, method: str, pattern: str) -> list[Passed]:
        """What came so far of a method, to paths that fit the whole pattern."""
        with self._state.lock:
            return [
                each
                for each in self._state.passed
                if each.method == method and re.fullmatch(pattern, each.path)
            ]


def _handler_of(state: _State, server: Callable[[], str]) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        line = state
        server_url = staticmethod(server)

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """Passes one request on."""

    line: _State
    server_url: Callable[[], str]

    def do_GET(self) -> None:
        self._pass()

    def do_HEAD(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def do_PUT(self) -> None:
        self._pass()

    def do_PATCH(self) -> None:
        self._pass()

    def do_DELETE(self) -> None:
        self._pass()

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0))
        broken = self._next_break()
        fault = None if broken is None else broken.fault
        answer = None
        if fault not in BEFORE:
            answer = self._asked(body)
        self._note(answer)
        if broken is not None and broken.then is not None:
            broken.then()
        # who asked may be gone by now
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._send(fault, answer)
        self.close_connection = True

    def _next_break(self) -> _Break | None:
        path = urlsplit(self.path).path
        with self.line.lock:
            for each in self.line.breaks:
                fits = each.method == self.command and each.pattern.fullmatch(path)
                if fits and each.times > 0:
                    each.times -= 1
                    return each
        return None

    def _asked(self, body: bytes) -> _Answer | None:
        """What the server answers; None where it cannot be reached."""
        address = urlsplit(self.server_url())
        connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE_SECONDS)
        headers = {
            name: value
            for name, value in self.headers.items()
            if name.lower() not in _OF_CONNECTION
        }
        if body or self.command in _CHANGES:
            headers["content-length"] = str(len(body))
        try:
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            return _Answer(answer.status, answer.getheaders(), answer.read())
        except (OSError, HTTPException):
            return None
        finally:
            connection.close()

    def _note(self, answer: _Answer | None) -> None:
        status = 0
        is_replayed = False
        if answer is not None:
            status = answer.status
            is_replayed = answer.header("idempotent-replayed") == "true"
        path = urlsplit(self.path).path
        key = self.headers["idempotency-key"]
        with self.line.lock:
            self.line.passed.append(Passed(self.command, path, key, status, is_replayed))

    def _send(self, fault: Fault | None, answer: _Answer | None) -> None:
        if fault in {Fault.UNREACHED, Fault.BAD_GATEWAY}:
            self._send_page(HTTPStatus.BAD_GATEWAY)
        elif fault is Fault.GARBAGE:
            self._send_page(HTTPStatus.OK)
        elif fault is Fault.CUT_IN_HEAD:
            self.wfile.write(b"HTTP/1.1 20")
        elif fault is Fault.SILENT:
            self.line.is_over.wait(SILENT_SECONDS)
        elif fault is not Fault.REFUSED and answer is not None:
            self._send_answer(answer, is_cut=fault is Fault.CUT_IN_BODY)

    def _send_page(self, status: HTTPStatus) -> None:
        headers = [("content-type", "text/html")]
        self._send_answer(_Answer(status, headers, _PAGE_OF_OTHERS), is_cut=False)

    def _send_answer(self, answer: _Answer, *, is_cut: bool) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.headers:
            if name.lower() not in _OF_CONNECTION:
                self.send_header(name, value)
        has_body = answer.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}
        if has_body:
            self.send_header("content-length", str(len(answer.body)))
        self.end_headers()
        if has_body and self.command != "HEAD":
            whole = len(answer.body)
            self.wfile.write(answer.body[: whole // 2 if is_cut else whole])
