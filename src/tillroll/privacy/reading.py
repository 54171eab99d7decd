"""Reading what is handed out: a table's rows page by page, by their keys."""

# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.platform.bindings.database import Database, Row, Statement, Value
from tillroll.privacy.data import Table
from tillroll.privacy.handed_out import Handed

PAGE_ROWS: Final = 200
# Every value is asked for, since a database refuses those that nothing asks for.
_ALL: Final = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL"
# A column that no table has: the key's values beside a row's own.
_KEY: Final = "_key"


@dataclass(frozen=True)
class Page:
    """Rows without what is left out of them. `after` is the key of the last; None behind the last page."""

    rows: Sequence[Row]
    after: list[Value] | None


async def read_page(
    database: Database, table: Table, handed: Handed, values: Sequence[str], after: Sequence[Value]
) -> Page:
    """The rows behind the key `after`, which is empty for the first. `values` are those of a treatment's condition.

    Raises:
        DatabaseError: it failed.
    """
    return page_of(await database.all(page_query(table, handed, values, after)), table, handed)


def page_query(table: Table, handed: Handed, values: Sequence[str], after: Sequence[Value]) -> Statement:
    """The query for `page_of`; see `read_page`."""
    keys = table.key.split(", ")
    shown = ", ".join(f"{key} AS {_KEY}{place}" for place, key in enumerate(keys))
    behind = f"AND ({table.key}) > ({', '.join(f'?{place}' for place in range(4, 4 + len(keys)))})" if after else ""
    sql = (
        f"SELECT {table.name}.*, {shown} FROM {table.name} WHERE ({handed.where}) AND {_ALL} {behind} "
        f"ORDER BY {table.key} LIMIT {PAGE_ROWS}"
    )
    return Statement(sql, (*values, *after))


def page_of(found: Sequence[Row], table: Table, handed: Handed) -> Page:
    """What `page_query` found."""
    keys = table.key.split(", ")
    last = [found[-1][f"{_KEY}{place}"] for place in range(len(keys))] if len(found) == PAGE_ROWS else None
    return Page([shown(row, handed) for row in found], last)


def shown(row: Row, handed: Handed) -> Row:
    """The row without what is left out of it."""
    return {name: value for name, value in row.items() if name not in handed.without and not name.startswith(_KEY)}
