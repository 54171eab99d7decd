"""A run whose failure was undone, and with which nothing is left to be done, waits for nobody."""

from typing import Any

import pytest

from tests.simulation import bank
from tests.simulation.stories.payouts import FOR_GOOD, PayoutPlan
from tests.support.host_api import api_client
from tests.unit.observability.alerting import Operator
from tillroll.observability.jobs import observe
from tillroll.observability.metrics import collect
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.registry import Registry
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories.story import Scene

REFUSED = PayoutPlan(always={"pay": bank.REFUSED})
UNKNOWN = PayoutPlan(
    moods={"pay": [bank.LOST_AFTER]}, always={"pay": bank.DOWN, "ask pay": bank.DOWN}
)
STUCK = PayoutPlan(always={"pay": bank.REFUSED}, broken={"credit back": FOR_GOOD})


def registry_of(scene: Scene) -> Registry:
    return Registry([scene.world.deployed.workflow])


async def ended(plan: PayoutPlan) -> tuple[Scene, Operator]:
    scene = await plan.open(Faults())
    await scene.begin()
    await scene.world.settle()
    run = await scene.world.run()
    assert run is not None
    assert run.state == "reversed"
    operator = Operator(scene.world)
    await observe(operator.platform, registry_of(scene))
    await observe(operator.platform, registry_of(scene))
    return scene, operator


async def dead_letters(scene: Scene) -> dict[str, float]:
    families = await collect(scene.world.host.platform, registry_of(scene))
    [found] = [family for family in families if family.name == "tillroll_dead_letters"]
    return {sample.labels["kind"]: sample.value for sample in found.samples}


async def rules(scene: Scene) -> list[str]:
    """Of the open alerts."""
    return [
        text(row, "rule")
        for row in await scene.world.rows("SELECT rule FROM alerts WHERE closed_at IS NULL")
    ]


async def shown(scene: Scene) -> tuple[dict[str, Any], list[str]]:
    """The only run as the API has it, and the ids that the list of what somebody has to see to
    has.
    """
    registry = Registry(scene.world.workflows)
    async with api_client(scene.world.host.platform, registry=registry) as client:
        [row] = await scene.world.rows("SELECT id FROM runs")
        run = (await client.get(f"/api/runs/{text(row, 'id')}")).raise_for_status().json()
        found = (await client.get("/api/runs?unresolved=true")).raise_for_status().json()
    return run, [each["id"] for each in found["items"]]


@pytest.mark.parametrize("plan", [REFUSED, UNKNOWN], ids=["refused", "unknown"])
async def test_what_was_undone_calls_nobody(plan: PayoutPlan) -> None:
    scene, _ = await ended(plan)
    assert await rules(scene) == []
    assert await dead_letters(scene) == {"disbursement": 0}
    run, listed = await shown(scene)
    assert (run["requiresHumanReview"], run["nextSafeAction"], run["safeToRetry"]) == (
        False,
        "none",
        False,
    )
    assert (run["undone"], run.get("notUndone"), listed) == (True, None, [])


@pytest.mark.parametrize("plan", [REFUSED, UNKNOWN], ids=["refused", "unknown"])
async def test_while_it_is_undone_nobody_is_called(plan: PayoutPlan) -> None:
    faults = Faults()
    scene = await plan.open(faults)
    called: list[object] = []

    async def look() -> None:
        [row] = await scene.world.rows("SELECT requires_human_review, escalated_at FROM runs")
        called.append((row["requires_human_review"], row["escalated_at"]))

    faults.when.append((lambda name: name.startswith("rollback: debit"), look))
    await scene.begin()
    await scene.world.settle()
    assert called
    assert set(called) == {(0, None)}


async def test_what_a_retry_undid_is_nobodys_any_more() -> None:
    scene, operator = await ended(STUCK)
    await scene.mend()
    await scene.world.retry()
    await scene.world.settle()
    run, listed = await shown(scene)
    assert (run["state"], run["requiresHumanReview"], run["undone"], listed) == (
        "reversed",
        False,
        True,
        [],
    )
    await observe(operator.platform, registry_of(scene))
    assert await rules(scene) == []


async def test_what_could_not_be_undone_does() -> None:
    scene, operator = await ended(STUCK)
    run, listed = await shown(scene)
    assert (run["requiresHumanReview"], run.get("undone"), run["notUndone"]) == (True, None, True)
    assert listed == [run["id"]]
    assert await rules(scene) == ["run_escalated"]
    assert [data["rule"] for _, data in operator.told()] == ["run_escalated"]
