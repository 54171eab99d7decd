"""An expense as a change begins from it: its row, what is shown of it, and its values."""

from dataclasses import dataclass

from tillroll.expenses.record.reading import details_of
from tillroll.expenses.record.rows import expense_detail_shape
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.platform.bindings.database import Database, Row
from tillroll.platform.json import JsonObject


@dataclass(frozen=True)
class Found:
    """`values` are those of the shape by the API's names, `version` and `status` among them."""

    row: Row
    shape: ExpenseDetailShape
    values: JsonObject


async def find(database: Database, account_id: str, expense_id: str) -> Found:
    """An expense of the account.

    Raises:
        NoSuchExpense: it is not, or there is none.
    """
    return found_of(await details_of(database, account_id, expense_id))


def found_of(row: Row) -> Found:
    """A row of SELECT_DETAILS."""
    shape = expense_detail_shape(row)
    return Found(row, shape, shape.as_json())
