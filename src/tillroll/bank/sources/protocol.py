"""What a bank's API can be asked for at each provider: consent, accounts, balances and pages of
transactions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol

from tillroll_documents.bank_files.printed import Format
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.json import JsonObject, load_object
from tillroll_durable.platform.web.throttling import check_throttled

TIMEOUT_SECONDS: Final = 60
MOST_PAGE_BYTES: Final = 4 * 1024 * 1024
LONGEST_CONSENT: Final = timedelta(days=180)
"""RTS on strong customer authentication, Article 10a: a bank may ask anew after 180 days, and some
do after 90.
"""


class ConsentEnded(Exception):
    """The bank gives nothing any more until a person agrees anew; the message is a sentence."""


class AccessRefused(Exception):
    """The provider does not let us in, or not to this: a person mends the credentials; the message
    is a sentence.
    """


class CursorEnded(Exception):
    """Pages must be asked for from the first one on."""


class TooFarBack(Exception):
    """The bank has no transactions of these days any more."""


class Declined(Exception):
    """The person did not agree, or came too late; the message is a sentence."""


@dataclass(frozen=True)
class Window:
    """Days, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Page:
    """Records as the provider has them. `cursor` asks for the next page; None after the last
    one.
    """

    records: list[JsonObject]
    cursor: str | None


@dataclass(frozen=True)
class Bank:
    """A bank as the provider names it, and for how long it lets a consent hold."""

    id: str
    name: str
    country: str
    most_days: int


@dataclass(frozen=True)
class ConsentRequest:
    """`state` comes back with the person. `until` is the latest that is asked for."""

    bank: str
    country: str
    psu_type: str
    redirect_url: str
    state: str
    until: datetime


@dataclass(frozen=True)
class RemoteAccount:
    """An account that the person has let us see. `id` may be another one after each consent."""

    id: str
    number: str | None
    currency: str | None
    name: str | None


@dataclass(frozen=True)
class Granted:
    """What a person has agreed to. `kept` is secret, and needed with every request from then on."""

    accounts: list[RemoteAccount]
    valid_until: datetime | None
    kept: JsonObject = field(repr=False)


class Provider(Protocol):
    """One provider with the credentials of one source.

    Every method raises AccessRefused, Throttled, and HttpFailed where no answer came or none that
    can be used.
    """

    @property
    def format(self) -> Format: ...

    async def list_banks(self, country: str) -> list[Bank]: ...

    async def begin(self, request: ConsentRequest) -> str:
        """The address at which a person agrees."""
        ...

    async def finish(self, code: str) -> Granted:
        """Raises Declined."""
        ...

    async def balances(self, account: str) -> list[JsonObject]:
        """Raises ConsentEnded."""
        ...

    async def page(self, account: str, window: Window, cursor: str | None) -> Page:
        """Raises ConsentEnded, CursorEnded, TooFarBack."""
        ...

    async def end(self) -> None:
        """Give the consent back. What is not there is given back."""
        ...


def answered(answer: HttpAnswer, now: datetime) -> JsonObject:
    """The object of an answer; empty where there is none. Raises Throttled; HttpFailed: a fault of
    the other side, or a success that is no object.
    """
    body = said_in(answer)
    check_throttled(answer, now)
    if answer.status >= 500 or answer.status == 408:
        raise HttpFailed(f"the provider answered {answer.status}")
    if answer.is_success and body is None and answer.body.strip():
        raise HttpFailed("the provider's answer is no JSON object")
    return body or {}


def said_in(answer: HttpAnswer) -> JsonObject | None:
    """The object of JSON in an answer; None where it is none."""
    try:
        return load_object(answer.body)
    except (ValueError, RecursionError):
        return None


def text_in(body: Mapping[str, Any], name: str) -> str | None:
    """A text, or None."""
    value = body.get(name)
    if isinstance(value, str) and value:
        return value
    return None
