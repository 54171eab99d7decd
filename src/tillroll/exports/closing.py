"""What days still lack before they are closed."""

from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from tillroll.expenses.at_bank import list_contradicted
from tillroll.expenses.duplicates.twins import count_duplicates
from tillroll.expenses.search.filters import MOST_IDS, Filter
from tillroll.expenses.search.reports import missing_in
from tillroll.expenses.search.sums import waiting_runs
from tillroll.exports.writers.datev_charts import ENTERTAINMENT_ACCOUNTS
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.platform.bindings.database import Database, digits, integer, text
from tillroll_durable.platform.json import load_texts
from tillroll_durable.platform.models import Model
from tillroll_durable.sight import Sight

Gap = Literal["review", "in_review", "ready", "duplicates", "category", "rate", "occasion", "payer"]

# What no file for a bookkeeper should lack; of all that an expense may miss.
_MISSED: Final[tuple[Gap, ...]] = ("category", "rate")

_ACCOUNTS: Final = ", ".join(f"'{digits(int(account))}'" for account in ENTERTAINMENT_ACCOUNTS)
_BY_STATUS: Final = """
  SELECT status, COUNT(*) AS expenses FROM expenses
  WHERE account_id = ? AND date BETWEEN ? AND ? AND status IN ('in_review', 'ready') GROUP BY status
"""


# Section 4 (5) no. 2 EStG: without the occasion and the guests in writing, nothing of what
# entertainment costs is deducted. A note has them, of the expense or of its part.
_NO_OCCASION: Final = f"""
  WITH shares AS (
    SELECT id, category, note FROM expenses
    WHERE account_id = ?1 AND date BETWEEN ?2 AND ?3 AND status <> 'voided' AND is_split = 0
    UNION ALL
    SELECT expenses.id, part.category, COALESCE(part.note, expenses.note)
    FROM expenses JOIN expense_parts AS part ON part.expense_id = expenses.id
    WHERE account_id = ?1 AND date BETWEEN ?2 AND ?3 AND status <> 'voided' AND is_split = 1
  )
  SELECT COUNT(DISTINCT shares.id) AS expenses, json_group_array(DISTINCT own.name) AS names
  FROM shares JOIN categories AS own ON own.account_id = ?1 AND own.name = shares.category
  WHERE own.state <> 'merged' AND own.ledger_code IN ({_ACCOUNTS})
    AND trim(COALESCE(shares.note, '')) = ''
"""


class ClosingGap(Model):
    """`count` of what days still lack. `gap` is review (receipts of any day that wait for review),
    in_review (expenses that were sent back), ready (expenses that nobody has approved), duplicates
    (pairs), category or rate (expenses without one), occasion (entertainment on its account of
    SKR 03 or SKR 04, without a note of occasion and guests), payer (paid by an employee, as they
    say, and by an entry of the company's account). `filter` finds the expenses in
    `GET /api/expenses`, those of occasion by their categories, those of payer by up to 200 ids;
    null of review and duplicates.
    """

    gap: Gap
    count: int
    filter: Mapping[str, str | list[str]] | None


async def gaps_of(
    database: Database, sight: Sight, asker: str, first_day: date, last_day: date
) -> list[ClosingGap]:
    """What the days lack, without what they do not, in the order in which people work.
    `asker` is the user's id.

    Raises:
        ValuesRefused: `last_day` is before `first_day`.
    """
    if last_day < first_day:
        raise ValuesRefused([("to", "It is before the first day: exchange them.")])
    days = {"from": first_day.isoformat(), "to": last_day.isoformat()}
    rows = await database.all(statement(_BY_STATUS, [sight.account_id, *days.values()]))
    by_status = {text(row, "status"): integer(row, "expenses") for row in rows}
    runs = await waiting_runs(database, sight, asker)
    duplicates = await count_duplicates(
        database, sight, asker=asker, first_day=first_day, last_day=last_day
    )
    missing = await missing_in(database, sight, Filter(first_day=first_day, last_day=last_day))
    by_lack = {row.missing: row.count for row in missing}
    gaps = [
        ClosingGap(gap="review", count=runs.needs_review, filter=None),
        ClosingGap(
            gap="in_review",
            count=by_status.get("in_review", 0),
            filter={**days, "status": ["in_review"]},
        ),
        ClosingGap(
            gap="ready", count=by_status.get("ready", 0), filter={**days, "status": ["ready"]}
        ),
        ClosingGap(gap="duplicates", count=duplicates.pairs, filter=None),
    ]
    lacks = [
        ClosingGap(gap=lack, count=by_lack.get(lack, 0), filter={**days, "missing": [lack]})
        for lack in _MISSED
    ]
    occasion = await _without_occasion(database, sight.account_id, days)
    contradicted = await list_contradicted(database, sight.account_id, first_day, last_day)
    payer = ClosingGap(gap="payer", count=len(contradicted), filter={"id": contradicted[:MOST_IDS]})
    return [gap for gap in [*gaps, *lacks, occasion, payer] if gap.count > 0]


async def _without_occasion(
    database: Database, account_id: str, days: Mapping[str, str]
) -> ClosingGap:
    [row] = await database.all(statement(_NO_OCCASION, [account_id, *days.values()]))
    return ClosingGap(
        gap="occasion",
        count=integer(row, "expenses"),
        filter={**days, "category": load_texts(text(row, "names"))},
    )
