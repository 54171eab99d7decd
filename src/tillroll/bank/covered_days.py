"""Days that statements of one bank account leave out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class CoveredDays:
    """The days of a statement, both included, and its balances in signed minor units; None where
    the file prints none.
    """

    first: date
    last: date
    opening: int | None = None
    closing: int | None = None


def gaps_between(
    statements: Sequence[CoveredDays], first: date, last: date
) -> list[tuple[date, date]]:
    """The days from `first` to `last` that no statement covers, in order of time. `statements` are
    ordered by their first day.

    Days between two statements are covered where the later one opens with what the earlier one
    closed with: no money moved on them. Banks leave such days out of files that list movements.
    """
    gaps: list[tuple[date, date]] = []
    day = first
    latest: CoveredDays | None = None
    for each in statements:
        is_joined = latest is not None and _is_joined(latest, each)
        if each.first > day and not is_joined and day <= last:
            gaps.append((day, min(each.first - timedelta(days=1), last)))
        day = max(day, each.last + timedelta(days=1))
        if latest is None or each.last >= latest.last:
            latest = each
    if day <= last:
        gaps.append((day, last))
    return gaps


def without_quiet(
    gaps: Sequence[tuple[date, date]], quiet: Sequence[tuple[date, date]]
) -> list[tuple[date, date]]:
    """The days of `gaps` that are not in `quiet`, in order of time. `quiet` is ordered by its first
    days.
    """
    remaining: list[tuple[date, date]] = []
    for first, last in gaps:
        day = first
        for quiet_first, quiet_last in quiet:
            if quiet_first > last:
                break
            if quiet_first > day:
                remaining.append((day, quiet_first - timedelta(days=1)))
            day = max(day, quiet_last + timedelta(days=1))
        if day <= last:
            remaining.append((day, last))
    return remaining


def _is_joined(before: CoveredDays, after: CoveredDays) -> bool:
    return before.closing is not None and before.closing == after.opening
