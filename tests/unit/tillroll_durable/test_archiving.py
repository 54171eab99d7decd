"""What ended runs left lies in the object store: read there as before, brought back as it was,
erased with the rest.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, LiteralString

import httpx
import pytest

from tests.simulation.receipts import open_receipts, upload
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, SIGNING_KEY
from tests.unit.tillroll_durable.sealing.records import findings_of
from tillroll.archiving import archiving
from tillroll.identity.repository import Audited
from tillroll.receipts.workflow import RECEIPT
from tillroll_durable.archive.archiving import drop_unfinished
from tillroll_durable.archive.files import EVENTS, TABLES, ArchiveLost, Rows, kept_of, packed_run
from tillroll_durable.archive.unarchiving import delete_bundles, erase_archived, restore_run
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import Row, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import find_run
from tillroll_durable.sealing.archive import Moved, move_old
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.step_records import OUTPUTS_IN_USE
from tillroll_testing.host.signing import HostSigner
from tillroll_testing.replaying.history import History, histories
from tillroll_testing.replaying.replay import replayed
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

_MOVED: list[LiteralString] = [
    *(table for table in TABLES if table != "audit_events"),
    *(table.name for table in archiving().tables),
]


_CHILD = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    created_at, updated_at, parent_run_id)
  SELECT 'run_child', account_id, kind, 1, 'x', 'x', 'processing', 'wait', '', '', id FROM runs
"""


_ERASED = """
  INSERT INTO erasures (id, account_id, what, target, run_id, requested_by, requested_at, due_at,
      begun_at)
  SELECT 'era_a', account_id, 'account', account_id, id, 'user:usr_first', '', '', '2026' FROM runs
"""


async def ended(count: int = 1, *, webhook: bool = True) -> World:
    """So many receipts that ended long ago, sealed, read by all, and their deliveries forgotten."""
    world = await open_receipts(Faults(), webhook=webhook)
    for copy in range(count):
        await upload(world, copy)
    await world.settle({})
    await grow_old(world)
    return world


async def grow_old(world: World) -> None:
    """A hundred days pass, in which all is sealed, read by all, and deliveries are forgotten."""
    world.host.platform = replace(world.host.platform, signer=HostSigner(SIGNING_KEY))
    await seal_new_events(world.host.platform)
    world.host.pieces.clock.advance(timedelta(days=100))
    await world.rows("DELETE FROM delivery_attempts")
    await world.rows("DELETE FROM deliveries")
    await world.rows(
        "UPDATE reconciler_cursors SET position = '9999' "
        "WHERE name IN ('observed events', 'told events')"
    )
    await note(world)


async def note(world: World) -> None:
    """Something new happens, so that what is old is not the newest seal."""
    world.host.pieces.clock.advance(timedelta(seconds=1))
    now = to_text(world.host.pieces.clock.now())
    event = event_of_account(
        "acc_other", Audited.CODE_CREATED, f"code:{now}", actor="user:usr_other", at=now
    )
    await world.host.database.batch([append(event)])
    await seal_new_events(world.host.platform)


async def rounds(world: World, count: int = 6) -> int:
    """Runs that were archived in so many rounds."""
    runs = 0
    for _ in range(count):
        runs += (await one_round(world.host.platform)).runs
        await seal_new_events(world.host.platform)
    return runs


async def one_round(platform: Platform) -> Moved:
    return await move_old(
        platform, platform.clock.now() - timedelta(days=60), archiving(), whole=True
    )


async def rows_of(world: World) -> dict[str, list[Row]]:
    found = {table: await world.rows(f"SELECT * FROM {table}") for table in _MOVED}
    events = await world.rows(
        "SELECT * FROM audit_events WHERE substr(stream, 1, 4) = 'run_' ORDER BY id"
    )
    return {**found, "audit_events": events}


async def asked(
    world: World, path: str, method: str = "GET", body: object = None
) -> httpx.Response:
    async with api_client(world.host.platform) as client:
        return await client.request(method, path, json=body)


