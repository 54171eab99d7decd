"""What moves into the archive and back while it is read: events of the audit, and what ended runs left.

Events are read by their ids, and runs one behind the other, each in one transaction with where it lies. So each is
read once, in the one place or the other, whatever is moved meanwhile.
"""

# ruff: noqa: S608 - the statements are put together of constants

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable.record.archive import (
    EVENTS,
    KEPT,
    ORDERS,
    TABLES,
    Kept,
    Rows,
    events_of_account,
    file_behind,
    kept_of_row,
    rows_in,
)
from tillroll.platform.bindings.database import Row, Statement, Value, integer, statement, text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform
from tillroll.privacy.data_export.repository import DataExport
from tillroll.privacy.handed_out import THEIR_NAMES, Handed, Page, page_of, page_query
from tillroll.privacy.tables import Table, What

LEFT_BY_RUNS: Final = {table: column for table, column in TABLES.items() if table != EVENTS}
"""The tables of what runs left, each with the column that names the run."""
MOST_RUNS: Final = 50
# Of what runs have in the database, in one page.
_MOST_BYTES: Final = 4 * 2**20


async def next_events(platform: Platform, export: DataExport, table: Table, handed: Handed, after: int) -> Page:
    """The events behind an id: from a range's file where they lie in one, else a page of rows.

    Raises:
        ArchiveLost: a file is gone, or not what was written.
        DatabaseError, ObjectsUnavailable: one of them did not answer.
    """
    found, names, rows = await platform.database.batch(
        [
            file_behind(after),
            Statement(f"SELECT * FROM ({THEIR_NAMES}) WHERE ?1 IS NOT NULL", (export.account_id, export.target)),
            page_query(table, handed, [export.account_id, export.target, "none"], [after]),
        ]
    )
    if not found:
        return page_of(rows, table, handed)
    wanted = {value for row in names for value in row.values()}
    events = [
        row
        for row in await events_of_account(platform.objects, found[0], export.account_id)
        if integer(row, "id") > after and (export.what is What.ACCOUNT or row["actor"] in wanted)
    ]
    return Page(events, [integer(found[0], "to_id")])


@dataclass(frozen=True)
class RunsPage:
    """Rows of runs by table; the archived ones among them lie in `kept`. `after` is the last run; None behind the last
    page."""

    there: Rows
    kept: Sequence[Kept]
    after: str | None


async def next_runs(platform: Platform, account_id: str, after: Value) -> RunsPage:
    """What the account's next runs left, behind the id of a run: as many as are not too large."""
    sizes = await platform.database.all(
        statement(
            """
            SELECT r.id,
              (SELECT SUM(COALESCE(length(input), 0) + COALESCE(length(output), 0)) FROM run_steps WHERE run_id = r.id)
                AS steps,
              (SELECT SUM(length(payload) + COALESCE(length(whole), 0)) FROM outbox WHERE run_id = r.id) AS events
            FROM runs r WHERE r.account_id = ?1 AND r.id > ?2 ORDER BY r.id LIMIT ?3
            """,
            account_id,
            after,
            MOST_RUNS,
        )
    )
    ids = _as_many_as_fit(sizes)
    is_last = len(ids) == len(sizes) < MOST_RUNS
    kept, *found = await platform.database.batch(
        [
            statement(
                f"{KEPT} WHERE a.run_id IN (SELECT value FROM json_each(?)) ORDER BY b.object_key, a.place",
                dump(ids),
            ),
            *(
                statement(
                    f"SELECT * FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) "
                    f"ORDER BY {column}, {ORDERS[table]}",
                    dump(ids),
                )
                for table, column in LEFT_BY_RUNS.items()
            ),
        ]
    )
    there = dict(zip(LEFT_BY_RUNS, found, strict=True))
    return RunsPage(there, [kept_of_row(row) for row in kept], None if is_last else str(ids[-1]))


async def from_bundles(platform: Platform, kept: Sequence[Kept]) -> AsyncIterator[Rows]:
    """What archived runs left, a run at a time; they come by their bundles, of which one is held.

    Raises:
        ArchiveLost: a bundle is gone, or not what was written.
        ObjectsUnavailable: the object store does not answer.
    """
    key, content = "", None
    for each in kept:
        if each.object_key != key:
            key, content = each.object_key, await platform.objects.get_bytes(each.object_key)
        yield rows_in(content, each)


def _as_many_as_fit(sizes: Sequence[Row]) -> list[Json]:
    ids: list[Json] = []
    waiting = 0
    for row in sizes:
        waiting += integer({"size": row["steps"] or 0}, "size") + integer({"size": row["events"] or 0}, "size")
        if ids and waiting > _MOST_BYTES:
            break
        ids.append(text(row, "id"))
    return ids
