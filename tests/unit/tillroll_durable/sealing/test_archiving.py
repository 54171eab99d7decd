"""Ranges of the audit in the object store: whatever dies between two steps, nothing is lost and
nothing goes early.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import LiteralString

import pytest

from tests.support.host_platform import ACCOUNT
from tests.unit.tillroll_durable.sealing.records import findings_of, happen, open_audit, rows
from tillroll.identity.repository import Audited
from tillroll_durable.archive.files import ArchiveLost, pack
from tillroll_durable.audit import append, event_of_account
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    integer,
    statement,
    text,
    word,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.archive import Moved, archive_ranges, restore_range
from tillroll_durable.sealing.checks import Flaw
from tillroll_durable.sealing.files import Range, export_all, last_range, range_numbered
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.platform import HostPlatform

_EVENTS = "SELECT * FROM audit_events WHERE substr(event_key, 1, 8) <> 'archive.' ORDER BY id"
_SEALS = "SELECT * FROM seals ORDER BY number"


async def old_audit(seals: int = 4) -> HostPlatform:
    """So many seals, each over events of an account and of runs; all of it is long ago, and
    everybody has read it.
    """
    host = await open_audit()
    for number in range(seals):
        for each in range(3):
            now = to_text(host.pieces.clock.now())
            event = event_of_account(
                ACCOUNT,
                Audited.CODE_CREATED,
                f"code:{number}:{each}",
                actor="user:usr_first",
                at=now,
            )
            await host.database.batch([append(event)])
        await happen(host, 3, f"tick {number}")
        await seal_new_events(host.platform)
        host.pieces.clock.advance(timedelta(minutes=1))
    await rows(
        host,
        "UPDATE reconciler_cursors SET position = '1000000' "
        "WHERE name IN ('observed events', 'told events')",
    )
    host.pieces.clock.advance(timedelta(days=40))
    await happen(host, 3, "lately")
    await seal_new_events(host.platform)
    return host


async def round_of(host: HostPlatform, *, whole: bool = True) -> Moved:
    return await archive_ranges(
        host.platform, host.pieces.clock.now() - timedelta(days=30), whole=whole
    )


async def archive(host: HostPlatform) -> Range:
    """Until there is nothing more to do; the range that came of it."""
    for _ in range(5):
        await round_of(host)
        await seal_new_events(host.platform)
        host.pieces.clock.advance(timedelta(minutes=1))
    held = await range_numbered(host.database, 1)
    assert held is not None
    return held


async def flaws(host: HostPlatform) -> list[Flaw]:
    return [each.flaw for each in await findings_of(host)]


async def test_a_range_moves_and_is_verified_from_its_file() -> None:
    host = await old_audit()
    before, seals = await rows(host, _EVENTS), await rows(host, _SEALS)
    held = await archive(host)
    assert (held.state, held.from_seal, held.to_seal, held.count) == ("archived", 1, 4, 24)
    left = await rows(host, _EVENTS)
    # Events of runs that are not archived stay, and so does what is newest of an account.
    assert [row["id"] for row in before if row not in left] == [
        1,
        2,
        3,
        7,
        8,
        9,
        13,
        14,
        15,
        19,
        20,
    ]
    assert (await rows(host, _SEALS))[0]["number"] == len(seals)
    assert await flaws(host) == []


async def test_an_account_goes_on_behind_a_range() -> None:
    """What is newest of an account may come after the range: its number stands behind one of the
    range.
    """
    host = await old_audit()
    for number in range(2):
        now = to_text(host.pieces.clock.now())
        event = event_of_account(
            ACCOUNT, Audited.CODE_CREATED, f"code:new:{number}", actor="user:usr_first", at=now
        )
        await host.database.batch([append(event)])
        await seal_new_events(host.platform)
        await archive(host)
        assert await findings_of(host) == []
        host.pieces.clock.advance(timedelta(days=40))
        await happen(host, 3, f"later {number}")
        await seal_new_events(host.platform)
    held = await range_numbered(host.database, 2)
    assert held is not None
    assert held.state == "archived"
    # Of each range the last one stays, for the number behind it.
    assert [
        row["seq"] for row in await rows(host, _EVENTS) if row["stream"] == f"account:{ACCOUNT}"
    ] == [12, 13, 14]


async def test_nothing_goes_before_a_seal_covers_that_it_was_verified() -> None:
    host = await old_audit()
    before = await rows(host, _EVENTS)
    assert await round_of(host) == Moved(begun=1, verified=1)
    assert await round_of(host) == Moved()
    assert await rows(host, _EVENTS) == before
    with pytest.raises(ConstraintFailed, match="append-only"):
        await rows(host, "DELETE FROM audit_events WHERE id = 1")
    await seal_new_events(host.platform)
    assert await round_of(host) == Moved(taken=1, events=11)
    assert await flaws(host) == []


class Dying(Exception):
    """The Worker's end."""


