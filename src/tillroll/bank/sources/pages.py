"""Pages of an API as one list of records. Pages may overlap, and a record may change between two of
them. Pure.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from typing import Any, Final

from tillroll_documents.bank_files.api.files import LeftOut
from tillroll_documents.bank_files.api.records import left_out
from tillroll_durable.platform.json import JsonObject, dump

_ID: Final = "entry_reference"
_CHANGES: Final = frozenset({"transaction_id"})
"""An id for details, which is another one each time."""
_SHORTEST_ID: Final = 6
_FINAL: Final = "BOOK"
_LONGEST_OVERLAP: Final = 200
_FAR: Final = 10_000
"""Days between two records of which one has no day."""


@dataclass(frozen=True, slots=True)
class _Mark:
    """What two pages are compared by: the record's id, and what else it says."""

    id: str | None
    content: bytes
    reference: object

    def is_one_with(self, other: "_Mark") -> bool:
        """Whether both can be one record. An id may be another one by now."""
        if self.content != other.content:
            return False
        have_ids = self.id is not None and other.id is not None
        return have_ids or self.reference == other.reference


@dataclass(slots=True)
class _Pending:
    """A pending record that is kept: its place, day, and words."""

    place: tuple[int, int]
    day: date | None
    words: bytes


@dataclass(slots=True)
class _Booked:
    """A booked record, by its page; `has_pending` once a pending one was it."""

    page: int
    day: date | None
    words: bytes
    has_pending: bool = False


@dataclass(slots=True)
class _OfOneId:
    """The records that share an id. `most` and `on_page` count equal ones: on the page with most of
    them, and on the last page.
    """

    page: int = -1
    most: Counter[bytes] = field(default_factory=Counter[bytes])
    on_page: Counter[bytes] = field(default_factory=Counter[bytes])
    pending: list[_Pending] = field(default_factory=list[_Pending])
    booked: list[_Booked] = field(default_factory=list[_Booked])

    def comes_again(self, page: int, content: bytes) -> bool:
        """Count a record of a page; True where another page has as many of it."""
        if page != self.page:
            self.page = page
            self.on_page.clear()
        self.on_page[content] += 1
        if self.on_page[content] <= self.most[content]:
            return True
        self.most[content] = self.on_page[content]
        return False


