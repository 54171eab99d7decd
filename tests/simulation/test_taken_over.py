"""An instance that begins over a database that fails, and a run that loses one instance after the
other.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.contract import CHECK, DEBIT, PAYOUT_V1
from tests.simulation.payout.workflow import TABLES, Payouts, request_payout
from tillroll_durable import Outcome, StepContext
from tillroll_durable._execution.endings import RollbackContext
from tillroll_durable._execution.workflow_run import WorkflowRun
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


class FailingReads:
    """Lets the run's own reads fail as long as `failures` last."""

    def __init__(self, database: Any, failures: int) -> None:
        self._batch: Callable[[Sequence[Statement]], Awaitable[list[list[Row]]]] = database.batch
        self._first: Callable[[Statement], Awaitable[Row | None]] = database.first
        self.failures = failures

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self._fail_for(statements)
        return await self._batch(statements)

    async def first(self, query: Statement) -> Row | None:
        self._fail_for([query])
        return await self._first(query)

    def _fail_for(self, statements: Sequence[Statement]) -> None:
        reads_run = any("FROM runs WHERE id" in each.sql for each in statements)
        if reads_run and self.failures:
            self.failures -= 1
            raise DatabaseError("D1_ERROR: Network connection lost.")


async def _payouts(body: Callable[[WorkflowRun], Awaitable[JsonObject]] | None = None) -> World:
    """A payout that has been requested, run by `body` or by its own."""
    faults = Faults()
    workflow = Payouts(Bank(faults)).workflow
    if body is not None:
        workflow = replace(workflow, body=body)
    world = await open_world(faults, Deployed(workflow), tables=TABLES)
    await request_payout(world)
    return world


@pytest.mark.parametrize("failures", [1, 2, 3, 8, 20])
async def test_a_database_that_fails_costs_no_instance(
    failures: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A lost connection is tried again at once; for one that is down the engine waits, and the
    instance goes on.
    """
    world = await _payouts()
    reads = FailingReads(world.database, failures)
    monkeypatch.setattr(world.database, "batch", reads.batch)
    monkeypatch.setattr(world.database, "first", reads.first)
    await world.turn()
    assert reads.failures == 0
    assert [(item.status, item.output) for item in world.instances.by_id.values()] == [
        ("complete", {"state": "closed"})
    ], [item.error for item in world.instances.by_id.values()]


async def test_a_run_that_gets_on_may_lose_any_number_of_instances() -> None:
    """Five instances are lost, one behind each step: each has brought the run on, so none was
    resumed in vain.
    """
    world = await _payouts()
    for step in ("check", "debit", "pay", "file", "announce"):
        world.faults.when.append(
            (lambda name, step=step: name == f"{step}: after the response", world.terminate)
        )
    await world.settle()
    (run,) = await world.rows("SELECT state, generation, resumptions, escalated_at FROM runs")
    assert run == {"state": "closed", "generation": 6, "resumptions": 0, "escalated_at": None}


async def test_a_step_inside_of_a_step_is_refused_in_words() -> None:
    """It would wait for the step that it stands in. The run stops as a dead letter that says how to
    put it right.
    """

    async def body(run: WorkflowRun) -> JsonObject:
        async def debit(_: StepContext) -> Outcome:
            return Outcome(output="debited")

        async def credit_back(_: RollbackContext) -> Outcome:
            return Outcome()

        async def check(_: StepContext) -> Outcome:
            await run.step(DEBIT, debit, rollback=credit_back)
            return Outcome()

        await run.step(CHECK, check)
        return {}

    world = await _payouts(body)
    await world.settle()
    (row,) = await world.rows("SELECT * FROM runs")
    steps = await world.rows("SELECT * FROM run_steps")
    assert row["state"] == "requested_check_failed"
    assert explain(PAYOUT_V1, row, steps, []).what_happened == (
        "The step check failed for good after it was tried once: the step 'debit' is begun inside "
        "of the step 'check': "
        "begin it in the body, after that step. Nothing was changed by it."
    )
