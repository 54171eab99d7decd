"""What all local counterparts of accounting software and CRMs share: requests, answers, and what
goes wrong.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, replace
from dataclasses import field as member
from datetime import UTC, datetime
from random import Random
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# lost_before: the request never arrives. lost_after: it is done, and the answer never arrives.
# half: of a batch the first half is done, then the answer is lost. throttled: 429 with Retry-After.
# down: 503. broken: 500, after it was done. slow: done, and answered late. forgets: keys of earlier
# requests are not known any more, then it is done. denied: 403. expired: the access token is not
# taken, once.
FaultKind = Literal[
    "lost_before",
    "lost_after",
    "half",
    "throttled",
    "down",
    "broken",
    "slow",
    "forgets",
    "denied",
    "expired",
]


@dataclass
class Fault:
    """What becomes of the next requests, `times` of them, whose "METHOD /path", or operation, has
    `on` in it. `retry_after` is of a throttled one; `seconds` is how late a slow answer comes.
    """

    kind: FaultKind
    on: str = ""
    times: int = 1
    retry_after: int = 1
    seconds: float = 0.2


@dataclass(frozen=True)
class Call:
    """A request: names of headers are in small letters, `query` has the first value of each name.
    `at_once` counts the requests that are under way, with this one.
    """

    method: str
    path: str
    query: Mapping[str, str] = member(default_factory=dict[str, str])
    headers: Mapping[str, str] = member(default_factory=dict[str, str])
    body: bytes = b""
    at_once: int = 1

    @property
    def parts(self) -> list[str]:
        return [part for part in self.path.split("/") if part]

    def json(self) -> dict[str, Any]:
        """Raises ValueError: the body is no JSON object."""
        found = json.loads(self.body)
        if not isinstance(found, dict):
            raise ValueError("expected a JSON object")  # noqa: TRY004 - the body is what is wrong
        return found  # pyright: ignore[reportUnknownVariableType] - JSON


@dataclass(frozen=True)
class Answered:
    """`is_lost`: the connection is dropped instead. `late` is in seconds."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = member(default_factory=dict[str, str])
    is_lost: bool = False
    late: float = 0.0


class Unable(Exception):
    """Ends the work on a request with this answer; what was done until then is kept."""

    def __init__(self, answered: Answered) -> None:
        super().__init__(answered.status)
        self.answered = answered


class Disturbances:
    """Faults that are ordered, used up in their order, and faults by chance: `rates` has the share
    of requests.
    """

    def __init__(self) -> None:
        self.orders: list[Fault] = []
        self.rates: dict[FaultKind, float] = {}
        self.random = Random(0)  # noqa: S311 - faults by chance
        self.happened: Counter[str] = Counter()

    def next(self, what: str) -> Fault | None:
        for fault in self.orders:
            if fault.on in what:
                fault.times -= 1
                if fault.times <= 0:
                    self.orders.remove(fault)
                self.happened[fault.kind] += 1
                return fault
        drawn = self.random.random()
        for kind, rate in self.rates.items():
            if drawn < rate:
                self.happened[kind] += 1
                return Fault(kind)
            drawn -= rate
        return None

    def clear(self) -> None:
        self.orders.clear()
        self.rates.clear()


class Counterpart(ABC):
    """One provider. `name` is its part of the address. Requests come one at a time."""

    name: str

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.now = now
        self.disturbances = Disturbances()
        self.asked: Counter[str] = Counter()

    def answer(self, call: Call) -> Answered:
        """What a request comes to, with its fault."""
        what = self.what(call)
        self.asked[what] += 1
        fault = self.disturbances.next(what)
        answered = self._answer(call, fault)
        # What is answered must not change with what it shows.
        return replace(answered, body=deepcopy(answered.body))

    def _answer(self, call: Call, fault: Fault | None) -> Answered:
        kind = fault.kind if fault else None
        if fault and kind in {"lost_before", "throttled", "down", "denied", "expired"}:
            return self.undone(fault)
        if kind == "forgets":
            self.forget()
        try:
            answered = self.do(call, is_half=kind == "half")
        except Unable as error:
            answered = error.answered
        if kind == "broken":
            return Answered(500, {})
        late = fault.seconds if fault and kind == "slow" else 0.0
        return replace(answered, is_lost=kind in {"lost_after", "half"}, late=late)

    def what(self, call: Call) -> str:
        """The name of a request, for faults and counts."""
        return f"{call.method} {call.path}"

    def undone(self, fault: Fault) -> Answered:
        """The answer to a request that is not done."""
        match fault.kind:
            case "throttled":
                return Answered(429, {}, {"retry-after": str(fault.retry_after)})
            case "denied":
                return Answered(403, {})
            case "expired":
                return Answered(401, {})
            case "down":
                return Answered(503, {})
            case _:
                return Answered(is_lost=True)

    @abstractmethod
    def do(self, call: Call, *, is_half: bool) -> Answered:
        """Do it. Of a batch that `is_half`, do the first half. Raises Unable."""

    @abstractmethod
    def forget(self) -> None:
        """Know no key of an earlier request any more."""

    @abstractmethod
    def act(self, act: str, given: dict[str, Any]) -> Any:
        """Do what a person would do there, such as edit a document. Raises ValueError: there is no
        such act.
        """

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """All that it has, as JSON; `load` takes it up."""

    @abstractmethod
    def load(self, state: dict[str, Any]) -> None: ...
