"""The local accounting software and CRM over HTTP. A file keeps what they have, so a start after a
kill knows it.

    /{name}/…               the provider's own requests
    GET /                   the names
    GET /{name}/_/state     all that it has
    POST /{name}/_/acts     {"act": …, …}: what a person would do there, such as edit a document
    POST /{name}/_/faults   order what becomes of the next requests
    PUT /{name}/_/rates     {"lost_after": 0.1, …}: the same by chance; `seed` begins anew
    DELETE /{name}/_/faults take all of these back

A dropped connection is dropped: no answer is sent.
"""

import json
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from local.books.counterpart import Answered, Call, Counterpart, Fault, FaultKind
from local.serving import LOOPBACK
from tillroll_local.files import write_private

_POLL_SECONDS = 0.02
_HOSTS = {LOOPBACK, "localhost"}


class BooksServer:
    """Serves counterparts at one port. `port` 0 takes a free one. Without a `file`, an end forgets
    all.
    """

    def __init__(
        self, port: int, counterparts: Sequence[Counterpart], file: Path | None = None
    ) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._under_way: Counter[str] = Counter()
        self._counterparts = {each.name: each for each in counterparts}
        if file and file.exists():
            for name, state in json.loads(file.read_text(encoding="utf-8")).items():
                if name in self._counterparts:
                    self._counterparts[name].load(state)
        self._server = _Server((LOOPBACK, port), _handler_of(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_POLL_SECONDS,), daemon=True
        )

    @property
    def url(self) -> str:
        """Without a path."""
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def start(self) -> None:
        """Serve, and return once it does."""
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answered:
        """What a request comes to; slow answers are late here."""
        parts = urlsplit(target)
        name, _, path = parts.path.lstrip("/").partition("/")
        if not name:
            return Answered(200, {"data": sorted(self._counterparts)})
        counterpart = self._counterparts.get(name)
        if counterpart is None:
            return Answered(404, {})
        if path.startswith("_/"):
            with self._lock:
                answered = _ordered(counterpart, method, path.removeprefix("_/"), body)
                self._keep(method)
            return answered
        query = {
            name: values[0]
            for name, values in parse_qs(parts.query, keep_blank_values=True).items()
        }
        with self._lock:
            self._under_way[name] += 1
            at_once = self._under_way[name]
        try:
            call = Call(method, f"/{unquote(path)}", query, headers, body, at_once)
            with self._lock:
                answered = counterpart.answer(call)
                self._keep(method)
            time.sleep(answered.late)
            return answered
        finally:
            with self._lock:
                self._under_way[name] -= 1

    def _keep(self, method: str) -> None:
        if self._file and method != "GET":
            kept = {name: each.state() for name, each in self._counterparts.items()}
            write_private(self._file, json.dumps(kept))


def _ordered(counterpart: Counterpart, method: str, path: str, body: bytes) -> Answered:
    disturbances = counterpart.disturbances
    try:
        match method, path:
            case "GET", "state":
                asked = {"asked": dict(counterpart.asked), "happened": dict(disturbances.happened)}
                return Answered(200, {**counterpart.state(), **asked})
            case "POST", "acts":
                given = _object(body)
                return Answered(200, {"done": counterpart.act(str(given.pop("act", "")), given)})
            case "POST", "faults":
                disturbances.orders.append(TypeAdapter(Fault).validate_json(body))
            case "PUT", "rates":
                rates = _object(body)
                # Faults by chance.
                disturbances.random = Random(int(rates.pop("seed", 0)))  # noqa: S311
                disturbances.rates = TypeAdapter(dict[FaultKind, float]).validate_python(rates)
            case "DELETE", "faults":
                disturbances.clear()
            case _:
                return Answered(404, {})
    except (ValidationError, ValueError, KeyError, TypeError) as error:
        return Answered(422, {"error": str(error)})
    return Answered(204)


def _object(body: bytes) -> dict[str, Any]:
    return TypeAdapter(dict[str, Any]).validate_json(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A target that is synced asks in bursts.
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that is gone is none of this server's errors; another error ends that request
        alone.
        """


def _handler_of(server: BooksServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one_request(self) -> None:
            try:
                self.raw_requestline = self.rfile.readline(65537)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                self._answer()
            except (ConnectionError, TimeoutError):
                self.close_connection = True

        def _answer(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            host = headers.get("host", "").partition(":")[0]
            body = self.rfile.read(int(headers.get("content-length") or 0))
            answered = (
                server.answer(self.command, self.path, headers, body)
                if host in _HOSTS
                else Answered(400, {})
            )
            if answered.is_lost:
                self._drop()
                return
            content = _content(answered.body)
            self.send_response(answered.status)
            given = {
                "content-type": "application/json",
                **answered.headers,
                "content-length": str(len(content)),
            }
            for name, value in given.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
            self.wfile.flush()

        def _drop(self) -> None:
            """With a reset, as a cable that is cut."""
            self.close_connection = True
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
            """Nothing: `state` shows what was asked."""

    return Handler


def _content(body: Any) -> bytes:
    if body is None:
        return b""
    return body if isinstance(body, bytes) else json.dumps(body).encode()
