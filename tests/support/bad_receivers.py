"""Receivers of webhooks that behave badly, each at a path of its own, all at the same time."""

import contextlib
import threading
import time
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any

from tests.support.http_server import ServingThread

_CHUNK = b"x" * 16_384
FAILS_TIMES = 9
SLOW_SECONDS = 3.0


class BadReceivers(ServingThread):
    """`tried` and `taken` count, by path, how often each webhook-id came, and how often it was
    answered with success; `sent` how many bytes of an answer went out at most.

    /good answers at once; /nine-of-ten fails nine times an id; /slow answers after three seconds;
    /endless and /drip answer 200 with a body that never ends, as fast as it is read or a byte a
    second; /never does not answer.
    """

    def __init__(self) -> None:
        self.tried: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.taken: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.sent: Counter[str] = Counter()
        self.is_over = threading.Event()
        self._counting = threading.Lock()
        super().__init__(_handler_of(self))
        self._server.daemon_threads = True

    def count_tried(self, path: str, webhook_id: str) -> int:
        """How often it has come now."""
        with self._counting:
            self.tried[path][webhook_id] += 1
            return self.tried[path][webhook_id]

    def count_taken(self, path: str, webhook_id: str) -> None:
        with self._counting:
            self.taken[path][webhook_id] += 1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_over.set()
        super().__exit__(kind, error, trace)


def _handler_of(receivers: BadReceivers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"] or 0))
            webhook_id = self.headers["webhook-id"]
            times = receivers.count_tried(self.path, webhook_id)
            if self.path == "/never":
                receivers.is_over.wait()
                return
            if self.path == "/slow":
                receivers.is_over.wait(SLOW_SECONDS)
            is_taken = self.path != "/nine-of-ten" or times > FAILS_TIMES
            if is_taken:
                receivers.count_taken(self.path, webhook_id)
            # who asked has heard enough
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self._send(200 if is_taken else 500)

        def _send(self, status: int) -> None:
            self.send_response(status)
            if self.path not in {"/endless", "/drip"}:
                self.send_header("content-length", "6")
                self.end_headers()
                self.wfile.write(b"thanks")
                return
            self.send_header("connection", "close")
            self.end_headers()
            sent = 0
            while not receivers.is_over.is_set():
                sent += self.wfile.write(_CHUNK if self.path == "/endless" else b"x")
                receivers.sent[self.path] = max(receivers.sent[self.path], sent)
                if self.path == "/drip":
                    time.sleep(1)

        # The base's own name.
        def log_message(self, format: str, *args: Any, **named: Any) -> None:  # noqa: A002
            """Nothing: tests show what they need."""

    return Handler
