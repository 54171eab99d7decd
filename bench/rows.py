"""What a clear receipt leaves in the database, from upload to notified: `python -m bench.rows`.

Entries are rows and those of indexes, counted in the pages of the file; D1 bills each that is written. Changes of what
is there already are counted as rows alone, without their indexes, so what D1 bills is more than is said here.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass

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


async def count() -> str:
    """What is counted, as lines."""
    world = await open_receipts(Faults())
    before = await stand(world)
    objects = len(world.host.pieces.objects.content)
    await count_round_trips(world)
    after = await stand(world)
    tables = {text(row, "name") for row in await world.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    new = after.entries - before.entries
    rows = sum(count for name, count in new.items() if name in tables)
    changed = after.changes - before.changes
    most = ", ".join(f"{name} {count}" for name, count in _by_table(new, await _owners(world)).most_common(6))
    return (
        f"A clear receipt: {rows} new rows, {new.total()} with their indexes ({most}); {changed} changes of rows in "
        f"all, {after.used - before.used} bytes in use, {len(world.host.pieces.objects.content) - objects} objects"
    )


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


if __name__ == "__main__":
    print(asyncio.run(count()))
