"""An invoice's own number, its day, and until when it is to be paid, told apart from all others on
it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tillroll_documents.reading.dates.purchase_date import is_plausible
from tillroll_documents.reading.dates.short_years import (
    doubtful_long_ago,
    nearer_year,
)
from tillroll_documents.reading.dates.two_orders import is_foreign_to_america
from tillroll_documents.reading.extraction import DocumentKind, Line
from tillroll_documents.reading.invoices import words
from tillroll_documents.reading.invoices.party_names import POSTCODE
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.text.company_names import LEGAL_FORM
from tillroll_documents.reading.text.dates import Order, PrintedDate, day, full_year

_LABELLED = 30
_UNDER = 26
_TITLED = 24
_PLAIN = 22
_BEHIND_TITLE = 20
_IN_SENTENCE = 18
_PASSING = 12
_NEXT_TO_TITLE = 10
_LETTERS: Final = re.compile(r"[^\W\d_]{3,}")
_FEW_WORDS: Final = 2
"""More of them before a label make it part of a sentence."""
_TOKEN: Final = re.compile(
    r"(?:[A-Z]{1,4} (?=[A-Z]{0,4}/?\d)|\d (?=\d{4}/\d))?[^\W_][\w./\-\u2013+]*"
)
_BETWEEN: Final = re.compile(r"[\s:.#|()-]*")
_DAY: Final = re.compile(
    r"(?:[0-2]?\d|3[01])[./-](?:[0-2]?\d|3[01])[./-](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2}"
)
_AMOUNT: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})*[.,]\d{2}")
_DANISH: Final = re.compile(
    r"(?<![\d./-])(?P<d>\d{1,2})/(?P<m>\d{1,2})-(?P<y>(?:20)?\d{2})(?![\d./-])"
)
_SWEDISH: Final = re.compile(
    r"(?<![\w./-])(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})(?![\w/-])(?![.,]\d)"
)
_SPAN: Final = re.compile(r"\s*(?:[-\u2013\u2014]|bis|to|au|al|t/m|till|til|do|a)\s*")
"""What stands between the ends of a period."""
_PLAIN_LINES: Final = 4
"""Lines below the title in which a label without the word "invoice" is the invoice's."""
_MOST_WORDS: Final = 3
"""Words between a label and its number: "Rechnung Nr. lautet"."""
_GROUPS: Final = re.compile(
    r"(?: \d{2,5})+(?: \d)?(?=$|[.,;)](?:\s|$))|(?: \d{2,5}){2,}(?= [^\W\d]{3})"
)
"""What goes on a number that is printed in groups of digits, up to the end of its cell or clause,
or several groups up to a word."""
_FIRST_GROUP: Final = re.compile(r"(?:[A-Z]{1,4} )?\d{1,5}")
_SPACED_DAY: Final = re.compile(r" \d{1,2} \d{1,2} (?:19|20)\d{2}$")
"""A day with spaces between its parts, which is no part of a number."""
_LONGEST: Final = 35
_BEFORE: Final = 28
"""Characters before a label that may say that another invoice is meant."""


SURE_NUMBER: Final = 20


def find_number(sheet: Sheet, title: Found[DocumentKind] | None) -> Found[str] | None:
    if title:
        near_title = [*_titled(sheet, title), *_plain(sheet, title)]
    else:
        near_title = []
    near_title += [*_alone(sheet), *_behind_titles(sheet)]
    passing = (
        _value(cell, match.end(), _PASSING, most_words=1)
        for cell, match in _own(sheet, words.IN_PASSING)
    )
    candidates = [*_labelled(sheet), *near_title, *filter(None, passing)]
    best = max(candidates, key=lambda candidate: (candidate.score, -candidate.rank), default=None)
    if best is None:
        return None
    is_open = any(other.score == best.score and other.value != best.value for other in candidates)
    return Found(
        best.value, best.rank, start=best.start, end=best.end, score=0 if is_open else best.score
    )


def _own(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, re.Match[str]]]:
    """Where the pattern is found, and speaks of no other invoice."""
    for cell in sheet.cells():
        for match in pattern.finditer(cell.text):
            before = sheet.before(cell.rank, cell.start + match.start())[-_BEFORE:]
            if not words.REFERENCE.search(before):
                yield cell, match


