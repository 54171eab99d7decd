"""How many runs go on at once: what may be declared, limits that change, and a long line."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.simulation.lines.courier import COURIER, COURIER_V1, CourierParams
from tests.simulation.lines.line import ANN
from tests.simulation.lines.playing import ask, open_street
from tests.support.watching import WatchedDatabase
from tillroll_durable import Concurrency, Contract, ContractError, InvalidParams, Registry, begin
from tillroll_durable._operations.instances import admit, admit_waiting
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.versions import by_version
from tillroll_testing.simulation.world import World

_HIGH = '"high"'
# Ten thousand in one line, whose two slots are taken, and two hundred lines behind which nobody
# goes on.
_LINES = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    concurrency_key, queue_number, queued_at, created_at, updated_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10200)
  SELECT printf('run_%08d', i), 'acc_first', 'courier', 1, 'rec', 'begun', 'processing', 'wait',
    CASE WHEN i > 10000 THEN printf('"%d"', i) ELSE '"high"' END, CASE WHEN i > 2 THEN i END,
    CASE WHEN i > 2 THEN '2026-01-01T00:00:00.000Z' END, '2026-01-01T00:00:00.000Z',
        '2026-01-01T00:00:00.000Z'
  FROM n
"""


def limited(concurrency: Concurrency | None) -> Contract:
    return replace(COURIER_V1, concurrency=concurrency)


async def begun(world: World, number: int) -> None:
    for each in range(number):
        await ask(world, f"run {each}", CourierParams(street="high"))


async def in_line(world: World) -> Sequence[str]:
    rows = await world.rows(
        "SELECT begin_key FROM runs WHERE queue_number IS NOT NULL ORDER BY queue_number"
    )
    return [str(row["begin_key"]) for row in rows]


def test_what_lets_nobody_go_on_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        Concurrency(0)


def test_a_key_is_one_of_the_params() -> None:
    with pytest.raises(
        ContractError, match="names 'road', which is none of its params; they are street, way, legs"
    ):
        replace(COURIER, contract=limited(Concurrency(2, key="road")))


def test_all_versions_have_the_same_limit() -> None:
    second = replace(COURIER, contract=replace(limited(Concurrency(3, key="street")), version=2))
    with pytest.raises(ValueError, match="give all versions the same"):
        Registry([COURIER, second])


async def test_a_value_that_is_too_long_begins_nothing() -> None:
    world = await open_street()
    with pytest.raises(InvalidParams, match="street"):
        await ask(world, "long", CourierParams(street="x" * 300))
    assert not await world.rows("SELECT id FROM runs")


async def test_without_a_key_the_account_is_the_limit() -> None:
    world = await open_street()
    workflow = replace(COURIER, contract=limited(Concurrency(1)))
    for street in ("high", "side"):
        await begin(world.host.platform, workflow, CourierParams(street=street), ANN, key=street)
    assert await in_line(world) == ["side"]


async def test_a_limit_that_was_lowered_ends_nobody_and_lets_nobody_on() -> None:
    world = await open_street()
    await begun(world, 4)
    lower = limited(Concurrency(1, key="street"))
    for _ in range(2):
        assert await admit_waiting(world.host.platform, by_version([lower])) == 0
        await world.rows(
            "UPDATE runs SET status = 'complete' WHERE id = (SELECT MIN(id) FROM runs WHERE "
            "queue_number IS NULL AND status = 'processing')"
        )
    assert await admit_waiting(world.host.platform, by_version([lower])) == 1
    assert await in_line(world) == ["run 3"]


@pytest.mark.parametrize("raised", [Concurrency(3, key="street"), None], ids=["raised", "dropped"])
async def test_a_limit_that_was_raised_or_dropped_lets_the_line_go_on(
    raised: Concurrency | None,
) -> None:
    world = await open_street()
    await begun(world, 5)
    assert await admit_waiting(world.host.platform, by_version([limited(raised)])) == (
        1 if raised else 3
    )
    assert await in_line(world) == (["run 3", "run 4"] if raised else [])


async def test_a_kind_that_is_not_deployed_keeps_its_line() -> None:
    world = await open_street()
    await begun(world, 3)
    assert await admit_waiting(world.host.platform, {}) == 0
    assert await in_line(world) == ["run 2"]


async def test_ten_thousand_in_line_are_not_read_to_let_one_go_on() -> None:
    world = await open_street()
    await world.host.database.batch([statement(_LINES)])
    watched = WatchedDatabase(world.host.database)
    platform = replace(world.host.platform, database=watched)
    assert await admit_waiting(platform, by_version([COURIER_V1])) == 50, (
        "fifty a minute, of those that stand alone"
    )
    await world.rows("UPDATE runs SET status = 'complete' WHERE id = 'run_00000001'")
    assert await admit(platform, COURIER_V1, "acc_first", _HIGH) == 1
    assert await watched.whole_tables(small=["mine"]) == []  # the lines that were found, by steps
