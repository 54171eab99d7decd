"""A run that slept past its deadline, since the cron and the engine stood still, wakes by itself;
nobody is called.
"""

from dataclasses import replace
from datetime import timedelta

from tests.simulation.stories.operating import (
    ANN,
    JOURNEY,
    TABLES,
    Deployed,
    open_world,
    pass_time,
    sleeps,
)
from tillroll_durable import begin
from tillroll_durable._operations.instances import escalate_overdue
from tillroll_durable.upkeep.reconciliation import wake_overdue
from tillroll_testing.simulation.faults import Faults


async def test_a_sleeper_whose_deadline_has_passed_is_woken_and_not_escalated() -> None:
    world = await open_world(Faults(), Deployed(replace(JOURNEY, body=sleeps)), tables=TABLES)
    await begin(world.host.platform, world.deployed.workflow, {}, ANN, key="one")
    await world.turn()
    [run] = await world.rows("SELECT deadline, generation FROM runs")
    world.host.pieces.clock.advance(timedelta(days=60))
    assert str(run["deadline"]) < world.host.pieces.clock.now().isoformat()
    assert await escalate_overdue(world.host.platform) == 0
    assert await wake_overdue(world.host.platform) == 1
    [woken] = await world.rows("SELECT generation, escalated_at FROM runs")
    assert woken["generation"] == int(str(run["generation"])) + 1
    await pass_time(world, 120)
    [ended] = await world.rows("SELECT state, escalated_at FROM runs")
    assert (ended["state"], ended["escalated_at"]) == ("expired", None)