async def shown(world: World, run_id: str) -> list[Any]:
    paths = [
        f"/api/runs/{run_id}",
        f"/api/runs/{run_id}/timeline",
        f"/api/runs/{run_id}/steps/parse-structured",
    ]
    answers = [await asked(world, path) for path in [*paths, f"/api/audit?stream={run_id}"]]
    assert [each.status_code for each in answers] == [httpx.codes.OK] * len(answers), [
        each.text for each in answers
    ]
    return [{**each.json(), "archived": None} for each in answers]


async def test_an_archived_run_is_shown_as_it_was() -> None:
    world = await ended()
    [row] = await world.rows("SELECT id FROM runs")
    run_id = text(row, "id")
    before = await shown(world, run_id)
    assert await rounds(world) == 1
    assert {table: len(rows) for table, rows in (await rows_of(world)).items()} == dict.fromkeys(
        [*_MOVED, EVENTS], 0
    )
    assert await shown(world, run_id) == before
    assert (await asked(world, f"/api/runs/{run_id}")).json()["archived"] is True
    page = (await asked(world, "/api/audit?action=step.completed")).json()
    while not page["items"]:
        page = (
            await asked(world, f"/api/audit?action=step.completed&cursor={page['nextCursor']}")
        ).json()
    assert page["items"][-1]["stream"] == run_id
    assert await findings_of(world.host) == []


async def test_how_far_a_step_was_is_dropped_with_its_rows() -> None:
    world = await ended()
    beat = (
        "INSERT INTO step_beats SELECT id, 'ocr-extract', 1, 'x', 3, 10, '3', created_at FROM runs"
    )
    await world.rows(beat)
    await world.rows("INSERT INTO unended_attempts SELECT id, 'ocr-extract', 1, 2, '3' FROM runs")
    assert await rounds(world) == 1
    assert await world.rows("SELECT 1 FROM step_beats") == []
    assert await world.rows("SELECT 1 FROM unended_attempts") == []


async def test_it_comes_back_as_it_was_and_moves_again_when_that_is_old() -> None:
    world = await ended()
    before = await rows_of(world)
    await rounds(world)
    run = await world.run()
    assert run is not None
    assert await restore_run(world.host.platform, run, "user:usr_first")
    after = await rows_of(world)
    assert after.pop("audit_events")[:-1] == before.pop("audit_events")
    assert after == before
    assert not await restore_run(world.host.platform, run, "user:usr_first")
    assert await rounds(world) == 0
    await note(world)
    world.host.pieces.clock.advance(timedelta(days=100))
    assert await rounds(world) == 1


class Dying(Exception):
    """The Worker's end."""


