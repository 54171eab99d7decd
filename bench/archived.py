"""What a run costs in the database before and after it is archived, and how a million archived runs
are found: `python -m bench.archived [--runs N]`.
"""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from bench.report import parser, publishing
from local.places import MIGRATIONS
from tests.simulation.receipts import count_round_trips, open_receipts
from tests.support.host_platform import SIGNING_KEY
from tillroll.archiving import archiving
from tillroll.identity.repository import Audited
from tillroll_durable.archive.files import where_kept
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import Row, digits, integer, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.archive import move_old
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.selection import Chosen, query_of
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

# A run's own: what the core and its capabilities write of it, whatever its kind.
_OF_A_RUN: Final = (
    *(
        "runs",
        "run_steps",
        "step_attempts",
        "run_waits",
        "signals",
        "effect_intents",
        "reviews",
        "review_decisions",
    ),
    *(
        "audit_events",
        "seals",
        "outbox",
        "deliveries",
        "delivery_attempts",
        "ai_calls",
        "archived_runs",
    ),
)
_SHARED: Final = ("archive_ranges", "archive_bundles")
# Of no receipt: the round's keys and positions.
_BESIDE: Final = (*_SHARED, "seals", "audit_keys", "reconciler_cursors", "sqlite_sequence")
_BYTES: Final = """
  SELECT sqlite_schema.tbl_name AS name, sum(pgsize - unused) AS n FROM dbstat
  JOIN sqlite_schema ON sqlite_schema.name = dbstat.name GROUP BY sqlite_schema.tbl_name
"""
_RUNS: Final = """
  WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {last})
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    params, begin_key, created_at, updated_at)
  SELECT 'run_' || printf('01M%023d', n), 'acc_first', 'receipt', 1,
    'rec_' || printf('01M%023d', n), 'notified', 'complete', 'none', '{{}}', printf('sha256:%032d',
        n),
    strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', (n * 120) || ' seconds'),
    strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', (n * 120 + 60) || ' seconds')
  FROM number
"""
_BUNDLES: Final = """
  INSERT INTO archive_bundles (account_id, object_key, sha256, state, created_at)
  SELECT 'acc_first', 'acc_first/archive/' || id, '', 'archived', '' FROM runs WHERE substr(id,
      8) % 50 = 0
"""
_PLACES: Final = (
    "INSERT INTO archived_runs SELECT id, 1 + substr(id, 8) / 50, substr(id, 8) % 50 * 2000, "
    "2000, 8 FROM runs"
)
_NOT_OF_RUNS: Final = "FROM audit_events WHERE stream NOT LIKE 'run_%'"


async def bytes_of_a_run() -> str:
    """Of the first clear receipt's run: by table, before and after."""
    world = await open_receipts(Faults())
    empty = await _bytes(world)
    await count_round_trips(world)
    world.host.platform = replace(world.host.platform, signer=HostSigner(SIGNING_KEY))
    await seal_new_events(world.host.platform)
    before = await _bytes(world)
    await _grow_old(world)
    for _ in range(4):
        now = world.host.pieces.clock.now()
        await move_old(world.host.platform, now - timedelta(days=30), archiving(), whole=True)
        await seal_new_events(world.host.platform)
    [archived] = await world.rows("SELECT count(*) AS n FROM archived_runs")
    if integer(archived, "n") != 1:
        raise RuntimeError("the run was not archived")
    # What archiving itself wrote is of thousands of events and dozens of runs together, so it
    # stands apart.
    [events] = await world.rows(
        f"SELECT sum(length(detail) + length(event_key) * 2 + 400) AS n {_NOT_OF_RUNS}"
    )
    await world.rows("DROP TRIGGER audit_events_no_delete")
    await world.rows("DROP TRIGGER seals_no_delete")
    await world.rows(f"DELETE {_NOT_OF_RUNS}")
    await world.rows("DELETE FROM seals")
    after = await _bytes(world)
    whole = sum(n for name, n in (after - empty).items() if name not in _BESIDE)
    shared = sum((after - empty)[name] for name in _SHARED)
    return (
        f"A clear receipt's run, own tables: {_told(before - empty, _OF_A_RUN)}\n"
        f"archived: {_told(after - empty, _OF_A_RUN)}\n"
        f"with all that the domain has of it: {whole} bytes\n"
        f"shared by a range and a bundle: {shared} bytes of rows, about {integer(events, 'n')} of "
        "events"
    )


