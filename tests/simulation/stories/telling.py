"""Runs that have something to tell that is easily told wrong: the invariants look at what they
say.
"""

from datetime import timedelta

from tests.simulation.receipts import NO_TOTAL, open_receipts, upload
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults


async def a_delivery_that_was_given_up() -> None:
    """Its receiver fails for days; what is told is so at every turn."""
    world = await open_receipts(Faults())
    world.host.pieces.receiver.answers += [500] * 20
    await upload(world)
    for _ in range(30):
        await world.turn()
        await invariants.check(world)
        world.host.pieces.clock.advance(timedelta(hours=11))
    (row,) = await world.rows("SELECT state FROM outbox")
    assert row["state"] == "given_up"


async def a_paused_run_that_was_cancelled() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.turn()
    await world.pause()
    await invariants.check(world)
    await world.cancel()
    await invariants.check(world)
    await world.unpause()
    await world.settle()
    await invariants.check(world)
