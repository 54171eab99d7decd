"""A body that fails behind the run's result, such as in a notice: the run stands still, is listed
with what a person has to see to, and goes on once its body is put right.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.simulation.test_out_of_reach import deploy, shown
from tests.simulation.test_settling_payouts import unresolved
from tillroll.receipts import contract
from tillroll.receipts.contract import ReceiptParams
from tillroll.receipts.workflow import (
    ocr_extract,
    parse_structured,
    persist_db,
    receipt_v1,
)
from tillroll_durable import WorkflowRun
from tillroll_durable.platform.json import JsonObject
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

Body = Callable[[WorkflowRun[ReceiptParams]], Awaitable[None]]


async def failing_notice(run: WorkflowRun[ReceiptParams]) -> None:
    """The receipt's body of a deployment that reads what nothing has, behind the expense."""
    transcript = await run.step(contract.OCR_EXTRACT, ocr_extract)
    await run.step(contract.PARSE_STRUCTURED, parse_structured, transcript)
    corrections: JsonObject = {}
    await run.step(contract.PERSIST_DB, persist_db, corrections)
    raise KeyError("tips")


async def failing_end(run: WorkflowRun[ReceiptParams]) -> None:
    """The same behind the notice, while other systems are told."""
    await receipt_v1(run)
    raise KeyError("tips")


async def stopped(body: Body) -> World:
    """A receipt whose expense is there, and whose body failed in what follows."""
    world = await open_receipts(Faults())
    world.was_astray = True
    deploy(world, body)
    await upload(world)
    await world.settle()
    return world


@pytest.fixture
async def world() -> World:
    """One whose body failed before its notice."""
    return await stopped(failing_notice)


async def test_the_run_stands_still_with_its_result_and_is_listed(world: World) -> None:
    run = await world.run()
    assert run is not None
    assert (run.state, run.stands_still) == ("expense_created", True)
    told = await shown(world)
    assert (told["status"], told["nextSafeAction"]) == ("complete", "resend_notification")
    assert "its body failed: KeyError" in str(told["whatHappened"])
    assert await unresolved(world) == 1
    await invariants.check(world)


async def test_a_run_is_not_resumed_before_its_body_is_put_right(world: World) -> None:
    for _ in range(6):
        world.host.pieces.clock.advance(timedelta(minutes=11))
        await world.settle()
    run = await world.run()
    assert run is not None
    assert (run.generation, await unresolved(world)) == (1, 1)


async def test_a_person_resumes_it_and_its_notice_is_sent_once(world: World) -> None:
    deploy(world, receipt_v1)
    await world.revive()
    await world.settle()
    run = await world.run()
    assert run is not None
    assert (run.state, run.stands_still) == ("notified", False)
    assert await unresolved(world) == 0
    notices = await world.rows("SELECT id FROM notifications WHERE run_id = ?", run.id)
    assert len(notices) == 1
    await invariants.check(world)


async def test_what_was_told_meanwhile_ends_it() -> None:
    world = await stopped(failing_end)
    run = await world.run()
    assert run is not None
    assert (run.state, run.stands_still) == ("notified", False)
    assert await unresolved(world) == 0
    await invariants.check(world)