async def _grow_old(world: World) -> None:
    """A hundred days pass: deliveries are forgotten after thirty, and something else happens."""
    for table in ("delivery_attempts", "deliveries"):
        await world.rows(f"DELETE FROM {table}")
    world.host.pieces.clock.advance(timedelta(days=100))
    await world.rows(
        "UPDATE reconciler_cursors SET position = '9999' "
        "WHERE name IN ('observed events', 'told events')"
    )
    now = to_text(world.host.pieces.clock.now())
    await world.host.database.batch(
        [
            append(
                event_of_account(
                    "acc_other", Audited.CODE_CREATED, "bench", actor="user:usr_other", at=now
                )
            )
        ]
    )
    await seal_new_events(world.host.platform)


async def _bytes(world: World) -> Counter[str]:
    return Counter({text(row, "name"): integer(row, "n") for row in await world.rows(_BYTES)})


def _told(found: Counter[str], names: tuple[str, ...]) -> str:
    own = Counter({name: found[name] for name in names if found[name]})
    return f"{own.total()} bytes ({', '.join(f'{name} {n}' for name, n in own.most_common())})"


async def find_among(count: int) -> str:
    """How long it takes to find archived runs among so many, by id, subject and month: 20 a page,
    the median of 9.
    """
    with tempfile.TemporaryDirectory() as folder:
        database = SqliteDatabase(f"{folder}/database")
        database.migrate(MIGRATIONS)
        await database.all(
            statement(
                "INSERT INTO accounts (id, name, created_at) VALUES ('acc_first', 'Books', '')"
            )
        )
        await database.all(statement("PRAGMA foreign_keys = OFF"))
        await database.batch([statement(_RUNS.format(last=digits(count - 1)))])
        for sql in (_BUNDLES, _PLACES):
            await database.batch([statement(sql)])
        [pages] = await database.all(statement("SELECT sum(pgsize) AS n FROM dbstat"))
        middle = f"01M{count // 2:023d}"
        month = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=count // 2 * 120)
        begin = month.replace(day=1, hour=0, minute=0, second=0)
        asked = {
            "id": lambda: database.batch(
                [
                    statement("SELECT * FROM runs WHERE id = ?", [f"run_{middle}"]),
                    where_kept(f"run_{middle}"),
                ]
            ),
            "subject": lambda: _page(database, Chosen(subject=f"rec_{middle}")),
            "month": lambda: _page(database, Chosen(since=begin, until=begin + timedelta(days=31))),
        }
        times = [f"{name} {await _median(ask):.2f} ms" for name, ask in asked.items()]
        database.close()
    return (
        f"Among {count} archived runs, {integer(pages, 'n') / count:.0f} bytes each in all: "
        f"{', '.join(times)}"
    )


async def _page(database: SqliteDatabase, chosen: Chosen) -> list[Row]:
    query = query_of(chosen, "acc_first", None, "~", 20)
    found = await database.all(
        # As `shown_runs` has it.
        statement(f"SELECT runs.* FROM {query.tables} WHERE {query.where}", [*query.values])
    )
    if not found:
        raise RuntimeError("nothing was found")
    return found


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    times: list[float] = []
    for _ in range(9):
        began = time.perf_counter()
        await ask()
        times.append(1000 * (time.perf_counter() - began))
    return sorted(times)[4]


def main() -> None:
    asked = parser(__doc__)
    asked.add_argument(
        "--runs", type=int, default=1_000_000, help="archived ones, among which some are found"
    )
    arguments = asked.parse_args()
    with publishing("archived", write=arguments.write):
        print(asyncio.run(bytes_of_a_run()))
        print(asyncio.run(find_among(arguments.runs)))


if __name__ == "__main__":
    main()
