"""The day an invoice was written, and until when it is to be paid, told apart from all other days on it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.dates.dates import Order, PrintedDate
from tillroll.receipts.extraction import DocumentKind
from tillroll.receipts.page.transcript import Line


class _Role(StrEnum):
    ISSUED = "issued"
    PLAIN = "plain"
    PLACE = "place"
    DUE = "due"
    OTHER = "other"
    ALONE = "alone"
    NONE = ""


_SCORES: Final = {_Role.ISSUED: 30, _Role.PLAIN: 18, _Role.PLACE: 12, _Role.ALONE: 12, _Role.NONE: 3}
_TITLED: Final = 22
_BESIDE_NUMBER: Final = 14
SURE: Final = 12
_NEAR_TITLE: Final = 6
"""Lines above or below the title in which a day that stands alone is the document's."""
_LABEL_WORDS: Final = 5
"""A longer text beside a day is no label of it, unless it ends with a colon."""
_SLACK: Final = 10
"""Columns by which a heading may miss its day."""
_DIGIT: Final = re.compile(r"\d")
_LABELS: Final = (
    (_Role.ISSUED, words.ISSUED),
    (_Role.DUE, words.DUE_DATE),
    (_Role.OTHER, words.OTHER_DATE),
)


@dataclass(frozen=True, slots=True)
class Days:
    """The best day of issue, whether another one is as good or the order of its parts is open, and the day due."""

    issued: Found[date] | None
    is_unsure: bool
    is_ambiguous: bool
    due: Found[date] | None


def find_days(
    sheet: Sheet, title: Found[DocumentKind] | None, number: Found[str] | None, *, month_first: bool | None
) -> Days:
    """The days. `number` is the document's own, on whose line its day may stand. `month_first` says how digits are
    ordered where the day alone does not tell, None for unknown."""
    order = _order(sheet, month_first)
    issued: list[Found[date]] = []
    due: list[Found[date]] = []
    open_days: set[date] = set()
    for line, printed in _printed(sheet):
        day = _reading(printed, order)
        if day is None:
            continue
        has_points = "." in line.plain[printed.start : printed.end]
        if order is None and not has_points and len(set(printed.readings.values())) > 1:
            open_days.add(day)
        rank = sheet.page.rank(line)
        role = _role(sheet, rank, printed)
        score = _SCORES.get(role, 0)
        if title is not None and rank == title.rank and role in {_Role.NONE, _Role.PLAIN}:
            score = _TITLED
        elif number is not None and rank == number.rank and role is _Role.NONE:
            score = _BESIDE_NUMBER
        elif title is not None and role is _Role.NONE and _stands_alone(sheet, rank, printed, title.rank):
            score = _SCORES[_Role.ALONE]
        found = Found(day, rank, printed.start, printed.end, score)
        if role is _Role.DUE:
            due.append(found)
        elif score:
            issued.append(found)
    best = max(issued, key=lambda candidate: (candidate.score, -candidate.rank), default=None)
    rivals = {each.value for each in issued if best and each.score >= min(best.score, _TITLED)}
    return Days(
        issued=best,
        is_unsure=best is not None and (best.score < SURE or len(rivals) > 1),
        is_ambiguous=best is not None and best.value in open_days,
        due=due[0] if due else None,
    )


def _printed(sheet: Sheet) -> Iterator[tuple[Line, PrintedDate]]:
    return ((line, printed) for line in sheet.lines for printed in sheet.page.dates(line))


def _order(sheet: Sheet, month_first: bool | None) -> Order | None:
    """That of a day on the page that can be read in one order only, else what is usual there."""
    clear = {
        next(iter(printed.readings))
        for _, printed in _printed(sheet)
        if len(printed.readings) == 1 and next(iter(printed.readings)) in {Order.DAY_FIRST, Order.MONTH_FIRST}
    }
    if len(clear) == 1:
        return clear.pop()
    return None if month_first is None else Order.MONTH_FIRST if month_first else Order.DAY_FIRST


def _reading(printed: PrintedDate, order: Order | None) -> date | None:
    readings = printed.readings
    return readings.get(order or Order.DAY_FIRST) or next(iter(readings.values()), None)


def _role(sheet: Sheet, rank: int, printed: PrintedDate) -> _Role:
    """By the nearest label: before the day on its line, else above it in its column."""
    earlier = max((other.end for other in sheet.page.dates(sheet.lines[rank]) if other.end <= printed.start), default=0)
    cells = [each for each in sheet.rows[rank] if each.start <= printed.start]
    inside = sheet.before(rank, printed.start)[max(earlier, cells[-1].start if cells else 0) :]
    role = _nearest(inside)
    if role is not _Role.NONE:
        return role
    if words.PLACE_DATE.search(sheet.before(rank, printed.start)):
        return _Role.PLACE
    if inside.strip(" :.,-") or not cells:
        return _Role.NONE
    beside = cells[-2].text if len(cells) > 1 and cells[-2].end > earlier else ""
    is_label = beside.rstrip().endswith(":") or len(beside.split()) <= _LABEL_WORDS
    return (_nearest(beside) if is_label else _Role.NONE) or _above(sheet.headings(cells[-1], slack=_SLACK))


def _stands_alone(sheet: Sheet, rank: int, printed: PrintedDate, title: int) -> bool:
    """Whether the day stands on a line of its own near the title: beside another cell, that may be its label."""
    is_line = [(cell.start, cell.end) for cell in sheet.rows[rank]] == [(printed.start, printed.end)]
    return is_line and abs(rank - title) <= _NEAR_TITLE


def _above(headings: Iterator[Cell]) -> _Role:
    """By the heading of the column: the nearest cell above that has no digits and names a role."""
    named = (_nearest(heading.text) for heading in headings if not _DIGIT.search(heading.text))
    return next((role for role in named if role), _Role.NONE)


def _nearest(text: str) -> _Role:
    """The role whose label ends last in the text; of those that end together the one that stands first in the table."""
    if words.DISCOUNT.search(text):
        return _Role.OTHER
    ends: Sequence[tuple[int, int, _Role]] = [
        (match.end(), -number, role)
        for number, (role, pattern) in enumerate(_LABELS)
        for match in pattern.finditer(text)
    ]
    if ends:
        role = max(ends)[2]
        # The label may name both days as one and the same, as in Rechnungs- und Lieferdatum.
        is_both = role is _Role.OTHER and any(named is _Role.ISSUED for _, _, named in ends)
        return _Role.ISSUED if is_both else role
    return _Role.PLAIN if words.PLAIN_DATE.search(text) else _Role.NONE
