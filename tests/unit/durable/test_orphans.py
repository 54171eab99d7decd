"""Objects that nothing refers to are deleted after a day, those in use never, and a page a tick at most."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from local.host.memory import MemoryObjects
from tests.simulation.faults import Faults
from tests.simulation.receipts import open_receipts, upload
from tests.simulation.world import World
from tillroll.durable.reconciliation.bounds import BATCH
from tillroll.observability.tick import observe
from tillroll.platform.objects import StoredObject
from tillroll.workflows.registry import REGISTRY

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


async def test_where_most_looks_orphaned_nothing_is_deleted_and_an_alert_says_so() -> None:
    """As on a database that does not know the objects: the wrong one, or one that went back in time."""
    world, objects, _ = await world_with_orphans(2 * BATCH)
    there = set(objects.content)
    world.host.pieces.clock.advance(2 * DAY)
    for _ in range(10):
        assert (await world.tick()).objects_deleted == 0
    await observe(world.host.platform, REGISTRY.contracts, None)
    assert set(objects.content) == there
    (alert,) = await world.rows("SELECT sentence FROM alerts WHERE rule = 'sweep_stopped'")
    assert "50 of 50" in str(alert["sentence"])


async def test_what_is_uploaded_anew_between_look_and_deletion_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    world, objects, _ = await world_with_orphans(1)
    there = set(objects.content)
    world.host.pieces.clock.advance(2 * DAY)
    looks, real = list[str](), objects.page

    async def page(after: str, limit: int) -> Sequence[StoredObject]:
        looks.append(after)
        if len(looks) > 1:
            objects.uploaded_at = world.host.pieces.clock.now()
        return await real(after, limit)

    monkeypatch.setattr(objects, "page", page)
    assert (await world.tick()).objects_deleted == 0
    assert len(looks) == 2
    assert set(objects.content) == there


async def test_a_deletion_is_in_the_audit() -> None:
    world, _, _ = await world_with_orphans(1)
    world.host.pieces.clock.advance(2 * DAY)
    await world.tick()
    (event,) = await world.rows("SELECT account_id, actor FROM audit_events WHERE action = 'object.deleted'")
    assert event == {"account_id": "acc_first", "actor": "system:reconciler"}
