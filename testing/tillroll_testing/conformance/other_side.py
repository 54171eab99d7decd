"""The other side of all workflows: it does what it is asked over HTTP, writes down all that it saw,
and goes wrong as planned.

A fault may kill the engine: before a request is done, when it is done and not answered, or once it
is answered.
"""

import contextlib
import json
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, NamedTuple, Self
from urllib.parse import unquote

from tillroll_testing.conformance.workflows import FOUND, KEYED, QUOTES

REASON: Final = "sold out since Tuesday"
"""Why it says no. A run that failed for this reason has to say it."""
_LONGEST_HOLD_SECONDS: Final = 600.0
_POLL_SECONDS: Final = 0.01


class Fault(Enum):
    """What becomes of a request in place of an answer. The values say it in a report."""

    KILL_BEFORE = "killed before it"
    KILL_DONE = "killed when it is done and not answered"
    KILL_ANSWERED = "killed at its answer"
    LOSE_ANSWER = "done, and the answer is lost"
    DOWN = "answered by 503"
    REFUSE = "refused"
    HOLD = "held until it is let go"

    @property
    def kills(self) -> bool:
        """Whether the engine dies of it."""
        return self in {Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.KILL_ANSWERED}


_NOT_DONE: Final = frozenset({Fault.KILL_BEFORE, Fault.DOWN, Fault.REFUSE})
_HUNG_UP: Final = frozenset({Fault.KILL_BEFORE, Fault.KILL_DONE, Fault.LOSE_ANSWER})


class Did(StrEnum):
    """What the other side did at a request."""

    DONE = "done"
    KNOWN = "known by its key"
    NOTHING = "nothing"
    FOUND = "found"
    NOT_FOUND = "not found"


class Effect(NamedTuple):
    """An effect, by its kind and its run."""

    name: str
    run: str


@dataclass(frozen=True)
class Entry:
    """One request, in the order in which they came."""

    method: str
    effect: Effect
    key: str
    body: str
    did: Did


@dataclass
class Plan:
    """What becomes of the requests for an effect: of the first ones, and of all behind these."""

    first: list[Fault] = field(default_factory=list[Fault])
    always: Fault | None = None
    is_silent_when_asked: bool = False

    def next(self) -> Fault | None:
        """What becomes of the next one."""
        if self.first:
            return self.first.pop(0)
        return self.always


class Books:
    """What was asked and done, without the server around it."""

    def __init__(self) -> None:
        self.history: list[Entry] = []
        self._plans: dict[Effect, Plan] = {}
        self._known: set[tuple[str, str]] = set()
        self._found: set[tuple[str, str]] = set()
        self._quotes: Counter[str] = Counter()

    def plan(
        self,
        effect: Effect,
        *first: Fault,
        always: Fault | None = None,
        is_silent_when_asked: bool = False,
    ) -> None:
        """Say what becomes of the next requests. `is_silent_when_asked`: a question
        whether it was done is answered by 503.
        """
        self._plans[effect] = Plan([*first], always, is_silent_when_asked)

    def fault(self, effect: Effect) -> Fault | None:
        """What becomes of this request."""
        plan = self._plans.get(effect)
        if plan is None:
            return None
        return plan.next()

    def count(self, name: str, run: str) -> int:
        """How often an effect was done for a run."""
        return len([each for each in self.of(name, run) if each.did is Did.DONE])

    def of(self, name: str, run: str) -> list[Entry]:
        """The requests for an effect of a run."""
        return [each for each in self.history if each.effect == Effect(name, run)]

    def of_run(self, run: str) -> list[Entry]:
        """The requests of a run."""
        return [each for each in self.history if each.effect.run == run]

    def note(self, effect: Effect, *, key: str, body: str, is_done: bool) -> None:
        """Write a POST down, and do it unless it was done under this key."""
        did = Did.NOTHING
        if is_done:
            did = self._do(effect, key)
        self.history.append(Entry("POST", effect, key, body, did))

    def _do(self, effect: Effect, key: str) -> Did:
        if effect.name in KEYED and key:
            if (effect.name, key) in self._known:
                return Did.KNOWN
            self._known.add((effect.name, key))
            self._found.add((effect.name, key))
        if effect.name in FOUND:
            self._found.add((effect.name, effect.run))
        return Did.DONE

    def ask(self, name: str, found_by: str) -> tuple[int, dict[str, Any]]:
        """Answer a GET."""
        effect = Effect(name, found_by)
        if name == QUOTES:
            self._quotes[found_by] += 1
            self.history.append(Entry("GET", effect, "", "", Did.FOUND))
            return HTTPStatus.OK, {"id": found_by, "amount": 100 * self._quotes[found_by]}
        run = self._run_of(name, found_by)
        plan = self._plans.get(Effect(name, run))
        did = Did.NOT_FOUND
        if (name, found_by) in self._found:
            did = Did.FOUND
        if plan is not None and plan.is_silent_when_asked:
            did = Did.NOTHING
        self.history.append(Entry("GET", Effect(name, run), "", "", did))
        if did is Did.NOTHING:
            return HTTPStatus.SERVICE_UNAVAILABLE, {"error": "nobody can say"}
        if did is Did.NOT_FOUND:
            return HTTPStatus.NOT_FOUND, {"error": "there is no such thing"}
        return HTTPStatus.OK, {"id": f"{name}-{run}"}

    def _run_of(self, name: str, found_by: str) -> str:
        """The run whose effect is asked for, by its key or by its name."""
        for each in self.history:
            if each.effect.name == name and each.key == found_by:
                return each.effect.run
        return found_by


