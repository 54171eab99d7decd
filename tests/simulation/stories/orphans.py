"""Objects that nothing refers to, and a database that does not know those in use."""

from datetime import timedelta

from tests.simulation.receipts import open_receipts, upload
from tillroll_durable.upkeep.quarantine import PERIOD
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

DAY = timedelta(days=1)
# More than one page of objects, and more ticks than it takes to go through all.
_MANY, _TICKS = 300, 10


async def world_with_orphans(count: int) -> tuple[World, MemoryObjects, list[str]]:
    """A finished receipt and so many objects without one; and the keys of these."""
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    objects = world.host.pieces.objects
    objects.uploaded_at = world.host.pieces.clock.now()
    orphans = [f"acc_first/{number:064x}/original" for number in range(count)]
    for key in orphans:
        await objects.put_text(key, "bytes", "image/jpeg")
    return world, objects, orphans


async def kept_for(world: World, time: timedelta) -> None:
    """Let so much time pass, with as many ticks behind it as go through a few objects."""
    world.host.pieces.clock.advance(time)
    for _ in range(2):
        await world.tick()


async def moves(world: World) -> list[str]:
    """What the audit says was done to objects, in order."""
    rows = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'object.%' ORDER BY id"
    )
    return [str(row["action"]) for row in rows]


async def states(world: World) -> list[str]:
    return [
        str(row["state"])
        for row in await world.rows("SELECT state FROM object_quarantine ORDER BY object_key")
    ]


async def a_database_that_does_not_know_the_objects() -> None:
    """It is the wrong one, or went back in time: not one object is touched, however long that
    lasts.
    """
    world, objects, _ = await world_with_orphans(_MANY)
    there = set(objects.content)
    for _ in range(3):
        world.host.pieces.clock.advance(PERIOD)
        for _ in range(_TICKS):
            await world.tick()
    assert set(objects.content) == there, "originals are gone on a database that does not know them"


async def a_few_objects_that_the_database_forgot_for_a_while() -> None:
    """Too few for the brake. A week later the database knows them again: all are there."""
    world, objects, orphans = await world_with_orphans(2)
    await kept_for(world, 2 * DAY)
    await kept_for(world, 7 * DAY)
    assert set(orphans) <= set(objects.content), "what nothing referred to for a week is gone"


async def an_orphan_that_is_uploaded_anew() -> None:
    """On the last day of its quarantine its bytes are uploaded again, as another object."""
    world, objects, orphans = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    objects.uploaded_at = world.host.pieces.clock.now() + PERIOD - 2 * DAY
    await kept_for(world, PERIOD)
    assert set(orphans) <= set(objects.content), "what was uploaded anew is gone"
