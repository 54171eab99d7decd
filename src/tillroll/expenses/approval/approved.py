"""What of an approved expense may still be changed: what it is sorted by, until it is handed on."""

from collections.abc import Sequence
from typing import Final, LiteralString

from tillroll.expenses.fields import Entry, Follows, fields_of, json_name
from tillroll.expenses.models import Expense
from tillroll_durable import Statement, statement
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.guards import must_hold
from tillroll_durable.platform.json import dump

_SORTED: Final = [name for name, entry in fields_of(Expense, Entry).items() if entry.sorts]
_FOLLOWING: Final = [
    name for name, follows in fields_of(Expense, Follows).items() if follows.field in _SORTED
]
SORTED: Final = frozenset(map(json_name, [*_SORTED, *_FOLLOWING]))
"""Fields by the API's names. The approval covers all others, such as person, amount and day."""

# Of an expense ({id}): no export has finished with it, no claim bills it, it is in no books, and
# its period is open.
_IS_OPEN: Final = """
  NOT EXISTS (
    SELECT 1 FROM export_items AS held JOIN exports ON exports.id = held.export_id
    WHERE held.expense_id = {id} AND held.corrects IS NULL AND exports.finished_at IS NOT NULL)
  AND NOT EXISTS (
    SELECT 1 FROM claim_items AS held WHERE held.expense_id = {id} AND held.released_at IS NULL)
  AND NOT EXISTS (
    SELECT 1 FROM expenses AS own JOIN books_items AS held
      ON held.account_id = own.account_id AND held.subject_id = own.id
    WHERE own.id = {id} AND held.kind = 'expense' AND held.state IN ('written', 'conflict'))
  AND NOT EXISTS (
    SELECT 1 FROM expenses AS own JOIN closed_periods AS period
      ON period.account_id = own.account_id AND period.reopened_at IS NULL
      AND own.date BETWEEN period.first_day AND period.last_day
    WHERE own.id = {id})
"""


def is_open_in_sql(expense_id: LiteralString) -> LiteralString:
    """SQL for whether an expense is neither exported nor billed, in no books and no closed period.

    `expense_id` is SQL for its id, such as `expenses.id`, where no inner table is called so.
    """
    return _IS_OPEN.format(id=expense_id)


def must_be_open(expense_id: str) -> Statement:
    """The guard that an expense is neither exported nor billed, in no books and no closed
    period.
    """
    return must_hold(is_open_in_sql("?1"), expense_id)


def all_must_be_open(expense_ids: Sequence[str]) -> Statement:
    """A guard that each of several expenses may still be changed."""
    is_open_ = is_open_in_sql("one.value")
    all_open = f"NOT EXISTS (SELECT 1 FROM json_each(?1) AS one WHERE NOT ({is_open_}))"
    return must_hold(all_open, dump([*expense_ids]))


async def is_open(database: Database, expense_id: str) -> bool:
    """Whether an expense is neither exported nor billed, in no books and no closed period."""
    row = await database.first(statement(f"SELECT {is_open_in_sql('?1')} AS is_open", [expense_id]))
    return row is not None and row["is_open"] == 1
