"""Objects that nothing refers to go into quarantine after a day and are deleted thirty days later,
each act in the audit; those in use never, and a page a tick at most.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import pytest

from tests.simulation.stories.orphans import DAY, kept_for, moves, states, world_with_orphans
from tillroll.observability.jobs import observe
from tillroll.workflows.registry import REGISTRY
from tillroll_durable._operations.instances import BATCH
from tillroll_durable.platform.bindings.database import Database
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable, StoredObject
from tillroll_durable.platform.clock import to_text
from tillroll_durable.registry import Registry
from tillroll_durable.upkeep import quarantine as sweep
from tillroll_durable.upkeep.quarantine import PERIOD, Entry, restore
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.simulation.world import World


async def test_an_orphan_is_kept_for_a_day_then_for_thirty_in_quarantine_and_then_deleted() -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    world.host.pieces.clock.advance(DAY)
    assert (await world.tick()).objects_quarantined == 0
    world.host.pieces.clock.advance(timedelta(seconds=1))
    assert (await world.tick()).objects_quarantined == 1
    world.host.pieces.clock.advance(PERIOD - timedelta(seconds=1))
    mended = await world.tick()
    assert (mended.objects_quarantined, mended.objects_deleted) == (0, 0)
    assert orphan in objects.content
    world.host.pieces.clock.advance(timedelta(seconds=1))
    assert (await world.tick()).objects_deleted == 1
    assert orphan not in objects.content
    assert len(objects.content) == 2, "the receipt's own picture and transcript"
    assert await moves(world) == ["object.quarantined", "object.deleted"]
    assert await states(world) == []


async def test_where_most_looks_orphaned_nothing_is_touched_and_an_alert_says_so() -> None:
    """As on a database that does not know the objects: the wrong one, or one that went back in
    time.
    """
    world, objects, _ = await world_with_orphans(2 * BATCH)
    there = set(objects.content)
    world.host.pieces.clock.advance(2 * DAY)
    for _ in range(10):
        await world.tick()
    await observe(world.host.platform, REGISTRY)
    assert set(objects.content) == there
    assert (await moves(world), await states(world)) == ([], [])
    (alert,) = await world.rows("SELECT sentence FROM alerts WHERE rule = 'sweep_stopped'")
    assert "50 of 50" in str(alert["sentence"])


async def test_what_was_in_quarantine_when_the_database_went_wrong_is_not_deleted() -> None:
    """The brake is looked at for what is to be deleted as well."""
    world, objects, _ = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    for number in range(100, 110):
        await objects.put_text(f"acc_first/{number:064x}/original", "bytes", "image/jpeg")
    there = set(objects.content)
    await kept_for(world, 2 * PERIOD)
    assert set(objects.content) == there


async def test_what_nobody_claims_is_left_alone() -> None:
    """Of somebody else who shares the bucket, or of a kind that this deployment does not have."""
    world, objects, (orphan,) = await world_with_orphans(1)
    others = ["acc_first/statements/2026-03.csv", "acc_first/0123/original", "notes.txt"]
    for key in others:
        await objects.put_text(key, "bytes", "text/plain")
    for _ in range(3):
        await kept_for(world, PERIOD)
    assert orphan not in objects.content
    assert set(others) <= set(objects.content)
    assert await moves(world) == ["object.quarantined", "object.deleted"]


async def test_what_is_in_quarantine_stays_where_nobody_claims_it_any_more() -> None:
    """Its kind was taken out of the deployment meanwhile, so nobody could say that it is in use."""
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    assert await states(world) == ["quarantined"]
    without_receipts = Registry([]).objects_in_use
    for _ in range(3):
        world.host.pieces.clock.advance(PERIOD)
        await sweep.sweep_objects(world.host.platform, without_receipts)
    assert orphan in objects.content


def test_a_kind_claims_what_it_writes() -> None:
    digest = "0" * 64
    mine = REGISTRY.objects_in_use
    assert all(
        mine.claims(key) for key in (f"acc/{digest}/original", f"acc/{digest}/transcript/cf-m.json")
    )
    assert mine.claims(f"acc/outputs/run_1/{digest}")
    assert not any(
        mine.claims(key)
        for key in ("", "acc", f"acc/{digest}", f"acc/{digest[1:]}/original", "audit/1")
    )


async def test_what_is_uploaded_anew_begins_its_thirty_days_anew() -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    objects.uploaded_at = world.host.pieces.clock.now()
    await kept_for(world, PERIOD - DAY)
    assert (await states(world), orphan in objects.content) == (["quarantined"], True)
    await kept_for(world, PERIOD)
    assert orphan not in objects.content
    assert await moves(world) == ["object.quarantined", "object.quarantined", "object.deleted"]


async def test_what_is_uploaded_anew_between_look_and_deletion_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    world.host.pieces.clock.advance(PERIOD)
    real = objects.page

    async def page(after: str, limit: int) -> Sequence[StoredObject]:
        listed = await real(after, limit)
        objects.uploaded_at = world.host.pieces.clock.now()
        return listed

    monkeypatch.setattr(objects, "page", page)
    assert (await world.tick()).objects_deleted == 0
    assert orphan in objects.content
    assert await moves(world) == ["object.quarantined"]


async def test_what_is_referred_to_between_look_and_deletion_stays_and_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    world.host.pieces.clock.advance(PERIOD)
    real = sweep.begin_deletion

    async def begin(database: Database, entry: Entry) -> bool:
        await _refer_to(world, orphan)
        return await real(database, entry)

    monkeypatch.setattr(sweep, "begin_deletion", begin)
    assert (await world.tick()).objects_deleted == 0
    assert (await world.tick()).objects_restored == 1
    assert orphan in objects.content
    assert (await moves(world), await states(world)) == (
        ["object.quarantined", "object.restored"],
        [],
    )


async def test_what_is_referred_to_again_leaves_by_itself_also_where_the_sweep_has_stopped() -> (
    None
):
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    for number in range(100, 110):
        await objects.put_text(f"acc_first/{number:064x}/original", "bytes", "image/jpeg")
    await _refer_to(world, orphan)
    assert (await world.tick()).objects_restored == 1
    assert (await moves(world), await states(world)) == (
        ["object.quarantined", "object.restored"],
        [],
    )


async def test_what_a_person_restores_is_kept_for_good() -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    await world.host.database.batch(
        restore(orphan, "operator", to_text(world.host.pieces.clock.now()))
    )
    await kept_for(world, 3 * PERIOD)
    assert orphan in objects.content
    assert (await moves(world), await states(world)) == (
        ["object.quarantined", "object.restored"],
        ["restored"],
    )


async def test_what_was_deleted_by_hand_leaves_quarantine() -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    await objects.delete(orphan)
    assert (await world.tick()).objects_deleted == 0
    assert (await moves(world), await states(world)) == (["object.quarantined", "object.gone"], [])


@pytest.mark.parametrize("has_acted", [False, True])
async def test_a_deletion_that_broke_off_comes_to_its_end(
    monkeypatch: pytest.MonkeyPatch, *, has_acted: bool
) -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    world.host.pieces.clock.advance(PERIOD)
    with monkeypatch.context() as patch:
        patch.setattr(objects, "delete", _break_off(objects, has_acted=has_acted))
        assert (await world.tick()).objects_deleted == 0
    assert await states(world) == ["deleting"]
    assert (await world.tick()).objects_deleted == 1
    assert orphan not in objects.content
    assert (await moves(world), await states(world)) == (
        ["object.quarantined", "object.deleted"],
        [],
    )


async def test_two_ticks_at_once_do_it_once() -> None:
    world, objects, (orphan,) = await world_with_orphans(1)
    world.copies = 2
    await kept_for(world, 2 * DAY)
    await kept_for(world, PERIOD)
    assert orphan not in objects.content
    assert await moves(world) == ["object.quarantined", "object.deleted"]


async def test_each_act_names_its_account_and_object() -> None:
    world, _, (orphan,) = await world_with_orphans(1)
    await kept_for(world, 2 * DAY)
    (event,) = await world.rows(
        "SELECT account_id, actor, detail ->> 'object' AS object FROM audit_events "
        "WHERE action = 'object.quarantined'"
    )
    assert event == {"account_id": "acc_first", "actor": "system:reconciler", "object": orphan}


async def _refer_to(world: World, key: str) -> None:
    """A receipt with these bytes is there after all."""
    copied = """
      INSERT INTO receipts (id, account_id, run_id, sha256, media_type, size, uploaded_by,
          created_at)
      SELECT 'rec_again', account_id, run_id, ?1, media_type, size, uploaded_by, created_at
          FROM receipts
    """
    await world.rows(copied, key.split("/")[1])


def _break_off(objects: MemoryObjects, *, has_acted: bool) -> Callable[[str], Awaitable[None]]:
    async def delete(key: str) -> None:
        if has_acted:
            objects.content.pop(key)
        raise ObjectsUnavailable("the store did not answer")

    return delete
