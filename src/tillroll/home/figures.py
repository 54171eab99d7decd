"""What waits in each company of a person, as far as their role there shows it."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, LiteralString

from tillroll.access.permissions import Permission
from tillroll.calendar_months import month_before
from tillroll.expenses.search.sums import SENT_BACK
from tillroll.identity.authentication import Principal
from tillroll.identity.companies.service import Membership
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Row, Value, of_row
from tillroll_durable.platform.models import Model

# ?1 is the account, ?2 the person who asks, ?3 and ?4 the first and last day of the month before.
_RUNS: Final = """
  SELECT COUNT(*) FROM runs{index} WHERE account_id = ?1 AND kind = 'receipt'
    AND status <> 'complete' AND status = {status}{own}
"""
_EXPENSES: Final = "SELECT COUNT(*) FROM expenses{index} WHERE account_id = ?1 AND {status}{own}"
_OPEN: Final = "SELECT COUNT(*) FROM bank_entries WHERE account_id = ?1 AND standing = 'open'"
_ASKED_OF_ALL: Final = f"{_OPEN} AND owed_by IS NOT NULL"
_ASKED_OF_ONE: Final = f"{_OPEN} AND owed_by = ?2"
# Closed periods do not overlap, so their days add up.
_CLOSED: Final = """
  SELECT COALESCE(SUM(
      julianday(min(last_day, ?4)) - julianday(max(first_day, ?3)) + 1
    ), 0) >= julianday(?4) - julianday(?3) + 1
  FROM closed_periods
  WHERE account_id = ?1 AND reopened_at IS NULL AND last_day >= ?3 AND first_day <= ?4
"""
# Of the month before: what came into closed days, and no file has.
_LATE: Final = """
  SELECT COUNT(*) FROM expenses
  WHERE account_id = ?1 AND date BETWEEN ?3 AND ?4 AND status IN ('ready', 'approved')
    AND EXISTS (
      SELECT 1 FROM closed_periods AS period
      WHERE period.account_id = ?1 AND period.reopened_at IS NULL
        AND period.first_day <= expenses.date AND period.last_day >= expenses.date
    )
    AND NOT EXISTS (SELECT 1 FROM export_items AS held WHERE held.expense_id = expenses.id)
"""
# As exports are listed: without those that hold what was in days when they were closed.
_EXPORTED: Final = """
  SELECT created_at FROM exports
  WHERE account_id = ?1 AND finished_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM closed_periods AS period WHERE period.export_id = exports.id)
  ORDER BY id DESC LIMIT 1
"""


class CompanyFigures(Model):
    """What waits in a company of the caller; null is what their role there does not show.
    `isPresent`: it is the one they ask in. `mayApprove`: they approve expenses there. `review`
    receipts wait for review and `failed` could not be read, `sentBack` expenses were sent back,
    `toApprove` nobody has approved: of all where the caller sees all, else their own. `unmatched`
    entries of the bank have no document, `documents` were asked for and are missing. `month` is the
    calendar month before, and `isClosed` says whether all of it is closed. `late` expenses
    came into closed days of it, and are in no export. `exportedAt` is when the last finished
    export was asked for.
    """

    id: str
    name: str
    is_present: bool
    may_approve: bool
    review: int | None
    failed: int | None
    sent_back: int | None
    to_approve: int | None
    unmatched: int | None
    documents: int | None
    month: str
    is_closed: bool | None
    late: int | None
    exported_at: str | None


def _count_for(principal: Principal, today: date) -> Statement:
    """One query that counts what waits in a company, of what its person may see there."""
    days = [each.isoformat() for each in month_before(today)]
    values: list[Value] = [principal.account_id, principal.user_id, *days]
    columns: list[LiteralString] = []
    for name, (is_shown, query) in _queries(principal).items():
        shown_query: LiteralString = "SELECT NULL"
        if is_shown:
            shown_query = query
        columns.append(f"({shown_query}) AS {name}")
    # Each number is used, also where what asks by it is not shown.
    used = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL AND ?4 IS NOT NULL"
    return statement(f"SELECT {', '.join(columns)} WHERE {used}", values)


def _queries(principal: Principal) -> Mapping[LiteralString, tuple[bool, LiteralString]]:
    """By their column: whether the person may see it, and the query."""
    sees_own = principal.may(Permission.OWN)
    sees_money = principal.may(Permission.LEDGER)
    sees_exports = principal.may(Permission.READ)
    own: LiteralString = ""
    of_runs: LiteralString = ""
    of_expenses: LiteralString = ""
    if principal.sight.only is not None:
        own = " AND person = ?2"
        of_runs = " INDEXED BY runs_by_person"
        of_expenses = " INDEXED BY expenses_by_person"
    documents = _ASKED_OF_ONE
    if sees_money:
        documents = _ASKED_OF_ALL
    review = _RUNS.format(index=of_runs, own=own, status="'needs_review'")
    failed = _RUNS.format(index=of_runs, own=own, status="'failed'")
    sent_back = _EXPENSES.format(index=of_expenses, own=own, status=SENT_BACK)
    to_approve = _EXPENSES.format(index=of_expenses, own=own, status="status = 'ready'")
    return {
        "review": (sees_own, review),
        "failed": (sees_own, failed),
        "sent_back": (sees_own, sent_back),
        "to_approve": (sees_own, to_approve),
        "unmatched": (sees_money, _OPEN),
        "documents": (sees_own, documents),
        "is_closed": (sees_exports, _CLOSED),
        "late": (sees_exports, _LATE),
        "exported_at": (sees_exports, _EXPORTED),
    }


async def figures_of(memberships: Sequence[Membership], today: date) -> list[CompanyFigures]:
    """Count for each company by one query; those of one database are asked for together."""
    by_shard: dict[int, list[Membership]] = {}
    for each in memberships:
        by_shard.setdefault(each.platform.shard, []).append(each)
    parts = await asyncio.gather(*(_counted(each, today) for each in by_shard.values()))
    rows = {account_id: row for part in parts for account_id, row in part.items()}
    month = month_before(today)[0].isoformat()[: len("2026-03")]
    return [
        of_row(
            CompanyFigures,
            rows[each.principal.account_id],
            id=each.principal.account_id,
            name=each.principal.account_name,
            is_present=each.is_present,
            month=month,
            may_approve=each.principal.may(Permission.APPROVE),
        )
        for each in memberships
    ]


async def _counted(memberships: Sequence[Membership], today: date) -> dict[str, Row]:
    """The rows of companies of one database, by account."""
    counts = [_count_for(each.principal, today) for each in memberships]
    answers = await memberships[0].platform.database.batch(counts)
    return {
        each.principal.account_id: row for each, [row] in zip(memberships, answers, strict=True)
    }
