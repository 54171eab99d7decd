"""A run is to end, and its deployed body does not come to all that it did: it stands still until a
person acts.
"""

from dataclasses import replace

import pytest

from local.payments.counterpart import Counterpart
from tests.simulation import bank
from tests.simulation.paying import AMOUNT, check
from tests.simulation.stories.payouts import PayoutPlan
from tests.simulation.test_settling_payouts import settle, unresolved
from tests.simulation.test_undoing_payouts import alerts, held, sent
from tests.support.host_api import api_client
from tillroll.observability.jobs import observe
from tillroll.payouts import contract
from tillroll.payouts.workflow import check as check_limit
from tillroll.payouts.workflow import debit, payout_v1
from tillroll_durable import ContractError, Registry, WorkflowRun
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.json import JsonObject
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def forgetful(run: WorkflowRun) -> None:
    """The payout of a deployment in which `rollback=` was lost in an edit."""
    await run.step(contract.CHECK, check_limit)
    await run.step(contract.DEBIT, debit)
    await payout_v1(run)


async def stopped() -> tuple[World, Counterpart]:
    """A payout whose payment is on its way, stopped under such a body."""
    world, provider = await sent()
    world.was_astray = True
    deploy(world, forgetful)
    await world.cancel()
    await world.settle({})
    return world, provider


def deploy(world: World, body: object) -> None:
    world.deployed = replace(world.deployed, workflow=replace(world.deployed.workflow, body=body))


async def shown(world: World) -> JsonObject:
    run = await world.run()
    assert run is not None
    async with api_client(
        world.host.platform, registry=Registry([world.deployed.workflow])
    ) as client:
        return (await client.get(f"/api/runs/{run.id}")).raise_for_status().json()


async def ended(world: World) -> tuple[object, ...]:
    [run] = await world.rows("SELECT state, failure_class, requires_human_review FROM runs")
    return run["state"], run["failure_class"], run["requires_human_review"]


async def test_a_run_out_of_reach_stands_still_and_nothing_is_undone() -> None:
    world, provider = await stopped()
    run = await shown(world)
    assert (run["state"], run["status"], run["nextSafeAction"]) == (
        "unsettled",
        "processing",
        "resume",
    )
    assert run["requiresHumanReview"] is True
    says = str(run["whatHappened"])
    assert (
        "was cancelled (because of the test), and stands still: what pay, debit did cannot be "
        "undone" in says
    )
    assert "step 'debit' declares a `rollback_config`: give it `rollback=`" in says
    assert await held(world) == (AMOUNT, AMOUNT, 0), (
        "a debit was given back while its payment is on its way"
    )
    assert await alerts(world) == ["run_escalated"]
    await invariants.check(world)
    await check(world, provider)


async def test_a_run_is_undone_once_its_body_is_put_right() -> None:
    world, provider = await stopped()
    deploy(world, payout_v1)
    await world.revive()
    await world.settle({})
    assert await ended(world) == ("cancelled", None, 0)
    assert [each.status for each in provider.payments] == ["canceled"]
    assert (await held(world), await alerts(world)) == ((0, 0, 0), [])
    await invariants.check(world)


async def test_a_resumption_in_vain_stands_still_again() -> None:
    world, _ = await stopped()
    await world.revive()
    await world.settle({})
    assert (await shown(world))["nextSafeAction"] == "resume"
    assert (await held(world), await alerts(world)) == ((AMOUNT, AMOUNT, 0), ["run_escalated"])


async def test_an_instance_that_outlived_the_mark_does_not_go_on() -> None:
    """The process dies behind the mark, and the body is put right before the engine begins the
    instance again.
    """

    async def ends_early(_: WorkflowRun) -> JsonObject:
        return {}

    world, _ = await sent()
    run = await world.run()
    assert run is not None
    for body in (ends_early, payout_v1):
        world.was_astray = True
        deploy(world, body)
        world.instances.by_id[run.instance_id].status = "queued"
        await world.settle({})
        assert (await shown(world))["nextSafeAction"] == "resume"
        await invariants.check(world)
    await world.revive()
    await world.settle({})
    assert (await shown(world))["nextSafeAction"] == "wait"


async def test_an_operator_can_end_it_as_it_stands_and_it_stays_on_the_list() -> None:
    world, provider = await stopped()
    await world.abandon()
    await world.settle({})
    assert await ended(world) == ("abandoned", FailureClass.ROLLBACK_FAILED, 1)
    assert (await shown(world))["nextSafeAction"] == "investigate"
    assert (await unresolved(world), await alerts(world)) == (1, ["run_escalated"])
    assert await held(world) == (AMOUNT, AMOUNT, 0)
    [event] = await world.rows(
        "SELECT json_extract(detail, '$.stands') AS stands FROM audit_events "
        "WHERE action = 'run.abandoning'"
    )
    assert event["stands"] == '["debit","pay"]'
    await invariants.check(world)
    # The body is put right: a retry undoes what stood.
    deploy(world, payout_v1)
    await world.retry()
    await world.settle({})
    assert await ended(world) == ("abandoned", None, 0)
    assert [each.status for each in provider.payments] == ["canceled"]
    assert (await held(world), await unresolved(world), await alerts(world)) == ((0, 0, 0), 0, [])


