"""Routes of reports: sums by month, category, merchant, tax rate and person, and what is missing."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Path

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.shapes import Model
from tillroll.expenses.search.endpoints import FilterAsked, TotalsShape, totals_shape
from tillroll.expenses.search.filters import MISSING, Filter, Parameters, as_parameters
from tillroll.expenses.search.sums import Grouped, find_totals, group
from tillroll.platform.bindings.database import Database, integer, statement, text
from tillroll.platform.services import Platform

router = APIRouter(tags=["reports"])

_MONTHS: Final = 12
# By which parameter of GET /api/expenses a row's key is asked for.
_PARAMETERS: Final[Mapping[str, str]] = {"category": "category", "person": "person"}
# What asks for the expenses without a key.
_WITHOUT: Final[Mapping[str, Parameters]] = {"category": {"missing": ["category"]}}

By = Literal["month", "category", "merchant", "tax_rate", "person"]


class ReportRow(Model):
    """`key` is a month (2026-03), a category, a merchant, a rate in percent or a user's id, '' where there is none;
    `label` is the person's name, elsewhere the key. `filter` has the parameters of GET /api/expenses that show the
    row's expenses, null where none do. `year_before` is the same month of the year before, in reports by month."""

    key: str
    label: str
    filter: Parameters | None
    totals: TotalsShape
    year_before: TotalsShape | None


class OtherRows(Model):
    """So many rows that are smaller than those that are listed, and what they add up to."""

    count: int
    totals: TotalsShape


class ReportShape(Model):
    """`filter` is what was asked, with the period that holds without one: twelve months up to this one. `others` are
    the merchants behind the 500 largest, null where all are listed."""

    by: By
    filter: Parameters
    rows: list[ReportRow]
    others: OtherRows | None
    totals: TotalsShape


class MissingRow(Model):
    """What so many of the period's expenses lack."""

    missing: str
    means: str
    count: int
    filter: Parameters


class RunsWaiting(Model):
    """Runs that are no expenses yet, of any period."""

    processing: int
    needs_review: int
    failed: int


class MissingReport(Model):
    filter: Parameters
    rows: list[MissingRow]
    runs: RunsWaiting


@router.get("/api/reports/missing", openapi_extra=needs(Permission.READ))
async def report_missing(platform: PlatformHere, principal: Caller, asked: FilterAsked) -> MissingReport:
    """What expenses lack, and the runs that wait for somebody."""
    chosen = _in_period(platform, asked)
    rows: list[MissingRow] = []
    for name, means in MISSING.items():
        lacking = replace(chosen, missing=(name,))
        _, sums = await find_totals(platform.database, principal.account_id, lacking)
        count = sum(each.expenses for each in sums)
        rows.append(MissingRow(missing=name, means=means, count=count, filter=as_parameters(lacking.as_asked())))
    runs = await _runs(platform.database, principal.account_id)
    return MissingReport(filter=as_parameters(chosen.as_asked()), rows=rows, runs=runs)


@router.get("/api/reports/{by}", openapi_extra=needs(Permission.READ))
async def report(
    platform: PlatformHere,
    principal: Caller,
    asked: FilterAsked,
    by: Annotated[By, Path(description="What a row is made of")],
) -> ReportShape:
    """The sums of what a filter chooses, by currency and in the base currency: the largest first, months in order."""
    chosen = _in_period(platform, asked)
    found = await group(platform.database, principal.account_id, chosen, by)
    base, groups = found.base, found.rows
    _, whole = await find_totals(platform.database, principal.account_id, chosen)
    earlier: dict[str, Grouped] = {}
    if by == "month":
        before = await group(platform.database, principal.account_id, _year_before(chosen), by)
        earlier = {_next_year(each.key): each for each in before.rows if not each.key.startswith(str(date.max.year))}
        known = {each.key for each in groups}
        groups = [*groups, *(Grouped(key, []) for key in earlier if key not in known)]
    is_one = len({sums.currency for sums in whole}) == 1
    names = await _names(platform.database, principal.account_id) if by == "person" else {}
    rows = [
        ReportRow(
            key=each.key,
            label=names.get(each.key, each.key),
            filter=_filter_of(chosen, by, each.key),
            totals=totals_shape(base, each.sums),
            year_before=totals_shape(base, earlier[each.key].sums) if each.key in earlier else None,
        )
        for each in sorted(
            groups,
            key=lambda each: (
                each.key if by == "month" else _rank(each, has_base=base is not None, is_one_currency=is_one)
            ),
        )
    ]
    others = OtherRows(count=found.more, totals=totals_shape(base, found.others)) if found.more else None
    asked_for = as_parameters(chosen.as_asked())
    return ReportShape(by=by, filter=asked_for, rows=rows, others=others, totals=totals_shape(base, whole))