@pytest.mark.parametrize("dies_at", range(1, 60, 2))
async def test_it_goes_on_wherever_it_dies(dies_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    world = await ended(2)
    before, ids = (
        await rows_of(world),
        [text(row, "id") for row in await world.rows("SELECT id FROM runs")],
    )
    views = [await shown(world, each) for each in ids]
    calls = 0

    def dying(of: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*values: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise Dying
            return await of(*values, **named)

        return call

    objects = world.host.pieces.objects
    with monkeypatch.context() as patched:
        patched.setattr(world.database, "batch", dying(world.database.batch))
        patched.setattr(objects, "put_bytes", dying(objects.put_bytes))
        patched.setattr(objects, "get_bytes", dying(objects.get_bytes))
        patched.setattr(objects, "delete", dying(objects.delete))
        try:
            await rounds(world)
            for each in ids:
                run = await find_run(world.host.platform.database, each)
                assert run is not None
                await restore_run(world.host.platform, run, "user:usr_first")
        except Dying:
            pass
    assert [await shown(world, each) for each in ids] == views or await restored_somewhere(world)
    await rounds(world)
    for each in ids:
        run = await find_run(world.host.database, each)
        assert run is not None
        await restore_run(world.host.platform, run, "user:usr_first")
    after = await rows_of(world)
    events = [row for row in after.pop("audit_events") if row["action"] != "run.restored"]
    assert events == before.pop("audit_events")
    assert {t: sorted(map(str, rows)) for t, rows in after.items()} == {
        t: sorted(map(str, rows)) for t, rows in before.items()
    }
    world.host.pieces.clock.advance(timedelta(minutes=11))
    await drop_unfinished(world.host.platform)
    assert [key for key in objects.content if "/archive/arc_" in key] == []


async def restored_somewhere(world: World) -> bool:
    return bool(await world.rows("SELECT 1 FROM audit_events WHERE action = 'run.restored'"))


async def test_an_erased_run_is_cut_out_of_its_bundle() -> None:
    world = await ended(2)
    assert await rounds(world) == 2
    first, second = [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]
    before = await shown(world, second)
    objects = world.host.pieces.objects.content
    [old] = [key for key in objects if "/archive/arc_" in key]
    assert await erase_archived(world.host.platform, first)
    [new] = [key for key in objects if "/archive/arc_" in key]
    assert new != old
    assert len(objects[new]) < len(old) or first.encode() not in objects[new]
    assert await kept_of(world.host.database, first) is None
    assert await shown(world, second) == before
    assert not await erase_archived(world.host.platform, first)
    assert await erase_archived(world.host.platform, second)
    assert [key for key in objects if "/archive/arc_" in key] == []
    assert await world.rows("SELECT * FROM archive_bundles") == []


async def test_a_run_that_is_not_over_stays() -> None:
    world = await ended()
    for sql in (
        "UPDATE runs SET status = 'failed'",
        "UPDATE runs SET status = 'complete', next_safe_action = 'resend_notification'",
        "UPDATE outbox SET state = 'pending'",
        _CHILD,
        "UPDATE runs SET status = 'cancelled', failure_class = 'rollback_failed'",
        "UPDATE runs SET updated_at = '2099-01-01T00:00:00.000Z'",
    ):
        await world.rows(sql)
        assert await rounds(world) == 0, sql
        await world.rows("UPDATE outbox SET state = 'delivered'")
        await world.rows(
            "UPDATE runs SET status = 'complete', next_safe_action = 'none', failure_class = NULL"
        )
        await world.rows("DELETE FROM runs WHERE id = 'run_child'")


_ABOVE = """
  INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
      next_safe_action,
                    created_at, updated_at, parent_run_id)
  SELECT ?1, account_id, kind, 1, 'x', 'x', ?2, 'none', '', '', ?3 FROM runs LIMIT 1
"""


@pytest.mark.parametrize("top", ["processing", "failed", "cancelled"])
async def test_one_that_can_be_undone_stays_until_every_run_above_it_is_over(top: str) -> None:
    world = await ended()
    for run_id, status, parent in (("run_top", top, None), ("run_middle", "complete", "run_top")):
        await world.host.database.all(statement(_ABOVE, [run_id, status, parent]))
    failed = (
        "UPDATE runs SET failure_class = 'rollback_failed' WHERE id = 'run_top' "
        "AND status = 'cancelled'"
    )
    await world.rows(failed)
    below = (
        "UPDATE runs SET parent_run_id = 'run_middle', undoing = 'undoing' "
        "WHERE id NOT IN ('run_top', 'run_middle')"
    )
    await world.rows(below)
    assert await rounds(world) == 0
    await world.rows(
        "UPDATE runs SET status = 'cancelled', failure_class = NULL WHERE id = 'run_top'"
    )
    assert await rounds(world) == 1


async def test_one_that_stands_goes_once_the_run_that_began_it_is_over() -> None:
    world = await ended()
    for run_id, status, parent in (
        ("run_top", "processing", None),
        ("run_middle", "complete", "run_top"),
    ):
        await world.host.database.all(statement(_ABOVE, [run_id, status, parent]))
    await world.rows(
        "UPDATE runs SET parent_run_id = 'run_middle' WHERE id NOT IN ('run_top', 'run_middle')"
    )
    assert await rounds(world) == 1


async def test_one_that_changes_while_it_is_read_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    world = await ended()
    before = await rows_of(world)
    objects = world.host.pieces.objects
    put = objects.put_bytes

    async def slow(key: str, content: bytes, content_type: str) -> None:
        if "/archive/arc_" in key:
            await world.rows("UPDATE runs SET state_version = state_version + 1")
        await put(key, content, content_type)

    monkeypatch.setattr(objects, "put_bytes", slow)
    assert await rounds(world) == 0
    assert await rows_of(world) == before


@pytest.mark.parametrize("went_through", [False, True])
async def test_one_whose_account_is_erased_while_it_is_read_leaves_no_file(
    went_through: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The erasure became final between the choice of the runs and their moving, or even went
    through.
    """
    world = await ended()
    before = await rows_of(world)
    objects = world.host.pieces.objects
    put = objects.put_bytes

    async def slow(key: str, content: bytes, content_type: str) -> None:
        if "/archive/arc_" in key:
            await world.rows(_ERASED)
            if went_through:
                await world.rows("DELETE FROM archive_bundles")
        await put(key, content, content_type)

    monkeypatch.setattr(objects, "put_bytes", slow)
    platform = world.host.platform
    for _ in range(4):
        await move_old(platform, platform.clock.now() - timedelta(days=60), archiving(), whole=True)
        await seal_new_events(platform)
    assert await world.rows("SELECT 1 FROM erasures")
    assert await rows_of(world) == before
    assert [key for key in objects.content if "/archive/arc_" in key] == []


async def test_an_accounts_bundles_go_with_it() -> None:
    """Also one that is written while its objects are deleted, and a file in whose place another
    came.
    """
    world = await ended(2)
    await rounds(world)
    objects = world.host.pieces.objects
    [row] = await world.rows("SELECT object_key FROM archive_bundles")
    former = f"{row['object_key']}.former"
    await objects.put_bytes(former, b"x", "application/gzip")
    await world.rows("UPDATE archive_bundles SET former_key = ?", former)
    await delete_bundles(world.host.platform, "acc_other")
    assert {former, row["object_key"]} <= objects.content.keys()
    await delete_bundles(world.host.platform, "acc_first")
    assert not {former, row["object_key"]} & objects.content.keys()


async def test_all_that_there_is_moves_and_that_is_all() -> None:
    """Each round leaves events, which are older than nothing at all at once."""
    world = await ended(2)
    body: dict[str, Any] = {"olderThanDays": 0}
    did: dict[str, Any] = {}
    moved = 0
    for _ in range(6):
        world.host.pieces.clock.advance(timedelta(seconds=2))
        did = (await asked(world, "/api/archive/rounds", "POST", body)).json()
        moved += did["runs"]
        body = {"before": did["before"]}
        if did["isIdle"]:
            break
    assert did["isIdle"]
    assert moved == 2


async def test_a_bundle_that_is_gone_is_told() -> None:
    world = await ended()
    await rounds(world)
    run = await world.run()
    assert run is not None
    objects = world.host.pieces.objects.content
    [key] = [key for key in objects if "/archive/arc_" in key]
    content = objects.pop(key)
    answer = await asked(world, f"/api/runs/{run.id}/timeline")
    assert answer.json()["type"] == "urn:tillroll:problem:archive-lost"
    objects[key] = content[:-3] + b"abc"
    with pytest.raises(ArchiveLost):
        await restore_run(world.host.platform, run, "user:usr_first")
    objects[key] = content
    assert await restore_run(world.host.platform, run, "user:usr_first")


def _without(shown: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in shown.items() if key != name}


@pytest.mark.parametrize(
    ("content", "wrong", "says"),
    [(None, "missing", "is gone from the object store"), (b"another", "differs", "was changed")],
)
async def test_what_the_database_knows_of_a_run_is_shown_without_its_bundle(
    content: bytes | None, wrong: str, says: str
) -> None:
    world = await ended()
    [row] = await world.rows("SELECT id FROM runs")
    path = f"/api/runs/{row['id']}"
    before = (await asked(world, path)).json()
    await rounds(world)
    objects = world.host.pieces.objects.content
    key = next(key for key in objects if "/archive/arc_" in key)
    was = objects.pop(key)
    if content is not None:
        objects[key] = content
    answer = await asked(world, path)
    assert answer.status_code == httpx.codes.OK
    assert ("etag" in answer.headers, answer.headers["cache-control"]) == (False, "no-store")
    shown_now = answer.json()
    lost = shown_now.pop("archiveLost")
    assert (lost["objectKey"], lost["wrong"]) == (key, wrong)
    assert f"{key} {says}" in lost["says"]
    assert (
        "put it back from a backup (docs/archive.md), then `tillroll archive verify`"
        in lost["says"]
    )
    assert shown_now.pop("whatHappened").startswith("What the run did is not known")
    not_known: dict[str, Any] = {"steps": [], "tried": [], "transcript": None, "extraction": None}
    assert shown_now == {**_without(before, "whatHappened"), **not_known, "archived": True}
    objects[key] = was
    back = (await asked(world, path)).json()
    assert back == {**before, "archived": True}


async def test_an_event_of_an_archived_run_is_found() -> None:
    world = await ended()
    [row] = await world.rows("SELECT id FROM outbox")
    path = f"/api/events/{row['id']}"
    before = await asked(world, path)
    assert before.status_code == httpx.codes.OK
    await rounds(world)
    assert (await asked(world, path)).json() == before.json()
    assert (await asked(world, f"{path}x")).status_code == httpx.codes.NOT_FOUND
    async with api_client(world.host.platform) as client:
        others = await client.get(path, headers={"authorization": f"Bearer {OTHER_TOKEN}"})
    assert others.status_code == httpx.codes.NOT_FOUND


async def test_the_history_of_an_archived_run_is_replayed() -> None:
    world = await ended(3)
    ids = [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]
    objects = world.host.pieces.objects.content

    def read() -> list[History]:
        found, lost = histories(
            lambda asked: [world.host.database.at_once(statement(sql)) for sql in asked],
            ids,
            objects.get,
        )
        assert lost == {}
        return found

    before = read()
    assert await rounds(world) == len(ids)
    assert [replace(each, run=before[place].run) for place, each in enumerate(read())] == before
    done = [await replayed(RECEIPT, each, lambda _: None) for each in read()]
    assert [each.difference for each in done] == [None] * len(ids)
    assert all(each.same for each in done)
    [key] = [key for key in objects if "/archive/arc_" in key]
    restored = await find_run(world.host.database, ids[0])
    assert restored is not None
    assert await restore_run(world.host.platform, restored, "user:usr_first")
    [key] = [key for key in objects if "/archive/arc_" in key]
    del objects[key]
    found, lost = histories(
        lambda asked: [world.host.database.at_once(statement(sql)) for sql in asked],
        ids,
        objects.get,
    )
    assert [each.run.id for each in found] == ids[:1], "the others go on"
    assert sorted(lost) == ids[1:]
    assert all(f"{key} is gone from the object store" in str(why) for why in lost.values())


async def test_an_act_on_an_archived_run_says_how_it_comes_back() -> None:
    world = await ended()
    await rounds(world)
    run = await world.run()
    assert run is not None
    refused = await asked(world, f"/api/runs/{run.id}/retry", "POST", {"reason": "once more"})
    assert refused.json()["detail"].startswith(
        f"The run is archived. `tillroll archive restore {run.id}` brings"
    )
    restored = await asked(world, "/api/archive/restore", "POST", {"runs": [run.id]})
    assert restored.json() == {"runs": [run.id], "events": 0}
    assert (await asked(world, f"/api/runs/{run.id}")).json().get("archived") is None


async def test_large_outputs_of_an_archived_run_stay_in_use() -> None:
    world = await ended()
    await rounds(world)
    run = await world.run()
    assert run is not None
    keys = [f"{run.account_id}/outputs/{each}/{'0' * 64}" for each in (run.id, "run_unknown")]
    found = await world.rows(OUTPUTS_IN_USE.query, dump([*keys]))
    assert [row["object_key"] for row in found] == keys[:1]


async def test_a_run_that_cannot_be_archived_keeps_no_other_from_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = await ended(5)
    [stuck, *others] = [
        text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")
    ]

    def pack(rows: Rows) -> bytes:
        if rows["run_steps"][0]["run_id"] == stuck:
            raise ValueError("a fault")
        return packed_run(rows)

    monkeypatch.setattr("tillroll_durable.archive.files.packed_run", pack)
    await rounds(world)
    assert [
        row["run_id"]
        for row in await world.rows("SELECT run_id FROM archived_runs ORDER BY run_id")
    ] == others
