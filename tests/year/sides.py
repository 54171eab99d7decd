"""The other sides of the deployment, each of which goes wrong by itself now and then: models,
provider of payments, provider of mail, books, and the bank's feed.
"""

import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from local.banks.bank import Bank as FeedingBank
from local.books.counterpart import Fault as BooksFault
from local.mail.counterpart import Counterpart as MailCounterpart
from local.mail.counterpart import Fault as MailFault
from local.payments.counterpart import Answered, Counterpart, Fault
from tests.simulation.fetching import Line as BankLine
from tests.simulation.mail import SETTINGS as MAIL
from tests.simulation.mail import PostOffice
from tests.simulation.paying import SETTINGS as PAYMENTS
from tests.simulation.paying import Bank as PaymentLine
from tests.simulation.synced_books import SyncedBooks
from tests.simulation.syncing import Line as BooksLine
from tillroll_durable.platform.bindings.http import Http, HttpAnswer, HttpReply, HttpRequest
from tillroll_durable.platform.bindings.objects import StoredObject
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_testing.host.memory import ManualClock
from tillroll_testing.simulation.adapters import FaultyObjects, FaultyReceiver
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.models import FaultyModels

FEED_URL: Final = "https://banks.example"
_PICTURE: Final = re.compile(r"hash,([0-9a-f]{64})")
_OF_PAYMENTS: Final = ("refused", "down", "lost_before", "lost_after", "fails", "returned")
_OF_MAIL: Final = ("throttled", "down", "lost_before", "lost_after", "bounced")
_OF_BOOKS: Final = ("lost_before", "lost_after", "throttled", "down", "broken", "forgets")
_OF_THE_FEED: Final = ("lost", "down", "throttled", "garbled")


@dataclass
class Trouble:
    """Dice for what the other sides do by themselves. `told` hears of each. `is_calm`: nothing."""

    dice: random.Random
    rate: float
    told: Callable[[str], None]
    is_calm: bool = True

    def draw(self, side: str, kinds: tuple[str, ...]) -> str | None:
        """What goes wrong with this request, if anything does."""
        if self.is_calm or self.dice.random() >= self.rate:
            return None
        kind = self.dice.choice(kinds)
        self.told(f"{side}: {kind}")
        return kind


class Readers(FaultyModels):
    """Reads on each picture what the firm's shops have printed on it, by the picture's sum."""

    def __init__(self, faults: Faults) -> None:
        super().__init__("", faults)
        self.texts: dict[str, str] = {}

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        seen = _PICTURE.search(dump(inputs))
        if seen is not None:
            self.transcript = self.texts[seen[1]]
        return await super().run(model, inputs)


class _Dated(dict[str, bytes]):
    """Objects, with the time at which each was written."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__()
        self.times: dict[str, datetime] = {}
        self._clock = clock

    def __setitem__(self, key: str, content: bytes) -> None:
        self.times[key] = self._clock.now()
        super().__setitem__(key, content)


class DatedObjects(FaultyObjects):
    """A store that knows when each object came, as R2 does."""

    def __init__(self, faults: Faults, clock: ManualClock) -> None:
        super().__init__(faults)
        self._dated = _Dated(clock)
        self.content = self._dated

    def _stored(self, key: str) -> StoredObject:
        self.uploaded_at = self._dated.times[key]
        return super()._stored(key)


class Provider(PaymentLine):
    """The payment provider, which draws what becomes of each payment."""

    def __init__(self, faults: Faults, provider: Counterpart, trouble: Trouble) -> None:
        super().__init__(faults, provider)
        self._trouble = trouble

    def arrives(self, path: str, headers: Mapping[str, str], body: str) -> Answered:
        kind = None if path.endswith("/cancel") else self._trouble.draw("provider", _OF_PAYMENTS)
        self.provider.faults = [] if kind is None else [Fault(kind)]  # type: ignore[arg-type] - drawn from its values
        return super().arrives(path, headers, body)


@dataclass(frozen=True)
class SentMail:
    """A mail that the provider took."""

    id: str
    to: str
    subject: str
    message: str


class Post(PostOffice):
    """The mail provider. `sent` has all that it took: the counterpart keeps the newest alone."""

    def __init__(self, faults: Faults, provider: MailCounterpart, trouble: Trouble) -> None:
        super().__init__(faults, provider)
        self._trouble = trouble
        self.sent: dict[str, SentMail] = {}

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        kind = self._trouble.draw("mail", _OF_MAIL)
        self.provider.faults = [] if kind is None else [MailFault(kind)]  # type: ignore[arg-type] - drawn from its values
        try:
            return await super().post(url, headers, body, timeout_seconds)
        finally:
            self._keep()

    def _keep(self) -> None:
        for email in reversed(self.provider.emails):
            if email.id in self.sent:
                return
            self.sent[email.id] = SentMail(
                email.id, email.to[0], email.subject, email.tags["message"]
            )


class Feed(BankLine):
    """The bank's feed of the card account."""

    def __init__(self, faults: Faults, bank: FeedingBank, trouble: Trouble) -> None:
        super().__init__(faults, bank)
        self._trouble = trouble

    async def _ask(
        self, method: str, url: str, headers: Mapping[str, str], body: str
    ) -> HttpAnswer:
        from local.banks.bank import Fault as BankFault  # noqa: PLC0415 - a circle

        kind = self._trouble.draw("feed", _OF_THE_FEED) if "/accounts/" in url else None
        self.given = {} if kind is None else {self.asked + 1: BankFault(kind, 1_800)}  # type: ignore[arg-type] - drawn from its values
        return await super()._ask(method, url, headers, body)


class Books(BooksLine):
    """The accounting software at the end of its line."""

    def __init__(self, faults: Faults, books: SyncedBooks, trouble: Trouble) -> None:
        super().__init__(faults, books.there)
        self._trouble = trouble

    async def send(self, request: HttpRequest) -> HttpReply:
        kind = self._trouble.draw("books", _OF_BOOKS)
        orders = [] if kind is None else [BooksFault(kind)]  # type: ignore[arg-type] - drawn from its values
        self.books.disturbances.orders = orders
        return await super().send(request)


@dataclass
class Switchboard:
    """`Http` to all of them, by the beginning of an address."""

    payments: Provider
    mail: Post
    feed: Feed
    others: FaultyReceiver
    asked: list[str] = field(default_factory=list[str])

    def _line(self, url: str) -> Http:
        if url.startswith(PAYMENTS.api_url):
            return self.payments
        if url.startswith(MAIL.api_url):
            return self.mail
        if url.startswith(FEED_URL):
            return self.feed
        return self.others

    async def get(self, url: str, *rest: Any, **named: Any) -> HttpAnswer:
        return await self._line(url).get(url, *rest, **named)

    async def post(self, url: str, *rest: Any, **named: Any) -> HttpAnswer:
        return await self._line(url).post(url, *rest, **named)

    async def put(self, url: str, *rest: Any, **named: Any) -> HttpAnswer:
        return await self._line(url).put(url, *rest, **named)

    async def patch(self, url: str, *rest: Any, **named: Any) -> HttpAnswer:
        return await self._line(url).patch(url, *rest, **named)

    async def delete(self, url: str, *rest: Any, **named: Any) -> HttpAnswer:
        return await self._line(url).delete(url, *rest, **named)


def event_of(payment_id: str, kind: str) -> JsonObject:
    """What the provider tells of a payment."""
    return json.loads(json.dumps({"type": kind, "related_object": {"id": payment_id}}))


SETTLES_AFTER: Final = timedelta(hours=5)
"""How long a payment is on its way at the provider."""
