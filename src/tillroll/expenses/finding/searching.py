"""A page of expenses, and the sums of all that is found."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.expenses.finding.filters import Filter, Order
from tillroll.expenses.finding.planning import FEW, Place, Search, counted_ranges, rows_of_few, walk
from tillroll.expenses.finding.terms import Group, terms_of
from tillroll.expenses.record.rows import SELECT_EXPENSES, expense_shape
from tillroll.expenses.record.shapes import ExpenseShape
from tillroll.platform.bindings.database import Database, Row, integer, statement, text
from tillroll.platform.json import dump


@dataclass(frozen=True)
class Found:
    """`following` is where the next page begins: None at the end. A page may be shorter than was asked for, or empty,
    and not the last: see tillroll.expenses.finding.planning."""

    items: list[ExpenseShape]
    following: Place | None


async def find_page(
    database: Database, account_id: str, chosen: Filter, order: Order, behind: Place | None, limit: int
) -> Found:
    """The expenses of an account that a filter chooses, in order, behind a place."""
    terms = await terms_of(database, account_id, chosen)
    if terms.is_empty:
        return Found([], None)
    search = Search(account_id, chosen, order, terms, behind, limit)
    leading = await _leading(database, search)
    if leading is None:
        rows, stops = await database.batch(walk(search))
    else:
        rows, stops = await database.all(rows_of_few(search, leading)), list[Row]()
    ends = rows[limit - 1 : limit] if len(rows) > limit else stops
    following = Place(text(ends[0], "place"), integer(ends[0], "n")) if ends else None
    ids = [text(row, "expense_id") for row in rows[:limit]]
    return Found(await _shapes(database, ids), following)


async def _leading(database: Database, search: Search) -> Group | str | None:
    """The condition that leads to few expenses, if one does: a group, or the order whose range it is."""
    rarest = search.rarest
    if rarest is not None and rarest.expenses <= FEW:
        return rarest
    counted = [rows[0] for rows in await database.batch(queries)] if (queries := counted_ranges(search)) else []
    fewest = min(counted, key=lambda row: integer(row, "expenses"), default=None)
    if fewest is None or integer(fewest, "expenses") > FEW:
        return None
    return rarest if text(fewest, "range") == "group" else text(fewest, "range")


async def _shapes(database: Database, ids: Sequence[str]) -> list[ExpenseShape]:
    """The expenses in the order of their ids here."""
    if not ids:
        return []
    query = f"{SELECT_EXPENSES} WHERE expenses.id IN (SELECT value FROM json_each(?))"  # noqa: S608 - a constant
    rows = await database.all(statement(query, dump([*ids])))
    shapes = {text(row, "id"): expense_shape(row) for row in rows}
    return [shapes[each] for each in ids if each in shapes]
