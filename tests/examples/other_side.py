"""The other sides of all examples: one server, which counts what it does, and often goes wrong."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from http import HTTPStatus
from random import Random
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit

from tests.support.http_server import HANGS_UP, Answer, LocalServer, Request

_SHARE: Final = 0.2
# A call waits for twenty seconds.
_SILENT_SECONDS: Final = 25.0
_LONGEST_HOLD_SECONDS: Final = 600.0
_READS: Final = "GET"
# Who sends mails, and a model that is called as anything else, know no key: the same again is done
# again.
KNOW_NO_KEY: Final = (
    "booking/mail.example/",
    "leads/mail.example/",
    "moderation/models.example/",
    "onboarding/mail.example/",
)


# Asked as a model (`run.model`), it changes nothing: the ledger of calls has what each answer cost.
MODELS: Final = "agent/models.example/"
Gives: TypeAlias = Callable[[Any], Mapping[str, Any]]
"""What is answered to a request, by its body."""


class Trouble(Enum):
    """What it does with a request instead of answering it."""

    THROTTLED = "it asks to come again"
    DOWN = "it is down"
    REQUEST_LOST = "the request is lost"
    BAD_GATEWAY = "it is done, and answered with a 502"
    ANSWER_LOST = "it is done, and the answer is lost"
    SILENT = "it is done, and nobody answers in time"


_BEFORE: Final = (Trouble.THROTTLED, Trouble.DOWN, Trouble.REQUEST_LOST)
# Silence is dear, so it is rare.
_BEHIND: Final = (Trouble.BAD_GATEWAY, Trouble.ANSWER_LOST)
_SHARE_OF_SILENCE: Final = 0.1


@dataclass(frozen=True)
class Effect:
    """One thing that was done: at an address without the server's own, for a request's key."""

    method: str
    address: str
    key: str
    body: Any

    @property
    def knows_no_key(self) -> bool:
        """Whether the same again was done again."""
        return self.address.startswith(KNOW_NO_KEY)


@dataclass
class Trap:
    """Where the requests of an example's run stand still: the `turn`th, before it is done or
    behind it. Its caller dies meanwhile.
    """

    turn: int
    is_done_first: bool
    has_come: threading.Event = field(default_factory=threading.Event)

    @property
    def says(self) -> str:
        """Where it is, for the report."""
        side = "before"
        if self.is_done_first:
            side = "behind"
        return f"{side} request {self.turn}"


class OtherSides(LocalServer):
    """The first part of a path is the example whose run asks.

    `pages` are what it has for a GET, and `gives` what it answers to what is done there besides an
    `id`, both by address. Since `forget`: `effects` is all that was done, in its order, `answered`
    how often a model was, and `repeated` the keys of what came again although it was done, which
    the key alone held off.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.pages: dict[str, Any] = {}
        self.gives: dict[str, Gives] = {}
        self.effects: list[Effect] = []
        self.repeated: Counter[str] = Counter()
        self.answered = 0
        self.troubles: Counter[Trouble] = Counter()
        self.requests = 0
        self._seed = seed
        self._chances: dict[str, Random] = {}
        self._known: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._put: dict[str, Any] = {}
        self._traps: dict[str, Trap] = {}
        self._deaths = threading.Event()
        self._changing = threading.Lock()

    def aim(self, traps: Mapping[str, Trap]) -> None:
        """Where each example's run is to stand still."""
        with self._changing:
            self._deaths.clear()
            self._traps = dict(traps)

    def let_go(self) -> None:
        """Those who called are dead: what stands still goes on without them."""
        with self._changing:
            self._traps = {}
            self._deaths.set()

    def forget(self) -> None:
        """A round begins: what was done before is counted no more."""
        with self._changing:
            self.effects = []
            self.repeated = Counter()
            self.answered = 0

    def answer_alone(self, request: Request) -> Answer:
        """As `answer`: one that stands still keeps no other from being answered."""
        return self.answer(request)

    def answer(self, request: Request) -> Answer:
        address = request.target.lstrip("/")
        example = address.partition("/")[0]
        with self._changing:
            self.requests += 1
            trap = self._trap_of(example)
            trouble = None
            if trap is None:
                trouble = self._trouble_of(example, request.method)
            if trouble is not None:
                self.troubles[trouble] += 1
        if trap is not None:
            return self._stand_still(trap, request, address)
        if trouble in _BEFORE:
            return _refusal(trouble)
        answer = self._done(request, address)
        if trouble is Trouble.BAD_GATEWAY:
            return Answer(HTTPStatus.BAD_GATEWAY)
        if trouble is Trouble.ANSWER_LOST:
            return HANGS_UP
        if trouble is Trouble.SILENT:
            self._deaths.wait(_SILENT_SECONDS)
            return HANGS_UP
        return answer

    def _trap_of(self, example: str) -> Trap | None:
        trap = self._traps.get(example)
        if trap is None:
            return None
        trap.turn -= 1
        if trap.turn > 0:
            return None
        # What comes beside it, or behind it, stands still too.
        return trap

    def _stand_still(self, trap: Trap, request: Request, address: str) -> Answer:
        if trap.is_done_first:
            self._done(request, address)
        trap.has_come.set()
        self._deaths.wait(_LONGEST_HOLD_SECONDS)
        return HANGS_UP

    def _trouble_of(self, example: str, method: str) -> Trouble | None:
        """By chance, of its own for each example: how their requests mingle changes nothing."""
        chance = self._chances.setdefault(example, Random(f"{self._seed} {example}"))
        if chance.random() >= _SHARE:
            return None
        if method == _READS:
            return chance.choice(_BEFORE)
        if chance.random() < _SHARE_OF_SILENCE:
            return Trouble.SILENT
        return chance.choice((*_BEFORE, *_BEHIND))

    def _done(self, request: Request, address: str) -> Answer:
        with self._changing:
            if request.method == _READS:
                return self._found(address)
            return self._do(request, address)

    def _do(self, request: Request, address: str) -> Answer:
        """Do it, unless it was done under its key."""
        key = request.headers.get("idempotency-key", "")
        body = json.loads(request.body) if request.body else None
        gives = self.gives.get(address, _gives_nothing)(body)
        if address.startswith(MODELS):
            self.answered += 1
            return Answer(content=json.dumps(gives))
        effect = Effect(request.method, address, key, body)
        known = None
        if not effect.knows_no_key:
            known = self._known.get((request.method, address, key))
        if known is None:
            self.effects.append(effect)
            known = {"id": f"id-{len(self._known) + 1}", **gives}
            self._known[request.method, address, key] = known
        else:
            self.repeated[key] += 1
        if request.method == "DELETE":
            self._put.pop(address, None)
            return Answer(HTTPStatus.NO_CONTENT)
        if request.method != "POST":
            self._put[address] = body
            return Answer(content=json.dumps(known))
        return Answer(HTTPStatus.CREATED, json.dumps(known))

    def _found(self, address: str) -> Answer:
        """A page, or what was put there, or what it knows by a key or an id."""
        if address in self.pages:
            return Answer(content=json.dumps(self.pages[address]))
        if address in self._put:
            return Answer(content=json.dumps(self._put[address]))
        place, _, last = urlsplit(address).path.rpartition("/")
        # A key may have a stroke of its own, so it is read when it stands alone.
        name = unquote(last)
        for (_, known_place, key), gave in self._known.items():
            if known_place == place and name in {unquote(key), gave["id"]}:
                return Answer(content=json.dumps(gave))
        return Answer(HTTPStatus.NOT_FOUND, "{}")


def _gives_nothing(_body: Any) -> Mapping[str, Any]:
    return {}


def _refusal(trouble: Trouble | None) -> Answer:
    """What is answered where nothing was done."""
    if trouble is Trouble.THROTTLED:
        return Answer(HTTPStatus.TOO_MANY_REQUESTS, headers={"retry-after": "1"})
    if trouble is Trouble.DOWN:
        return Answer(HTTPStatus.SERVICE_UNAVAILABLE)
    return HANGS_UP
