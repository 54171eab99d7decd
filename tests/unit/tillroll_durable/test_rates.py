"""How many runs begin in a period, and which goes first: what may be declared, limits that change,
and a long line.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import IntEnum
from typing import Any

import pytest

from tests.simulation.lines.courier import COURIER_V1, CourierParams
from tests.simulation.lines.line import ANN
from tests.simulation.lines.playing import ask as ask_courier
from tests.simulation.lines.playing import open_street
from tests.simulation.lines.taxi import PERIOD, TAXI, TAXI_V1, TaxiParams, ask, open_rank
from tests.simulation.opening import open_world
from tests.support.watching import WatchedDatabase
from tillroll_durable import (
    Concurrency,
    Contract,
    ContractError,
    InvalidParams,
    NoParams,
    Params,
    Rate,
    Registry,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._operations.instances import admit, admit_waiting
from tillroll_durable.platform.bindings.database import Row, Statement, statement
from tillroll_durable.versions import by_version
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_MINUTE = timedelta(minutes=1)
# Ten thousand in one line, and as many that began long ago.
_LINE = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    concurrency_key, queue_number, queued_at, rate_key, admitted_at, created_at,
                        updated_at)
  WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
  SELECT printf('run_%08d', i), 'acc_first', 'taxi', 1, 'rec', 'begun',
    CASE WHEN i > 10000 THEN 'processing' ELSE 'complete' END, 'wait', '"high"',
    CASE WHEN i > 10000 THEN i END, CASE WHEN i > 10000 THEN '2026-01-01T00:00:00.000Z' END,
    CASE WHEN i <= 10000 THEN '"high"' END, CASE WHEN i <= 10000 THEN '2026-01-01T00:00:00.000Z'
        END,
    '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z'
  FROM n
"""


def limited(rate: Rate | None, priority: str | None = None) -> Contract:
    return replace(TAXI_V1, concurrency=None, rate=rate, priority=priority)


async def begun(world: World, number: int, rate: Rate) -> None:
    workflow = replace(TAXI, contract=limited(rate))
    for each in range(number):
        await begin(world.host.platform, workflow, TaxiParams(), ANN, key=f"run {each}")


async def in_line(world: World) -> Sequence[str]:
    rows = await world.rows(
        "SELECT begin_key FROM runs WHERE queue_number IS NOT NULL ORDER BY queue_number"
    )
    return [str(row["begin_key"]) for row in rows]


@pytest.mark.parametrize(
    ("limit", "per", "says"),
    [
        (0, _MINUTE, "let at least 1 begin"),
        (
            5,
            timedelta(seconds=59),
            "a period of 59 s is too short, since the line is looked at each minute",
        ),
        (5, timedelta(0), "a period of 0 s is too short"),
    ],
)
def test_what_cannot_be_kept_is_refused(limit: int, per: timedelta, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Rate(limit, per=per)


@pytest.mark.parametrize(
    ("per", "says"),
    [
        (_MINUTE, "a minute"),
        (5 * _MINUTE, "5 minutes"),
        (60 * _MINUTE, "an hour"),
        (90 * _MINUTE, "90 minutes"),
        (timedelta(days=1), "a day"),
        (timedelta(days=7), "7 days"),
        (timedelta(seconds=90), "90 seconds"),
    ],
)
def test_a_period_in_words(per: timedelta, says: str) -> None:
    assert Rate(1, per).period == says


def test_a_run_waits_in_one_line_only() -> None:
    with pytest.raises(ContractError, match="`concurrency` is by 'street' and `rate` by None"):
        replace(TAXI_V1, rate=Rate(5, _MINUTE))


def test_who_waits_for_nobody_has_no_priority() -> None:
    with pytest.raises(ContractError, match="nobody waits in line"):
        limited(None, "urgency")


async def _idle(_run: WorkflowRun[Any]) -> None:
    """It has nothing to do."""


class _Rank(IntEnum):
    LOW = 1
    HIGH = 2


class _Named(Params):
    rank: _Rank = _Rank.LOW
    words: str = ""
    is_urgent: bool = False
    maybe: int | None = None


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("urgence", "`priority` names 'urgence', which is none of its params"),
        ("words", "is no whole number"),
        ("is_urgent", "is no whole number"),
        ("maybe", "is no whole number"),
        ("rank", None),
    ],
)
def test_a_priority_is_a_whole_numbered_param(name: str, says: str | None) -> None:
    contract = limited(Rate(1, _MINUTE), name)

    def declared() -> Workflow:
        return Workflow(contract, _idle, params=_Named)

    if says is None:
        declared()
        return
    with pytest.raises(ContractError, match=says):
        declared()


def test_a_key_is_one_of_the_params() -> None:
    with pytest.raises(
        ContractError, match="`rate` names 'road', which is none of its params; they are none"
    ):
        Workflow(limited(Rate(1, _MINUTE, key="road")), _idle, params=NoParams)


