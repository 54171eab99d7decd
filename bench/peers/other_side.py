"""The other side of an order: it charges, sends notices and refunds over HTTP, counts what it did,
and fails when told.

POST /charges, /notices, /refunds with {"reference"} do it; GET the same with /REFERENCE says
whether it was done: 200 or 404. It honours the header `idempotency-key`, or knows no such thing.
"""

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from typing import Any, NamedTuple
from urllib.parse import unquote

from tests.support.http_server import ServingThread

EFFECTS = ("charges", "notices", "refunds")


class Fault(Enum):
    """What becomes of a request, once. The values say it in the table."""

    KILL_BEFORE = "killed before it"
    KILL_DONE = "killed when it is done, before the answer"
    KILL_ANSWERED = "killed at the answer"
    LOSE = "its answer is lost"
    REFUSE = "refused"
    REFUSE_ALWAYS = "refused, however often"

    @property
    def kills(self) -> bool:
        return self in {Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.KILL_ANSWERED}


class Done(NamedTuple):
    """One effect: of which kind, for which order."""

    effect: str
    reference: str


@dataclass
class Ledger:
    """What was done, without the server around it.

    Attributes:
        knows_keys: whether a request under a key that was seen is answered again, and not done
            again.
        done: how often each effect was done.
        faults: what becomes of the next request for an effect.
    """

    knows_keys: bool
    done: Counter[Done] = field(default_factory=Counter[Done])
    faults: dict[Done, list[Fault]] = field(default_factory=dict[Done, list[Fault]])
    _seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    def plan(self, effect: Done, *faults: Fault) -> None:
        """What becomes of the next requests for this effect, one after the other."""
        self.faults[effect] = list(faults)

    def fault(self, effect: Done) -> Fault | None:
        """What becomes of this request."""
        planned = self.faults.get(effect, [])
        if not planned:
            return None
        return planned[0] if planned[0] is Fault.REFUSE_ALWAYS else planned.pop(0)

    def do(self, effect: Done, key: str | None) -> None:
        """Do it, unless it was done under this key."""
        if self.knows_keys and key is not None:
            if (effect.effect, key) in self._seen:
                return
            self._seen.add((effect.effect, key))
        self.done[effect] += 1


class OtherSide(ServingThread):
    """The server; `kill` is called where a fault kills the caller, and returns when it is dead."""

    def __init__(self, *, knows_keys: bool) -> None:
        self.ledger = Ledger(knows_keys)
        self.kill: Callable[[], None] = lambda: None
        self.guard = threading.Lock()
        super().__init__(_handler_of(self))


def _handler_of(side: OtherSide) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            effect, reference = self.path[1:].split("/", 1)
            with side.guard:
                is_done = side.ledger.done[Done(effect, unquote(reference))] > 0
            self._say(
                HTTPStatus.OK if is_done else HTTPStatus.NOT_FOUND, {"id": f"{effect}-{reference}"}
            )

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            effect = Done(self.path[1:], str(body["reference"]))
            with side.guard:
                fault = side.ledger.fault(effect)
                if fault not in {Fault.KILL_BEFORE, Fault.REFUSE, Fault.REFUSE_ALWAYS}:
                    side.ledger.do(effect, self.headers["idempotency-key"])
            if fault in {Fault.REFUSE, Fault.REFUSE_ALWAYS}:
                self._say(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": "refused"})
            elif fault in {None, Fault.KILL_ANSWERED}:
                self._say(HTTPStatus.OK, {"id": f"{effect.effect}-{effect.reference}"})
            if fault is not None and fault.kills:
                side.kill()
            if fault in {Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.LOSE}:
                self.close_connection = True  # without an answer

        def _say(self, status: HTTPStatus, content: dict[str, str]) -> None:
            text = json.dumps(content).encode()
            # who asked may be dead by now
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
            """Nothing: the counts say it."""

    return Handler
