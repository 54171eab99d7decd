"""Rows that an account or a person is given, page by page: from tables, and from the archive while
it is moved.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.access.people import THEIR_NAMES
from tillroll.archiving import archiving
from tillroll.privacy.repository import DataExport, What, tables, treatment_of
from tillroll_durable.archive import files as archive
from tillroll_durable.archive.files import Kept, Rows
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    digits,
    integer,
    place,
    statement,
    text,
    word,
)
from tillroll_durable.platform.json import Json, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Stays, Table


def gets(table: Table, what: What) -> LiteralString | None:
    """The condition of the rows that an account or a person gets (its values as those of `Gone`);
    None for none.
    """
    if table.withheld is not None:
        return None
    if what is What.ACCOUNT:
        where = table.account_gets
    else:
        where = table.person_gets
    treatment = treatment_of(table, what)
    return where or (None if isinstance(treatment, Stays) else treatment.where)


def tables_handed_out(what: What) -> list[tuple[Table, LiteralString]]:
    """The tables in the order in which they are written, each with the condition of its rows."""
    return [(table, where) for table in tables() if (where := gets(table, what)) is not None]


def tables_withheld(what: What) -> dict[str, str]:
    """Why the others are not handed out."""
    return {
        table.name: _why_withheld(table, what) for table in tables() if gets(table, what) is None
    }


def _why_withheld(table: Table, what: What) -> str:
    treatment = treatment_of(table, what)
    if table.withheld is not None or not isinstance(treatment, Stays):
        return table.withheld or ""
    if what is What.PERSON and gets(table, What.ACCOUNT) is not None:
        return "it is the account's, and comes with the account's data"
    return treatment.why


PAGE_ROWS: Final = 200
# Every value is asked for, since a database refuses those that nothing asks for.
_ALL: Final = "?1 IS NOT NULL AND ?2 IS NOT NULL AND ?3 IS NOT NULL"
# A column that no table has: the key's values beside a row's own.
_KEY: Final = "_key"


@dataclass(frozen=True)
class Page:
    """Rows without what is left out of them. `after` is the key of the last; None behind the last
    page.
    """

    rows: Sequence[Row]
    after: list[Value] | None


async def read_page(
    database: Database,
    table: Table,
    where: LiteralString,
    values: Sequence[str],
    after: Sequence[Value],
) -> Page:
    """The rows behind the key `after`, which is empty for the first. `values` are those of a
    treatment's condition.
    """
    return page_of(await database.all(page_query(table, where, values=values, after=after)), table)


def page_query(
    table: Table, where: LiteralString, values: Sequence[str], after: Sequence[Value]
) -> Statement:
    """The query for `page_of`; see `read_page`."""
    keys = table.key.split(", ")
    key_columns = ", ".join(f"{key} AS {_KEY}{digits(at)}" for at, key in enumerate(keys))
    after_place = (
        f"AND ({table.key}) > ({', '.join(place(number) for number in range(4, 4 + len(keys)))})"
        if after
        else ""
    )
    sql = (
        f"WITH actors_of_person (name) AS ({THEIR_NAMES}) SELECT {table.name}.*, {key_columns} "
        f"FROM {table.name} WHERE ({where}) AND {_ALL} {after_place} ORDER BY {table.key} "
        f"LIMIT {digits(PAGE_ROWS)}"
    )
    return Statement(sql, (*values, *after))


def page_of(rows: Sequence[Row], table: Table) -> Page:
    """What `page_query` found."""
    keys = table.key.split(", ")
    if len(rows) == PAGE_ROWS:
        last = [rows[-1][f"{_KEY}{at}"] for at in range(len(keys))]
    else:
        last = None
    return Page([shown(row, table) for row in rows], last)


def shown(row: Row, table: Table) -> Row:
    """The row without what is left out of it."""
    return {
        name: value
        for name, value in row.items()
        if name not in table.without and not name.startswith(_KEY)
    }


def left_by_runs() -> dict[str, LiteralString]:
    """The tables of what runs left, each with the order of a run's rows; `run_id` names the run."""
    orders: dict[str, LiteralString] = {
        **archive.ORDERS,
        **{each.name: each.order for each in archiving().tables},
    }
    return {table: order for table, order in orders.items() if table != archive.EVENTS}


