"""Several runs in one world: one of them poisoned, or of two versions of a body."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import LiteralString

from tests.simulation.bank import Bank
from tests.simulation.opening import open_world
from tests.simulation.payout.contract import PAYOUT_V1
from tests.simulation.payout.workflow import TABLES, PayoutParams, Payouts
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tillroll_durable.beginning import Actor, begin
from tillroll_durable.platform.bindings.database import statement, text
from tillroll_durable.registry import Registry
from tillroll_durable.workflow import Workflow
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

# What can be wrong with one row, done to run ?1.
POISONS: Mapping[str, LiteralString] = {
    "what it was begun with": "UPDATE runs SET params = '[1' WHERE id = ?1",
    "a stored output": "UPDATE run_steps SET output = '[1' WHERE run_id = ?1",
    "a state that no contract has": "UPDATE runs SET state = 'of another planet' WHERE id = ?1",
    "its version": "UPDATE runs SET contract_version = 99 WHERE id = ?1",
}
_SEVERAL = 5


async def request(world: World, key: str) -> str:
    """Begin a payout under the newest version; its run's id."""
    params = PayoutParams(employee=f"employee_{key}", amount=100)
    await begin(
        world.host.platform,
        world.deployed.workflow,
        params,
        Actor(ACCOUNT, "user:usr_first"),
        key=key,
    )
    (run,) = await world.rows("SELECT id FROM runs ORDER BY id DESC LIMIT 1")
    return text(run, "id")


async def one_of_several_is_poisoned(poison: str) -> None:
    """All lose their instance in the middle, and one row cannot be read: the others end in time,
    and can be listed.
    """
    faults = Faults()
    payouts = Payouts(Bank(faults), needs_approval=True)
    world = await open_world(faults, Deployed(payouts.workflow), tables=TABLES)
    runs = [await request(world, f"request_{number}") for number in range(_SEVERAL)]
    await world.work()
    await world.host.database.all(statement(POISONS[poison], [runs[0]]))
    for run_id in runs:
        await world.instances.terminate(f"{run_id}-1")
    for _ in range(20):
        await world.turn()
        await world.decide_of(runs[1:], {})
        world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await states(world, runs[1:]) == ["closed"] * (_SEVERAL - 1), (
        "a poisoned row delays another run"
    )
    registry = Registry([world.deployed.workflow])
    async with api_client(world.host.platform, registry=registry) as client:
        for path in ("/api/runs", *[f"/api/runs/{run_id}" for run_id in runs[1:]]):
            answer = await client.get(path)
            assert answer.is_success, f"a poisoned row hides the others: {path}: {answer.text}"


async def a_deploy_in_the_middle() -> None:
    """One run waits for a person while a version is deployed that tells before it asks: each goes
    on by the body that it began with. A rollback then lacks the newer one, whose run waits for it,
    and delays no other.
    """
    faults = Faults()
    bank = Bank(faults)
    old = Payouts(bank, needs_approval=True).workflow
    told_first = Payouts(bank, needs_approval=True, announces_first=True)
    new = replace(told_first.workflow, contract=replace(PAYOUT_V1, version=2))
    world = await open_world(faults, Deployed(old), tables=TABLES)
    before, waiting = await request(world, "before"), await request(world, "waiting")
    await world.turn()
    deploy(world, new, old)
    after = await request(world, "after")
    await world.turn()
    await world.decide_of([before], {})
    await world.turn()
    deploy(world, old)
    await world.decide_of([waiting, after], {})
    for _ in range(20):
        await world.turn()
        world.host.pieces.clock.advance(timedelta(minutes=1))
    assert await states(world, [before, waiting]) == ["closed"] * 2, (
        "a version that is not deployed delays others"
    )
    assert (await states(world, [after])) != ["closed"], "a run went on by another version's body"
    deploy(world, new, old)
    await world.settle()
    if await states(world, [after]) != ["closed"]:
        async with api_client(world.host.platform, registry=Registry(world.workflows)) as client:
            answer = await client.post(
                f"/api/runs/{after}/resume", json={"reason": "it is deployed again"}
            )
            assert answer.is_success, f"a run whose body is back cannot be resumed: {answer.text}"
        await world.settle()
    assert await states(world, [after]) == ["closed"], "a run whose body is back does not end"
    for run_id, is_told_first in ((before, False), (waiting, False), (after, True)):
        steps = [str(row["step"]) for row in await world.rows(_STEPS, run_id)]
        assert (steps.index("announce") < steps.index("pay")) is is_told_first, (
            f"another version's body ran: {steps}"
        )


_STEPS = "SELECT step FROM run_steps WHERE run_id = ? ORDER BY at_version"


def deploy(world: World, newest: Workflow, *earlier: Workflow) -> None:
    world.deployed = Deployed(newest)
    world.earlier = earlier


async def states(world: World, runs: list[str]) -> list[str]:
    return [
        str((await world.rows("SELECT state FROM runs WHERE id = ?", run_id))[0]["state"])
        for run_id in runs
    ]
