"""Deliveries that are done are deleted after 30 days; what is open or was given up is not."""

from datetime import timedelta

import pytest

from tests.support.endpoints import add_endpoint
from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.webhooks.deliveries import KEPT_FOR, sweep_deliveries
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.platform import HostPlatform

_DAY = timedelta(days=1)
_INSERT = """
  INSERT INTO deliveries (id, account_id, endpoint_id, event_id, topic, payload, state, created_at,
      settled_at)
  VALUES (?1, ?2, 'ep_a', ?1, 'run.completed', ?3, ?4, '', ?5)
"""
_ATTEMPT = (
    "INSERT INTO delivery_attempts (delivery_id, number, at, duration_ms) VALUES (?, 1, '', 1)"
)


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_endpoint(host, "ep_a", "https://a.example.org/hook")
    return host


async def add(
    host: HostPlatform, id_: str, state: str, age: timedelta, payload: str | None = None
) -> None:
    settled = None if state == "pending" else to_text(host.platform.clock.now() - age)
    await host.database.batch(
        [statement(_INSERT, [id_, ACCOUNT, payload, state, settled]), statement(_ATTEMPT, [id_])]
    )


async def left(host: HostPlatform) -> list[str]:
    kept = [
        str(row["id"])
        for row in await host.database.all(statement("SELECT id FROM deliveries ORDER BY id"))
    ]
    attempts = await host.database.all(
        statement("SELECT delivery_id FROM delivery_attempts ORDER BY delivery_id")
    )
    assert [row["delivery_id"] for row in attempts] == kept, (
        "an attempt stands without its delivery, or is lost"
    )
    return kept


async def test_what_is_done_goes_after_thirty_days_and_what_is_unresolved_stays(
    host: HostPlatform,
) -> None:
    old = KEPT_FOR + _DAY
    await add(host, "a_delivered", "delivered", old)
    await add(host, "b_cancelled", "cancelled", old)
    await add(host, "c_test", "given_up", old, "{}")
    await add(host, "d_young", "delivered", KEPT_FOR - _DAY)
    await add(host, "e_given_up", "given_up", old)
    await add(host, "f_pending", "pending", old)
    await sweep_deliveries(host.platform)
    assert await left(host) == ["d_young", "e_given_up", "f_pending"]


async def test_it_goes_on_the_next_minute_and_reads_no_table_whole(host: HostPlatform) -> None:
    for number in range(203):
        await add(
            host, f"dlv_{number:03}", "delivered", KEPT_FOR + _DAY + timedelta(minutes=number)
        )
    await sweep_deliveries(host.platform)
    assert await left(host) == ["dlv_000", "dlv_001", "dlv_002"], "the oldest go first"
    await sweep_deliveries(host.platform)
    assert await left(host) == []
    watched = WatchedDatabase(host.database)
    seen = assemble(host.database, {}, seen_as=watched)
    await sweep_deliveries(seen.platform)
    assert await watched.whole_tables() == []
