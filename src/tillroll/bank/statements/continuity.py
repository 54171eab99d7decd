"""Gaps and overlaps between the statements of one account: by their balances, days and numbers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Self

from tillroll.bank.models import BreakKind, Section
from tillroll_documents.bank_files.printed import BankStatement, Format

_PARTIAL: Final = frozenset({Format.CAMT_052, Format.CAMT_054, Format.ENABLE_BANKING})
"""Reports within the day, notifications and what is fetched: they repeat what a statement says, and
leave days out.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What is compared of a statement. `key` is the caller's; balances are booked ones, in signed
    minor units.
    """

    key: str
    format: Format
    from_day: date | None
    to_day: date | None
    states_period: bool = False
    opening: int | None = None
    closing: int | None = None
    sequence: int | None = None
    page: int | None = None
    is_last_page: bool = True

    @classmethod
    def of(cls, key: str, statement: BankStatement) -> Self:
        """The span of a statement that was read."""
        return cls(
            key=key,
            format=statement.format,
            from_day=statement.from_day,
            to_day=statement.to_day,
            states_period=statement.states_period,
            opening=None if statement.opening is None else statement.opening.minor,
            closing=None if statement.closing is None else statement.closing.minor,
            sequence=statement.sequence,
            page=statement.page,
            is_last_page=statement.is_last_page,
        )


def period_of(key: str, section: Section) -> Period:
    """What is compared of a statement; its balances are those that the bank printed."""
    return Period(
        key=key,
        format=section.format,
        from_day=section.first_day,
        to_day=section.last_day,
        states_period=section.states_period,
        opening=section.opening,
        closing=section.closing,
        sequence=section.sequence,
        page=section.page,
        is_last_page=section.is_last_page,
    )


@dataclass(frozen=True, slots=True)
class Discontinuity:
    """Two statements that do not join.

    Attributes:
        kind: how.
        before, after: the keys of the two, the earlier first.
        from_day, to_day: the days that are missing, or covered twice; both included.
        amount: signed minor units that moved in between, where the balances tell.
        numbers: the first and last number, or page, that is missing.
    """

    kind: BreakKind
    before: str
    after: str
    from_day: date | None = None
    to_day: date | None = None
    amount: int | None = None
    numbers: tuple[int, int] | None = None


def discontinuities(periods: Iterable[Period]) -> list[Discontinuity]:
    """All of one account, in order of time. Statements without days are left out. Takes n log n
    steps.

    A statement joins those before it if one of them closed with its opening balance.
    """
    dated = [
        (each.from_day, each.to_day, each) for each in periods if each.from_day and each.to_day
    ]
    whole = [each for each in dated if each[2].format not in _PARTIAL]
    whole.sort(
        key=lambda each: (each[0], each[1], each[2].sequence or 0, each[2].page or 0, each[2].key)
    )
    return list(_broken([period for _, _, period in whole]))


def _broken(periods: Sequence[Period]) -> Iterator[Discontinuity]:
    closings: set[int] = set()
    latest: Period | None = None  # of those before, the one that reaches furthest
    for period in periods:
        if latest is not None:
            yield from _between(latest, period, joins=period.opening in closings)
        if period.closing is not None:
            closings.add(period.closing)
        if latest is None or _end(period) >= _end(latest):
            latest = period


def _end(period: Period) -> date:
    return period.to_day or date.min


def _between(before: Period, after: Period, *, joins: bool) -> Iterator[Discontinuity]:
    first = after.from_day or date.min
    last = min(_end(before), _end(after))
    if after.opening is None or before.closing is None:
        moved = None
    else:
        moved = after.opening - before.closing
    pages = _missing_pages(before, after)
    if pages is not None:
        yield Discontinuity(BreakKind.PAGE, before.key, after.key, amount=moved, numbers=pages)
        return
    is_same_begin = after.opening == before.opening and (
        after.opening is not None or after.from_day == before.from_day
    )
    is_again = first == last and not joins and is_same_begin
    # Days of entries may reach back a little; days that the file states do not.
    chains = (
        joins
        and after.opening != before.opening
        and not (before.states_period and after.states_period)
    )
    if not _are_pages(before, after) and ((first < last and not chains) or is_again):
        yield Discontinuity(
            BreakKind.OVERLAP, before.key, after=after.key, from_day=first, to_day=last
        )
        return
    if joins:
        numbers = _left_out(before, after)
        if numbers is not None:
            yield Discontinuity(BreakKind.NUMBER, before.key, after.key, amount=0, numbers=numbers)
        return
    days = _days_between(_end(before), first)
    if moved is not None:
        yield Discontinuity(
            BreakKind.GAP, before.key, after.key, *days, moved, _left_out(before, after)
        )
    elif before.states_period and after.states_period and days[0] is not None:
        yield Discontinuity(BreakKind.GAP, before.key, after.key, *days)


def _days_between(last: date, first: date) -> tuple[date | None, date | None]:
    """The days after `last` and before `first`."""
    if first.toordinal() - last.toordinal() < 2:
        return None, None
    return last + timedelta(days=1), first - timedelta(days=1)


def _are_pages(before: Period, after: Period) -> bool:
    """Whether both are of one statement."""
    return (
        before.format is after.format
        and before.sequence is not None
        and before.sequence == after.sequence
        and (before.page or 1) < (after.page or 1)
    )


def _missing_pages(before: Period, after: Period) -> tuple[int, int] | None:
    next_page = (before.page or 1) + 1
    if not _are_pages(before, after):
        if before.is_last_page:
            return None
        return (next_page, next_page)
    if after.page is not None and after.page > next_page:
        return (next_page, after.page - 1)
    return None


def _left_out(before: Period, after: Period) -> tuple[int, int] | None:
    """The numbers between the two. A lower number begins a new year."""
    if before.sequence is None or after.sequence is None or before.format is not after.format:
        return None
    if after.sequence > before.sequence + 1:
        return (before.sequence + 1, after.sequence - 1)
    return None
