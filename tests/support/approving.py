"""Expenses as a person has looked at them: their ids and versions, for an approval."""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.database import Database, integer, statement, text
from tillroll_durable.platform.json import dump


async def as_seen(database: Database, ids: Sequence[str]) -> dict[str, list[str] | list[int]]:
    """`ids` and `versions` of expenses as they are now. One that does not exist has version 1."""
    query = "SELECT id, version FROM expenses WHERE id IN (SELECT value FROM json_each(?))"
    rows = await database.all(statement(query, [dump([*ids])]))
    found = {text(row, "id"): integer(row, "version") for row in rows}
    return {"ids": [*ids], "versions": [found.get(each, 1) for each in ids]}
