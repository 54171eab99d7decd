"""Erasing rows: table by table, a bounded number in a batch. An interruption leaves the rest to the next attempt."""

# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import Sequence

from tillroll.platform.bindings.database import Database, Statement
from tillroll.privacy.data import Gone, Stays, Table, Treatment, What
from tillroll.privacy.tables import LOOSENED, LOOSENED_OF_RECEIPT, TABLES

# Rows in a statement: D1 gives one half a minute.
_ROWS = 500
# The clause that has every value in every statement, since a database refuses values that nothing asks for.
_ALL = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL"


async def erase_rows(database: Database, what: What, values: Sequence[str]) -> None:
    """Erase all rows of something; `values` are its account, its id, and the run that erases. Begun again after an
    interruption, it goes on with what is left. Raises DatabaseError: the rest was not done."""
    for sql in {What.ACCOUNT: LOOSENED, What.RECEIPT: LOOSENED_OF_RECEIPT}.get(what, ()):
        await database.batch([Statement(f"{sql} AND {_ALL}", tuple(values))])
    for table in TABLES:
        treatment = table.treatment(what)
        while await _is_left(database, table.name, treatment, values):
            await database.batch([_statement(table, treatment, values)])


async def left_over(database: Database, what: What, values: Sequence[str]) -> list[str]:
    """The tables that still have rows of it: none, once it is erased."""
    return [table.name for table in TABLES if await _is_left(database, table.name, table.treatment(what), values)]


async def _is_left(database: Database, table: str, treatment: Treatment, values: Sequence[str]) -> bool:
    if isinstance(treatment, Stays):
        return False
    sql = f"SELECT 1 AS found FROM {table} WHERE ({treatment.where}) AND {_ALL} LIMIT 1"
    return await database.first(Statement(sql, tuple(values))) is not None


def _statement(table: Table, treatment: Treatment, values: Sequence[str]) -> Statement:
    """Some of the rows. Raises TypeError: they stay."""
    if isinstance(treatment, Stays):
        raise TypeError(table.name)
    some = f"({table.key}) IN (SELECT {table.key} FROM {table.name} WHERE ({treatment.where}) AND {_ALL} LIMIT {_ROWS})"
    if isinstance(treatment, Gone):
        return Statement(f"DELETE FROM {table.name} WHERE {some}", tuple(values))
    return Statement(f"UPDATE {table.name} SET {treatment.to} WHERE {some}", tuple(values))