def _in_period(platform: Platform, asked: Filter) -> Filter:
    """Without a period: this month and the eleven before."""
    if asked.first_day or asked.last_day:
        return asked
    today = platform.clock.now().date()
    months = today.year * 12 + today.month - _MONTHS
    return replace(asked, first_day=date(months // 12, months % 12 + 1, 1), last_day=_end_of_month(today))


def _end_of_month(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _year_before(chosen: Filter) -> Filter:
    return replace(chosen, first_day=_earlier(chosen.first_day), last_day=_earlier(chosen.last_day))


def _earlier(day: date | None) -> date | None:
    """The same day of the year before; the last of February stays the last."""
    if day is None or day.year == date.min.year:
        return day
    if day == _end_of_month(day):
        return _end_of_month(date(day.year - 1, day.month, 1))
    return day.replace(year=day.year - 1)


def _next_year(month: str) -> str:
    year, _, rest = month.partition("-")
    return f"{int(year) + 1:04}-{rest}"


def _rank(each: Grouped, *, has_base: bool, is_one_currency: bool) -> tuple[int, str]:
    """The largest first: in the base currency, or in the one that there is, else by the number of expenses."""
    if has_base:
        size = sum(sums.base_total_minor for sums in each.sums)
    elif is_one_currency:
        size = sum(sums.total_minor for sums in each.sums)
    else:
        size = sum(sums.expenses for sums in each.sums)
    return -size, each.key


def _filter_of(chosen: Filter, by: By, key: str) -> Parameters | None:
    """The parameters that show a row's expenses."""
    asked = as_parameters(chosen.as_asked())
    if by == "month":
        month = date.fromisoformat(f"{key}-01")
        first = max(chosen.first_day or date.min, month)
        last = min(chosen.last_day or date.max, _end_of_month(month))
        return asked | {"from": first.isoformat(), "to": last.isoformat()}
    if not key:
        without = _WITHOUT.get(by)
        return None if without is None else asked | without
    if by in _PARAMETERS:
        return asked | {_PARAMETERS[by]: [key]}
    name = "merchant" if by == "merchant" else "rate"
    return None if '"' in key else asked | {"q": f'{chosen.text} {name}:"{key}"'.strip()}


async def _names(database: Database, account_id: str) -> dict[str, str]:
    rows = await database.all(statement("SELECT id, name FROM users WHERE account_id = ?", account_id))
    return {text(row, "id"): text(row, "name") for row in rows}


async def _runs(database: Database, account_id: str) -> RunsWaiting:
    rows = await database.all(
        statement(
            """
            SELECT status, COUNT(*) AS runs FROM runs
            WHERE account_id = ? AND status IN ('processing', 'needs_review', 'failed') GROUP BY status
            """,
            account_id,
        )
    )
    counts = {text(row, "status"): integer(row, "runs") for row in rows}
    return RunsWaiting(
        processing=counts.get("processing", 0),
        needs_review=counts.get("needs_review", 0),
        failed=counts.get("failed", 0),
    )