class OtherSide:
    """The server. `kill` is called where a fault kills the engine, and returns when it is dead."""

    def __init__(self) -> None:
        self.books = Books()
        self.kill: Callable[[], None] = lambda: None
        self.kills = 0
        self.is_killed = threading.Event()
        self.guard = threading.Lock()
        self._has_come: dict[Effect, threading.Event] = {}
        self._is_let_go: dict[Effect, threading.Event] = {}
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"side": self})
        )
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

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def has_come(self, effect: Effect) -> threading.Event:
        """Set when the effect was asked for."""
        return self._has_come.setdefault(effect, threading.Event())

    def let_go(self, effects: Sequence[Effect]) -> None:
        """Answer what is held."""
        for each in effects:
            self.gate(each).set()

    def gate(self, effect: Effect) -> threading.Event:
        """Set when what is held may be answered."""
        return self._is_let_go.setdefault(effect, threading.Event())

    def die(self) -> None:
        """Kill the engine, and tell the stage."""
        self.kill()
        with self.guard:
            self.kills += 1
        self.is_killed.set()

    def hold(self, effect: Effect) -> None:
        """Wait until it is let go."""
        self.gate(effect).wait(_LONGEST_HOLD_SECONDS)


class _Handler(BaseHTTPRequestHandler):
    """`side` is given by a class below this one."""

    side: OtherSide

    def do_GET(self) -> None:
        name, found_by = unquote(self.path[1:]).split("/", 1)
        with self.side.guard:
            status, content = self.side.books.ask(name, found_by)
        self._say(status, content)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"] or 0)).decode()
        effect = Effect(self.path[1:], str(json.loads(body)["run"]))
        key = self.headers["idempotency-key"] or ""
        with self.side.guard:
            fault = self.side.books.fault(effect)
            is_done = fault not in _NOT_DONE
            self.side.books.note(effect, key=key, body=body, is_done=is_done)
        self.side.has_come(effect).set()
        if fault is Fault.HOLD:
            self.side.hold(effect)
        if fault in {Fault.KILL_BEFORE, Fault.KILL_DONE}:
            self.side.die()
        if fault in _HUNG_UP:
            self.close_connection = True
            return
        self._answer(effect, fault)
        if fault is Fault.KILL_ANSWERED:
            self.side.die()

    def _answer(self, effect: Effect, fault: Fault | None) -> None:
        if fault is Fault.REFUSE:
            self._say(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": REASON})
        elif fault is Fault.DOWN:
            self._say(HTTPStatus.SERVICE_UNAVAILABLE, {"error": "down"})
        else:
            self._say(HTTPStatus.OK, {"id": f"{effect.name}-{effect.run}"})

    def _say(self, status: int, content: dict[str, Any]) -> None:
        text = json.dumps(content).encode()
        # Who asked may be dead by now.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's own name
        """Nothing: the history says it."""
