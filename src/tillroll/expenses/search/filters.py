"""Filters of expenses: parameters of the API, the address and the command line, checked."""

import calendar
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final, TypeAlias

from tillroll.expenses.search.grammar import (
    DECLARED,
    MISSING,
    NOT,
    STANDINGS,
    STATUSES,
    Known,
    understand,
)
from tillroll.expenses.search.plain_text import words_of
from tillroll_documents.money import CODES
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.json import Json, JsonObject, dump

PARAMETERS: Final = (
    "q",
    "from",
    "to",
    "min",
    "max",
    "currency",
    "category",
    "tag",
    "person",
    *DECLARED,
    "status",
    "missing",
    "is",
    "id",
)
SORTS: Final = ("date", "total", "merchant", "created")
DEFAULT_SORT: Final = "-date"

_STANDINGS: Final = (*STANDINGS, *(f"{NOT}{each}" for each in STANDINGS))
_LONGEST_TEXT: Final = 200
_MOST_VALUES: Final = 50
MOST_IDS: Final = 200
_AMOUNT: Final = re.compile(r"-?[0-9]{1,11}(\.[0-9]{1,4})?")
_TEN_THOUSANDTHS: Final = 10_000
_DAY: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_EXACT: Final = re.compile(r'\b(merchant|rate):"([^"]*)"')
_QUOTED: Final = re.compile(r'"([^"]*)"')


@dataclass(frozen=True)
class Filter:
    """Which expenses: several values of one name are alternatives, and all names must hold. In
    `text` all words must occur, those in quotes as they are; `merchant:"…"` and `rate:"…"` stand
    for exactly that. Days and amounts are included; `least` and `most` are in ten-thousandths of
    the total's own currency. Voided ones are found where their status is asked for. All of
    `standings` must hold, those with - before them not.
    """

    text: str = ""
    first_day: date | None = None
    last_day: date | None = None
    least: int | None = None
    most: int | None = None
    currencies: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    persons: tuple[str, ...] = ()
    declared: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    """By the parameters of DECLARED that are asked for, such as `client`."""
    statuses: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    standings: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The text without what is meant exactly."""
        return _EXACT.sub(" ", self.text)

    @property
    def whole_words(self) -> frozenset[str]:
        """The words that are meant as they are, not as a beginning."""
        return frozenset(words_of(" ".join(_QUOTED.findall(self.words))))

    @property
    def exactly(self) -> list[str]:
        """The terms of what is meant exactly."""
        return [f"{name}:{value}" for name, value in _EXACT.findall(self.text)]

    def as_asked(self) -> JsonObject:
        """Give the values by the names of the request; what it left out is left out."""
        values: dict[str, Json] = {
            "q": self.text,
            "from": None if self.first_day is None else self.first_day.isoformat(),
            "to": None if self.last_day is None else self.last_day.isoformat(),
            "min": _amount(self.least),
            "max": _amount(self.most),
            "currency": [*self.currencies],
            "category": [*self.categories],
            "tag": [*self.tags],
            "person": [*self.persons],
            **{name: [*values] for name, values in self.declared.items()},
            "status": [*self.statuses],
            "missing": [*self.missing],
            "is": [*self.standings],
            "id": [*self.ids],
        }
        return {name: value for name, value in values.items() if value not in (None, "", [])}


Parameters: TypeAlias = dict[str, str | list[str]]


def as_parameters(filter_: JsonObject) -> Parameters:
    """A filter as it was asked, from JSON."""
    return {
        name: [*map(str, value)] if isinstance(value, list) else str(value)
        for name, value in filter_.items()
    }


@dataclass(frozen=True)
class Order:
    """`by` is one of SORTS; equal ones stand in the order in which they came, or its reverse."""

    by: str = "date"
    is_descending: bool = True

    def __str__(self) -> str:
        if self.is_descending:
            return f"-{self.by}"
        return self.by


@dataclass
class FilterQuery:
    values: Mapping[str, Sequence[str]]
    problems: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])

    @classmethod
    def of(cls, parameters: Parameters, prefix: str = "") -> "FilterQuery":
        """Parameters as JSON has them. A name that no filter has is refused, with a prefix."""
        query = cls(
            {
                name: [value] if isinstance(value, str) else value
                for name, value in parameters.items()
            }
        )
        for unknown in sorted({*parameters} - {*PARAMETERS}):
            query.refuse(
                f"{prefix}{unknown[:100]}", f"There is no such filter: use {', '.join(PARAMETERS)}."
            )
        return query

    def check(self) -> None:
        if self.problems:
            raise ValuesRefused(self.problems)

    def first(self, name: str) -> str | None:
        """The one value of a name; None without one. Of several, none is chosen: they are
        refused.
        """
        candidates = [value for value in self.values.get(name, ()) if value.strip()]
        if len(candidates) > 1:
            self.refuse(name, "Give one value.")
        if candidates:
            return candidates[0]
        return None

    def refuse(self, name: str, message: str) -> None:
        self.problems.append((name, message))


def read_filter(query: FilterQuery, vocabulary: Known | None = None) -> Filter:
    """The filter, with what `q` asks for by tokens; what is wrong is in the query's `problems`."""
    typed = (query.first("q") or "").strip()
    if len(typed) > _LONGEST_TEXT:
        query.refuse("q", f"Use at most {_LONGEST_TEXT} characters.")
    first = _day(query, "from", is_last=False)
    last = _day(query, "to", is_last=True)
    if first and last and first > last:
        query.refuse("to", "It is before the first day: give the later day here.")
    understood = understand(typed[:_LONGEST_TEXT], vocabulary, first_day=first, last_day=last)
    for problem in understood.problems:
        query.refuse("q", problem)
    least = _ten_thousandths(query, "min")
    most = _ten_thousandths(query, "max")
    if least is not None and most is not None and least > most:
        query.refuse("max", "It is below `min`: give the larger amount here.")
    least = max((each for each in (least, understood.least) if each is not None), default=None)
    most = min((each for each in (most, understood.most) if each is not None), default=None)
    if (
        not query.problems
        and understood.first_day
        and understood.last_day
        and understood.first_day > understood.last_day
    ):
        query.refuse("q", "No day lies in all the days that are asked for.")
    if not query.problems and least is not None and most is not None and least > most:
        query.refuse("q", "No amount lies in all the ranges that are asked for.")
    merged = {
        name: [*query.values.get(name, ()), *values] for name, values in understood.values.items()
    }
    query = FilterQuery({**query.values, **merged}, query.problems)
    return Filter(
        text=understood.text,
        first_day=understood.first_day,
        last_day=understood.last_day,
        least=least,
        most=most,
        currencies=_currencies(query),
        categories=_texts(query, "category"),
        tags=_texts(query, "tag"),
        persons=_texts(query, "person"),
        declared=_declared(query),
        statuses=_codes(query, "status", STATUSES),
        missing=_codes(query, "missing", tuple(MISSING)),
        standings=_codes(query, "is", _STANDINGS),
        ids=_texts(query, "id", MOST_IDS),
    )


