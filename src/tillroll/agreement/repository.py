"""Accounts that changed, what their views differed in, and the views' own queries."""

from collections.abc import Sequence
from typing import Final

from tillroll.agreement.rules import Figure, Figures, Place
from tillroll_durable import statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, PAGE, move_position
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    Statement,
    digits,
    integer,
    text,
)
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.tables import ACCOUNT, Gone, Table

TABLES: Final = (Table("compared_views", Gone(ACCOUNT), key="account_id"),)
MOST_EVENTS: Final = 500
"""So many events of the audit are looked at in one tick."""
MOST_MONTHS: Final = 13
"""So many open months of an account are compared, the newest first."""
_EVENTS: Final = f"""
  SELECT id, account_id FROM audit_events WHERE id > COALESCE(
    (SELECT CAST(position AS INTEGER) FROM reconciler_cursors WHERE name = ?1), 0)
  ORDER BY id LIMIT {digits(MOST_EVENTS)}
"""
_MARK: Final = """
  INSERT INTO compared_views (account_id, is_due)
  SELECT account.id, 1 FROM json_each(?1) AS changed JOIN accounts AS account
    ON account.id = changed.value
  WHERE true
  ON CONFLICT (account_id) DO UPDATE SET is_due = 1 WHERE is_due = 0
"""
_KEEP: Final = """
  UPDATE compared_views SET is_due = 0, compared_on = ?2, disagrees = ?3 WHERE account_id = ?1
"""
_OPEN_MONTHS: Final = f"""
  SELECT DISTINCT month FROM expense_months WHERE account_id = ?1
    AND NOT EXISTS (
      SELECT 1 FROM closed_periods AS closed
      WHERE closed.account_id = ?1 AND closed.reopened_at IS NULL
        AND closed.first_day < expense_months.month || '-32'
        AND closed.last_day >= expense_months.month || '-01')
  ORDER BY month DESC LIMIT {digits(MOST_MONTHS)}
"""
_LIST: Final = """
  SELECT substr(date, 1, 7) AS month, currency, COUNT(*) AS items, SUM(total_minor) AS amount
  FROM expenses
  WHERE account_id = ?1 AND status IN ('ready', 'approved')
    AND date >= ?2 || '-01' AND date < ?3 || '-32'
  GROUP BY 1, 2
"""
_LISTED: Final = """
  SELECT id, total_minor FROM expenses
  WHERE account_id = ?1 AND status IN ('ready', 'approved')
    AND date >= ?2 || '-01' AND date < ?2 || '-32'
"""
_SUMS: Final = """
  SELECT month, currency, SUM(expenses) AS items, SUM(total_minor) AS amount
  FROM expense_months
  WHERE account_id = ?1 AND month BETWEEN ?2 AND ?3 AND status IN ('ready', 'approved')
  GROUP BY 1, 2 HAVING SUM(expenses) <> 0 OR SUM(total_minor) <> 0
"""
_CLAIMS: Final = """
  SELECT '' AS month, currency, 0 AS items,
    SUM(claimed - credited - applied - written_off) AS amount
  FROM claims WHERE account_id = ?1 AND number > 0 AND is_withdrawn = 0
  GROUP BY currency HAVING amount <> 0
"""
_RECEIVABLE: Final = """
  SELECT '' AS month, account.currency, 0 AS items,
    entry.debits_posted - entry.credits_posted AS amount
  FROM ledger_accounts AS account
  JOIN ledger_entries AS entry
    ON entry.account_id = account.account_id AND entry.ledger_account_id = account.id
  WHERE account.account_id = ?1
    AND account.id = 'claims:receivable:' || account.currency
    AND entry.seq = (
      SELECT MAX(seq) FROM ledger_entries
      WHERE account_id = account.account_id AND ledger_account_id = account.id)
    AND entry.debits_posted <> entry.credits_posted
"""
_TORN_CLAIMS: Final = """
  SELECT claim.run_id FROM claims AS claim
  WHERE claim.account_id = ?1 AND claim.number > 0 AND claim.is_withdrawn = 0
    AND claimed - credited - applied - written_off <> (
      SELECT COALESCE(SUM(iif(moved.debit_id = account.id, moved.posted, -moved.posted)), 0)
      FROM ledger_accounts AS account JOIN ledger_transfers AS moved
        ON moved.account_id = account.account_id AND moved.reference = claim.run_id
        AND account.id IN (moved.debit_id, moved.credit_id)
      WHERE account.account_id = ?1 AND account.id = 'claims:receivable:' || claim.currency)
  ORDER BY claim.run_id
"""
_DUE: Final = f"""
  SELECT views.account_id, s.failures AS setbacks
  FROM compared_views AS views {JOIN.format(part="?3", subject="views.account_id")}
  WHERE views.is_due = 1 AND views.compared_on IS NOT ?2 AND {IS_DUE}
  ORDER BY {IN_TURN}, views.account_id LIMIT {digits(PAGE)}
"""


