"""Objects that nothing refers to are deleted after a day, those in use never, and a page a tick at most."""

from datetime import timedelta

from local.host.memory import MemoryObjects
from tests.simulation.faults import Faults
from tests.simulation.receipts import open_receipts, upload
from tests.simulation.world import World
from tillroll.durable.reconciliation.bounds import BATCH

DAY = timedelta(days=1)


async def world_with_orphans(count: int) -> tuple[World, MemoryObjects, set[str]]:
    """A finished receipt and so many objects without one; and the keys that are in use."""
    world = await open_receipts(Faults())
    await upload(world)
    await world.settle()
    objects = world.host.pieces.objects
    in_use = set(objects.content)
    objects.uploaded_at = world.host.pieces.clock.now()
    for number in range(count):
        await objects.put_text(f"acc_first/{number:064x}/original", "bytes", "image/jpeg")
    return world, objects, in_use


async def test_an_orphan_is_kept_for_a_day_and_then_deleted() -> None:
    world, objects, in_use = await world_with_orphans(1)
    world.host.pieces.clock.advance(DAY)
    assert (await world.tick()).objects_deleted == 0
    world.host.pieces.clock.advance(timedelta(seconds=1))
    assert (await world.tick()).objects_deleted == 1
    assert set(objects.content) == in_use


async def test_the_store_is_gone_through_page_by_page() -> None:
    world, objects, in_use = await world_with_orphans(2 * BATCH)
    world.host.pieces.clock.advance(2 * DAY)
    deleted = [(await world.tick()).objects_deleted for _ in range(4)]
    assert max(deleted) <= BATCH
    assert sum(deleted) == 2 * BATCH
    assert set(objects.content) == in_use
