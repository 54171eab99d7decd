"""What Cloudflare would refuse is refused here, with a sentence that says the limit."""

import pytest

from tests.support.host_platform import ManualClock, assemble, migrated_database
from tillroll_durable.platform.bindings.database import EVERYBODY, DatabaseError, statement
from tillroll_durable.platform.bindings.engine import QueueUnavailable, Retries, StepError
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.invocation import (
    BoundedEngine,
    LimitExceeded,
    TooLargeForD1,
    invocation,
)
from tillroll_durable.platform.json import Json
from tillroll_durable.platform.limits import FREE, PAID, Plan, QueriesSpent
from tillroll_durable.platform.services import Platform
from tillroll_testing.simulation.engine import Instance, SimulatedEngine, SimulatedInstances
from tillroll_testing.simulation.faults import Faults

_ONE = statement("SELECT 1 AS one")
_ONCE = Retries(limit=0)


async def _here(plan: Plan = PAID) -> Platform:
    clock = ManualClock()
    host = assemble(await migrated_database(), {"receipt": SimulatedInstances(clock, Faults())})
    return invocation(host.platform, plan)


@pytest.mark.parametrize("plan", [PAID, FREE])
async def test_an_invocation_asks_d1_so_often_and_no_more(plan: Plan) -> None:
    here = await _here(plan)
    for _ in range(plan.queries):
        await here.database.all(_ONE)
    with pytest.raises(QueriesSpent, match=f"D1 takes {plan.queries:,} queries of one invocation"):
        await here.database.first(_ONE)
    assert (here.spending.queries, here.spending.statements) == (plan.queries, plan.queries)


async def test_a_batch_is_one_query_of_several_statements() -> None:
    here = await _here()
    await here.database.batch([_ONE, _ONE, _ONE])
    assert (here.spending.queries, here.spending.statements, here.spending.subrequests) == (1, 3, 1)


async def test_the_next_invocation_counts_from_zero() -> None:
    here = await _here()
    await here.database.all(_ONE)
    following = invocation(here)
    assert following.spending.queries == 0
    await following.database.all(_ONE)
    assert (here.spending.queries, following.spending.queries) == (1, 1)


async def test_subrequests_of_every_adapter_count_together() -> None:
    here = await _here(Plan("a small plan", queries=10, subrequests=3, steps=10))
    await here.objects.put_text("key", "text", "text/plain")
    await here.queue.send({})
    await here.database.all(_ONE)
    with pytest.raises(ObjectsUnavailable, match="3 subrequests"):
        await here.objects.head("key")
    with pytest.raises(QueueUnavailable, match="3 subrequests"):
        await here.queue.send({})
    with pytest.raises(DatabaseError, match="3 subrequests"):
        await here.database.all(_ONE)


async def test_d1_takes_no_larger_statement_value_or_row() -> None:
    here = await _here()
    placeholders = ", ".join("?" for _ in range(101))
    with pytest.raises(TooLargeForD1, match="binds 100 values to a statement, and this has 101"):
        await here.database.all(statement(f"SELECT {placeholders}", [*range(101)]))
    with pytest.raises(TooLargeForD1, match="statements of 100,000 bytes"):
        await here.database.all(statement(f"SELECT '{'x' * 100_000}'"))
    with pytest.raises(TooLargeForD1, match="rows of 2,000,000 bytes, and this has 2,000,001"):
        await here.database.all(statement("SELECT length(?)", ["x" * 2_000_001]))
    halves = ("ä" * 600_000, "x" * 900_000)
    with pytest.raises(TooLargeForD1, match="rows of 2,000,000 bytes"):
        await here.database.all(
            statement(
                "INSERT INTO accounts (id, name, created_at) VALUES (?, ?, '')",
                [*halves],
                EVERYBODY,
            )
        )
    assert here.spending.queries == 0, "what is refused for its size is not sent"


async def test_keys_messages_events_and_names_keep_to_their_sizes() -> None:
    here = await _here()
    instances = here.instances_of("receipt")
    with pytest.raises(LimitExceeded, match="1,024 bytes of key"):
        await here.objects.head("ä" * 513)
    with pytest.raises(LimitExceeded, match="128,000 bytes of message"):
        await here.queue.send({"text": "x" * 128_000})
    with pytest.raises(LimitExceeded, match="1,048,576 bytes of params"):
        await instances.create("run_1-1", {"text": "x" * 2**20})
    with pytest.raises(LimitExceeded, match="100 at most"):
        await instances.create("r" * 101, {})
    with pytest.raises(LimitExceeded, match="letters, digits, _ and -"):
        await instances.send_event("run_1-1", "signal x")
    assert here.spending.subrequests == 0


def _engine(plan: Plan = PAID) -> BoundedEngine:
    return BoundedEngine(SimulatedEngine(Instance({}, "running"), ManualClock(), Faults()), plan)


async def _large(_: int) -> Json:
    return "x" * 2**20


async def _small(_: int) -> Json:
    return None


async def test_a_step_that_returns_too_much_fails_for_good() -> None:
    with pytest.raises(StepError, match="1,048,576 bytes, and fetch returned 1,048,578") as raised:
        await _engine().do("fetch", _large, _ONCE, 60)
    assert raised.value.is_non_retryable


async def test_the_engine_takes_no_longer_names_sleeps_or_more_steps() -> None:
    engine = _engine(Plan("a small plan", queries=10, subrequests=10, steps=1))
    with pytest.raises(StepError, match="256 letters, and this has 257"):
        await engine.do("x" * 257, _small, _ONCE, 60)
    with pytest.raises(StepError, match="365 days"):
        await engine.sleep("pause", 365 * 24 * 3600 + 1)
    await engine.do("fetch", _small, _ONCE, 60)
    with pytest.raises(StepError, match=r"1 steps .*: go on in a continuation"):
        await engine.do("send", _small, _ONCE, 60)
    with pytest.raises(StepError, match="100 at most"):
        await _engine().wait_for_event("wait", "x" * 101, 60)
