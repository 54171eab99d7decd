"""Matches, decisions and what can explain an entry: each is a row, and the JSON of it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import Field

from tillroll.bank.models import Entry, EntryDetail, QuietDays, ReasonKind
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.models import Model, RequestBody, WrittenDay


class Matched(Action):
    MATCH_ACCEPTED = (
        "bank_match.accepted",
        "entries were booked with what explains them; `by` a person or the run",
    )
    MATCH_DECLINED = (
        "bank_match.declined",
        "a proposed match was declined; its pairs are proposed no more",
    )
    MATCH_UNDONE = (
        "bank_match.undone",
        "an accepted match was taken back, by facts that name what they undo, or a decline was",
    )
    ENTRY_EXPLAINED = (
        "bank_entry.explained",
        "a person said why no document explains an entry, or took that back",
    )
    DOCUMENT_ASKED = (
        "bank_entry.document_asked",
        "a person was asked for the document of an entry, or is not any more",
    )


MatchState: TypeAlias = Literal["proposed", "accepted", "declined", "undone"]
MatchLevel: TypeAlias = Literal["automatic", "proposed", "tie", "by_hand"]
Pairable: TypeAlias = Literal["expense", "claim", "payout", "fee", "own_account", "entry"]
Id = Annotated[
    str,
    Field(min_length=1, max_length=80, pattern=r"^[A-Za-z0-9_:.-]+$"),
]
Amount = Annotated[int, Field(ge=-LARGEST_AMOUNT, le=LARGEST_AMOUNT, strict=True)]
Sentence = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")]
MOST_PAIRS: Final = 100
"""Pairs of one match that a person makes."""


class MatchedPair(Model):
    """An entry with what explains it, and how much of both belongs together. `payment` is the
    number of a batch's single payment, 0 for the whole entry. `currency` is the entry's; `settles`
    is in the document's. `title` names the document; null where there is none any more.
    """

    entry_id: str
    payment: int
    document_kind: Pairable
    document_id: str
    amount: int
    currency: str
    settles: int
    title: str | None


class BankMatch(Model):
    """What explains entries. `score` goes from 0 to 1000; `reasons` say why, in words. Of a `tie`
    the `twins` fit as well, so nothing is decided.
    """

    id: str
    state: MatchState
    kind: str
    level: MatchLevel
    score: int
    reasons: list[str]
    twins: list[str]
    pairs: list[MatchedPair]
    created_at: str
    decided_by: str | None
    decided_at: str | None
    said: str | None


class EntryWithMatches(EntryDetail):
    """With what was proposed or accepted for it, the best first."""

    matches: list[BankMatch]


class AskedEntry(EntryWithMatches):
    """`notMailed` says why no mail asks the person who owes its document; null where one does, or
    nobody owes it.
    """

    not_mailed: str | None


class MatchedEntry(Entry):
    """An entry of a list, with what was proposed or accepted for it, the best first. `paymentCount`
    counts the single payments of a batch; 0 for one payment.
    """

    payment_count: int
    matches: list[BankMatch]


class PairRequest(RequestBody):
    """`amount` in minor units, signed as the entry; null: all that is open of the entry, or of the
    document if that is less and what is over is neither a tip nor rounding. Another entry is named
    by `documentKind` entry: two entries that are one transfer.
    """

    entry_id: Id
    payment: Annotated[int, Field(ge=0, le=100_000, strict=True)] = 0
    document_kind: Pairable
    document_id: Id
    amount: Amount | None = None


class MatchRequest(RequestBody):
    """Entries and documents that belong together, as a person says. It is booked at once."""

    pairs: Annotated[list[PairRequest], Field(min_length=1, max_length=MOST_PAIRS)]


class MatchDecision(RequestBody):
    decision: Literal["accept", "decline"]
    said: Sentence | None = None


class CertainRequest(RequestBody):
    """Whose certain matches are accepted: of a bank account, of entries of some days, both
    included; null for all.
    """

    account: Annotated[str, Field(max_length=80)] | None = None
    from_: Annotated[WrittenDay | None, Field(alias="from")] = None
    to: WrittenDay | None = None


class CertainAccepted(Model):
    """How many entries were explained, and how many with a certain match are left. Ask again while
    both are above 0: what is left then needs another person, or a look. `matches` are the ids of
    what was accepted, so that it can be taken back.
    """

    accepted: int
    left: int
    matches: list[str]


class Undoing(RequestBody):
    """Why a match is taken back, for the history; null where nobody says."""

    reason: Sentence | None = None


class Explanation(RequestBody):
    """Why no document explains the entry, such as "private, paid back in cash"; null takes it
    back. By its `kind` DATEV's batch of the bank has an account for it.
    """

    reason: Sentence | None
    kind: ReasonKind | None = None


class DocumentAsked(RequestBody):
    """Who owes the entry's document: a user of the account, who is asked now, and then once a week.
    Null takes it back.
    """

    person: Annotated[str, Field(min_length=1, max_length=60)] | None


class UncoveredDays(Model):
    """Days of which no statement of a bank account was read, and of which nobody said that nothing
    happened; both included. `hasStatements` is false where none of it ever was.
    """

    bank_account_id: str
    bank_account: str
    has_statements: bool
    first: date
    last: date


class Month(Model):
    """How complete a month is. Its `entries` are `documented`, `explained` by a reason, `owed` by a
    named person, or `open`. `withoutMoney` counts its documents that no entry pays. It is complete
    where nothing is open, and each day of each bank account is covered by a statement, or by
    `quietDays`.
    """

    month: str
    entries: int
    documented: int
    explained: int
    owed: int
    open: int
    uncovered: list[UncoveredDays]
    quiet_days: list[QuietDays]
    without_money: int
    is_complete: bool


class UncoveredAccount(Model):
    """A bank account of which no statement covers `days` of a month; null where none of it was ever
    read.
    """

    bank_account_id: str
    bank_account: str
    days: int | None


class MonthOverview(Model):
    """A month of a list. `open` entries wait for an explanation, `owed` ones for a named person.
    `uncovered` has the bank accounts of which statements are missing.
    """

    month: str
    entries: int
    owed: int
    open: int
    uncovered: list[UncoveredAccount]
    is_complete: bool


class MonthLine(Model):
    """An entry of a month. `says` names its documents, the reason, or the person who owes one."""

    entry_id: str
    bank_account_id: str
    bank_account: str
    day: date
    amount: int
    currency: str
    counterparty: str | None
    words: str
    standing: Literal["documented", "explained", "owed", "open"]
    says: str | None


class FoundDocument(Model):
    """A document that may explain an entry. `open` is what nothing explains of it yet, signed as an
    entry would be; of paid documents, what a refund can pay back. `saysCash`: its receipt says so;
    who chooses it says that it was paid from the account. `whyNot` is why it cannot be chosen.
    """

    document_kind: Pairable
    document_id: str
    title: str
    day: date | None
    open: int
    currency: str
    says_cash: bool = False
    why_not: str | None = None


@dataclass(frozen=True)
class NewPair:
    """A pair that is about to be written."""

    entry_id: str
    payment: int
    document_kind: Pairable
    document_id: str
    amount: int
    settles: int
