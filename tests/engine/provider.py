"""Who moves the payouts' money: a server on this machine that counts by idempotency key, and that
can be held still.
"""

import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import parse_qs, urlsplit

from tests.support.http_server import Answer, LocalServer, Request

_LONGEST_HOLD_SECONDS = 120.0


Call: TypeAlias = tuple[str, int]
"""An operation and an amount."""


@dataclass
class Hold:
    """One call that stands still: where it arrived it waits, before it is done or after, until it
    is let go.
    """

    is_done_first: bool
    arrived: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)
    is_dropped: bool = False


class Provider(LocalServer):
    """POST /pay, /file and /reverse with an idempotency-key do it, once a key; GET /effects?key=
    tells of it.

    `done` counts what was done under a key, `asked` the requests to do it, `repeated` those that
    came although it was done: who repeats without asking first relies on this side's kindness;
    `looked_up` counts the questions, `dropped` the requests that were lost. An operation and an
    amount name a call before its key is known: in `refused` are those that are said no to.
    """

    def __init__(self) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.repeated: Counter[str] = Counter()
        self.looked_up: Counter[str] = Counter()
        self.dropped: Counter[str] = Counter()
        self.refused: set[Call] = set()
        self._holds: dict[Call, Hold] = {}
        self._counting = threading.Lock()

    def hold(self, call: Call, *, is_done_first: bool) -> Hold:
        """Have the next such call stand still, before it is done or after."""
        self._holds[call] = Hold(is_done_first)
        return self._holds[call]

    def drop(self, hold: Hold) -> None:
        """Let a call go whose caller is dead: what was not done is never done, as if the request
        had been lost.
        """
        hold.is_dropped = True
        hold.let_go.set()

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: a call that stands still keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        target = urlsplit(request.target)
        if request.method == "GET":
            key = parse_qs(target.query)["key"][0]
            with self._counting:
                self.looked_up[key] += 1
                return _found(key) if self.done[key] else Answer(HTTPStatus.NOT_FOUND, "{}")
        key, call = (
            request.headers["idempotency-key"],
            (target.path[1:], json.loads(request.body)["amount"]),
        )
        with self._counting:
            hold = self._holds.pop(call, None)
            self.asked[key] += 1
            if call in self.refused:
                return Answer(
                    HTTPStatus.UNPROCESSABLE_ENTITY, json.dumps({"error": "the account is closed"})
                )
            if hold is None or hold.is_done_first:
                self._do(key)
        if hold is not None:
            hold.arrived.set()
            hold.let_go.wait(_LONGEST_HOLD_SECONDS)
            if not hold.is_done_first:
                with self._counting:
                    if hold.is_dropped:
                        self.dropped[key] += 1
                    else:
                        self._do(key)
        return _found(key)

    def _do(self, key: str) -> None:
        (self.repeated if self.done[key] else self.done)[key] += 1


def _found(key: str) -> Answer:
    return Answer(content=json.dumps({"id": f"provider-{key}"}))
