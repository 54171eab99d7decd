"""What a clear receipt asks of the database and the engine, from upload to notified, and what it leaves there.

Usage: python -m bench.one_receipt [--write]

Every call of `all`, `first` or `batch` at the binding is a round trip, whatever it holds.
Entries are rows and those of indexes, counted in the pages of the file; D1 bills each that is written. Changes of what
is there already are counted as rows alone, without their indexes, so what D1 bills is more than is said here.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

from bench.report import parser, publishing
from tests.simulation.faults import Faults
from tests.simulation.receipts import count_round_trips, open_receipts
from tests.simulation.world import World
from tillroll.platform.bindings.database import integer, text

_CELLS = """
  SELECT dbstat.name, sum(ncell) AS n FROM dbstat JOIN sqlite_schema ON sqlite_schema.name = dbstat.name
  WHERE pagetype = 'leaf' OR sqlite_schema.type = 'index' OR sqlite_schema.sql LIKE '%WITHOUT ROWID%'
  GROUP BY dbstat.name
"""


@dataclass(frozen=True)
class Stand:
    """A database at a moment: entries by table or index, rows changed so far, bytes in use."""

    entries: Counter[str]
    changes: int
    used: int


async def stand(world: World) -> Stand:
    [changes] = await world.rows("SELECT total_changes() AS n")
    entries = {text(row, "name"): integer(row, "n") for row in await world.rows(_CELLS)}
    [used] = await world.rows("SELECT sum(pgsize - unused) AS n FROM dbstat")
    return Stand(Counter(entries), integer(changes, "n"), integer(used, "n"))


async def count() -> list[str]:
    """What is counted, as lines."""
    world = await open_receipts(Faults())
    before = await stand(world)
    objects = len(world.host.pieces.objects.content)
    asked = await count_round_trips(world)
    after = await stand(world)
    tables = {text(row, "name") for row in await world.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    new = after.entries - before.entries
    rows = sum(count for name, count in new.items() if name in tables)
    most = ", ".join(f"{name} {count}" for name, count in _by_table(new, await _owners(world)).most_common(6))
    objects = len(world.host.pieces.objects.content) - objects
    steps = sum(len(instance.results) for instance in world.instances.by_id.values())
    return [
        f"{rows} new rows, {new.total()} with their indexes ({most})",
        f"{after.changes - before.changes} changes of rows, {after.used - before.used} bytes, {objects} objects",
        f"{asked.round_trips} round trips to the database, {len(asked.seen)} statements, {steps} steps of the engine",
    ]


async def _owners(world: World) -> dict[str, str]:
    """The table of each index, and of each table."""
    return {
        text(row, "name"): text(row, "tbl_name") for row in await world.rows("SELECT name, tbl_name FROM sqlite_schema")
    }


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
