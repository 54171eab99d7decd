"""What a tick of the reconciler costs does not grow with what is done already."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from tests.support.host_platform import ManualClock, assemble, migrated_database
from tests.support.sql import sql
from tests.support.watching import WatchedDatabase
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.engine import SimulatedInstances
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.reconciling import reconcile

# Runs that are done, as the receipt workflow leaves them, with all that hangs on them.
_TERMINAL_RUNS = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    last_successful_step, deadline, created_at, updated_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  SELECT printf('run_%08d', i), 'acc_first', 'receipt', 1, 'rec', 'notified', 'complete', 'none',
         'persist-db', NULL, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
  FROM n
"""
_DELIVERED = """
  INSERT INTO outbox (id, account_id, run_id, topic, payload, state, created_at)
  SELECT 'evt_' || id, account_id, id, 'expense.created', '{}', 'delivered', created_at FROM runs
"""
_DECIDED = """
  INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline, requested_at,
      taken_up_at)
  SELECT id || ':review-1', id, 1, 'unsure', '{}', 'review-1-1', created_at, created_at, created_at
      FROM runs
"""
_DECISIONS = """
  INSERT INTO review_decisions (review_id, decision, corrections, actor, decided_at)
  SELECT id, 'approve', '{}', 'user:usr_first', requested_at FROM reviews
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def watched() -> AsyncGenerator[WatchedDatabase]:
    """The statements of a tick over 100,000 terminal runs, and the database that holds these."""
    database = await migrated_database()
    for query in (
        statement(_TERMINAL_RUNS, [100_000]),
        *map(statement, (_DELIVERED, _DECIDED, _DECISIONS)),
    ):
        await database.all(query)
    watched = WatchedDatabase(database)
    clock = ManualClock()
    host = assemble(database, {"receipt": SimulatedInstances(clock, Faults())}, seen_as=watched)
    await reconcile(host.platform, REGISTRY.contracts, REGISTRY.objects_in_use)
    yield watched
    database.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_no_query_of_a_tick_goes_through_what_is_done(watched: WatchedDatabase) -> None:
    """Every table is reached by a key, or through an index that holds open work only."""
    queries = [
        query for query in watched.seen if query.sql.lstrip().upper().startswith(("SELECT", "WITH"))
    ]
    assert len(queries) >= 6
    # the lines, and live runs, that were found
    assert await watched.whole_tables(small=["mine", "below"]) == []


@pytest.mark.asyncio(loop_scope="module")
async def test_the_indexes_that_a_tick_scans_are_nearly_empty(watched: WatchedDatabase) -> None:
    """A partial index may be scanned whole, because it holds open work only: here, none."""
    definitions = await watched.all(
        statement(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql LIKE '% WHERE %'"
        )
    )
    for definition in definitions:
        index = sql(str(definition["sql"]))
        table = index.split(" ON ", 1)[1].split(" ", 1)[0]
        condition = index.rsplit(" WHERE ", 1)[1]
        (row,) = await watched.all(
            statement(f"SELECT count(*) AS n FROM {table} WHERE {condition}")
        )
        assert row["n"] == 0, f"{definition['name']} holds {row['n']} rows of what is done"
