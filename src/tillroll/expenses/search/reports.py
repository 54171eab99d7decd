"""Reports: the sums of what a filter chooses, by month, category, merchant, rate or person, and
what expenses lack.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final, Literal

from tillroll.calendar_months import end_of_month
from tillroll.expenses.search import sums
from tillroll.expenses.search.filters import (
    Filter,
    Parameters,
    as_parameters,
)
from tillroll.expenses.search.grammar import MISSING
from tillroll.expenses.search.pages import days_of
from tillroll.expenses.search.standings import (
    count_standings,
    lacks,
)
from tillroll.expenses.search.sums import Grouped, Sums, Totals, find_totals, totals_of
from tillroll_durable.platform.bindings.database import Database, integer, text
from tillroll_durable.platform.models import Model
from tillroll_durable.sight import Sight

_MONTHS: Final = 12

By = Literal["month", "category", "merchant", "tax_rate", "person"]


class ReportRow(Model):
    """`key` is a month (2026-03), a category, a merchant, a rate in percent or a user's id, ''
    where there is none; `label` is the person's name, elsewhere the key. `filter` has the
    parameters of GET /api/expenses that show the row's expenses, null where none do. `year_before`
    is the same month of the year before, in reports by month.
    """

    key: str
    label: str
    filter: Parameters | None
    totals: Totals
    year_before: Totals | None


class OtherRows(Model):
    """So many rows that are smaller than those that are listed, and what they add up to."""

    count: int
    totals: Totals


class ExpenseReport(Model):
    """`filter` is what was asked, with the period that holds without one: twelve months up to this
    one. `others` are the merchants behind the 500 largest, null where all are listed.
    """

    by: By
    filter: Parameters
    rows: list[ReportRow]
    others: OtherRows | None
    totals: Totals


class MissingRow(Model):
    """What so many of the period's expenses lack."""

    missing: str
    means: str
    count: int
    filter: Parameters


class MissingReport(Model):
    filter: Parameters
    rows: list[MissingRow]
    runs: sums.RunsWaiting


async def report_missing(
    database: Database, sight: Sight, chosen: Filter, asker: str
) -> MissingReport:
    """Report what expenses of a period lack, and the runs that wait for somebody. `asker` is the
    user's id.
    """
    rows = await missing_in(database, sight, chosen)
    runs = await sums.waiting_runs(database, sight, asker)
    return MissingReport(filter=as_parameters(chosen.as_asked()), rows=rows, runs=runs)


async def missing_in(database: Database, sight: Sight, chosen: Filter) -> list[MissingRow]:
    """What expenses of a period lack. Raises TooManyToSum, where more than a period is asked
    for.
    """
    each_lacks = {name: replace(chosen, missing=(name,)) for name in MISSING}
    if sight.only is None and chosen == Filter(
        first_day=chosen.first_day, last_day=chosen.last_day
    ):
        base = await sums.base_currency_of(database, sight.account_id)
        rows = await database.all(count_standings(sight.account_id, days_of(chosen)))
        counts = [
            sum(integer(row, "expenses") for row in rows if lacks(text(row, "term"), name, base))
            for name in MISSING
        ]
    else:
        totals = [await find_totals(database, sight, lacking) for lacking in each_lacks.values()]
        counts = [sum(each.expenses for each in whole) for _, whole in totals]
    return [
        MissingRow(
            missing=name, means=MISSING[name], count=count, filter=as_parameters(lacking.as_asked())
        )
        for (name, lacking), count in zip(each_lacks.items(), counts, strict=True)
    ]


async def report(database: Database, sight: Sight, chosen: Filter, by: By) -> ExpenseReport:
    """The sums of what a filter chooses, by currency and in the base currency: the largest first,
    months in order.
    """
    [result] = await reports(database, sight, chosen=chosen, kinds=[by])
    return result