class Merge:
    """Says of each record of each page whether it is kept: call `see` for each page in order, then
    `keeps`. `left_out` counts the others.

    Records with one id are one where day and text are the same as well, since banks use an id
    again. On one page they are several, so each comes as often as on the page with most of it. What
    is pending on one page and booked on another is booked, whatever day and text say.

    Records without ids are kept, unless a page begins with the very records with which those
    before it end: then the pages overlap there, if one of these has an id, or they are several that
    differ. Within such an overlap an id may have changed.
    """

    def __init__(self) -> None:
        self._tail: list[_Mark] = []
        self._by_id: dict[str, _OfOneId] = defaultdict(_OfOneId)
        self._repeated: set[tuple[int, int]] = set()
        self._now_booked: set[tuple[int, int]] = set()
        self._pages = 0

    def see(self, items: Sequence[JsonObject]) -> None:
        """Take the next page."""
        page = self._pages
        self._pages += 1
        marks = [_mark(each) for each in items]
        overlap = self._overlap(marks)
        for position, item in enumerate(items):
            place = (page, position)
            id_ = marks[position].id
            is_again = position < overlap
            if id_ is not None:
                is_again = self._by_id[id_].comes_again(page, _content(item)) or is_again
            if is_again:
                self._repeated.add(place)
            elif id_ is not None:
                self._pair(self._by_id[id_], place, item)
        self._tail = (self._tail + marks[overlap:])[-_LONGEST_OVERLAP:]

    def keeps(self, page: int, position: int) -> bool:
        """Whether a record is kept; both from 0."""
        place = (page, position)
        return place not in self._repeated and place not in self._now_booked

    def kept(self, page: int, items: Iterable[JsonObject]) -> list[JsonObject]:
        """The kept records of a page."""
        return [each for position, each in enumerate(items) if self.keeps(page, position)]

    @property
    def left_out(self) -> LeftOut:
        """How many records are not kept, by why."""
        return LeftOut(repeated=len(self._repeated), now_booked=len(self._now_booked))

    def _pair(self, those: _OfOneId, place: tuple[int, int], item: JsonObject) -> None:
        """Leave out a pending record of which another page has the booked one. It is paired with
        the likeliest of several; each booked record is one pending one.
        """
        if left_out(item) is not None:
            return
        day = _day(item)
        words = _words(item)
        if _is_final(item):
            booked = _Booked(place[0], day, words)
            those.booked.append(booked)
            others = [each for each in those.pending if each.place[0] != place[0]]
            if others:
                pending = min(others, key=lambda each: _distance(booked, each))
                those.pending.remove(pending)
                self._now_booked.add(pending.place)
                booked.has_pending = True
            return
        waiting = _Pending(place, day, words)
        free = [each for each in those.booked if not each.has_pending and each.page != place[0]]
        if not free:
            those.pending.append(waiting)
            return
        nearest = min(free, key=lambda each: _distance(each, waiting))
        nearest.has_pending = True
        self._now_booked.add(place)

    def _overlap(self, marks: Sequence[_Mark]) -> int:
        """How many records at the page's beginning are those with which the pages before it end."""
        for length in range(min(len(marks), len(self._tail)), 0, -1):
            pairs = [*zip(self._tail[-length:], marks[:length], strict=True)]
            if not all(before.is_one_with(after) for before, after in pairs):
                continue
            has_id = any(after.id is not None and before.id == after.id for before, after in pairs)
            differ = len({after.content for after in marks[:length]}) > 1
            if has_id or (differ and all(after.id is None for after in marks[:length])):
                return length
        return 0


def id_of(item: JsonObject) -> str | None:
    """The id by which a record may come again; None where it has none that can be one."""
    reference = item.get(_ID)
    if (
        not isinstance(reference, str)
        or len(reference.strip()) < _SHORTEST_ID
        or not reference.strip("0 ")
    ):
        return None
    return (
        f"{reference.strip()}:{item.get('credit_debit_indicator')}"
        f":{dump(item.get('transaction_amount'))}"
    )


def _is_final(item: JsonObject) -> bool:
    return (item.get("status") or _FINAL) == _FINAL


def _mark(item: JsonObject) -> _Mark:
    """A mark by which records that say the same are found."""
    names = item.keys() - _CHANGES - {_ID}
    reference: Any = item.get(_ID)
    return _Mark(id_of(item), _digest({name: item[name] for name in names}), reference)


_WORDS: Final = ("remittance_information", "creditor", "debtor")
_DAYS: Final = ("booking_date", "value_date", "transaction_date")
_CONTENT: Final = ("status", *_DAYS, *_WORDS, "balance_after_transaction")
"""What tells records with one id apart. A balance does, where the bank says it."""


def _content(item: JsonObject) -> bytes:
    """A mark of a record's status, days, text and payee."""
    return _digest({name: item.get(name) for name in _CONTENT})


def _words(item: JsonObject) -> bytes:
    return _digest({name: item.get(name) for name in _WORDS})


def _digest(value: JsonObject) -> bytes:
    return blake2b(dump(value).encode(), digest_size=16).digest()


def _day(item: JsonObject) -> date | None:
    for name in _DAYS:
        printed = item.get(name)
        if isinstance(printed, str):
            try:
                return date.fromisoformat(printed[:10])
            except ValueError:
                continue
    return None


def _distance(booked: _Booked, pending: _Pending) -> tuple[bool, int]:
    """How far a booked record and a pending one are apart: in their words, then in days."""
    differ = booked.words != pending.words
    if booked.day is None or pending.day is None:
        return differ, _FAR
    return differ, abs((booked.day - pending.day).days)
