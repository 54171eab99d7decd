"""Exports that were appended to one file: what stands twice and is equal is no finding, and what
differs is one.
"""

import json

from tests.unit.tillroll_durable.sealing.records import (
    TICK,
    export_of,
    happen,
    open_audit,
    verified,
)
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.sealing.sealer import seal_new_events


def edited(exported: str, number: int) -> str:
    """The export with another actor in the event of that number."""
    lines = exported.splitlines(keepends=True)
    events = [place for place, line in enumerate(lines) if not line.startswith('{"hash":')]
    event = json.loads(lines[events[number]])
    event["actor"] = "user:usr_nobody"
    lines[events[number]] = json.dumps(event, separators=(",", ":"), ensure_ascii=False) + "\n"
    return "".join(lines)


async def test_the_same_export_twice_is_whole() -> None:
    host = await open_audit(4)
    exported = await export_of(host)
    once = await verified(host, exported)
    twice = await verified(host, exported + exported)
    assert once.findings == twice.findings == []
    assert (twice.first, twice.head, twice.events) == (once.first, once.head, once.events)


async def test_an_export_of_today_behind_one_of_yesterday_is_whole() -> None:
    host = await open_audit(3)
    yesterday = await export_of(host)
    await happen(host, 5, "today")
    host.pieces.clock.advance(TICK)
    await seal_new_events(host.platform)
    today = await export_of(host)
    checked = await verified(host, yesterday + today)
    assert checked.findings == []
    assert checked.events == (await verified(host, today)).events


async def test_an_event_that_differs_in_the_repetition_is_found_whichever_is_first() -> None:
    host = await open_audit(4)
    exported = await export_of(host)
    for number in (0, 9, -1):
        for file in (exported + edited(exported, number), edited(exported, number) + exported):
            assert (await verified(host, file)).findings != [], number


async def test_a_repetition_that_lacks_an_event_or_has_one_more_is_found() -> None:
    host = await open_audit(2)
    exported = await export_of(host)
    lines = exported.splitlines(keepends=True)
    for repeated in (lines[:-1], [*lines, lines[-1]]):
        assert (await verified(host, exported + "".join(repeated))).findings != []


async def test_another_history_behind_the_first_is_found() -> None:
    host = await open_audit(3)
    other = await open_audit()
    await happen(other, 4, "another history")
    await seal_new_events(other.platform)
    assert await other.database.all(statement("SELECT 1 FROM seals"))
    file = await export_of(host) + await export_of(other)
    assert (await verified(host, file)).findings != []
