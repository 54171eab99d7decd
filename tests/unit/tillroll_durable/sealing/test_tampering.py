"""Random tamperings past the triggers, a thousand in all: every one is found, and the first bad
event is named.
"""

from random import Random

import pytest
import pytest_asyncio

from tests.support.campaigns import of_campaign
from tests.support.host_platform import assemble, product_pieces
from tests.unit.tillroll_durable.sealing.records import (
    TICK,
    export_of,
    findings_of,
    happen,
    open_audit,
    rows,
    verified,
)
from tests.unit.tillroll_durable.sealing.tamperings import TAMPERINGS, Done, Intruder, Tampering
from tillroll_durable.sealing.checks import Finding, Flaw, first_event
from tillroll_durable.sealing.repository import last_seal
from tillroll_durable.sealing.sealer import seal_new_events
from tillroll_durable.sealing.verifier import against_head
from tillroll_testing.host.memory import MemoryObjects
from tillroll_testing.host.platform import HostPlatform

_SEALS, _EVENTS = 5, 6


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def whole() -> HostPlatform:
    """A sealed audit with ids that no event has, inside of seals and between them."""
    host = await open_audit()
    for number in range(_SEALS):
        await happen(host, _EVENTS // 2, f"tick {number}")
        if number % 2:
            await rows(host, "UPDATE sqlite_sequence SET seq = seq + 2 WHERE name = 'audit_events'")
        await happen(host, _EVENTS // 2, f"later in tick {number}")
        await seal_new_events(host.platform)
        await rows(host, "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'audit_events'")
        host.pieces.clock.advance(TICK)
    await seal_new_events(host.platform)
    return host


def copied(host: HostPlatform) -> HostPlatform:
    objects = MemoryObjects()
    objects.content = dict(host.pieces.objects.content)
    pieces = product_pieces(objects=objects, clock=host.pieces.clock)
    pieces.clock.advance(TICK)
    return assemble(host.database.copy(), {}, pieces)


def without_gaps(findings: list[Finding]) -> list[Finding]:
    """Ids that no event has are findings by themselves: test_gaps.py looks at those."""
    return [finding for finding in findings if finding.flaw is not Flaw.GAP]


def test_there_are_a_thousand() -> None:
    assert sum(TAMPERINGS.values()) == 1000


@pytest.mark.asyncio(loop_scope="module")
async def test_what_is_whole_is_found_whole(whole: HostPlatform) -> None:
    findings = await findings_of(whole)
    assert without_gaps(findings) == []
    # The ids that the fixture leaves out are told, each once and nothing else.
    assert [finding.event for finding in findings] == [7, 11, 16, 23, 27, 32, 39]
    checked = await verified(whole, await export_of(whole))
    assert without_gaps(checked.findings) == []
    assert (checked.first, checked.events) == (1, _SEALS * _EVENTS)
    assert checked.head is not None
    assert against_head(checked, _SEALS, checked.head.hash) == []


@pytest.mark.campaign
@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("tampering", TAMPERINGS, ids=lambda tampering: tampering.__name__)
async def test_every_tampering_is_found(whole: HostPlatform, tampering: Tampering) -> None:
    for seed in range(of_campaign(TAMPERINGS[tampering])):
        host = copied(whole)
        intruder = Intruder(
            host.database, host.pieces.objects, Random(f"{tampering.__name__} {seed}")
        )
        await intruder.open()
        done = await tampering(intruder)
        await _is_found_here(host, done, f"{tampering.__name__} seed={seed} {done}")
        await _is_found_elsewhere(whole, host, done, f"{tampering.__name__} seed={seed} {done}")
        host.database.close()


async def _is_found_here(host: HostPlatform, done: Done, what: str) -> None:
    """By the Worker, which has the database, the copies and the keys."""
    findings = without_gaps(await findings_of(host))
    named = first_event(findings)
    if not done.needs_head or done.first_event is not None:
        assert findings, what
    if done.first_event is not None:
        assert named is not None, what
        assert named.event == done.first_event, f"{what}: {named}"


async def _is_found_elsewhere(
    whole: HostPlatform, host: HostPlatform, done: Done, what: str
) -> None:
    """By somebody who has an export of the database, the public key, and the head as it was
    noted.
    """
    if not done.in_export:
        return
    checked = await verified(host, await export_of(host))
    head = await last_seal(whole.database)
    assert head is not None
    own = without_gaps(checked.findings)
    findings = own + against_head(checked, head.number, head.hash)
    assert findings, what
    assert done.needs_head or own, what
    named = first_event(findings)
    if done.first_event is not None and done.names_in_export:
        assert named is not None, what
        assert named.event == done.first_event, f"{what}: {named}"
