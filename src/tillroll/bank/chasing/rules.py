"""Which payments a person is asked for each week, and what they read of these. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from tillroll_documents.money import Money

WEEKS_ALONE: Final = 3
"""So many weeks a person is asked alone; from the next one on, the notice also goes above them."""
MOST_LINES: Final = 100
"""A person is asked for so many payments a week, the oldest."""
_MOST_NAMED: Final = 40
_LONGEST_NAMED: Final = 60
# A bookkeeper who asks by hand, or works at the end of a week, has these days for it before the
# next Monday.
_GRACE: Final = timedelta(days=3)


@dataclass(frozen=True)
class MissingDocument:
    """A payment whose document is missing. `amount` is in minor units, negative for money that
    left. `asks` counts the weeks in which its person was asked before.
    """

    id: str
    day: date
    amount: int
    currency: str
    counterparty: str | None
    words: str
    asks: int


def week_of(day: date) -> str:
    """The week by ISO 8601, such as 2026-W10."""
    return f"{day:%G-W%V}"


def asked_before(day: date) -> date:
    """In the week of `day`, payments are asked for that were booked, and last asked for, before
    this day. It is the same on all days of a week, so a week's second look finds nothing new.
    """
    monday = day - timedelta(days=day.weekday())
    return monday - _GRACE


def asked_for_long(lines: Sequence[MissingDocument]) -> list[MissingDocument]:
    """Choose the payments that are reported above the person."""
    return [line for line in lines if line.asks >= WEEKS_ALONE]


def in_words(lines: Sequence[MissingDocument]) -> str:
    """What is asked for: the first line says how much it is, each other one names a payment."""
    named = [_named(line) for line in lines[:_MOST_NAMED]]
    return "\n".join([_summary(lines), *named])


def _summary(lines: Sequence[MissingDocument]) -> str:
    sums: dict[str, int] = defaultdict(int)
    for line in lines:
        sums[line.currency] += abs(line.amount)
    total = ", ".join(_amount(minor, currency) for currency, minor in sums.items())
    if len(lines) == 1:
        return f"1 receipt is missing, {total}"
    count = len(lines)
    return f"{count} receipts are missing, {total} in all"


def _named(line: MissingDocument) -> str:
    """One payment, as somebody without access to the bank knows it again."""
    names = [line.counterparty]
    if line.words != line.counterparty:
        names.append(line.words)
    parts = [" ".join(name.split())[:_LONGEST_NAMED] for name in names if name]
    return ", ".join([f"{line.day}", _amount(abs(line.amount), line.currency), *parts])


def _amount(minor: int, currency: str) -> str:
    return f"{Money(minor, currency).to_decimal_string()} {currency}"
