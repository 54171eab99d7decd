"""What a clear receipt asks of the database and the engine, from upload to notified, and what it
leaves there.

Then each statement, by round trip: entries that it left (with those of indexes), rows that it
changed, and rows that it gave back. An entry that a later statement takes away again, as of an
index of open work, counts here.

Usage: python -m bench.one_receipt [--write]

Every call of `all`, `first` or `batch` at the binding is a round trip, whatever it holds.
Entries are rows and those of indexes, counted in the pages of the file; D1 bills each that is
written. Changes of what is there already are counted as rows alone, without their indexes, so what
D1 bills is more than is said here.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.report import parser, publishing
from tests.simulation.receipts import count_round_trips, open_receipts
from tests.support.host_platform import CLEAR_RECEIPT
from tillroll_durable.platform.bindings.database import (
    Database,
    Statement,
    integer,
    statement,
    text,
)
from tillroll_testing.simulation.faults import Faults

_CELLS = """
  SELECT dbstat.name, sum(ncell) AS n FROM dbstat JOIN sqlite_schema
      ON sqlite_schema.name = dbstat.name
  WHERE pagetype = 'leaf' OR sqlite_schema.type = 'index'
      OR sqlite_schema.sql LIKE '%WITHOUT ROWID%'
  GROUP BY dbstat.name
"""


@dataclass(frozen=True)
class Stand:
    """A database at a moment: entries by table or index, rows changed so far, bytes in use."""

    entries: Counter[str]
    changes: int
    used: int


async def stand(database: Database) -> Stand:
    [changes] = await database.all(statement("SELECT total_changes() AS n"))
    entries = {
        text(row, "name"): integer(row, "n") for row in await database.all(statement(_CELLS))
    }
    [used] = await database.all(statement("SELECT sum(pgsize - unused) AS n FROM dbstat"))
    return Stand(Counter(entries), integer(changes, "n"), integer(used, "n"))


def rows_written(before: Stand, after: Stand, tables: set[str]) -> int:
    """Entries that came, and rows of what was there that changed: as D1 bills, but for the indexes
    of changes.
    """
    new = after.entries - before.entries
    return new.total() + after.changes - before.changes - sum(new[name] for name in tables)


async def count() -> list[str]:
    """What is counted, as lines."""
    world = await open_receipts(Faults())
    before = await stand(world.host.database)
    objects = len(world.host.pieces.objects.content)
    asked = await count_round_trips(world)
    after = await stand(world.host.database)
    tables = {
        text(row, "name")
        for row in await world.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    }
    new = after.entries - before.entries
    rows = sum(count for name, count in new.items() if name in tables)
    most = ", ".join(
        f"{name} {count}"
        for name, count in _by_table(new, await _owners(world.host.database)).most_common(6)
    )
    objects = len(world.host.pieces.objects.content) - objects
    steps = sum(len(instance.results) for instance in world.instances.by_id.values())
    trips = asked.trips.copy()
    by_statement = await _by_statement(world.host.database, trips)
    world.host.pieces.models.transcript = CLEAR_RECEIPT.replace("14/02/2026", "15/02/2026")
    await count_round_trips(world, 1)
    second = await stand(world.host.database)
    again = f"{rows_written(after, second, tables)}, {second.used - after.used} bytes"
    return [
        f"{rows} new rows, {new.total()} with their indexes ({most})",
        (
            f"{after.changes - before.changes} changes of rows, {after.used - before.used} bytes, "
            f"{objects} objects"
        ),
        f"rows written: {rows_written(before, after, tables)}, by the merchant's next one {again}",
        *by_statement,
        (
            f"{len(trips)} round trips to the database, {len(by_statement)} statements, {steps} "
            "steps of the engine"
        ),
    ]


async def _by_statement(first: Database, trips: Sequence[Sequence[Statement]]) -> list[str]:
    """The statements once more in another world, each as a line. The `first` one drew its
    delivery's id itself.
    """
    database, lines = (await open_receipts(Faults())).host.database, list[str]()
    deliveries = statement("SELECT id FROM deliveries")
    [drawn] = await first.all(deliveries)
    owners = await _owners(database)
    for number, trip in enumerate(trips, start=1):
        for each in trip:
            before = await stand(database)
            again = await database.all(deliveries)
            ids = {text(drawn, "id"): text(row, "id") for row in again}
            values = [
                ids.get(value, value) if isinstance(value, str) else value
                for value in each.parameters
            ]
            given = len(await database.all(statement(each.sql, [*values])))
            after = await stand(database)
            left = after.entries - before.entries
            where = ", ".join(
                f"{name} {count}" for name, count in _by_table(left, owners).most_common()
            )
            changed = after.changes - before.changes
            lines.append(
                f"{number:2} {_named(each):31} {left.total():3} left {changed:3} changed {given} "
                f"read  {where}"
            )
    return [line.rstrip() for line in lines]


def _named(asked: Statement) -> str:
    """What a statement does, with the first table that it names."""
    words = asked.sql.split()
    table = re.search(r"(?:INTO|UPDATE|FROM) (\w+)", " ".join(words).replace("FROM (", ""))
    return f"{words[0]} {table[1] if table else ''}"


async def _owners(database: Database) -> dict[str, str]:
    """The table of each index, and of each table."""
    named = await database.all(statement("SELECT name, tbl_name FROM sqlite_schema"))
    return {text(row, "name"): text(row, "tbl_name") for row in named}


def _by_table(entries: Counter[str], owners: dict[str, str]) -> Counter[str]:
    of: Counter[str] = Counter()
    for name, n in entries.items():
        of[owners[name]] += n
    return of


def main() -> None:
    with publishing("one_receipt", write=parser(__doc__).parse_args().write):
        print("\n".join(asyncio.run(count())))


if __name__ == "__main__":
    main()