async def test_what_was_ended_as_it_stands_can_be_settled_by_hand() -> None:
    world, provider = await stopped()
    await world.abandon()
    await world.settle({})
    deploy(world, payout_v1)
    provider.payments.clear()  # the provider is gone, and a person has asked the bank
    await settle(world, "paid")
    await world.settle({})
    assert (await ended(world))[:2] == ("abandoned", None)
    assert await held(world) == (AMOUNT, 0, AMOUNT)


async def test_a_run_whose_output_is_lost_stands_still() -> None:
    faults = Faults()
    scene = await PayoutPlan(
        broken={"long debit": [True]}, cancelled_at="file: before attempt 1"
    ).open(faults)
    world = scene.world
    world.was_astray = True

    async def lose() -> None:
        world.host.pieces.objects.content.clear()
        run = await world.run()
        assert run is not None
        world.instances.by_id[run.instance_id].results.clear()
        await faults.kill()

    faults.when.append((lambda name: name == "file: before attempt 1", lose))
    await scene.begin()
    await world.settle()
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "paid", "it has ended, and its payment stands"
    assert "what pay did cannot be undone" in str(run["error_summary"])
    await invariants.check(world)


async def test_what_may_have_happened_elsewhere_counts() -> None:
    """Nobody knows whether it was paid when the run is stopped under another body."""
    scene = await PayoutPlan(always={"pay": bank.LOST_AFTER, "ask pay": bank.DOWN}).open(Faults())
    world = scene.world

    async def stop() -> None:
        world.was_astray = True
        world.turns_astray = 1000
        await world.cancel()
        await world.faults.kill()

    world.faults.when.append((lambda name: name == "pay: before attempt 2", stop))
    await scene.begin()
    await world.surviving(world.turn)
    for _ in range(5):
        await world.surviving(world.turn)
    [run] = await world.rows("SELECT state, error_summary FROM runs")
    assert run["state"] == "debited"
    assert "what pay, debit did cannot be undone" in str(run["error_summary"])


async def test_a_failure_that_compensates_stands_still_too() -> None:
    scene = await PayoutPlan(always={"pay": bank.REFUSED}).open(Faults())
    world = scene.world

    async def go_astray() -> None:
        world.was_astray = True
        world.turns_astray = 1000
        await world.faults.kill()

    world.faults.when.append((lambda name: name.startswith("rollback: debit"), go_astray))
    await scene.begin()
    for _ in range(5):
        await world.surviving(world.turn)
    run = await shown(world)
    assert (run["state"], run["nextSafeAction"]) == ("compensating", "resume")
    assert "It stands still: what debit did cannot be undone" in str(run["whatHappened"])
    world.turns_astray = 0
    await world.revive()
    await world.settle()
    assert (await ended(world))[0] == "reversed"
    await scene.check()
    await invariants.check(world)


async def test_an_end_that_left_something_standing_raises_an_alert_until_it_is_undone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What must never be: the alert reads the record, whatever the run says of itself."""

    async def nothing(_: object) -> list[str]:
        return []

    with monkeypatch.context() as patch:
        patch.setattr("tillroll_durable._execution.execution.Execution.what_stands", nothing)
        world, provider = await stopped()
    assert await ended(world) == ("cancelled", None, 0)
    registry = Registry(world.workflows)
    await observe(world.host.platform, registry)
    await observe(world.host.platform, registry)
    [alert] = await world.rows("SELECT rule, run_id FROM alerts WHERE closed_at IS NULL")
    run = await shown(world)
    assert (alert["rule"], alert["run_id"]) == ("run_not_undone", run["id"])
    assert run["nextSafeAction"] == "investigate"
    deploy(world, payout_v1)
    await world.retry()
    await world.settle({})
    assert [each.status for each in provider.payments] == ["canceled"]
    await observe(world.host.platform, registry)
    assert not await world.rows("SELECT rule FROM alerts WHERE closed_at IS NULL")
    await invariants.check(world)


async def test_a_body_that_cannot_be_replayed_ends_where_nothing_is_to_be_undone() -> None:
    scene = await PayoutPlan(needs_approval=True).open(Faults())
    world = scene.world

    async def broken(_: WorkflowRun) -> JsonObject:
        raise ContractError("it does nothing that it should")

    deploy(world, broken)
    await scene.begin()
    await world.turn()
    await world.cancel()
    await world.settle()
    assert (await ended(world))[0] == "cancelled"