def _labelled(sheet: Sheet) -> Iterator[Found[str]]:
    for cell, match in _own(sheet, words.NUMBER):
        in_a_sentence = len(cell.text[: match.start()].split()) > _FEW_WORDS
        score = _LABELLED
        if in_a_sentence:
            score = _IN_SENTENCE
        inside = _value(cell, match.end(), score, in_groups=True)
        if words.SECOND_LABEL.fullmatch(cell.text, match.end()):
            neighbour = sheet.beside(cell)
        else:
            neighbour = None
        value = None if neighbour is None else _beside(neighbour)
        below = sheet.below(cell, 2) if value is None else None
        # Where other labels stand in the same cell, other numbers may stand below it.
        is_alone = match.end() == len(cell.text)
        candidates = (inside, value, below and _value(below, 0, _UNDER, in_groups=is_alone))
        yield from filter(None, candidates)


def _beside(cell: Cell) -> Found[str] | None:
    """The number that the cell beside a label begins with: no postcode, and no house in a
    street.
    """
    if POSTCODE.match(cell.text):
        return None
    return _value(cell, 0, _LABELLED, most_words=1, in_groups=True)


def _titled(sheet: Sheet, title: Found[DocumentKind]) -> Iterator[Found[str]]:
    for cell in sheet.rows[title.rank]:
        if cell.end <= title.start:
            continue
        offset = max(0, title.end - cell.start)
        marked = words.PLAIN_NUMBER.search(cell.text, offset)
        number = _value(cell, marked.end(), _TITLED, most_words=1) if marked else None
        if cell.start <= title.start:
            score = _BEHIND_TITLE
        else:
            score = _NEXT_TO_TITLE
        number = number or _value(cell, offset, score, most_words=1, in_groups=True)
        if number:
            yield number


def _plain(sheet: Sheet, title: Found[DocumentKind]) -> Iterator[Found[str]]:
    """Find numbers after "No. " or "#" at the beginning of a cell, right below the title."""
    for cell in (
        cell for row in sheet.rows[title.rank + 1 : title.rank + 1 + _PLAIN_LINES] for cell in row
    ):
        label = words.PLAIN_NUMBER.match(cell.text)
        if label:
            neighbour = sheet.beside(cell)
            number = _value(cell, label.end(), _PLAIN, most_words=1, in_groups=True)
            if number is None and neighbour and not cell.text[label.end() :].strip(" :."):
                number = _value(neighbour, 0, _PLAIN, most_words=1, in_groups=True)
            if number:
                yield number


def _alone(sheet: Sheet) -> Iterator[Found[str]]:
    """Find numbers beside or below a label that says "number" or names the document, and no more:
    other labels say whose number it is.
    """
    for cell in sheet.cells():
        label = words.ALONE.match(cell.text)
        if label is None or cell.rank in sheet.item_heads:
            continue
        if label.end() < len(cell.text):
            inside = _value(cell, label.end(), _PLAIN, most_words=1)
            if inside:
                yield inside
            continue
        neighbour = sheet.beside(cell)
        below = sheet.below(cell, 1)
        number = neighbour and _value(neighbour, 0, _PLAIN, most_words=1)
        if number is None and (words.NAMES_NUMBER.search(cell.text) or cell.text.endswith(":")):
            number = below and _value(below, 0, _PLAIN, most_words=1)
        if number:
            yield number


def _behind_titles(sheet: Sheet) -> Iterator[Found[str]]:
    for cell in sheet.cells():
        match = words.TITLED.match(cell.text)
        number = None
        if match is not None:
            number = _value(cell, match.end(), _BEHIND_TITLE, most_words=1, in_groups=True)
        if number and len(_LETTERS.findall(cell.text[number.end - cell.start :])) < _FEW_WORDS:
            yield number


