"""Servers on this machine that tests talk to: what each answers is its own, how it starts and ends
is said here.
"""

import contextlib
import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, Self

_POLL_SECONDS = 0.01
"""How long an end may take to be noticed."""


@dataclass(frozen=True)
class Request:
    """A request: `target` is the path with its query, header names are in lower case. `body` is its
    `content` as text.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""
    content: bytes = b""


@dataclass(frozen=True)
class Answer:
    """What is sent back."""

    status: int = HTTPStatus.OK
    content: str = ""
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


HANGS_UP: Final = Answer(0)
"""No answer: the connection is closed."""


class ServingThread:
    """A context manager that serves while its block lasts, each request in a thread of its own."""

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class LocalServer(ServingThread, ABC):
    """Requests are answered one at a time, so that what a server remembers needs no lock."""

    def __init__(self) -> None:
        self._answering = threading.Lock()
        super().__init__(_handler_of(self))

    @abstractmethod
    def answer(self, request: Request) -> Answer:
        """What to answer a request with."""

    def answer_alone(self, request: Request) -> Answer:
        """The same, while no other request is answered."""
        with self._answering:
            return self.answer(request)


def _handler_of(server: LocalServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        answers = server

    return Handler


class _Handler(BaseHTTPRequestHandler):
    """Has each request answered by `answers`, which a class below this one has."""

    answers: LocalServer

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_PATCH(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        content = self.rfile.read(int(self.headers["content-length"] or 0))
        body = content.decode(errors="replace")
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.answers.answer_alone(Request(self.command, self.path, headers, body, content))
        # who asked may be dead by now
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        if answer is HANGS_UP:
            self.close_connection = True
            return
        content = answer.content.encode()
        self.send_response(answer.status)
        if answer.status != HTTPStatus.NO_CONTENT:
            self.send_header("content-type", answer.content_type)
            self.send_header("content-length", str(len(content)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    # The base's own name.
    def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
        """Nothing: tests show what they need."""