async def mark_changed(database: Database, cursor: str, now: str) -> None:
    """Have each account compared in which something happened since the last time, by the audit.

    An account in which nothing happens costs nothing.
    """
    events = await database.all(statement(_EVENTS, [cursor]))
    if not events:
        return
    accounts = sorted({text(event, "account_id") for event in events})
    newest = integer(events[-1], "id")
    mark = statement(_MARK, [dump([*accounts])], account=EVERYBODY)
    await database.batch([mark, move_position(cursor, newest, now)])


async def due_accounts(database: Database, part: str, now: str) -> list[Row]:
    """The next accounts to compare tonight, with `setbacks` of the job `part`."""
    return await database.all(statement(_DUE, [now, now[:10], part]))


def keep(account_id: str, today: str, disagrees: str | None) -> Statement:
    """The statement that keeps what the views of an account differ in."""
    return statement(_KEEP, [account_id, today, disagrees])


async def open_months(database: Database, account_id: str) -> list[str]:
    """The newest months with expenses that no closing holds, the oldest first."""
    rows = await database.all(statement(_OPEN_MONTHS, [account_id]))
    return sorted(text(row, "month") for row in rows)


async def load_figures(
    database: Database, account_id: str, months: Sequence[str]
) -> tuple[Figures, Figures, Figures, Figures]:
    """What the list, the search's sums, the invoices and the ledger's receivable come to.

    The first two are of these months, the others of all time.
    """
    values = (account_id, months[0], months[-1])
    tables = await database.batch(
        [
            statement(_LIST, [*values]),
            statement(_SUMS, [*values]),
            statement(_CLAIMS, [account_id]),
            statement(_RECEIVABLE, [account_id]),
        ]
    )
    listed, sums, claims, ledger = (_figures(rows) for rows in tables)
    chosen = frozenset(months)
    return _within(listed, chosen), _within(sums, chosen), claims, ledger


async def load_listed(database: Database, account_id: str, month: str) -> dict[str, int]:
    """The expenses that the list has in a month: their totals in minor units, by id."""
    rows = await database.all(statement(_LISTED, [account_id, month]))
    return {text(row, "id"): integer(row, "total_minor") for row in rows}


async def torn_claims(database: Database, account_id: str) -> list[str]:
    """The invoices of which the ledger says another open amount than they do themselves."""
    rows = await database.all(statement(_TORN_CLAIMS, [account_id]))
    return [text(row, "run_id") for row in rows]


def _figures(rows: Sequence[Row]) -> Figures:
    return {
        Place(text(row, "month"), text(row, "currency")): Figure(
            integer(row, "items"), integer(row, "amount")
        )
        for row in rows
    }


def _within(figures: Figures, months: frozenset[str]) -> Figures:
    return {place: figure for place, figure in figures.items() if place.month in months}
