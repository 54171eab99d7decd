"""A bad deployment leaves runs standing still in several statuses, one with its result: one bulk
operation resumes them all, and leaves alone what failed or goes on.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.simulation.bulk.street import ANN, now
from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tests.simulation.test_failing_behind_the_result import failing_notice
from tests.simulation.test_out_of_reach import deploy
from tests.support.host_platform import CLEAR_RECEIPT
from tillroll.bulk.service import Act, Operation, Wanted, ask_for_operation
from tillroll.bulk.workflow import bulk_operation
from tillroll.receipts.workflow import receipt_v1
from tillroll_durable import Registry, Status, ValuesRefused, Workflow, WorkflowRun
from tillroll_durable.platform.bindings.models import ModelError
from tillroll_durable.selection import Chosen
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_STANDING = Chosen(unresolved=True)


async def failing_at_once(run: WorkflowRun) -> None:
    """The receipt's body of a deployment that lacks something from the start."""
    raise KeyError(run.id)


def bulk_of(world: World) -> Workflow:
    return bulk_operation(lambda: Registry([world.deployed.workflow, *world.deployed.beside]))


async def ask(world: World, act: Act, chosen: Chosen = _STANDING) -> Operation:
    order = Wanted(act, chosen, kinds=["receipt"], reason="the deploy is mended")
    return await ask_for_operation(
        world.host.platform, bulk_of(world), actor=ANN, order=order, key=None
    )


async def standing(world: World) -> Sequence[tuple[object, object]]:
    """Status and generation of each receipt, in the order in which they were uploaded."""
    rows = await world.rows(
        "SELECT status, generation FROM runs WHERE kind = 'receipt' ORDER BY id"
    )
    return [(row["status"], row["generation"]) for row in rows]


@pytest.fixture
async def world() -> World:
    """One receipt waits for its decision, one has its expense, one has nothing: all three stand
    still. Beside them one is complete, and one has failed.
    """
    world = await open_receipts(Faults())
    world.was_astray = True
    instances = world.host.platform.instances
    assert isinstance(instances, dict)
    instances["bulk-operation"] = world.instances
    world.deployed = replace(world.deployed, beside=[bulk_of(world)])
    models = world.host.pieces.models
    models.transcript = CLEAR_RECEIPT.replace("14/02", "15/02")
    await upload(world, copy=1)
    await world.settle()
    models.transcript = NO_TOTAL
    await upload(world, copy=2)
    await world.settle()
    models.transcript = CLEAR_RECEIPT
    models.failures.append(ModelError(3036, "the daily quota is used up"))
    await upload(world, copy=3)
    await world.settle()
    deploy(world, failing_notice)
    await upload(world, copy=4)
    await world.settle()
    deploy(world, failing_at_once)
    await upload(world, copy=5)
    await world.settle(CORRECTION)
    assert await standing(world) == [
        ("complete", 1),
        ("needs_review", 1),
        ("failed", 1),
        ("complete", 1),
        ("processing", 1),
    ]
    world.host.pieces.clock.advance(timedelta(minutes=1))
    return world


async def test_one_operation_resumes_all_that_stands_still(world: World) -> None:
    deploy(world, receipt_v1)
    operation = await ask(world, "resume")
    assert operation.found == 3
    assert operation.filter["unresolved"] is True
    await world.settle(CORRECTION)
    ended = await now(world, operation)
    assert (ended.status, ended.done, ended.left_out) == ("complete", 3, 0)
    assert await standing(world) == [
        ("complete", 1),
        ("complete", 2),
        ("failed", 1),
        ("complete", 2),
        ("complete", 2),
    ]
    notices = await world.rows(
        "SELECT run_id, count(*) AS n FROM notifications WHERE run_id IS NOT NULL GROUP BY 1"
    )
    assert {row["n"] for row in notices} == {1}
    again = await ask(world, "resume")
    assert again.found == 0


async def test_a_status_narrows_what_stands_still(world: World) -> None:
    for status, found in (
        (Status.COMPLETE, 1),
        (Status.NEEDS_REVIEW, 1),
        (Status.PROCESSING, 1),
        (Status.REJECTED, 0),
    ):
        operation = await ask(world, "resume", Chosen(status=status, unresolved=True))
        assert operation.found == found
    with pytest.raises(ValuesRefused):
        await ask(world, "resume", Chosen(status=Status.FAILED, unresolved=True))
    with pytest.raises(ValuesRefused):
        await ask(world, "resume", Chosen(status=Status.COMPLETE))


async def test_every_act_takes_its_own_of_what_somebody_has_to_see_to(world: World) -> None:
    assert (await ask(world, "retry")).found == 1
    assert (await ask(world, "abandon")).found == 1
    # What has its result is cancelled no more.
    assert (await ask(world, "cancel")).found == 2
    await invariants.check(world)
