"""Slips beside a receipt on one picture, which name no total: of a car park, a toll, a ferry.

Such a slip has a name, one day with its time, and one amount with its currency. A coupon has no
time of day, and a card's slip the receipt's own amount.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from tillroll_documents.reading.extraction import Extraction, Line, Transcript
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.receipt import read
from tillroll_documents.reading.text.dates import find_time
from tillroll_documents.reading.totals.neighbours import all_neighbours

_NOT_NAMES: Final = frozenset(
    {
        *(Concept.TOTAL, Concept.PAYABLE, Concept.CASH, Concept.CARD, Concept.CHANGE),
        *(Concept.GREETING, Concept.TAX),
    }
)
_ENDS: Final = frozenset({Concept.GREETING, Concept.PAID, Concept.CASH, Concept.CARD})
"""A receipt may end with such a line."""
_MONEY: Final = re.compile(r"\d[.,]\d{2}(?!\d)")
_AMOUNT: Final = re.compile(r"\d[\d.,']{0,12}[.,]\d{2}(?!\d)")
_NO_DIGIT: Final = re.compile(r"\D")
_FEWEST_LETTERS: Final = 3
_MOST_SLIP_LINES: Final = 12
_MOST_CUTS: Final = 5
"""Below each of them the rest is read, at a few milliseconds a receipt."""
_MOST_AMOUNTS: Final = 2
_MINUTES_APART: Final = 10
"""A receipt may print its own time twice, with some minutes between till and card terminal."""


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A day with a time of day, on one line."""

    rank: int
    days: frozenset[date]
    minute: int
    """Minutes since the day began."""


def has_slip(page: Page, default_currency: str | None) -> bool:
    """Whether a slip without a total stands below or above a receipt that would be accepted alone.
    `default_currency` (ISO 4217) as `read` takes it."""
    stamps = [*_stamps(page)]
    if not stamps:
        return False
    cuts = [rank for rank in range(1, len(page.lines)) if may_be_letterhead(page, rank)]
    likely = [cut for cut in cuts if _may_be_cut(page, cut, stamps)]
    likely = likely[:_MOST_CUTS]
    return any(_is_slip_at(page, cut, stamps=stamps, default=default_currency) for cut in likely)


def _may_be_cut(page: Page, cut: int, stamps: Sequence[_Stamp]) -> bool:
    """Whether one of both parts is as short as a slip, and has its stamp."""
    is_above = cut <= _MOST_SLIP_LINES and stamps[0].rank < cut
    is_below = len(page.lines) - cut <= _MOST_SLIP_LINES and stamps[-1].rank >= cut
    return is_above or is_below


def _is_slip_at(
    page: Page,
    cut: int,
    *,
    stamps: Sequence[_Stamp],
    default: str | None,
) -> bool:
    above = range(cut)
    below = range(cut, len(page.lines))
    return any(
        _is_slip(page, slip, rest=rest, stamps=stamps, default=default)
        for slip, rest in ((below, above), (above, below))
        if len(slip) <= _MOST_SLIP_LINES
    )


def _is_slip(
    page: Page,
    slip: range,
    *,
    rest: range,
    stamps: Sequence[_Stamp],
    default: str | None,
) -> bool:
    """Whether these lines are a slip, and the rest a receipt of other amounts and another time."""
    own_stamps = [stamp for stamp in stamps if stamp.rank in slip]
    amounts = _marked_amounts(page, slip)
    if not own_stamps or not 0 < len(amounts) <= _MOST_AMOUNTS:
        return False
    lines = [page.lines[rank] for rank in rest]
    if not amounts.isdisjoint(_amounts(lines)):
        return False
    minutes = [minute for line in lines for minute in _minutes(line)]
    reading = read(
        Transcript.from_text("\n".join(line.text for line in lines)),
        default_currency=default,
    )
    return reading.accepted and _is_apart(own_stamps[0], reading.extraction, minutes)


def _is_apart(stamp: _Stamp, receipt: Extraction, minutes: Sequence[int]) -> bool:
    """Whether a slip has another day than the receipt, or a time far from all of the receipt's."""
    if receipt.date.value not in stamp.days:
        return True
    return bool(minutes) and all(abs(stamp.minute - minute) >= _MINUTES_APART for minute in minutes)


def _stamps(page: Page) -> Iterator[_Stamp]:
    for rank, line in enumerate(page.lines):
        dates = page.dates(line)
        minutes = _minutes(line)
        if dates and minutes:
            days = frozenset(day for printed in dates for day in printed.readings.values())
            yield _Stamp(rank, days, minute=minutes[0])


def _minutes(line: Line) -> list[int]:
    """The first time of day of a line, in minutes; nothing where it has none."""
    if ":" not in line.plain:
        return []
    time = find_time(line.plain)
    if time is None:
        return []
    return [time[0].hour * 60 + time[0].minute]


def _marked_amounts(page: Page, ranks: range) -> set[str]:
    """The digits of the amounts of these lines that have a currency beside them."""
    amounts: set[str] = set()
    for text in all_neighbours(page):
        amount = _AMOUNT.match(text.line.plain, text.number)
        if amount is not None and text.codes and page.rank(text.line) in ranks:
            amounts.add(_NO_DIGIT.sub("", amount[0]))
    return amounts


def _amounts(lines: Sequence[Line]) -> set[str]:
    amounts = [amount[0] for line in lines for amount in _AMOUNT.finditer(line.plain)]
    return {_NO_DIGIT.sub("", amount) for amount in amounts}


def is_timed(page: Page, line: Line) -> bool:
    """Whether a line has a day, or a time of day as OCR leaves it of a broken one."""
    return bool(page.dates(line)) or (":" in line.plain and find_time(line.plain) is not None)


def may_be_letterhead(page: Page, rank: int) -> bool:
    """Whether a line may be a name, below a line that a receipt may end with."""
    line = page.lines[rank]
    above = page.lines[rank - 1]
    if not page.named(line).isdisjoint(_NOT_NAMES):
        return False
    if _MONEY.search(line.plain) or is_timed(page, line):
        return False
    if sum(map(str.isalpha, line.plain)) < _FEWEST_LETTERS:
        return False
    return has_digit(above) or not page.named(above).isdisjoint(_ENDS)


def has_digit(line: Line) -> bool:
    """Whether any digit stands in a line."""
    return any(map(str.isdecimal, line.plain))
