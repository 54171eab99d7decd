"""Sealing: what is new is sealed once, copied once, and whatever was lost on the way is mended by
the next tick.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, LiteralString

import pytest

from tests.support.host_platform import assemble, migrated_database, product_pieces
from tests.unit.tillroll_durable.sealing.records import (
    copies_of,
    copy_of,
    export_of,
    findings_of,
    happen,
    open_audit,
    rows,
    verify_all,
)
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import ConstraintFailed
from tillroll_durable.platform.bindings.missing import MissingBinding
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.sealing.checks import Flaw
from tillroll_durable.sealing.files import copy_key
from tillroll_durable.sealing.sealer import Sealed, seal_new_events
from tillroll_durable.sealing.seals import key_id_of
from tillroll_durable.upkeep.quarantine import sweep_objects
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.host.signing import HostSigner, new_signing_key
from tillroll_testing.simulation.adapters import FaultyDatabase, FaultyObjects
from tillroll_testing.simulation.faults import Crash, Faults

_LIKE_THE_SECOND = """
  INSERT INTO seals
  SELECT {number}, from_id, to_id, count, ids, merkle_root, previous_hash, sealed_at, key_id, hash,
      signature, leaves
  FROM seals WHERE number = 2
"""


async def test_what_is_new_is_sealed_once_and_copied() -> None:
    host = await open_audit()
    await happen(host, 5, "first")
    assert await seal_new_events(host.platform) == Sealed(seals=1, events=5)
    assert await seal_new_events(host.platform) == Sealed()
    await happen(host, 3, "second")
    assert await seal_new_events(host.platform) == Sealed(seals=1, events=3)
    assert await rows(host, "SELECT number, from_id, to_id, count, ids FROM seals") == [
        {"number": 1, "from_id": 1, "to_id": 5, "count": 5, "ids": "1-5"},
        {"number": 2, "from_id": 6, "to_id": 8, "count": 3, "ids": "6-8"},
    ]
    assert copies_of(host) == await export_of(host)
    assert await findings_of(host) == []


async def test_a_backlog_is_sealed_in_bounded_pieces() -> None:
    host = await open_audit()
    for part in range(11):
        await happen(host, 500, f"part {part}")
    assert await seal_new_events(host.platform) == Sealed(seals=10, events=5000)
    assert await seal_new_events(host.platform) == Sealed(seals=1, events=500)
    assert await findings_of(host) == []


async def test_without_a_bucket_all_is_sealed_and_the_copies_are_made_up_for() -> None:
    host = await open_audit()
    with_bucket = host.platform
    bucket: Any = MissingBinding("BUCKET")
    without = replace(with_bucket, objects=bucket)
    for what in ("first", "second"):
        await happen(host, 2, what)
        assert await seal_new_events(without) == Sealed(seals=1, events=2)
    assert not copies_of(host)
    assert await seal_new_events(with_bucket) == Sealed(copies_mended=2)
    assert copies_of(host) == await export_of(host)
    assert await findings_of(host) == []


async def test_without_a_key_nothing_is_sealed_and_verification_says_so() -> None:
    host = await open_audit(pieces=product_pieces(signer=HostSigner()))
    await happen(host, 2, "unsealed")
    assert await seal_new_events(host.platform) == Sealed()
    (report,) = await verify_all(host)
    assert [finding.flaw for finding in report.findings] == [Flaw.NOT_SEALING]
    assert (report.unsealed, report.is_sealing) == (2, False)


async def test_a_new_key_goes_on_with_the_chain_and_the_earlier_one_must_be_named() -> None:
    old = await open_audit(2)
    former = await old.pieces.signer.public_key()
    assert former is not None
    pieces = product_pieces(
        objects=old.pieces.objects, clock=old.pieces.clock, signer=HostSigner(new_signing_key())
    )
    host = assemble(old.database, {}, pieces, audit_earlier_keys=(former,))
    await happen(host, 3, "under the new key")
    await seal_new_events(host.platform)
    assert await findings_of(host) == []
    keys = {row["id"] for row in await rows(host, "SELECT id FROM audit_keys")}
    assert len(keys) == 2
    assert key_id_of(former) in keys
    forgetful = assemble(old.database, {}, pieces)
    assert {(finding.flaw, finding.seal) for finding in await findings_of(forgetful)} == {
        (Flaw.UNKNOWN_KEY, 1), (Flaw.UNKNOWN_KEY, 2)
    }  # fmt: skip


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE seals SET sealed_at = 'x'",
        "DELETE FROM seals",
        "INSERT OR REPLACE INTO seals SELECT * FROM seals WHERE number = 2",
        _LIKE_THE_SECOND.format(number=4),
        "UPDATE audit_keys SET public_key = 'x'",
        "DELETE FROM audit_keys",
        "INSERT OR REPLACE INTO audit_keys SELECT * FROM audit_keys",
    ],
)
async def test_seals_and_keys_are_append_only(sql: LiteralString) -> None:
    host = await open_audit(2)
    with pytest.raises(ConstraintFailed):
        await rows(host, sql)
    assert await findings_of(host) == []


async def test_an_event_whose_batch_failed_leaves_no_gap() -> None:
    """AUTOINCREMENT rolls back with its batch, so a missing id is a missing event."""
    host = await open_audit()
    await happen(host, 2, "before")
    with pytest.raises(ConstraintFailed):
        await happen(host, 1, "before")
    await happen(host, 2, "after")
    assert [row["id"] for row in await rows(host, "SELECT id FROM audit_events ORDER BY id")] == [
        1,
        2,
        3,
        4,
    ]


async def test_sealers_that_race_at_any_await_leave_one_chain() -> None:
    """One sealer stands still at each of its points, in turn, while another does the whole of its
    work.
    """
    points = await _points()
    for at in range(1, len(points) + 1):
        faults = Faults()
        host = await _disturbed(faults)
        # the two are of different times, so of different hashes
        host.pieces.clock.advance(timedelta(seconds=1))
        other = assemble(
            host.database,
            {},
            product_pieces(objects=_plain(host.pieces.objects), signer=host.pieces.signer),
        )
        faults.plan[at] = partial(_seal, other)
        await seal_new_events(host.platform)
        await _settle_and_check(host, points[at - 1])


async def test_many_sealers_at_once_leave_one_chain() -> None:
    host = await open_audit()
    await happen(host, 40, "at once")
    sealed = await asyncio.gather(*(seal_new_events(host.platform) for _ in range(8)))
    assert sum(each.events for each in sealed) == 40
    assert await findings_of(host) == []


async def test_a_crash_at_any_point_is_mended_by_the_next_tick() -> None:
    points = await _points()
    assert {"database: after the commit", "objects: before put", "objects: after put"} <= set(
        points
    )
    for at in range(1, len(points) + 1):
        faults = Faults()
        host = await _disturbed(faults)
        faults.plan[at] = faults.kill
        with pytest.raises(Crash):
            await seal_new_events(host.platform)
        await _settle_and_check(host, points[at - 1])


class LossyObjects(MemoryObjects):
    """Loses writes: `silent` says it took them; `loud` fails; `late` fails although it was
    written.
    """

    def __init__(self, ways: Sequence[str]) -> None:
        super().__init__()
        self.ways = list(ways)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        way = self.ways.pop(0) if self.ways else ""
        if way in {"", "late"}:
            await super().put_text_if_absent(key, content, content_type)
        if way in {"loud", "late"}:
            raise ObjectsUnavailable("we encountered an internal error")
        return True


@pytest.mark.parametrize(
    "ways", [["silent"], ["loud"], ["late"], ["silent", "loud", "silent"], ["loud", "", "silent"]]
)
async def test_a_lost_write_of_a_copy_is_mended(ways: list[str]) -> None:
    host = await open_audit(pieces=product_pieces(objects=LossyObjects(ways)))
    for number in range(3):
        await happen(host, 4, f"tick {number}")
        await seal_new_events(host.platform)
    for _ in range(3):
        await seal_new_events(host.platform)
    assert copies_of(host) == await export_of(host)
    (cursor,) = await rows(
        host, "SELECT position FROM reconciler_cursors WHERE name = 'audit copies'"
    )
    assert cursor["position"] == "3"


async def test_a_copy_that_is_another_is_reported_and_never_overwritten(
    caplog: pytest.LogCaptureFixture,
) -> None:
    host = await open_audit(1)
    foreign = copies_of(host).replace('"number":1', '"number":2').encode()
    host.pieces.objects.content[copy_key(2)] = foreign
    await happen(host, 3, "second")
    await seal_new_events(host.platform)
    await seal_new_events(host.platform)
    assert copy_of(host, 2) == foreign
    assert '"event":"audit.copy_differs"' in caplog.text
    assert {(finding.place, finding.seal) for finding in await findings_of(host)} == {("copy", 2)}


async def test_what_was_altered_before_it_was_copied_is_not_copied(
    caplog: pytest.LogCaptureFixture,
) -> None:
    host = await open_audit(pieces=product_pieces(objects=LossyObjects(["loud"])))
    await happen(host, 3, "first")
    await seal_new_events(host.platform)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET outcome = 'failure' WHERE id = 2")
    await seal_new_events(host.platform)
    assert copy_of(host, 1) is None
    assert '"event":"audit.events_altered"' in caplog.text


async def test_copies_are_no_orphans_and_do_not_hold_the_scan_up() -> None:
    host = await open_audit(60, 1)
    objects = host.pieces.objects
    copies = {key for key in objects.content if key.startswith("audit/")}
    await objects.put_text(f"zzz/outputs/orphan/{'0' * 64}", "bytes", "image/jpeg")
    await objects.put_text(f"aaa/outputs/orphan/{'0' * 64}", "bytes", "image/jpeg")
    host.pieces.clock.advance(timedelta(days=30))
    swept = [await sweep_objects(host.platform, REGISTRY.objects_in_use) for _ in range(2)]
    assert [each.quarantined for each in swept] == [1, 1]
    host.pieces.clock.advance(timedelta(days=30))
    swept = [await sweep_objects(host.platform, REGISTRY.objects_in_use) for _ in range(2)]
    assert [each.deleted for each in swept] == [1, 1]
    assert set(objects.content) == copies


def _plain(objects: MemoryObjects) -> MemoryObjects:
    """The same store, without the faults in front of it."""
    plain = MemoryObjects()
    plain.content = objects.content
    return plain


async def _disturbed(faults: Faults) -> HostPlatform:
    """A sealed audit with news; every write of the next sealer passes the faults."""
    database = await migrated_database()
    calm = assemble(database, {})
    await happen(calm, 3, "sealed before")
    await seal_new_events(calm.platform)
    await happen(calm, 5, "new")
    objects = FaultyObjects(faults)
    objects.content = calm.pieces.objects.content
    return assemble(
        database, {}, product_pieces(objects=objects), seen_as=FaultyDatabase(database, faults)
    )


async def _points() -> list[str]:
    """Where a tick can be disturbed."""
    faults = Faults()
    await seal_new_events((await _disturbed(faults)).platform)
    return faults.passed


async def _seal(host: HostPlatform) -> None:
    await seal_new_events(host.platform)


async def _settle_and_check(host: HostPlatform, point: str) -> None:
    for _ in range(2):
        await seal_new_events(host.platform)
    assert await findings_of(host) == [], point
    assert copies_of(host) == await export_of(host), point
    assert (await rows(host, "SELECT SUM(count) AS n FROM seals")) == [{"n": 8}], point


async def test_a_copy_that_was_deleted_later_is_written_again_once_the_cursor_is_set_back() -> None:
    """As operators are advised (docs/operations.md)."""
    host = await open_audit(4)
    whole = copies_of(host)
    await host.pieces.objects.delete(copy_key(3))
    host.pieces.clock.advance(timedelta(minutes=10))
    assert [(finding.flaw, finding.seal) for finding in await findings_of(host)] == [
        (Flaw.COPY_MISSING, 3)
    ]
    await rows(host, "UPDATE reconciler_cursors SET position = '2' WHERE name = 'audit copies'")
    assert (await seal_new_events(host.platform)).copies_mended == 1
    assert copies_of(host) == whole


@pytest.mark.parametrize(
    ("column", "seals"), [("hash", 1), ("signature", 1), ("sealed_at", 1), ("to_id", 0)]
)
async def test_an_altered_last_seal_is_reported_by_the_next_tick(
    column: LiteralString, seals: int, caplog: pytest.LogCaptureFixture
) -> None:
    host = await open_audit(2)
    await rows(host, "DROP TRIGGER seals_no_update")
    await rows(host, f"UPDATE seals SET {column} = 1000000 WHERE number = 2")
    await happen(host, 2, "afterwards")
    assert (await seal_new_events(host.platform)).seals == seals
    assert '"event":"audit.seal_altered"' in caplog.text
    assert 2 in {finding.seal for finding in await findings_of(host)}
