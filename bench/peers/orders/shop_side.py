"""The other side of an order, written from the outside: RFC 9110, the draft of the Idempotency-Key
header, and what providers' manuals say of themselves.

POST /charges and /refunds honour an idempotency key, as payment providers do. PUT and DELETE of
/reservations/ID are idempotent by their method. POST /shipments knows no key, and GET
/shipments/REFERENCE says whether there is one, as carriers do. POST /mails knows neither. GET of
/charges/REFERENCE and /refunds/REFERENCE finds by the key too.
"""

import contextlib
import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from random import Random
from typing import Any
from urllib.parse import unquote

from tests.support.http_server import ServingThread

KEYED = frozenset({"charges", "refunds"})
EFFECTS = ("charges", "shipments", "mails", "refunds")
UNDELIVERABLE = "-undeliverable"
"""An order whose name ends so is refused by the carrier, for good."""
_SHARE = 0.3
_LONGEST_HELD_SECONDS = 60.0


class Trouble(Enum):
    """What becomes of a request that fails."""

    THROTTLED = HTTPStatus.TOO_MANY_REQUESTS
    DOWN = HTTPStatus.SERVICE_UNAVAILABLE
    BROKEN = HTTPStatus.INTERNAL_SERVER_ERROR
    LOST = "the connection is dropped before it is done"
    DONE_BAD_GATEWAY = "it is done, and answered with a 502"
    DONE_ANSWER_LOST = "it is done, and the connection is dropped"


_WRITES = tuple(Trouble)
_READS = (Trouble.THROTTLED, Trouble.DOWN, Trouble.BROKEN, Trouble.LOST)


@dataclass
class Books:
    """What was done, and what goes wrong: chosen by a seed, and the same for each number of a
    request.
    """

    seed: int
    share: float = _SHARE
    done: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    reserved: set[str] = field(default_factory=set[str])
    requests: int = 0
    failed: int = 0
    _answers: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    _found: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def trouble(self, *, is_write: bool) -> Trouble | None:
        """What becomes of the next request."""
        self.requests += 1
        chance = Random(f"{self.seed}:{self.requests}")
        if chance.random() >= self.share:
            return None
        self.failed += 1
        return chance.choice(_WRITES if is_write else _READS)

    def do(self, kind: str, order: str, *, key: str | None, body: str) -> tuple[int, str]:
        """Do what a POST asks for; the answer's status and id."""
        if kind == "shipments" and order.endswith(UNDELIVERABLE):
            return HTTPStatus.UNPROCESSABLE_ENTITY, ""
        if kind in KEYED and key is not None:
            before = self._answers.get((kind, key))
            if before is not None:
                is_same = before == body
                status = HTTPStatus.CREATED if is_same else HTTPStatus.UNPROCESSABLE_ENTITY
                return status, self._found[kind, key]
            self._answers[kind, key] = body
        self.done[kind, order] += 1
        name = f"{kind}-{self.done.total()}"
        reference = json.loads(body).get("reference", order)
        for found_by in filter(None, (key, str(reference))):
            self._found.setdefault((kind, found_by), name)
        return HTTPStatus.CREATED, name

    def find(self, kind: str, reference: str) -> tuple[int, str]:
        """What a GET finds. Nobody can ask for a mail."""
        name = self._found.get((kind, reference))
        if name is None or kind == "mails":
            return HTTPStatus.NOT_FOUND, ""
        return HTTPStatus.OK, name


class ShopSide(ServingThread):
    """The server. A request whose number is in `kills_at` is done, and then held. `asks_to_kill`
    tells whoever looks after the peer to kill it, and `is_killed` says that it is dead.
    """

    def __init__(self, seed: int, *, share: float = _SHARE) -> None:
        self.books = Books(seed, share)
        self.kills_at: set[int] = set()
        self.asks_to_kill = threading.Event()
        self.is_killed = threading.Event()
        self.guard = threading.Lock()
        super().__init__(type("Handler", (_Handler,), {"side": self}))


class _Handler(BaseHTTPRequestHandler):
    side: ShopSide

    def do_GET(self) -> None:
        kind, reference = unquote(self.path[1:]).split("/", 1)
        self._answer(is_write=False, act=lambda: self.side.books.find(kind, reference))

    def do_POST(self) -> None:
        kind = self.path[1:]
        body = self._body()
        order = str(json.loads(body)["order"])
        key = self.headers["idempotency-key"]
        self._answer(is_write=True, act=lambda: self.side.books.do(kind, order, key=key, body=body))

    def do_PUT(self) -> None:
        self._body()
        order = self.path.rpartition("/")[2]
        self._answer(is_write=True, act=lambda: self._reserve(order))

    def do_DELETE(self) -> None:
        order = self.path.rpartition("/")[2]
        self._answer(is_write=True, act=lambda: self._release(order))

    def _reserve(self, order: str) -> tuple[int, str]:
        self.side.books.reserved.add(order)
        return HTTPStatus.OK, order

    def _release(self, order: str) -> tuple[int, str]:
        self.side.books.reserved.discard(order)
        return HTTPStatus.OK, order

    def _body(self) -> str:
        return self.rfile.read(int(self.headers["content-length"] or 0)).decode()

    def _answer(self, *, is_write: bool, act: Callable[[], tuple[int, str]]) -> None:
        with self.side.guard:
            trouble = self.side.books.trouble(is_write=is_write)
            kills = self.side.books.requests in self.side.kills_at
            if kills:
                trouble = Trouble.DONE_ANSWER_LOST
            is_done = trouble in {None, Trouble.DONE_ANSWER_LOST, Trouble.DONE_BAD_GATEWAY}
            status, name = act() if is_done else (0, "")
        if kills:
            self.side.is_killed.clear()
            self.side.asks_to_kill.set()
            self.side.is_killed.wait(_LONGEST_HELD_SECONDS)
        if trouble in {Trouble.LOST, Trouble.DONE_ANSWER_LOST}:
            self.close_connection = True
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
        elif trouble is Trouble.DONE_BAD_GATEWAY:
            self._say(HTTPStatus.BAD_GATEWAY, "")
        elif trouble is not None:
            self._say(int(trouble.value), "")
        else:
            self._say(status, name)

    def _say(self, status: int, name: str) -> None:
        text = json.dumps({"id": name} if name else {}).encode()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            if status == HTTPStatus.TOO_MANY_REQUESTS:
                self.send_header("retry-after", "1")
            self.end_headers()
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Nothing: the counts say it."""
