"""A paused run, and what its engine did meanwhile."""

from tests.simulation.receipts import open_receipts, upload
from tests.simulation.stories.operating import ACCEPTED, operate, pass_time, show, states
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def a_paused_run_whose_instance_is_gone() -> None:
    """The engine has forgotten it, says `unknown`, or ended it: what is shown as the next safe
    action gives it a new one at once, before the reconciler looks.
    """
    for fate in ("forgotten", "unknown", "terminated", "errored"):
        world, run_id = await _paused_run()
        if fate == "forgotten":
            world.instances.forget(f"{run_id}-1")
        else:
            world.instances.by_id[f"{run_id}-1"].status = fate
        await pass_time(world, 30)
        await _is_resumed(world, run_id, in_instance=f"{run_id}-2")


async def a_paused_run_that_its_engine_has_resumed() -> None:
    """The answer to the first resumption was lost, so the record did not hear of it."""
    world, run_id = await _paused_run()
    await world.instances.resume(f"{run_id}-1")
    await _is_resumed(world, run_id, in_instance=f"{run_id}-1")


async def _paused_run() -> tuple[World, str]:
    world = await open_receipts(Faults())
    run_id = await upload(world)
    assert await operate(world, run_id, "pause") == ACCEPTED
    await world.work()
    return world, run_id


async def _is_resumed(world: World, run_id: str, *, in_instance: str) -> None:
    assert (await show(world, run_id))["nextSafeAction"] == "resume"
    assert await operate(world, run_id, "resume") == ACCEPTED, "what is shown as safe is refused"
    instance = world.instances.by_id.get(in_instance)
    assert instance is not None, "nothing goes on before the reconciler looks"
    assert instance.is_live, f"what is resumed is {instance.status}"
    await pass_time(world, 5)
    assert await states(world, run_id) == ["notified"]
    await invariants.check(world)
