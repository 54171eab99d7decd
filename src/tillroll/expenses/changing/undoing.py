"""Taking the newest change of an expense back. That is a change of its own, and names the one that it undoes."""

from tillroll.durable import ValuesRefused, statement
from tillroll.expenses.changing.change import Change, Outrun, write
from tillroll.expenses.changing.reading import find
from tillroll.expenses.record.shapes import ExpenseDetailShape
from tillroll.expenses.values.checking import STATUS, check_change
from tillroll.platform.bindings.database import Database, Row, integer, optional_text, text
from tillroll.platform.json import JsonObject, load
from tillroll.platform.services import Platform
from tillroll.receipts.correction import ExpenseFields, InvalidValues


class NoSuchChange(LookupError):
    """The expense has no change of that id."""


class CannotUndo(Exception):
    """Something came after the change, its values were erased, or it took an approval back: nothing was written."""


async def undo(platform: Platform, account_id: str, expense_id: str, change_id: str, actor: str) -> ExpenseDetailShape:
    """Give an expense the values that it had before its newest change; return it as it is then. A change that was taken
    back, and after which nothing came, stays as it is.

    Raises:
        NoSuchExpense, NoSuchChange: the account has no such expense, or the expense no such change.
        CannotUndo: it is not the newest, its values are not kept any more, or it took an approval back.
        ValuesRefused: the values from before cannot be any more.
    """
    found = await find(platform.database, account_id, expense_id)
    row = await _change(platform.database, expense_id, change_id)
    if row["undone_at_version"] is not None and integer(row, "undone_at_version") == found.shape.version:
        return found.shape
    values = await platform.database.all(
        statement("SELECT field, old FROM expense_change_values WHERE change_id = ?", change_id)
    )
    if integer(row, "version") != found.shape.version or not values:
        raise CannotUndo(change_id)
    given: JsonObject = {text(value, "field"): load(text(value, "old")) for value in values}
    status = str(given.pop(STATUS, found.shape.status))
    if status == "approved":
        # An approval is an owner's decision under the policies of its day: none comes back without being given anew.
        raise CannotUndo(change_id)
    after, fields = _checked(found.values, given)
    change = Change(
        expense=found.row,
        before=found.values,
        after={**after, STATUS: status},
        fields=fields,
        kind="undone",
        actor=actor,
        undoes=change_id,
    )
    try:
        await write(platform, change)
    except Outrun as outrun:
        raise CannotUndo(change_id) from outrun
    return (await find(platform.database, account_id, expense_id)).shape


def _checked(values: JsonObject, given: JsonObject) -> tuple[JsonObject, ExpenseFields | None]:
    if not given:
        return values, None
    try:
        return check_change(values, given)
    except InvalidValues as error:
        raise ValuesRefused(error.problems) from error


async def _change(database: Database, expense_id: str, change_id: str) -> Row:
    row = await database.first(
        statement(
            """
            SELECT expense_changes.*, undoing.version AS undone_at_version
            FROM expense_changes LEFT JOIN expense_changes AS undoing ON undoing.undoes = expense_changes.id
            WHERE expense_changes.id = ? AND expense_changes.expense_id = ?
            """,
            change_id,
            expense_id,
        )
    )
    if row is None or optional_text(row, "id") is None:
        raise NoSuchChange(change_id)
    return row
