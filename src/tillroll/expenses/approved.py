"""What of an approved expense may still be changed: what it is sorted by, until it is handed on."""

from typing import Final

from tillroll.durable import Statement, statement
from tillroll.platform.bindings.database import Database
from tillroll.platform.bindings.guards import must_hold

SORTED: Final = frozenset({"category", "clientId", "client", "projectId", "project", "billable", "tags", "note"})
"""Fields by the API's names. The approval covers all others, such as person, amount and day."""

# Of an expense (?1): no export has finished with it, no claim bills it, it is in no books, and its
# period is open.
_IS_OPEN: Final = """
  NOT EXISTS (
    SELECT 1 FROM export_items AS held JOIN exports ON exports.id = held.export_id
    WHERE held.expense_id = ?1 AND held.corrects IS NULL AND exports.finished_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM claim_items AS held WHERE held.expense_id = ?1 AND held.released_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM expenses JOIN books_items AS held
      ON held.account_id = expenses.account_id AND held.subject_id = expenses.id
    WHERE expenses.id = ?1 AND held.kind = 'expense' AND held.state IN ('written', 'conflict'))
  AND NOT EXISTS (
    SELECT 1 FROM expenses JOIN closed_periods AS period
      ON period.account_id = expenses.account_id AND period.reopened_at IS NULL
      AND expenses.date BETWEEN period.first_day AND period.last_day
    WHERE expenses.id = ?1)
"""


def must_be_open(expense_id: str) -> Statement:
    """The guard that an expense is neither exported nor billed, in no books and no closed period."""
    return must_hold(_IS_OPEN, expense_id)


async def is_open(database: Database, expense_id: str) -> bool:
    """Whether an expense is neither exported nor billed, in no books and no closed period."""
    row = await database.first(statement(f"SELECT {_IS_OPEN} AS is_open", expense_id))
    return row is not None and row["is_open"] == 1
