"""Lines that may be the same money twice: one file has a payment run as one entry, another one its single payments."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tillroll.bank.evidence import LineView
from tillroll.bank.matching_models import Level, Match
from tillroll.bank.named_references import reference_key
from tillroll.bank.subset_sums import MOST_AMOUNTS, find_sum
from tillroll.bank.transaction_codes import Says, code_says
from tillroll.reading.vocabulary import fold

_DAYS: Final = 2
"""Days between a run and its single payments."""
_FEWEST: Final = 2
_MOST: Final = 1_000
"""Lines of one reference that are added up."""
_WORDS: Final = ("batch", "bulk", "sammel", "sammler")
"""Beginnings of words by which banks name a run. Folded."""
_REASON: Final = "but another entry may be the same money: the sum of several, or one of its payments"

_Place = tuple[str, str, bool]
"""A bank account, a currency, and whether the money comes in."""


def find_split_batches(views: Sequence[LineView]) -> frozenset[str]:
    """Ids of lines of which one is the sum of others of nearly its day.

    They share a reference, such as that of a payment file; or the bank calls the sum a run.
    """
    found: set[str] = set()
    for lines in _by_reference(views):
        total = sum(line.line.amount for line in lines)
        for line in lines:
            others = [other for other in lines if other is not line]
            if len(others) >= _FEWEST and line.line.amount * 2 == total and _are_near(line, others):
                found.update(each.line.id for each in lines)
    found.update(_of_runs(views))
    return frozenset(found)


def asked(matches: Iterable[Match], doubted: frozenset[str]) -> list[Match]:
    """The matches; what concerns a doubted line is left to a person."""
    return [_asked(each) if doubted.intersection(each.lines) else each for each in matches]


def _asked(match: Match) -> Match:
    level = Level.PROPOSED if match.level is Level.AUTOMATIC else match.level
    return replace(match, level=level, reasons=(*match.reasons, _REASON))


def _by_reference(views: Iterable[LineView]) -> Iterable[list[LineView]]:
    found: dict[tuple[_Place, str], list[LineView]] = defaultdict(list)
    for view in views:
        for key in {reference_key(each) for each in view.line.references}:
            found[_place(view), key].append(view)
    return [lines for lines in found.values() if _FEWEST < len(lines) <= _MOST]


def _place(view: LineView) -> _Place:
    line = view.line
    return line.account, line.currency, line.amount > 0


def _are_near(line: LineView, others: Iterable[LineView]) -> bool:
    return all(
        line.day is not None and other.day is not None and abs(line.day - other.day) <= _DAYS for other in others
    )


def _of_runs(views: Sequence[LineView]) -> set[str]:
    """Of lines that the bank calls a run: their own ids, and those of what adds up to them."""
    runs = [view for view in views if _is_run(view)]
    if not runs:
        return set()
    by_place: dict[tuple[_Place, int], list[LineView]] = defaultdict(list)
    for view in views:
        if view.day is not None:
            by_place[_place(view), view.day].append(view)
    found: set[str] = set()
    for run in runs:
        days = range((run.day or 0) - _DAYS, (run.day or 0) + _DAYS + 1)
        near = [view for day in days for view in by_place.get((_place(run), day), ())]
        smaller = [view for view in near if abs(view.line.amount) < abs(run.line.amount)]
        if not _FEWEST <= len(smaller) <= MOST_AMOUNTS:
            continue
        sum_ = find_sum([view.line.amount for view in smaller], run.line.amount)
        if sum_ is not None:
            found.add(run.line.id)
            found.update(smaller[at].line.id for at in sum_.positions)
    return found


def _is_run(view: LineView) -> bool:
    line = view.line
    if line.counterparty or view.day is None:
        return False
    written = fold(f"{line.name or ''} {line.text[:100]}").split()
    is_named = any(word.startswith(_WORDS) for word in written)
    return is_named or (code_says(line.code) is Says.BATCH and not line.name)
