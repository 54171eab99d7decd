"""What tells entries apart: their traits, the statements that mention them, and counts of a whole
statement.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b
from typing import Any, Final, Literal

from tillroll.bank.statements.corrections import Correction, Corrections
from tillroll_documents.bank_files.entry_words import words_of
from tillroll_documents.bank_files.printed import BankStatement, Entry, EntryStatus
from tillroll_durable.platform.json import Json, JsonObject

_SHORTEST_REFERENCE: Final = 6
"""Shorter ones are mostly the numbers of rows."""
_MARK_BYTES: Final = 12


Overlap = Literal["same", "apart"]
"""Whether entries that differ by their references only are the same ones, or others."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a statement covers. `key` is the caller's; balances are booked ones, in signed minor
    units. `overlap` is what a person said of entries that another statement has with other
    references.
    """

    key: str
    family: str
    from_day: date | None = None
    to_day: date | None = None
    opening: int | None = None
    closing: int | None = None
    overlap: Overlap | None = None

    @classmethod
    def of(cls, key: str, statement: BankStatement) -> "Coverage":
        """The traits of a statement that was read."""
        return cls(
            key,
            statement.format.family,
            from_day=statement.from_day,
            to_day=statement.to_day,
            opening=None if statement.opening is None else statement.opening.minor,
            closing=None if statement.closing is None else statement.closing.minor,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What tells an entry from others; made by `traits_of`, and stored with each mention of an
    entry.

    Attributes:
        amount: signed minor units.
        reference: the bank's, as far as it can be an id.
        end_to_end: the payer's id.
        account_end: the last four characters of the counterparty's account.
        words: of the counterparty and the text, in one form for all formats.
    """

    amount: int
    status: EntryStatus
    booked_on: date | None
    valued_on: date | None
    reference: str | None = None
    end_to_end: str | None = None
    account_end: str | None = None
    words: str = ""

    @property
    def day(self) -> date | None:
        """The booking day, else the value day."""
        return self.booked_on or self.valued_on

    @property
    def days(self) -> frozenset[date]:
        """The booking day and the value day."""
        return frozenset(each for each in (self.booked_on, self.valued_on) if each is not None)

    @property
    def is_booked(self) -> bool:
        """Whether the bank has booked it."""
        return self.status is EntryStatus.BOOKED


@dataclass(frozen=True, slots=True)
class Mention:
    """A statement that has a known entry, at which position, and what it says of it."""

    statement: Coverage
    position: int
    traits: Traits


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry that is stored. `mentions` has at least one; the first is the one it was stored for.

    `is_booked`: some mention is booked.
    """

    id: str
    is_booked: bool
    mentions: tuple[Mention, ...]


def traits_of(entry: Entry) -> Traits:
    """What tells an entry from others."""
    end = entry.counterparty.account
    reference = entry.bank_reference
    return Traits(
        amount=entry.amount,
        status=entry.status,
        booked_on=entry.booked_on,
        valued_on=entry.valued_on,
        reference=reference
        if reference is not None and len(reference) >= _SHORTEST_REFERENCE
        else None,
        end_to_end=entry.end_to_end,
        account_end=end[-4:] if end else None,
        words=words_of(entry),
    )


class Tally:
    """What must be counted of a whole statement before its parts are decided: `add` every entry
    first.

    References that come twice are no ids. Days whose amounts are all known are the same days in
    another file.

    Attributes:
        lists_states: the file says of each entry whether it is booked, so what is pending still is
            in it.
        lists_all: the statement has all that is booked on its days, as what was fetched from an API
            does.
        corrections: entries that correct others.
    """

    def __init__(self) -> None:
        self.lists_states = False
        self.lists_all = False
        self.corrections: list[Correction] = []
        self._pending: Counter[int] = Counter()
        self._references: Counter[tuple[bool, str]] = Counter()
        self._booked: set[str] = set()
        self._days: dict[date, Counter[int]] = defaultdict(Counter)

    def add(self, traits: Traits) -> None:
        """Count an entry."""
        if traits.reference is not None:
            self._references[traits.is_booked, traits.reference] += 1
            if traits.is_booked:
                self._booked |= _named_days(traits)
        if traits.is_booked and traits.day is not None:
            self._days[traits.day][traits.amount] += 1
        if not traits.is_booked:
            self._pending[traits.amount] += 1

    def settled(self, traits: Traits) -> Traits:
        """The traits to store: without a reference that other entries of the statement have,
        too.
        """
        if traits.reference is None or self._references[traits.is_booked, traits.reference] < 2:
            return traits
        return replace(traits, reference=None)

    def amounts(self, day: date) -> Mapping[int, int]:
        """How often each amount is booked on a day."""
        return self._days.get(day, {})

    def has_lost(self, former: Traits) -> bool:
        """Whether the statement has all that is booked on its days, and not what is known of an
        entry under its reference.
        """
        named = _named_days(former)
        return self.lists_all and bool(named) and not named & self._booked

    def has_pending(self, amount: int) -> bool:
        """Whether an entry of this amount is pending in the statement."""
        return self._pending[amount] > 0

    def as_json(self) -> JsonObject:
        """What it knows, to be kept until the last part is decided."""
        repeated: list[Json] = [
            [is_booked, each] for (is_booked, each), count in self._references.items() if count > 1
        ]
        days: JsonObject = {
            day.isoformat(): {str(amount): count for amount, count in amounts.items()}
            for day, amounts in self._days.items()
        }
        pending: list[Json] = [*sorted(self._pending)]
        booked: list[Json] = []
        if self.lists_all:
            booked = [*sorted(self._booked)]
        return {
            "repeated": repeated,
            "days": days,
            "pending": pending,
            "lists_states": self.lists_states,
            "lists_all": self.lists_all,
            "booked": booked,
            "corrections": [*Corrections(self.corrections).as_json()],
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> "Tally":
        """Read what `as_json` wrote: a reference that it does not repeat comes once.

        What was written before it said what is booked, says that it lists a part only.
        """
        tally = cls()
        tally.lists_states = bool(stored["lists_states"])
        tally.lists_all = bool(stored.get("lists_all"))
        tally._booked.update(stored.get("booked", ()))
        tally.corrections = [Correction(*each) for each in stored["corrections"]]
        tally._pending = Counter(stored["pending"])
        for is_booked, reference in stored["repeated"]:
            tally._references[is_booked, reference] = 2
        for day, amounts in stored["days"].items():
            tally._days[date.fromisoformat(day)] = Counter(
                {int(amount): count for amount, count in amounts.items()}
            )
        return tally


def _named_days(traits: Traits) -> set[str]:
    """A text for each day of an entry, with its amount, reference and words; none without a
    reference.
    """
    if traits.reference is None:
        return set()
    content = f"{traits.amount} {traits.reference} {traits.words}"
    digest = blake2b(content.encode(), digest_size=_MARK_BYTES).hexdigest()
    return {f"{day.isoformat()} {digest}" for day in traits.days}


def follow(one: Coverage, other: Coverage) -> bool:
    """Whether one statement begins with the balance and the day with which the other ends: they
    share no entry.
    """
    if (one.from_day, one.to_day, one.opening, one.closing) == (
        other.from_day,
        other.to_day,
        other.opening,
        other.closing,
    ):
        return False
    return _precedes(one, other) or _precedes(other, one)


def _precedes(one: Coverage, other: Coverage) -> bool:
    if one.to_day is None or other.from_day is None or one.closing is None:
        return False
    return one.closing == other.opening and one.to_day <= other.from_day
