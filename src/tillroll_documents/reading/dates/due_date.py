"""The day until which a paper is to be paid, by the words of the languages that it uses."""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import Final

from tillroll_documents.reading.extraction import Field, Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.dates import Order, PrintedDate

_LONGEST: Final = timedelta(days=400)
"""Nobody has longer to pay."""
_USUAL: Final = timedelta(days=120)
"""Few have longer to pay. Beyond it, that the other reading lies before the issue proves nothing:
the paper may name a wrong day.
"""
_SURE: Final = 0.95


def find_due_date(page: Page, issued: date | None) -> Field[date]:
    """The day behind the label of a day due, or alone on the next line.

    Digits are read in the order of the day of issue. Nothing is found where they fit in two orders,
    or lie before that day.
    """
    lines = page.naming(Concept.DUE_DATE)
    if not lines:
        return Field[date]()
    orders = _orders_of(page, issued)
    for line in lines:
        labels = [each.end for each in page.found(line) if each.concept is Concept.DUE_DATE]
        dates_after = [printed for printed in page.dates(line) if printed.start >= min(labels)]
        field = _field(line, dates_after, orders, issued=issued)
        if field is None:
            following, dates = _below(page, line)
            field = _field(following, dates, orders, issued=issued)
        if field is not None:
            return field
    return Field[date]()


def _below(page: Page, line: Line) -> tuple[Line, Sequence[PrintedDate]]:
    """The next line, and its day where it is nothing else."""
    rank = page.rank(line) + 1
    if rank >= len(page.lines) or page.dates(line):
        return line, ()
    following = page.lines[rank]
    text = following.plain
    dates = page.dates(following)
    return following, [each for each in dates if text.strip() == text[each.start : each.end]]


def _field(
    line: Line,
    dates: Sequence[PrintedDate],
    orders: Set[Order],
    *,
    issued: date | None,
) -> Field[date] | None:
    for printed in dates:
        day = _day_of(printed, orders, issued)
        if day is not None:
            evidence = line.evidence(printed.start, printed.end)
            return Field[date](value=day, evidence=evidence, confidence=_SURE)
    return None


def _day_of(printed: PrintedDate, orders: Set[Order], issued: date | None) -> date | None:
    """The day that is meant, or None where two may be."""
    readings = _readings_in(printed, orders)
    if issued is None:
        return _only_one(readings.values())
    last = issued + _LONGEST
    day = _only_one(each for each in readings.values() if issued <= each <= last)
    if day is None:
        return None
    if len({*readings.values()}) > 1 and day > issued + _USUAL:
        return None
    return day


def _readings_in(printed: PrintedDate, orders: Set[Order]) -> Mapping[Order, date]:
    """What a date may mean: in the orders of the day of issue, if it can be read in one of them."""
    fitting = {order: day for order, day in printed.readings.items() if order in orders}
    return fitting or printed.readings


def _only_one(days: Iterable[date]) -> date | None:
    different = {*days}
    if len(different) != 1:
        return None
    return different.pop()


def _orders_of(page: Page, day: date | None) -> frozenset[Order]:
    """The orders in which a printed date is this day."""
    return frozenset(
        order
        for line in page.lines
        for printed in page.dates(line)
        for order, value in printed.readings.items()
        if value == day
    )