@pytest.mark.parametrize("what", ["rate", "priority"])
def test_all_versions_have_the_same(what: str) -> None:
    contract = replace(TAXI_V1, rate=None) if what == "rate" else replace(TAXI_V1, priority=None)
    second = replace(TAXI, contract=replace(contract, version=2))
    with pytest.raises(ValueError, match=f"another `{what}` than the newest"):
        Registry([TAXI, second])


@pytest.mark.parametrize("urgency", [1001, -1001])
async def test_a_priority_that_there_is_not_begins_nothing(urgency: int) -> None:
    world = await open_rank()
    with pytest.raises(InvalidParams, match="urgency: a priority lies between -1000 and 1000"):
        await ask(world, "one", TaxiParams(urgency=urgency))
    assert not await world.rows("SELECT id FROM runs")


async def test_without_a_key_the_account_is_the_limit() -> None:
    world = await open_rank()
    workflow = replace(TAXI, contract=limited(Rate(1, _MINUTE)))
    for street in ("high", "side"):
        await begin(world.host.platform, workflow, TaxiParams(street=street), ANN, key=street)
    assert await in_line(world) == ["side"]


@pytest.mark.parametrize(
    ("rate", "admitted"),
    [
        (Rate(1, PERIOD), 0),
        (Rate(2, PERIOD), 0),
        (Rate(3, PERIOD), 1),
        (Rate(9, PERIOD), 3),
        (None, 3),
    ],
    ids=["lowered", "as it was", "raised", "higher than the line", "dropped"],
)
async def test_a_rate_that_changes(rate: Rate | None, admitted: int) -> None:
    world = await open_rank()
    await begun(world, 5, Rate(2, PERIOD))
    assert await admit_waiting(world.host.platform, by_version([limited(rate)])) == admitted
    assert len(await in_line(world)) == 3 - admitted


async def test_a_kind_that_is_not_deployed_keeps_its_line() -> None:
    world = await open_rank()
    await begun(world, 3, Rate(2, PERIOD))
    world.host.pieces.clock.advance(PERIOD)
    assert await admit_waiting(world.host.platform, {}) == 0
    assert await in_line(world) == ["run 2"]


class _Meanwhile(WatchedDatabase):
    """Something happens before the first batch."""

    happens: Callable[[], Awaitable[object]] | None = None

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        happens, self.happens = self.happens, None
        if happens:
            await happens()
        return await super().batch(statements)


async def test_who_read_that_there_was_room_lets_nobody_on_too_many() -> None:
    world = await open_rank()
    contract = limited(Rate(2, PERIOD), "urgency")
    workflow = replace(TAXI, contract=contract)
    for number in range(4):
        await begin(world.host.platform, workflow, TaxiParams(), ANN, key=f"run {number}")
    await world.rows(
        "UPDATE runs SET admitted_at = '2026-01-01T00:00:00.000Z' WHERE begin_key = 'run 0'"
    )

    async def another_goes_first() -> None:
        await begin(world.host.platform, workflow, TaxiParams(urgency=1), ANN, key="urgent")
        assert await admit(world.host.platform, contract, "acc_first", "") == 1

    slow = _Meanwhile(world.host.database)
    slow.happens = another_goes_first
    assert await admit(replace(world.host.platform, database=slow), contract, "acc_first", "") == 0
    assert await in_line(world) == ["run 2", "run 3"]


async def test_a_long_line_and_a_long_past_are_not_read() -> None:
    world = await open_world(Faults(), Deployed(TAXI))
    await world.host.database.batch([statement(_LINE)])
    watched = WatchedDatabase(world.host.database)
    platform = replace(world.host.platform, database=watched)
    assert await admit_waiting(platform, by_version([TAXI_V1])) == 2
    assert await watched.whole_tables(small=["mine"]) == []  # the lines that were found, by steps
    await begin(platform, TAXI, TaxiParams(urgency=1), ANN, key="late")
    assert (await in_line(world))[0] == "late"
    plans = [
        str(step["detail"])
        for query in watched.seen
        for step in await world.host.database.all(
            statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters])
        )
    ]
    window = (
        "USING COVERING INDEX runs_in_rate (kind=? AND account_id=? AND rate_key=? "
        "AND admitted_at>?)"
    )
    assert any(window in plan for plan in plans)
    priority = (
        "runs_in_line (kind=? AND account_id=? AND concurrency_key=? AND queue_number>? "
        "AND queue_number<?)"
    )
    assert any(priority in plan for plan in plans)


async def test_a_kind_without_a_rate_writes_nothing_for_one() -> None:
    world = await open_street()
    for number in range(3):
        await ask_courier(world, f"run {number}", CourierParams(street="high"))
    await world.settle()
    assert COURIER_V1.concurrency == Concurrency(2, key="street")
    assert not await world.rows(
        "SELECT id FROM runs WHERE rate_key IS NOT NULL OR admitted_at IS NOT NULL"
    )
