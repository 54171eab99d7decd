"""What observability reads each minute, and for a scrape, does not grow with what is done
already.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace

import pytest
import pytest_asyncio

from tests.support.host_platform import assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.observability.jobs import observe
from tillroll.observability.metrics import collect
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.signing import HostSigner

_RUNS, _NEW = 20_000, 300
_DONE = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    created_at, updated_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
  SELECT printf('run_%08d', i), 'acc_first', 'receipt', 1, 'rec', 'notified', 'complete', 'none',
         '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
  FROM n
"""
_TOLD = """
  INSERT INTO audit_events (stream, seq, event_key, account_id, actor, action, outcome, at, detail,
      digest)
  SELECT id, 1, id, account_id, 'workflow:receipt', 'step.completed', 'success', created_at,
         '{"attempt":1,"from":"expense_created","step":"notify-user","to":"notified"}', 'd'
  FROM runs
"""
# One has a row for each account with a bank; one holds a row a name and label, one a row for a file
# of the archive that is broken; of seals the last row is read.
_SMALL = (
    *("bank_matching", "metric_counters", "archive_flaws", "seals", "jobs"),
    # Empty, unless a payment left that nobody here asked for. Each night forgets what was.
    "strange_payments",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def looked() -> AsyncGenerator[tuple[Platform, WatchedDatabase]]:
    """A platform over many runs that are done, of whose events the last ones are not counted
    yet.
    """
    database = await migrated_database()
    await database.all(statement(_DONE, [_RUNS]))
    await database.all(statement(_TOLD))
    position = statement(
        "UPDATE reconciler_cursors SET position = ? WHERE name = 'observed events'",
        [str(_RUNS - _NEW)],
    )
    await database.all(position)
    watched = WatchedDatabase(database)
    platform = assemble(database, {}, seen_as=watched).platform
    # nothing is sealed, so nobody misses a seal
    yield (replace(platform, signer=HostSigner()), watched)
    database.close()


@pytest.mark.asyncio(loop_scope="module")
async def test_neither_a_tick_nor_a_scrape_goes_through_what_is_done(
    looked: tuple[Platform, WatchedDatabase],
) -> None:
    platform, watched = looked
    await observe(platform, REGISTRY)
    await collect(platform, REGISTRY)
    assert len(watched.seen) >= 9
    assert await watched.whole_tables(small=_SMALL) == []
    (row,) = await watched.all(statement("SELECT value FROM metric_counters WHERE name = 'steps'"))
    assert row["value"] == _NEW
