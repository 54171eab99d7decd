"""Whoever can write the database and the object store forges what an archived run left: the sealed
audit shows it.
"""

import hashlib
from collections.abc import Callable

import pytest

from tests.unit.tillroll_durable.sealing.records import findings_of
from tests.unit.tillroll_durable.test_archiving import asked, ended, rounds
from tillroll_durable.archive.archiving import told_of
from tillroll_durable.archive.checks import flaws_now, verify_files
from tillroll_durable.archive.files import EVENTS, kept_of, packed_run, rows_in
from tillroll_durable.archive.unarchiving import erase_archived
from tillroll_durable.audit import append
from tillroll_durable.platform.bindings.database import Row, integer, statement, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.checks import Flaw
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.simulation.world import World

Forged = dict[str, list[Row]]


def _another_actor(rows: Forged) -> Flaw:
    rows[EVENTS][1]["actor"] = "user:usr_somebody_else"
    return Flaw.EDITED


def _one_less(rows: Forged) -> Flaw:
    del rows[EVENTS][2]
    for number, event in enumerate(rows[EVENTS], start=1):
        event["seq"] = number
    return Flaw.DELETED


def _without_its_end(rows: Forged) -> Flaw:
    rows[EVENTS].pop()
    return Flaw.DELETED


def _one_more(rows: Forged) -> Flaw:
    rows[EVENTS].append(
        {**rows[EVENTS][-1], "id": integer(rows[EVENTS][1], "id") + 10_000, "actor": "user:usr_x"}
    )
    rows[EVENTS][-1]["seq"] = len(rows[EVENTS])
    return Flaw.INSERTED


def _one_twice(rows: Forged) -> Flaw:
    rows[EVENTS].insert(1, {**rows[EVENTS][1], "actor": "user:usr_x"})
    return Flaw.INSERTED


def _another_output(rows: Forged) -> Flaw:
    rows["run_steps"][0]["output"] = '{"total":"1.00"}'
    return Flaw.ARCHIVE_DIFFERS


async def _forge(
    world: World, forgery: Callable[[Forged], Flaw], *, proven: bool = False
) -> tuple[str, Flaw]:
    """The run whose piece was replaced, with all rows that say where it lies; `proven`: with an
    event that says so.
    """
    [row] = await world.rows("SELECT id FROM runs")
    run_id = text(row, "id")
    kept = await kept_of(world.host.database, run_id)
    assert kept is not None
    objects = world.host.pieces.objects
    rows = {
        table: [dict(each) for each in found]
        for table, found in rows_in(objects.content[kept.object_key], kept).items()
    }
    flaw = forgery(rows)
    packed = packed_run(rows)
    objects.content[kept.object_key] = packed
    await world.rows("UPDATE archive_bundles SET sha256 = ?", hashlib.sha256(packed).hexdigest())
    await world.rows(
        "UPDATE archived_runs SET size = CAST(? AS INTEGER), last_seq = CAST(? AS INTEGER)",
        *(str(len(packed)), str(len(rows[EVENTS]))),
    )
    if proven:
        key = f"{kept.object_key}.another"
        objects.content[key] = packed
        await world.rows(
            "INSERT INTO archive_bundles SELECT id + 1, account_id, ?, sha256, state, NULL, '' "
            "FROM archive_bundles",
            key,
        )
        await world.rows("UPDATE archived_runs SET bundle_id = bundle_id + 1")
        now = to_text(world.host.pieces.clock.now())
        told = told_of(
            "acc_first", kept.bundle_id + 1, {run_id: hashlib.sha256(packed).hexdigest()}, now
        )
        await world.host.database.batch([append(told)])
        await seal_new_events(world.host.platform)
    return run_id, flaw


_FORGERIES = (_another_actor, _one_less, _without_its_end, _one_more, _one_twice, _another_output)


@pytest.mark.parametrize("forgery", _FORGERIES)
async def test_what_was_forged_is_not_shown_and_is_found(forgery: Callable[[Forged], Flaw]) -> None:
    world = await ended()
    await rounds(world)
    assert await findings_of(world.host) == []
    run_id, flaw = await _forge(world, forgery)
    for path in (f"/api/audit?stream={run_id}", f"/api/runs/{run_id}/timeline"):
        answer = await asked(world, path)
        assert answer.json()["type"] == "urn:tillroll:problem:archive-lost", path
    assert flaw in {finding.flaw for finding in await findings_of(world.host)}
    await verify_files(world.host.platform)
    assert [each.wrong for each in await flaws_now(world.host.platform)] == ["differs"]


@pytest.mark.parametrize("forgery", _FORGERIES[:-1])
async def test_an_event_that_vouches_for_a_forgery_changes_nothing(
    forgery: Callable[[Forged], Flaw],
) -> None:
    """Each of the run's events was sealed when it happened, and these seals say what it was."""
    world = await ended()
    await rounds(world)
    run_id, flaw = await _forge(world, forgery, proven=True)
    found = [finding for finding in await findings_of(world.host) if finding.stream == run_id]
    assert flaw in {finding.flaw for finding in found}
    assert all(finding.seal is not None for finding in found)


async def test_a_run_that_is_said_to_be_erased_and_is_not_is_found() -> None:
    world = await ended(2)
    await rounds(world)
    first, second = [text(row, "id") for row in await world.rows("SELECT id FROM runs ORDER BY id")]
    assert await erase_archived(world.host.platform, first)
    assert await findings_of(world.host) == []
    assert (await asked(world, f"/api/audit?stream={second}")).status_code == 200
    await world.host.database.batch(
        [
            statement(
                "UPDATE archived_runs SET bundle_id = NULL, place = 0, size = 0 WHERE run_id = ?",
                [second],
            )
        ]
    )
    found = await findings_of(world.host)
    assert {(finding.flaw, finding.stream) for finding in found} == {(Flaw.DELETED, second)}
