"""A run whose failure was undone, and with which nothing is left to be done, waits for nobody."""

import pytest

from tests.simulation import bank
from tests.simulation.faults import Faults
from tests.simulation.stories.payouts import FOR_GOOD, PayoutPlan
from tests.simulation.stories.story import Scene
from tests.unit.observability.alerting import Operator
from tillroll.durable.record.versions import Contracts, by_version
from tillroll.observability.metrics import collect
from tillroll.observability.observing import observe
from tillroll.platform.bindings.database import text

REFUSED = PayoutPlan(always={"pay": bank.REFUSED})
UNKNOWN = PayoutPlan(moods={"pay": [bank.LOST_AFTER]}, always={"pay": bank.DOWN, "ask pay": bank.DOWN})
STUCK = PayoutPlan(always={"pay": bank.REFUSED}, broken={"credit back": FOR_GOOD})


def contracts_of(scene: Scene) -> Contracts:
    return by_version([scene.world.deployed.contract])


async def ended(plan: PayoutPlan) -> tuple[Scene, Operator]:
    scene = await plan.open(Faults())
    await scene.begin()
    await scene.world.settle()
    run = await scene.world.run()
    assert run is not None
    assert run.state == "reversed"
    operator = Operator(scene.world)
    await observe(operator.platform, contracts_of(scene), {})
    await observe(operator.platform, contracts_of(scene), {})
    return scene, operator


async def dead_letters(scene: Scene) -> dict[str, float]:
    families = await collect(scene.world.host.platform, contracts_of(scene))
    [found] = [family for family in families if family.name == "tillroll_dead_letters"]
    return {sample.labels["kind"]: sample.value for sample in found.samples}


async def rules(scene: Scene) -> list[str]:
    """Of the open alerts."""
    return [text(row, "rule") for row in await scene.world.rows("SELECT rule FROM alerts WHERE closed_at IS NULL")]


@pytest.mark.parametrize("plan", [REFUSED, UNKNOWN], ids=["refused", "unknown"])
async def test_what_was_undone_calls_nobody(plan: PayoutPlan) -> None:
    scene, _ = await ended(plan)
    assert await rules(scene) == []
    assert await dead_letters(scene) == {"disbursement": 0}


async def test_what_could_not_be_undone_does() -> None:
    scene, operator = await ended(STUCK)
    assert await rules(scene) == ["run_escalated"]
    assert [data["rule"] for _, data in operator.told()] == ["run_escalated"]