async def reports(
    database: Database,
    sight: Sight,
    chosen: Filter,
    kinds: Sequence[By],
) -> list[ExpenseReport]:
    """Make several reports, each as `report` does; the sum of all is read once."""
    _, whole = await find_totals(database, sight, chosen)
    return [await _report(database, sight, chosen=chosen, by=by, whole=whole) for by in kinds]


async def _report(
    database: Database,
    sight: Sight,
    chosen: Filter,
    by: By,
    whole: list[Sums],
) -> ExpenseReport:
    sums_by_key = await sums.group(database, sight, chosen=chosen, by=by)
    base = sums_by_key.base
    groups = [*sums_by_key.rows]
    earlier: dict[str, Grouped] = {}
    if by == "month":
        year_before = replace(
            chosen, first_day=_earlier(chosen.first_day), last_day=_earlier(chosen.last_day)
        )
        before = await sums.group(database, sight, chosen=year_before, by=by)
        earlier = {
            f"{int(each.key[:4]) + 1:04}{each.key[4:]}": each
            for each in before.rows
            if not each.key.startswith(str(date.max.year))
        }
        keys = {each.key for each in groups}
        groups += [Grouped(key, []) for key in earlier if key not in keys]
    groups.sort(key=lambda each: each.key)
    if by != "month":
        is_one_currency = len({each.currency for each in whole}) == 1
        groups.sort(
            key=lambda each: _size(each, base, is_one_currency=is_one_currency), reverse=True
        )
    if by == "person":
        names = await sums.names_of(database, sight)
    else:
        names = {}
    rows = [
        ReportRow(
            key=each.key,
            label=names.get(each.key, each.key),
            filter=_filter_of(chosen, by, each.key),
            totals=totals_of(base, each.sums),
            year_before=totals_of(base, earlier[each.key].sums) if each.key in earlier else None,
        )
        for each in groups
    ]
    if sums_by_key.more:
        others = OtherRows(count=sums_by_key.more, totals=totals_of(base, sums_by_key.others))
    else:
        others = None
    asked_for = as_parameters(chosen.as_asked())
    return ExpenseReport(
        by=by, filter=asked_for, rows=rows, others=others, totals=totals_of(base, whole)
    )


def in_period(chosen: Filter, today: date) -> Filter:
    """Give a filter without a period this month and the eleven before."""
    if chosen.first_day or chosen.last_day:
        return chosen
    months = today.year * 12 + today.month - _MONTHS
    return replace(
        chosen, first_day=date(months // 12, months % 12 + 1, 1), last_day=end_of_month(today)
    )


def _earlier(day: date | None) -> date | None:
    """The day one year earlier; the last of February stays the last."""
    if day is None or day.year == date.min.year:
        return day
    if day == end_of_month(day):
        return end_of_month(date(day.year - 1, day.month, 1))
    return day.replace(year=day.year - 1)


def _size(each: Grouped, base: str | None, *, is_one_currency: bool) -> int:
    """Measure a group in the base currency, or in its only currency, else by its expenses."""
    if base is not None:
        return sum(one.base_total_minor for one in each.sums)
    return sum(one.total_minor if is_one_currency else one.expenses for one in each.sums)


def _filter_of(chosen: Filter, by: By, key: str) -> Parameters | None:
    """The parameters that show a row's expenses."""
    parameters = as_parameters(chosen.as_asked())
    if by == "month":
        month = date.fromisoformat(f"{key}-01")
        first = max(chosen.first_day or date.min, month)
        last = min(chosen.last_day or date.max, end_of_month(month))
        return parameters | {"from": first.isoformat(), "to": last.isoformat()}
    if not key:
        if by == "category":
            return parameters | {"missing": ["category"]}
        return None
    if by in {"category", "person"}:
        return parameters | {by: [key]}
    name = "merchant" if by == "merchant" else "rate"
    if '"' in key:
        return None
    return parameters | {"q": f'{chosen.text} {name}:"{key}"'.strip()}
