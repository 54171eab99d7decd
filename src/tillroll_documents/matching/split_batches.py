"""Lines that may be the same money: a payment run in one file, its payments in another."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from tillroll_documents.matching.evidence import LineView
from tillroll_documents.matching.models import Level, Line, Match
from tillroll_documents.matching.named_references import reference_key
from tillroll_documents.matching.subset_sums import MOST_AMOUNTS, find_sum
from tillroll_documents.matching.transaction_codes import CodeMeaning, meaning_of
from tillroll_documents.reading.text.folding import (
    fold,
)

DAYS: Final = 2
"""Days between a run and its single payments."""
_FEWEST: Final = 2
"""Payments of a run."""
_MOST_LINES: Final = 1_000
"""Lines of one reference that are added up."""
_MOST_TEXT: Final = 100
_RUN_WORDS: Final = ("batch", "bulk", "sammel", "sammler")
"""Beginnings of words by which banks name a run. Folded."""
_REASON: Final = "but another entry may be the same money: a sum, or one of its payments"

_Place = tuple[str, str, bool]
"""A bank account, a currency, and whether the money comes in."""


def find_split_batches(views: Sequence[LineView]) -> frozenset[str]:
    """Ids of lines where one is the sum of others of nearly its day.

    They share a reference, such as that of a payment file; or the bank calls the sum a run.
    """
    return frozenset(_of_references(views) | _of_runs(views))


def leave_to_a_person(matches: Iterable[Match], ids: frozenset[str]) -> list[Match]:
    """The matches, where none with one of these lines is automatic."""
    result: list[Match] = []
    for match in matches:
        if ids.isdisjoint(match.lines):
            result.append(match)
        else:
            result.append(_proposed(match))
    return result


def _proposed(match: Match) -> Match:
    reasons = (*match.reasons, _REASON)
    if match.level is Level.AUTOMATIC:
        return replace(match, level=Level.PROPOSED, reasons=reasons)
    return replace(match, reasons=reasons)


def _of_references(views: Iterable[LineView]) -> set[str]:
    by_reference: dict[tuple[_Place, str], list[LineView]] = defaultdict(list)
    for view in views:
        for key in {reference_key(each) for each in view.line.references}:
            by_reference[_place(view), key].append(view)
    ids: set[str] = set()
    for lines in by_reference.values():
        if _FEWEST < len(lines) <= _MOST_LINES and _has_sum(lines):
            ids.update(each.line.id for each in lines)
    return ids


def _has_sum(lines: Sequence[LineView]) -> bool:
    """Whether one of the lines is the sum of the others."""
    total = sum(line.line.amount for line in lines)
    sums = [line for line in lines if line.line.amount * 2 == total]
    return any(_is_near(line, other) for line in sums for other in lines if other is not line)


def _place(view: LineView) -> _Place:
    line = view.line
    return line.account, line.currency, line.amount > 0


def _is_near(one: LineView, other: LineView) -> bool:
    if one.day is None or other.day is None:
        return False
    return abs(one.day - other.day) <= DAYS


def _of_runs(views: Sequence[LineView]) -> set[str]:
    """Ids of lines that the bank calls a run, and of what adds up to them."""
    runs = [view for view in views if is_run(view.line)]
    if not runs:
        return set()
    by_day: dict[tuple[_Place, int], list[LineView]] = defaultdict(list)
    for view in views:
        if view.day is not None:
            by_day[_place(view), view.day].append(view)
    ids: set[str] = set()
    for run in runs:
        day = run.day or 0
        near: list[LineView] = []
        for each in range(day - DAYS, day + DAYS + 1):
            near += by_day.get((_place(run), each), [])
        ids |= _parts_of(run, near)
    return ids


def _parts_of(run: LineView, near: Iterable[LineView]) -> set[str]:
    """Ids of a run and of lines that add up to it; none where none do."""
    smaller = [view for view in near if abs(view.line.amount) < abs(run.line.amount)]
    if not _FEWEST <= len(smaller) <= MOST_AMOUNTS:
        return set()
    parts = find_sum([view.line.amount for view in smaller], run.line.amount)
    if parts is None:
        return set()
    return {run.line.id, *(smaller[position].line.id for position in parts.positions)}


def is_run(line: Line) -> bool:
    """Whether the bank calls a line a run of payments."""
    if line.counterparty or line.on is None:
        return False
    text = fold(f"{line.name or ''} {line.text[:_MOST_TEXT]}")
    if any(word.startswith(_RUN_WORDS) for word in text.split()):
        return True
    return not line.name and meaning_of(line.code) is CodeMeaning.BATCH
