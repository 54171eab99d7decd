"""A webhook's receiver on this machine, which remembers what it got."""

import json
import threading
from collections import defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any


class LocalReceiver:
    """A context manager; `ids_by_run` tells under which event ids each run was delivered, `deliveries` how often.

    `answers` are the statuses given first, one a delivery; then 204.
    """

    def __init__(self) -> None:
        self.ids_by_run: defaultdict[str, set[str]] = defaultdict(set)
        self.deliveries = 0
        self.answers: list[int] = []
        self._lock = threading.Lock()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(receiver.take(str(self.headers["webhook-id"]), body))
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
                """Nothing: tests show what they need."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/hook"

    def take(self, event_id: str, body: dict[str, Any]) -> int:
        """The status to answer a delivery with."""
        with self._lock:
            self.deliveries += 1
            self.ids_by_run[body["data"]["runId"]].add(event_id)
            return self.answers.pop(0) if self.answers else 204

    def __enter__(self) -> "LocalReceiver":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