def _value(
    cell: Cell, offset: int, score: int, most_words: int = _MOST_WORDS, *, in_groups: bool = False
) -> Found[str] | None:
    """The number within so many words of the offset; `in_groups`: it may have blanks."""
    place = offset
    for _ in range(most_words):
        gap = _BETWEEN.match(cell.text, place)
        match = _TOKEN.match(cell.text, gap.end() if gap else place)
        if match is None:
            return None
        text = match[0].rstrip(".,-/")
        if in_groups:
            text += _other_groups(cell.text, match.start(), text)
        if match[0][-1] in "-/" and match.end() == len(cell.text):
            return None  # it goes on elsewhere
        last = text.rpartition(" ")[2]
        is_other = _DAY.fullmatch(last) or _AMOUNT.fullmatch(last)
        if any(sign.isdecimal() for sign in text) and not is_other and len(text) <= _LONGEST:
            return Found(
                text,
                cell.rank,
                start=cell.start + match.start(),
                end=cell.start + match.start() + len(text),
                score=score,
            )
        if is_other:
            return None
        place = match.end()
    return None


def _other_groups(cell: str, start: int, first: str) -> str:
    """What follows the first group of a number that begins there: " 4711 0815", or nothing."""
    groups = _GROUPS.match(cell, start + len(first))
    if groups is None or not _FIRST_GROUP.fullmatch(first) or _SPACED_DAY.search(groups[0]):
        return ""
    return groups[0]


class _Role(StrEnum):
    ISSUED = "issued"
    HEADED = "headed"
    PLAIN = "plain"
    PLACE = "place"
    DUE = "due"
    OTHER = "other"
    ALONE = "alone"
    NONE = ""


_SCORES: Final = {
    _Role.ISSUED: 30,
    _Role.HEADED: 21,
    _Role.PLAIN: 18,
    _Role.PLACE: 12,
    _Role.ALONE: 12,
    _Role.NONE: 3,
}
_TITLED_DAY: Final = 22
_BESIDE_NUMBER: Final = 14
SURE_DAY: Final = 12
_PERIOD_BEFORE: Final = re.compile(r"[^\W\d_]{3,}\.? \d{1,2}(?:st|nd|rd|th|\.)? ?[-\u2013] ?$")
"""Before the end of a period whose beginning lacks the year: "Nov 3 - Dec 3, 2026"."""
_PERIOD_BEHIND: Final = re.compile(r" ?[-\u2013\u2014] ?\d{1,2}(?:st|nd|rd|th|\.)? [^\W\d_]{3,}")
"""Behind the beginning of a period whose end has its year on the next line: "1 giugno 2024 - 15
giugno"."""
_NEAR_TITLE: Final = 6
"""Lines above or below the title in which a day that stands alone is the document's."""
_LABEL_WORDS: Final = 5
"""A longer text beside a day is no label of it, unless it ends with a colon."""
_SLACK: Final = 10
"""Columns by which a heading may miss its day."""
_DIGIT: Final = re.compile(r"\d")
_SORT_CODE: Final = re.compile(r"(?i)\bsort(?:ing)? code\W{0,3}$")
"""A British bank's code is printed in three pairs of digits, as a day is."""
_MANY_COLUMNS: Final = 3
_LABELS: Final = (
    (_Role.ISSUED, words.ISSUED),
    (_Role.DUE, words.DUE_DATE),
    (_Role.OTHER, words.OTHER_DATE),
)


@dataclass(frozen=True, slots=True)
class Days:
    """The best day of issue, whether another one is as good or the order of its parts is open, and
    the day due.
    """

    issued: Found[date] | None
    is_unsure: bool
    is_ambiguous: bool
    due: Found[date] | None
    is_long_ago: bool = False
    """Whether it lies long ago by a year of two digits alone."""


