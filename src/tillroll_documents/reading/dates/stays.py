"""The two days of a stay on lines next to each other: arrival and departure of a folio, in and out
of a car park, a table that was opened before midnight and paid after it.

No words tell them apart. The later one is the day of the bill, and a person is asked.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.page import Page

_LONGEST: Final = timedelta(days=31)
_LABELS: Final = frozenset({Concept.DATE, Concept.OTHER_DATE, Concept.DUE_DATE})


class Stay(NamedTuple):
    """The indexes of the lines with both days."""

    beginning: int
    end: int


def stays_of(page: Page, days: Sequence[tuple[Line, date]]) -> list[Stay]:
    """The stays among the days that lines print, in their order. A line with a label of a day is
    part of none, nor is a list of more than two days.
    """
    dated = {page.rank(line) for line in page.lines if page.dates(line)}
    by_rank: dict[int, list[tuple[Line, date]]] = {}
    for line, value in days:
        by_rank.setdefault(page.rank(line), []).append((line, value))
    stays: list[Stay] = []
    for first, second in pairwise(sorted(by_rank)):
        is_pair = second == first + 1 and dated.isdisjoint({first - 1, second + 1})
        if not is_pair or len(by_rank[first]) > 1 or len(by_rank[second]) > 1:
            continue
        above, earlier = by_rank[first][0]
        below, later = by_rank[second][0]
        is_labelled = not _LABELS.isdisjoint(page.named(above) | page.named(below))
        if not is_labelled and timedelta(0) < later - earlier <= _LONGEST:
            stays.append(Stay(above.index, below.index))
    return stays
