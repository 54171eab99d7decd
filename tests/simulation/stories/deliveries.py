"""Deliveries whose consumer dies over them, or comes too late."""

# What a late consumer does is done from inside.
# pyright: reportPrivateUsage=false

import contextlib
from datetime import timedelta

from tests.simulation.receipts import open_receipts, upload
from tillroll_durable.outbox import (
    LEASE_SECONDS,
    MOST_ATTEMPTS,
    RETRY_AFTER_SECONDS,
    claim,
    event_id,
)
from tillroll_durable.platform.bindings.http import HttpAnswer
from tillroll_durable.webhooks import consumer as delivery
from tillroll_durable.webhooks.consumer import deliver
from tillroll_testing.simulation.faults import Crash, Faults
from tillroll_testing.simulation.world import World

_SETTLEMENT = "expense.created"


async def _pending_event() -> tuple[World, str]:
    """A run has written its event; its message, with the first attempt, is lost."""
    world = await open_receipts(Faults())
    world.host.pieces.queue.is_down = True
    run_id = await upload(world)
    await world.turn()
    # the claim that was lost with the message
    world.host.pieces.clock.advance(timedelta(seconds=LEASE_SECONDS))
    return world, event_id(run_id, _SETTLEMENT)


async def a_late_consumer_gives_up_what_a_newer_attempt_has() -> None:
    """Its lease has run out, and another consumer delivers the event meanwhile."""
    world, event = await _pending_event()
    clock, platform = world.host.pieces.clock, world.host.platform
    late = await claim(platform.database, event, clock.now())
    clock.advance(timedelta(seconds=RETRY_AFTER_SECONDS[1]))
    newer = await claim(platform.database, event, clock.now())
    assert late is not None
    assert newer is not None
    settlement = world.deployed.settlements[_SETTLEMENT]
    await delivery._settle(platform, late, "given_up", settlement, "too late")
    await delivery._settle(platform, newer, "delivered", settlement, None)
    (row,) = await world.rows(
        "SELECT outbox.state, runs.state AS run FROM outbox JOIN runs ON runs.id = run_id"
    )
    assert row == {"state": "delivered", "run": "notified"}, (
        "an earlier attempt settled what a later one has"
    )


async def a_delivery_that_kills_its_consumer() -> None:
    """No attempt has an end that anybody could count: it is tried as often as one that fails, and
    given up.
    """
    world, event = await _pending_event()
    died = 0

    async def die(*_: object, **__: object) -> HttpAnswer:
        nonlocal died
        died += 1
        raise Crash

    world.host.pieces.receiver.post = die
    for _ in range(300):
        with contextlib.suppress(Crash):
            await deliver(world.host.platform, world.deployed.settlements, event)
        world.host.pieces.clock.advance(timedelta(minutes=2))
    assert died == MOST_ATTEMPTS, f"a delivery that kills its consumer was tried {died} times"
    (row,) = await world.rows("SELECT state FROM outbox")
    assert row["state"] == "given_up"