def find_days(
    sheet: Sheet,
    title: Found[DocumentKind] | None,
    number: Found[str] | None,
    *,
    month_first: bool | None,
    today: date | None = None,
) -> Days:
    """`number` is the document's own, on whose line its day may stand; `month_first`: what is
    usual, if known; `today`: the day of upload.
    """
    dates = [*_printed(sheet)]
    order = _usual_order(sheet, dates, month_first=month_first)
    orders = {
        True: _order_with_points(dates, order),
        False: (order or Order.DAY_FIRST, order is None),
    }
    issued: list[Found[date]] = []
    due: list[Found[date]] = []
    open_days: set[date] = set()
    for line, printed in dates:
        chosen, is_open = orders[printed.dotted]
        day = printed.readings.get(chosen) or next(iter(printed.readings.values()), None)
        if day is None:
            continue
        nearer = _nearer_year(day, printed, today)
        is_open = is_open and len(set(printed.readings.values())) > 1
        if is_open or nearer != day:
            open_days.add(nearer)
        day = nearer
        rank = sheet.page.rank(line)
        is_others = words.OTHER_INVOICE.search(line.plain) and not (
            number is not None and number.value in line.plain
        )
        role = _Role.OTHER if is_others else _role(sheet, rank, printed)
        if role is _Role.ISSUED and any(
            amount.start >= printed.end for amount in sheet.amounts[rank]
        ):
            role = _Role.NONE  # of an earlier invoice, whose amount stands behind its day
        score = _SCORES.get(role, 0)
        if title is not None and rank == title.rank and role in {_Role.NONE, _Role.PLAIN}:
            score = _TITLED_DAY
        elif number is not None and rank == number.rank and role is _Role.NONE:
            score = _BESIDE_NUMBER
        elif title is not None and role is _Role.NONE and abs(rank - title.rank) <= _NEAR_TITLE:
            # On a line of its own near the title; beside another cell, that may be its label.
            is_line = [(cell.start, cell.end) for cell in sheet.rows[rank]] == [
                (printed.start, printed.end)
            ]
            score = _SCORES[_Role.ALONE] if is_line else score
        found = Found(day, rank, start=printed.start, end=printed.end, score=score)
        if role is _Role.DUE:
            due.append(found)
        elif score:
            issued.append(found)
    best = max(issued, key=lambda candidate: (candidate.score, -candidate.rank), default=None)
    rivals = {each.value for each in issued if best and each.score >= min(best.score, _TITLED_DAY)}
    return Days(
        issued=best,
        is_unsure=best is not None
        and (
            best.score < SURE_DAY
            or len(rivals) > 1
            or (due != [] and best.value > due[0].value)
            or (best.score == _BESIDE_NUMBER and len(sheet.rows[best.rank]) > _FEW_WORDS)
        ),
        is_ambiguous=best is not None and best.value in open_days,
        due=due[0] if due else None,
        is_long_ago=best is not None
        and best.value in doubtful_long_ago([printed for _, printed in dates], today),
    )


def _nearer_year(day: date, printed: PrintedDate, today: date | None) -> date:
    """The day, or another reading of its year of two digits which is nearer to today."""
    if today is None or not printed.is_short:
        return day
    readings = (each for each in printed.readings.values() if is_plausible(each, today))
    return nearer_year(day, readings, today) or day


def _printed(sheet: Sheet) -> Iterator[tuple[Line, PrintedDate]]:
    return ((line, printed) for line in sheet.lines for printed in _dates(sheet, line))


def _dates(sheet: Sheet, line: Line) -> list[PrintedDate]:
    """The dates of the line, also as Danes and Swedes print them; six digits count behind a label
    only.
    """
    dates = sheet.page.dates(line)
    if dates:
        return dates
    parted = [(match, match["d"], match["m"], match["y"]) for match in _DANISH.finditer(line.plain)]
    if "sv" in sheet.page.languages:
        parted += [
            (match, match["d"], match["m"], match["y"])
            for match in _SWEDISH.finditer(line.plain)
            if _is_labelled(sheet, line, match.start())
        ]
    days = ((match.span(), day(full_year(y), int(m), int(d))) for match, d, m, y in parted)
    return [PrintedDate(*span, {Order.NAMED: value}) for span, value in days if value is not None]


def _is_labelled(sheet: Sheet, line: Line, start: int) -> bool:
    """Whether the label of a day stands before the place on its line, or heads its column."""
    rank = sheet.page.rank(line)
    before = sheet.before(rank, start)
    if words.BEFORE_DAY.search(before) or _nearest(before) in {_Role.ISSUED, _Role.DUE}:
        return True
    cell = Cell(rank, start, end=start + 6, text="")
    return not before.strip() and any(
        _nearest(each.text) in {_Role.ISSUED, _Role.DUE} for each in sheet.headings(cell)
    )