MOST_RUNS: Final = 50
# Of what runs have in the database, in one page.
_MOST_BYTES: Final = 4 * 2**20


async def next_events(
    platform: Platform, export: DataExport, table: Table, where: LiteralString, after: int
) -> Page:
    """The events behind an id: from a range's file where they lie in one, else a page of rows."""
    events_found, names, rows = await platform.database.batch(
        [
            archive.file_behind(after),
            Statement(
                f"SELECT * FROM ({THEIR_NAMES}) WHERE ?1 IS NOT NULL",
                (export.account_id, export.target),
            ),
            page_query(
                table, where, values=[export.account_id, export.target, "none"], after=[after]
            ),
        ]
    )
    if not events_found:
        return page_of(rows, table)
    values = {value for row in names for value in row.values()}
    events = [
        row
        for row in await archive.events_of_account(
            platform.objects, events_found[0], export.account_id
        )
        if integer(row, "id") > after and (export.what is What.ACCOUNT or row["actor"] in values)
    ]
    return Page(events, [integer(events_found[0], "to_id")])


@dataclass(frozen=True)
class RunsPage:
    """Rows of runs by table, and the archived runs among them. `after` is the last run; None behind
    the last page.
    """

    there: Rows
    kept: Sequence[Kept]
    after: str | None


async def next_runs(
    platform: Platform, export: DataExport, names: Sequence[str], where: LiteralString, after: Value
) -> RunsPage:
    """What the next runs left in tables with the condition `where`, behind the id of a run: as many
    as are not too large.
    """
    # All of an account's are its own, without looking each up.
    theirs = "1" if export.what is What.ACCOUNT else where
    query = f"""
      SELECT r.run_id,
        COALESCE((SELECT SUM(COALESCE(length(input), 0) + COALESCE(length(output), 0))
            FROM run_steps
          WHERE run_id = r.run_id), 0)
        + COALESCE((SELECT SUM(length(payload) + COALESCE(length(whole), 0)) FROM outbox
            WHERE run_id = r.run_id), 0)
          AS size
      FROM (SELECT id AS run_id FROM runs WHERE account_id = ?1 AND id > ?4 ORDER BY id) r
      WHERE ({theirs}) AND {_ALL} ORDER BY r.run_id LIMIT ?5
    """
    runs_query = Statement(query, (export.account_id, export.target, "none", after, MOST_RUNS))
    sizes = await platform.database.all(runs_query)
    ids = _as_many_as_fit(sizes)
    is_last = len(ids) == len(sizes) < MOST_RUNS
    orders = left_by_runs()
    bundles, *results = await platform.database.batch(
        [
            statement(
                f"{archive.KEPT} WHERE a.run_id IN (SELECT value FROM json_each(?)) "
                "ORDER BY b.object_key, a.place",
                [dump(ids)],
            ),
            *(
                statement(
                    f"SELECT * FROM {word(name)} WHERE run_id IN (SELECT value FROM json_each(?)) "
                    f"ORDER BY run_id, {orders[name]}",
                    [dump(ids)],
                )
                for name in names
            ),
        ]
    )
    rows_by_name = dict(zip(names, results, strict=True))
    return RunsPage(
        rows_by_name,
        [archive.kept_of_row(row) for row in bundles],
        None if is_last else str(ids[-1]),
    )


async def from_bundles(platform: Platform, bundles: Sequence[Kept]) -> AsyncIterator[Rows]:
    """What archived runs left, a run at a time; they come by their bundles, of which one is
    held.
    """
    key = ""
    content = None
    for each in bundles:
        if each.object_key != key:
            key = each.object_key
            content = await platform.objects.get_bytes(each.object_key)
        yield archive.rows_in(content, each)


def _as_many_as_fit(sizes: Sequence[Row]) -> list[Json]:
    ids: list[Json] = []
    waiting = 0
    for row in sizes:
        waiting += integer(row, "size")
        if ids and waiting > _MOST_BYTES:
            break
        ids.append(text(row, "run_id"))
    return ids