def read_order(query: FilterQuery) -> Order:
    """The order; what is wrong is in the query's `problems`."""
    sort = query.first("sort") or DEFAULT_SORT
    by = sort.removeprefix("-")
    if by not in SORTS:
        query.refuse(
            "sort", f"Use one of {', '.join(SORTS)}; with - before it, the largest comes first."
        )
        return Order()
    return Order(by, sort.startswith("-"))


def fingerprint(chosen: Filter, order: Order) -> str:
    """What a cursor is bound to: 12 hexadecimal digits that differ for another filter or order."""
    return hashlib.sha256(dump([chosen.as_asked(), str(order)]).encode()).hexdigest()[:12]


def _day(query: FilterQuery, name: str, *, is_last: bool) -> date | None:
    value = query.first(name)
    if value is None:
        return None
    match = _DAY.fullmatch(value.strip())
    try:
        if match is not None:
            year = int(match[1])
            month = int(match[2] or (12 if is_last else 1))
            if match[3]:
                day = int(match[3])
            elif is_last:
                day = calendar.monthrange(year, month)[1]
            else:
                day = 1
            return date(year, month, day)
    except ValueError:  # no such day: said below
        pass
    query.refuse(name, "Write a day as 2026-03-31, a month as 2026-03, or a year as 2026.")
    return None


def _ten_thousandths(query: FilterQuery, name: str) -> int | None:
    value = query.first(name)
    if value is None:
        return None
    if not _AMOUNT.fullmatch(value.strip()):
        query.refuse(
            name,
            "Write an amount with a decimal point and without a currency, such as 12.90 or -5.",
        )
        return None
    return int(Decimal(value.strip()) * _TEN_THOUSANDTHS)


def _amount(ten_thousandths: int | None) -> str | None:
    if ten_thousandths is None:
        return None
    return f"{Decimal(ten_thousandths) / _TEN_THOUSANDTHS:f}"


def _texts(query: FilterQuery, name: str, most: int = _MOST_VALUES) -> tuple[str, ...]:
    """Values that may hold a comma: each is given by itself."""
    values = tuple(
        dict.fromkeys(value.strip() for value in query.values.get(name, ()) if value.strip())
    )
    if len(values) > most or any(len(value) > _LONGEST_TEXT for value in values):
        query.refuse(name, f"Give at most {most} values of at most {_LONGEST_TEXT} characters.")
    return values[:most]


def _declared(query: FilterQuery) -> dict[str, tuple[str, ...]]:
    texts = {name: _texts(query, name) for name in DECLARED}
    return {name: values for name, values in texts.items() if values}


def _codes(query: FilterQuery, name: str, allowed: Sequence[str]) -> tuple[str, ...]:
    """Values of a vocabulary, which may stand in one list with commas."""
    codes = [
        code.strip()
        for value in query.values.get(name, ())
        for code in value.split(",")
        if code.strip()
    ]
    if not {*codes} <= {*allowed}:
        query.refuse(name, f"Use {', '.join(allowed)}, or several of them with commas.")
    return tuple(dict.fromkeys(code for code in codes if code in allowed))


def _currencies(query: FilterQuery) -> tuple[str, ...]:
    currencies = [
        code.strip().upper()
        for value in query.values.get("currency", ())
        for code in value.split(",")
    ]
    codes = tuple(dict.fromkeys(code for code in currencies if code))
    if not {*codes} <= CODES:
        query.refuse(
            "currency", "Use codes of ISO 4217 such as EUR, or several of them with commas."
        )
    return tuple(code for code in codes if code in CODES)