def _usual_order(
    sheet: Sheet, printed: Sequence[tuple[Line, PrintedDate]], *, month_first: bool | None
) -> Order | None:
    """The order of days on the page: that of a day which fits one order only, else the usual
    one.
    """
    clear = _clear_orders(printed)
    if len(clear) == 1:
        return clear.pop()
    is_american = "US" in sheet.page.hints
    if month_first is None or month_first is not is_american:
        return None  # the currency says otherwise than the addresses
    if not month_first:
        return Order.DAY_FIRST
    if is_foreign_to_america(sheet.page, [line.plain[: day.start] for line, day in printed]):
        return None
    return Order.MONTH_FIRST


def _order_with_points(
    printed: Sequence[tuple[Line, PrintedDate]], order: Order | None
) -> tuple[Order, bool]:
    """The order of days with points, and whether it is open: the day is in front, unless another
    such day tells otherwise. On an American page nothing is custom.
    """
    clear = _clear_orders([(line, day) for line, day in printed if day.dotted])
    if len(clear) == 1:
        return clear.pop(), False
    return Order.DAY_FIRST, order is Order.MONTH_FIRST


def _clear_orders(printed: Iterable[tuple[Line, PrintedDate]]) -> set[Order]:
    return {
        next(iter(day.readings))
        for line, day in printed
        if len(day.readings) == 1
        and next(iter(day.readings)) in {Order.DAY_FIRST, Order.MONTH_FIRST}
        and not _SORT_CODE.search(line.plain[: day.start])
    }


def _role(sheet: Sheet, rank: int, printed: PrintedDate) -> _Role:
    """Find a day's role by the nearest label: before it on its line, else above it in its
    column.
    """
    others = _dates(sheet, sheet.lines[rank])
    line = sheet.lines[rank].plain
    if any(
        _SPAN.fullmatch(line, one.end, other.start)
        for one, other in pairwise(others)
        if printed in (one, other)
    ):
        return _Role.OTHER
    earlier = max((other.end for other in others if other.end <= printed.start), default=0)
    cells = [each for each in sheet.rows[rank] if each.start <= printed.start]
    inside = sheet.before(rank, printed.start)[max(earlier, cells[-1].start if cells else 0) :]
    role = _nearest(inside)
    if _PERIOD_BEFORE.search(inside) or _PERIOD_BEHIND.match(line, printed.end):
        role = _Role.OTHER
    if role is not _Role.NONE:
        return role
    if words.PLACE_DATE.search(sheet.before(rank, printed.start)):
        return _Role.PLACE
    if inside.strip(" :.,-") or not cells:
        return _Role.NONE
    neighbour = cells[-2].text if len(cells) > 1 and cells[-2].end > earlier else ""
    is_short = len(neighbour.split()) <= _LABEL_WORDS and not LEGAL_FORM.search(neighbour)
    is_label = neighbour.rstrip().endswith(":") or is_short
    role = _nearest(neighbour) if is_label else _Role.NONE
    # Else by the heading of the column: of as many as there are cells the one in the same order,
    # since widths differ.
    above_row = sheet.rows[rank - 1] if rank else ()
    if (
        not role
        and len(above_row) == len(sheet.rows[rank]) >= _MANY_COLUMNS
        and not any(map(_has_digit, above_row))
    ):
        role = _nearest(above_row[len(cells) - 1].text)
        return _Role.HEADED if role is _Role.ISSUED else role
    # The nearest cell above that has no digits and names a role.
    above = (
        _nearest(each.text)
        for each in sheet.headings(cells[-1], slack=_SLACK)
        if not _DIGIT.search(each.text)
    )
    found = role or next((each for each in above if each), _Role.NONE)
    return _Role.HEADED if found is _Role.ISSUED and not role else found


def _has_digit(cell: Cell) -> bool:
    return _DIGIT.search(cell.text) is not None


def _nearest(text: str) -> _Role:
    """The role whose label ends last in the text; of those that end together the one that stands
    first in the table.
    """
    if words.DISCOUNT.search(text):
        return _Role.OTHER
    ends = [(match.end(), role) for role, pattern in _LABELS for match in pattern.finditer(text)]
    if ends:
        role = max(ends, key=lambda end: end[0])[1]
        # The label may name both days as one and the same, as in Rechnungs- und Lieferdatum.
        is_both = role is _Role.OTHER and any(named is _Role.ISSUED for _, named in ends)
        if is_both:
            return _Role.ISSUED
        return role
    if words.PLAIN_DATE.search(text):
        return _Role.PLAIN
    return _Role.NONE