@pytest.mark.parametrize("dies_at", range(1, 25))
async def test_it_goes_on_wherever_it_dies(dies_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before each call to the database or the store, once."""
    host = await old_audit()
    before = await rows(host, _EVENTS)
    calls = 0

    def dying(of: Callable[..., Awaitable[object]]) -> Callable[..., object]:
        async def call(*values: object, **named: object) -> object:
            nonlocal calls
            calls += 1
            if calls == dies_at:
                raise Dying
            return await of(*values, **named)

        return call

    with monkeypatch.context() as patched:
        patched.setattr(host.database, "batch", dying(host.database.batch))
        patched.setattr(host.pieces.objects, "put_bytes", dying(host.pieces.objects.put_bytes))
        patched.setattr(host.pieces.objects, "get_bytes", dying(host.pieces.objects.get_bytes))
        try:
            for _ in range(3):
                await round_of(host)
                calls_of_round, calls = calls, 10_000  # sealing does not die
                await seal_new_events(host.platform)
                calls = calls_of_round
        except Dying:
            pass
    await seal_new_events(host.platform)
    assert await flaws(host) == []
    held = await archive(host)
    assert held.state == "archived"
    assert await flaws(host) == []
    assert await restore_range(host.platform, held, "user:usr_first") == 11
    assert await rows(host, _EVENTS) == before


async def test_what_is_brought_back_is_what_it_was() -> None:
    host = await old_audit()
    before = await rows(host, _EVENTS)
    held = await archive(host)
    assert await restore_range(host.platform, held, "user:usr_first") == 11
    assert await rows(host, _EVENTS) == before
    await seal_new_events(host.platform)
    assert await flaws(host) == []
    held = await range_numbered(host.database, 1)
    assert held is not None
    assert held.state == "restored"
    assert await restore_range(host.platform, held, "user:usr_first") == 0
    with pytest.raises(ConstraintFailed, match="append-only"):
        await rows(host, "DELETE FROM audit_events WHERE id = 1")


async def test_a_restored_range_moves_again_when_it_is_old() -> None:
    host = await old_audit()
    await restore_range(host.platform, await archive(host), "user:usr_first")
    left = await rows(host, _EVENTS)
    await archive(host)
    assert await rows(host, _EVENTS) == left
    host.pieces.clock.advance(timedelta(days=31))
    assert (await archive(host)).state == "archived"
    assert len(await rows(host, _EVENTS)) == len(left) - 11
    assert await flaws(host) == []


@pytest.mark.parametrize(
    ("sql", "flaw"),
    [
        ("DELETE FROM audit_events WHERE id = 4", Flaw.DELETED),  # of a run that is not archived
        ("DELETE FROM audit_events WHERE id = 26", Flaw.DELETED),  # behind the range
        ("UPDATE audit_events SET actor = 'user:forged' WHERE id = 4", Flaw.EDITED),
        (
            (
                "UPDATE audit_events SET event_key = 'archive.x' "
                "WHERE event_key = 'archive.verified:1'"
            ),
            Flaw.ARCHIVE_UNPROVEN,
        ),
        ("UPDATE archive_ranges SET sha256 = 'ab'", Flaw.ARCHIVE_DIFFERS),
        ("UPDATE archive_ranges SET to_seal = 3", Flaw.SEAL_MISSING),
    ],
)
async def test_other_gaps_are_told(sql: LiteralString, flaw: Flaw) -> None:
    host = await old_audit()
    await archive(host)
    for trigger in await rows(host, "SELECT name FROM sqlite_schema WHERE type = 'trigger'"):
        await rows(host, f"DROP TRIGGER {word(text(trigger, 'name'))}")
    await rows(host, sql)
    assert flaw in await flaws(host)


async def test_a_file_that_is_gone_or_altered_is_told() -> None:
    host = await old_audit()
    held = await archive(host)
    objects: MemoryObjects = host.pieces.objects
    whole = objects.content.pop(held.object_key)
    assert await flaws(host) == [Flaw.ARCHIVE_MISSING]
    await refused(host, held, "is gone from the object store")
    for changed in (whole[:-9], pack("another text")):
        objects.content[held.object_key] = changed
        assert Flaw.ARCHIVE_DIFFERS in await flaws(host)
        assert Flaw.ARCHIVE_MISSING not in await flaws(host)
        await refused(host, held, "was changed: it is not what was written")
    objects.content[held.object_key] = whole
    assert await flaws(host) == []


async def refused(host: HostPlatform, held: Range, says: str) -> None:
    """Nothing of the range is brought back, and the file is named with what is wrong. What does not
    even unpack cannot be exported either; what does is, so that verification sees it.
    """
    with pytest.raises(ArchiveLost, match=f"{held.object_key} {says}"):
        await restore_range(host.platform, held, "user:usr_first")
    if host.pieces.objects.content.get(held.object_key) != pack("another text"):
        with pytest.raises(ArchiveLost, match=f"{held.object_key} {says}"):
            await export_all(host.database, host.platform.objects, held.from_seal, held.to_seal)


async def test_what_is_not_intact_is_not_archived() -> None:
    host = await old_audit()
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET actor = 'user:forged' WHERE id = 8")
    assert await round_of(host) == Moved()
    assert await last_range(host.database) is None


async def test_what_somebody_still_has_to_read_stays() -> None:
    host = await old_audit()
    await rows(host, "UPDATE reconciler_cursors SET position = '11' WHERE name = 'told events'")
    await round_of(host)
    held = await last_range(host.database)
    assert held is not None
    assert held.to_seal == 1


async def test_a_range_that_is_not_full_waits_for_a_day() -> None:
    host = await old_audit()
    host.pieces.clock.advance(-timedelta(days=9, hours=12))
    assert await round_of(host, whole=False) == Moved()
    host.pieces.clock.advance(timedelta(days=1))
    assert (await round_of(host, whole=False)).begun == 1


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM audit_events WHERE id = 26",  # behind the range
        "DELETE FROM audit_events WHERE id = 4",  # of a run that is not archived
        "DELETE FROM audit_events WHERE event_key = 'archive.begun:1'",
        "UPDATE audit_events SET actor = 'user:forged' WHERE id = 4",
        "INSERT OR REPLACE INTO audit_events SELECT * FROM audit_events WHERE id = 4",
        "DELETE FROM seals WHERE number = 5",
        "UPDATE archive_ranges SET to_id = 1000",
        "UPDATE archive_ranges SET state = 'begun'",
        "DELETE FROM archive_ranges",
        "INSERT INTO archive_ranges SELECT 3, 9, 9, 40, 50, 1, '', '', 'a', 'b', 'begun', '', ''",
    ],
)
async def test_the_triggers_refuse_the_rest(sql: LiteralString) -> None:
    host = await old_audit()
    await archive(host)
    with pytest.raises(ConstraintFailed):
        await host.database.batch([statement(sql)])


async def test_numbers_go_on_behind_an_archived_run() -> None:
    host = await old_audit()
    await rows(
        host, "INSERT INTO archived_runs (run_id, place, size, last_seq) VALUES ('run_0', 0, 0, 9)"
    )
    await happen(host, 1, "later")
    found: list[Row] = await rows(
        host, "SELECT MAX(seq) AS seq FROM audit_events WHERE stream = 'run_0'"
    )
    assert integer(found[0], "seq") == 10
