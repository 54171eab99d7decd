"""Events that were deleted before they were sealed: told by the Worker and by the command line, and
nothing else is.
"""

import asyncio
from typing import LiteralString

import pytest

from tests.support.sql import sql
from tests.unit.tillroll_durable.sealing.records import (
    export_of,
    findings_of,
    happen,
    open_audit,
    rows,
    verified,
)
from tillroll_durable.audit import Audited, append, event_of_account
from tillroll_durable.platform.bindings.database import ConstraintFailed, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sealing.checks import Finding, Flaw, Place
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_testing.host.platform import HostPlatform


async def delete(host: HostPlatform, where: LiteralString) -> None:
    """Past the trigger, which is put back."""
    [row] = await rows(host, "SELECT sql FROM sqlite_master WHERE name = 'audit_events_no_delete'")
    await rows(host, "DROP TRIGGER audit_events_no_delete")
    await rows(host, f"DELETE FROM audit_events WHERE {where}")
    await rows(host, sql(str(row["sql"])))


def told(findings: list[Finding]) -> list[tuple[int | None, str | None, str]]:
    assert {finding.flaw for finding in findings} <= {Flaw.GAP}, findings
    return [(finding.event, finding.stream, finding.says) for finding in findings]


async def both(host: HostPlatform) -> list[tuple[int | None, str | None, str]]:
    """What the Worker finds, which is what an export shows."""
    here = told(await findings_of(host))
    assert told((await verified(host, await export_of(host))).findings) == here
    return here


async def test_an_event_deleted_before_its_seal_is_told_with_its_stream_and_its_neighbours() -> (
    None
):
    host = await open_audit(seals=1, events=6)  # of run_0, run_1, run_2 in turn: ids 1 to 6
    await happen(host, 6, "unsealed")
    await delete(host, "id = 8")
    expected = [
        (
            8,
            None,
            (
                "Event 8 was deleted before a seal covered it, between event 7 of run_0 and event "
                "9 of run_2."
            ),
        ),
        (
            11,
            "run_1",
            "Of run_1, number 3 is missing between event 5 (number 2) and event 11 (number 4).",
        ),
    ]
    assert told(await findings_of(host)) == expected
    await seal_new_events(host.platform)
    assert await both(host) == expected


async def test_an_edited_event_of_another_stream_hides_no_gap() -> None:
    host = await open_audit(seals=1, events=6)
    await happen(host, 6, "unsealed")
    await delete(host, "id = 8")
    await seal_new_events(host.platform)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, "UPDATE audit_events SET actor = 'user:usr_other' WHERE id = 9")
    exported = await verified(host, await export_of(host))
    for findings in (await findings_of(host), exported.findings):
        named = {(each.flaw, each.event) for each in findings if each.place is not Place.COPY}
        assert named >= {(Flaw.EDITED, 9), (Flaw.GAP, 8), (Flaw.GAP, 11)}


async def test_the_first_events_of_all_are_told() -> None:
    host = await open_audit()
    await happen(host, 5, "first")
    await delete(host, "id <= 2")
    await seal_new_events(host.platform)
    assert await both(host) == [
        (
            1,
            None,
            "Events 1 to 2 were deleted before a seal covered them, before event 3 of run_2.",
        ),
        (4, "run_0", "Of run_0, number 1 is missing before event 4 (number 2)."),
        (5, "run_1", "Of run_1, number 1 is missing before event 5 (number 2)."),
    ]


async def test_a_gap_between_two_seals_is_told() -> None:
    host = await open_audit(seals=1, events=3)
    await happen(host, 3, "deleted")
    await delete(host, "id > 3")
    assert told(await findings_of(host)) == [
        (4, None, "Events 4 to 6 were deleted before a seal covered them, behind the newest event.")
    ]
    await happen(host, 1, "later")  # takes run_0's number 2 again: only the ids tell
    await seal_new_events(host.platform)
    assert await both(host) == [
        (
            4,
            None,
            (
                "Events 4 to 6 were deleted before a seal covered them, between event 3 and event "
                "7 of run_0."
            ),
        )
    ]


async def test_ids_made_anew_after_a_deletion_still_leave_the_stream_its_gap() -> None:
    host = await open_audit(seals=1, events=6)
    await happen(host, 6, "unsealed")
    await delete(host, "id = 8")
    await rows(host, "DROP TRIGGER audit_events_no_update")
    for event_id in range(9, 13):
        await rows(host, "UPDATE audit_events SET id = ? WHERE id = ?", event_id - 1, event_id)
    await rows(host, "UPDATE sqlite_sequence SET seq = 11 WHERE name = 'audit_events'")
    await seal_new_events(host.platform)
    assert await both(host) == [
        (
            10,
            "run_1",
            "Of run_1, number 3 is missing between event 5 (number 2) and event 10 (number 4).",
        )
    ]


async def test_an_event_that_was_deleted_after_its_seal_is_no_gap_besides() -> None:
    host = await open_audit(seals=1, events=9)
    await delete(host, "id = 5")
    assert [(finding.flaw, finding.event) for finding in await findings_of(host)] == [
        (Flaw.DELETED, 5)
    ]


async def test_rolled_back_batches_and_racing_writers_leave_no_gap() -> None:
    host = await open_audit(seals=1, events=6)
    now = to_text(host.pieces.clock.now())

    async def write(writer: int) -> None:
        for number in range(10):
            event = event_of_account(
                "acc_1", Audited.STEP_FAILED, f"{writer}:{number}", actor="user:u", at=now
            )
            await host.database.batch([append(event)])
            other = event_of_account(
                "acc_1", Audited.STEP_FAILED, f"lost {writer}:{number}", actor="user:u", at=now
            )
            with pytest.raises(ConstraintFailed):
                await host.database.batch([append(other), append(event)])
            await asyncio.sleep(0)

    await asyncio.gather(*(write(writer) for writer in range(4)), seal_new_events(host.platform))
    assert await findings_of(host) == []
    await seal_new_events(host.platform)
    assert await both(host) == []
    assert await host.database.first(statement("SELECT COUNT(*) AS n FROM audit_events")) == {
        "n": 46
    }
