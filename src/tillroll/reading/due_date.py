"""The day until which a paper is to be paid, by the words of the languages that it uses."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from tillroll.reading.dates import Order, PrintedDate
from tillroll.reading.extraction import Field, Line
from tillroll.reading.languages import Concept
from tillroll.reading.page import Page

_LONGEST: Final = timedelta(days=400)
"""Nobody has longer to pay."""
_SURE: Final = 0.95


def find_due_date(page: Page, issued: date | None) -> Field[date]:
    """The day behind the label of a day due, or alone on the next line. Digits are read in the order of
    the day of issue; nothing where they fit in two, or lie before it."""
    for line in page.naming(Concept.DUE_DATE):
        labels = [each.end for each in page.found(line) if each.concept is Concept.DUE_DATE]
        behind = [printed for printed in page.dates(line) if printed.start >= min(labels)]
        field = _field(page, line, behind, issued=issued)
        if field is None:
            field = _below(page, line, issued)
        if field is not None:
            return field
    return Field[date]()


def _below(page: Page, line: Line, issued: date | None) -> Field[date] | None:
    """The day of the next line, where that line is nothing else."""
    rank = page.rank(line) + 1
    if rank >= len(page.lines) or page.dates(line):
        return None
    following = page.lines[rank]
    alone = [
        printed
        for printed in page.dates(following)
        if following.plain.strip() == following.plain[printed.start : printed.end]
    ]
    return _field(page, following, alone, issued=issued)


def _field(
    page: Page,
    line: Line,
    dates: Sequence[PrintedDate],
    *,
    issued: date | None,
) -> Field[date] | None:
    for printed in dates:
        day = _day_of(page, printed, issued)
        if day is not None:
            evidence = line.evidence(printed.start, printed.end)
            return Field[date](value=day, evidence=evidence, confidence=_SURE)
    return None


def _day_of(page: Page, printed: PrintedDate, issued: date | None) -> date | None:
    readings = {**printed.readings}
    if issued is not None:
        last = issued + _LONGEST
        readings = {order: day for order, day in readings.items() if issued <= day <= last}
    days = {*readings.values()}
    if len(days) > 1:
        orders = _orders_of(page, issued)
        days = {day for order, day in readings.items() if order in orders}
    if len(days) != 1:
        return None
    return days.pop()


def _orders_of(page: Page, day: date | None) -> set[Order]:
    """The orders in which a printed date is this day."""
    return {
        order
        for line in page.lines
        for printed in page.dates(line)
        for order, value in printed.readings.items()
        if value == day
    }
