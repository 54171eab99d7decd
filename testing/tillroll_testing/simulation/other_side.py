"""Another side over HTTP, as an author's world has it: it does a thing once by its idempotency key,
says what it has done, and goes wrong as others do.

A right workflow is not told apart by what this side is sent, but by what it did for it:
`invariants/of_elsewhere.py`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Final, cast
from urllib.parse import unquote, urldefrag

from tillroll_durable.audit import HAS_KEY
from tillroll_durable.idempotency.keys import InvalidKey, read_key
from tillroll_durable.platform.bindings.database import integer, statement, text
from tillroll_durable.platform.bindings.http import Http, HttpAnswer, HttpFailed
from tillroll_durable.platform.json import Json, JsonObject, dump, load
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import ATTEMPT, Attempt, Faults
from tillroll_testing.simulation.search import Search, posted

_KEY: Final = re.compile(r"idempot", re.IGNORECASE)
_RETRY_AFTER_SECONDS: Final = 90
_DOWN_FOR: Final = 8
_BAD_GATEWAY: Final = 502
_BAD_REQUEST: Final = 400
# The key was used for another request.
_OTHER_REQUEST: Final = 422
BEFORE: Final = "other side: before the "
READS: Final = "GET"


class Trouble(Enum):
    """What the other side does with a request instead of answering it. Where it is a number, it
    answers with that.
    """

    REFUSED = 422
    NOT_FOUND = 404
    NOT_LET_IN = 401
    THROTTLED = 429
    DOWN = 503
    REQUEST_LOST = "the request is lost"
    BAD_GATEWAY = "it is done, and answered with a 502"
    ANSWER_LOST = "it is done, and the answer is lost"
    ANSWERS_LOST = "it is done, and the answer is lost, and the next one"
    LATE = "it is done later than anybody waits for it"
    TWICE = "the request comes twice"

    @property
    def is_late(self) -> bool:
        """Whether something happens here that no attempt could know of."""
        return self in {Trouble.LATE, Trouble.TWICE}


OFTEN: Final = (
    Trouble.THROTTLED,
    Trouble.REQUEST_LOST,
    Trouble.BAD_GATEWAY,
    Trouble.ANSWER_LOST,
    Trouble.TWICE,
)
"""What goes wrong where `fail_often` is asked for: before a request is done, and behind it."""
_SHARE_OF_OFTEN: Final = 0.3


@dataclass
class Request:
    """What came. `key` is that of its header; `status` what it was answered with, None where no
    answer came; it `is_done` where its effect stands, and `did` where it was the first to do it.
    `sends` is how often its intent was written down when it came. `header` is what carried the key,
    None where something else did. `fault` says what is wrong with the request itself. It
    `is_repeat` where the network doubled the one before.
    """

    attempt: Attempt | None
    method: str
    url: str
    body: str
    key: str | None
    sends: int
    header: str | None = None
    status: int | None = None
    fault: str | None = None
    is_done: bool = False
    did: bool = False
    gave: JsonObject | None = None
    is_repeat: bool = False

    @property
    def is_write(self) -> bool:
        return self.method != READS

    @property
    def what(self) -> str:
        return f"{self.method} {self.url}"

    @property
    def content(self) -> Json:
        """The body as one that compares requests has it: JSON, however it is written."""
        try:
            return load(self.body)
        except ValueError:
            return self.body

    def has_other_content(self, before: "Request") -> bool:
        """Whether it asks for something else than one that came before under its key."""
        is_by_key = self.header is not None or self.method == "POST"
        return is_by_key and self.content != before.content


@dataclass(frozen=True)
class _Known:
    """What was done under a key: by which request, and what it gives for that."""

    request: Request
    gives: JsonObject


class OtherSide:
    """`pages` are what it has for a GET, as JSON, by address. `gives` is what an address answers to
    what is done there, besides an `id`. `world.other_side` is a world's own; `requests` is what
    came to it, in order. An address in `knows_no_key` does a POST each time that it comes, as most
    do; one that is given to `search` is such an address, too. What is sent to one in
    `may_come_twice` had better come twice than never: a message, or what no key protects from a
    network that doubles a request. An address in `wants_quoted_key` takes the header's key as the
    quoted string of the Idempotency-Key draft; all others take it bare. `refuses` has the status by
    which an address says no to what would change something there, such as 402 for a declined card.
    """

    def __init__(
        self,
        faults: Faults,
        *,
        database: SqliteDatabase,
        clock: ManualClock,
        webhooks: Http,
        webhook_url: str,
    ) -> None:
        self.pages: dict[str, object] = {}
        self.gives: dict[str, JsonObject] = {}
        self.refuses: dict[str, int] = {}
        self.requests: list[Request] = []
        # Addresses whose POSTs know no key, and those where one thing may be done twice.
        self.knows_no_key: set[str] = set()
        self.may_come_twice: set[str] = set()
        self.wants_quoted_key: set[str] = set()
        self.fails_often = False
        # What goes wrong with the request that comes to this point, and what has gone wrong so far.
        self.trouble: Trouble | None = None
        self.troubles: list[Trouble] = []
        self._faults = faults
        self._database = database
        self._webhooks = webhooks
        self._webhook_url = webhook_url
        self._known: dict[tuple[str, str], _Known] = {}
        self._put: dict[str, str] = {}
        self._searches: dict[str, Search] = {}
        # What is late, and when it comes: once its sender has given up.
        self._later: list[tuple[datetime, Callable[[], object]]] = []
        self._clock = clock
        self._down_for = self._silent_for = self._rest = self._number = 0

    def fail_often(self, seed: int) -> None:
        """From now on, thirty of a hundred requests go wrong, each by one of OFTEN. The seed says
        which.
        """
        chance = Random(f"seed {seed}")
        self.fails_often = True

        def hear(point: str) -> None:
            if point.startswith(BEFORE) and chance.random() < _SHARE_OF_OFTEN:
                self.trouble = chance.choice(OFTEN)

        self._faults.hear = hear

    def search(self, url: str, *, by: str, at: str = "items", parameter: str = "") -> None:
        """From now on, what POSTs to an address have done is found by a GET of it with a query,
        such as `?mail=ann@x.example`; and the address knows no key.

        `by` is the member of what was posted that is searched, "mail" or "customer.mail". `at` is
        where the list stands in the answer, "" where it is the answer. `parameter` is the query's,
        where it has another name than the member.
        """
        name = parameter or by.rpartition(".")[2]
        self._searches[url] = Search(by, at, name)
        self.knows_no_key.add(url)

    def done_at(self, url: str) -> int:
        """How many things it has done for a POST to an address. At one in `may_come_twice`, what a
        step has sent counts once, however often it came.
        """
        did = [
            each for each in self.requests if each.did and each.url == url and each.method == "POST"
        ]
        if url not in self.may_come_twice:
            return len(did)
        of_steps = {
            (each.attempt.run, each.attempt.step, each.body) for each in did if each.attempt
        }
        return len(of_steps) + sum(each.attempt is None for each in did)

    def deleted_below(self, url: str) -> int:
        """How many things it has deleted whose addresses begin so."""
        begin = f"{url}/"
        deleted = [each for each in self.requests if each.method == "DELETE" and each.did]
        return sum(each.url.startswith(begin) for each in deleted)

    async def get(
        self,
        url: str,
        timeout_seconds: float,
        max_bytes: int,
        headers: Mapping[str, str] | None = None,
    ) -> HttpAnswer:
        if url.startswith(self._webhook_url):
            return await self._webhooks.get(url, timeout_seconds, max_bytes, headers)
        return await self._asked(READS, url, headers or {}, "", within=timeout_seconds)

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        if url.startswith(self._webhook_url):
            return await self._webhooks.post(url, headers, body, timeout_seconds)
        return await self._asked("POST", url, headers, body, within=timeout_seconds)

    async def put(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self._asked("PUT", url, headers, body, within=timeout_seconds)

    async def patch(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        return await self._asked("PATCH", url, headers, body, within=timeout_seconds)

    async def delete(
        self, url: str, headers: Mapping[str, str], timeout_seconds: float, **_limits: int
    ) -> HttpAnswer:
        return await self._asked("DELETE", url, headers, "", within=timeout_seconds)

    def catch_up(self) -> None:
        """What was late happens now."""
        later = self._later
        self._later = []
        for _, act in later:
            act()

    def _let_come(self) -> None:
        """What is due happens."""
        now = self._clock.now()
        due = [act for at, act in self._later if at <= now]
        self._later = [(at, act) for at, act in self._later if at > now]
        for act in due:
            act()

    def rest(self) -> int:
        """How long it was asked to be left alone for, in seconds; 0 once that was asked."""
        seconds, self._rest = self._rest, 0
        return seconds

    async def _asked(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: str,
        *,
        within: float,
    ) -> HttpAnswer:
        attempt = ATTEMPT.get()
        header = next((value for name, value in headers.items() if _KEY.search(name)), None)
        key = header
        if header is None:
            key = self._key_within(attempt, f"{url} {body} {' '.join(headers.values())}")
        request = Request(attempt, method, url, body, key, self._sends(attempt), header)
        if header is not None:
            self._read_header(request, header)
        self.requests.append(request)
        await self._faults.point(f"{BEFORE}{method}")
        self._let_come()
        trouble, self.trouble = self.trouble, None
        if trouble is not None:
            self.troubles.append(trouble)
            self._down_for = _DOWN_FOR if trouble is Trouble.DOWN else 0
            self._silent_for = int(trouble is Trouble.ANSWERS_LOST)
            self._faults.hear(f"other side: {trouble.name.lower().replace('_', ' ')}")
        elif request.is_write:
            self.catch_up()
        answer = self._answer(request, trouble, within)
        if request.is_write:
            await self._faults.point(f"other side: after the {method}")
        if answer is None:
            raise HttpFailed(f"no answer came from {url}")
        request.status = answer.status
        return answer

    def _read_header(self, request: Request, header: str) -> None:
        """The key as its header carries it, in the form that the address takes."""
        try:
            key = read_key(header)
        except InvalidKey:
            key = header
        is_quoted = key != header
        wants_quoted = request.url in self.wants_quoted_key
        request.key = key
        if is_quoted and not wants_quoted:
            request.fault = (
                f"sends its key as a quoted string, {header}, and {request.url} takes it bare: "
                "leave out `key_form`; or say `world.other_side.wants_quoted_key.add(URL)`, if "
                "that address does want it quoted"
            )
        if wants_quoted and not is_quoted:
            request.fault = (
                f"sends its key bare, {header}, and {request.url} takes a quoted string: give the "
                'call `key_form="quoted"`'
            )

    def _answer(
        self,
        request: Request,
        trouble: Trouble | None,
        within: float,
    ) -> HttpAnswer | None:
        """What becomes of a request; None where no answer comes."""
        trouble = trouble or self._what_goes_on()
        if trouble is not None and isinstance(trouble.value, int):
            return self._turned_away(trouble, trouble.value)
        if trouble in {Trouble.REQUEST_LOST, Trouble.LATE}:
            if trouble is Trouble.LATE:
                at = self._clock.now() + timedelta(seconds=within)
                self._later.append((at, lambda: self._do(request)))
            return None
        if not request.is_write:
            return self._found(request)
        answer = self._do(request)
        if trouble is Trouble.TWICE:
            self._repeat(request)
        if trouble is Trouble.BAD_GATEWAY:
            return HttpAnswer(_BAD_GATEWAY, "")
        return None if trouble in {Trouble.ANSWER_LOST, Trouble.ANSWERS_LOST} else answer

    def _what_goes_on(self) -> Trouble | None:
        """What goes on from a request before."""
        if self._silent_for:
            self._silent_for -= 1
            return Trouble.REQUEST_LOST
        if self._down_for:
            self._down_for -= 1
            return Trouble.DOWN
        return None

    def _turned_away(self, trouble: Trouble, status: int) -> HttpAnswer:
        if trouble is not Trouble.THROTTLED:
            return HttpAnswer(status, "")
        self._rest = _RETRY_AFTER_SECONDS
        return HttpAnswer(status, "", retry_after=str(_RETRY_AFTER_SECONDS))

    def _repeat(self, request: Request) -> None:
        """The same request comes once more."""
        again = replace(request, status=None, is_done=False, did=False, gave=None, is_repeat=True)
        self.requests.append(again)
        again.status = self._do(again).status

    def _do(self, request: Request) -> HttpAnswer:
        """Do it, unless it was done under its key; the same PUT or DELETE again changes nothing.
        Another request under a key that is known is refused, as the draft of the header has it.
        """
        if request.fault is not None:
            return HttpAnswer(_BAD_REQUEST, "")
        if request.url in self.refuses:
            return HttpAnswer(self.refuses[request.url], "")
        # A PUT, a PATCH and a DELETE name what they change, so without a key they are the same
        # again.
        by = request.key
        if by is None and request.method != "POST":
            by = f"{request.method} {request.body}"
        known = None if by is None else self._known.get((request.url, by))
        if request.method == "POST" and request.url in self.knows_no_key:
            known = None
        if known is not None and request.has_other_content(known.request):
            request.fault = (
                f"sends something else under the same key to {request.url}, and is refused: make "
                "what it sends of the step's inputs alone, of no clock and no chance. It sent "
                f"{known.request.body!r} before, and now {request.body!r}"
            )
            return HttpAnswer(_OTHER_REQUEST, "")
        request.is_done = True
        if known is None:
            request.did = True
            self._number += 1
            gives: JsonObject = {"id": f"id-{self._number}", **self.gives.get(request.url, {})}
            known = _Known(request, gives)
            self._known[request.url, by or f"number {self._number}"] = known
        request.gave = known.gives
        if request.method == "DELETE":
            self._put.pop(request.url, None)
            return HttpAnswer(204, "")
        if request.method != "POST":
            self._put[request.url] = request.body
        return HttpAnswer(201 if request.method == "POST" else 200, dump(known.gives))

    def _found(self, request: Request) -> HttpAnswer:
        """A page, or what it knows: for a look-up within a list or a member, in that shape. The
        address's fragment says where.
        """
        address, fragment = urldefrag(request.url)
        if address in self.pages:
            return HttpAnswer(200, dump(cast("Json", self.pages[address])))
        searched = address.partition("?")[0]
        if searched in self._searches:
            found = self._searches[searched].answer(address, self._things_at(searched))
            return HttpAnswer(200, dump(found))
        at = unquote(fragment)
        found = self._known_at(address)
        if at and found is None:
            return HttpAnswer(200, dump(_nothing_within(at)))
        if found is None:
            return HttpAnswer(404, "")
        return HttpAnswer(200, dump(_within(at, found)) if at else dump(found))

    def _things_at(self, url: str) -> list[JsonObject]:
        """What POSTs to an address have done, and nobody has deleted."""
        deleted = {each.url for each in self.requests if each.did and each.method == "DELETE"}
        did = [
            each for each in self.requests if each.did and each.url == url and each.method == "POST"
        ]
        things: list[JsonObject] = [{**posted(each.body), **(each.gave or {})} for each in did]
        return [each for each in things if f"{url}/{each['id']}" not in deleted]

    def _known_at(self, address: str) -> Json:
        """What was put at an address, or was done under a key, or got an id, that it has."""
        if address in self._put:
            return load(self._put[address])
        asked = unquote(address)
        for (url, key), known in self._known.items():
            gives = known.gives
            if asked.endswith((f"/{key}", f"={key}", f"/{gives['id']}")) and asked.startswith(url):
                return gives
        return None

    def _key_within(self, attempt: Attempt | None, sent: str) -> str | None:
        """The idempotency key of a call, where something that is sent has it."""
        if attempt is None:
            return None
        query = "SELECT idempotency_key AS own FROM effect_intents WHERE run_id = ? AND step = ?"
        rows = self._database.at_once(statement(query, [attempt.run, attempt.step]))
        own = text(rows[0], "own") if rows else None
        return own if own is not None and own in unquote(sent) else None

    def _sends(self, attempt: Attempt | None) -> int:
        if attempt is None:
            return 0
        # By the events' keys: a run may have thousands of events.
        first = f"{attempt.run}:{attempt.step}:intended"
        query = f"""
          SELECT count(*) AS n FROM audit_events
          WHERE event_key >= ? AND event_key < ? AND {HAS_KEY}
        """
        intended = statement(query, [first, f"{first}~"])
        return integer(self._database.at_once(intended)[0], "n")


def _within(at: str, value: Json) -> Json:
    """A value where a path of names and numbers leads to it."""
    for part in reversed(at.split(".")):
        value = [*[None] * int(part), value] if part.isdigit() else {part: value}
    return value


def _nothing_within(at: str) -> Json:
    """The same shape without the value."""
    before, _, last = at.rpartition(".")
    nothing: Json = [] if last.isdigit() else {}
    return _within(before, nothing) if before else nothing
