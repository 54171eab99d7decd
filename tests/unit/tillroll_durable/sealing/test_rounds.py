"""The rounds of the cron: every seal is verified in its turn, and what is not as it was sealed is
kept.
"""

import pytest

from tests.unit.tillroll_durable.sealing.records import TICK, happen, open_audit, rows
from tillroll_durable.audit import BAD_SEAL
from tillroll_durable.jobs.scans import position_of
from tillroll_durable.sealing import jobs
from tillroll_durable.sealing.files import copy_key
from tillroll_durable.sealing.jobs import ROUND_TICKS, seal_and_verify, share_of
from tillroll_testing.host.platform import HostPlatform

_EDIT = "UPDATE audit_events SET actor = {actor} WHERE id = 10"


async def bad_seal(host: HostPlatform, ticks: int = 1) -> str:
    for _ in range(ticks):
        await seal_and_verify(host.platform)
    return await position_of(host.database, BAD_SEAL)


async def test_an_audit_that_is_as_sealed_is_gone_through_again_and_again() -> None:
    host = await open_audit(seals=3)
    assert await bad_seal(host, ticks=8) == ""


async def test_an_edit_is_found_within_a_round_and_kept_until_it_is_undone() -> None:
    host = await open_audit(seals=3)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, _EDIT.format(actor="actor || '!'"))
    assert await bad_seal(host, ticks=3) == "2:edited"
    assert await bad_seal(host, ticks=4) == "2:edited"
    await rows(host, _EDIT.format(actor="substr(actor, 1, length(actor) - 1)"))
    assert await bad_seal(host) == ""


async def test_a_tail_that_was_cut_is_found() -> None:
    host = await open_audit(seals=3)
    await rows(host, "DROP TRIGGER seals_no_delete")
    await rows(host, "DELETE FROM seals WHERE number = 3")
    assert (await bad_seal(host, ticks=4)).startswith("3:")


async def test_a_copy_that_was_replaced_is_found() -> None:
    host = await open_audit(seals=2)
    await host.platform.objects.put_text(copy_key(1), "{}\n", "application/x-ndjson")
    assert (await bad_seal(host)).startswith("1:")


async def test_a_round_ends_however_busy_every_minute_is() -> None:
    """One seal is made in each tick, more than enough of them to have been passed over before."""
    host = await open_audit(seals=30)
    await rows(host, "DROP TRIGGER audit_events_no_update")
    await rows(host, _EDIT.format(actor="actor || '!'"))
    for minute in range(30):
        await happen(host, 101, f"busy {minute}")
        if await bad_seal(host):
            break
        host.pieces.clock.advance(TICK)
    assert await position_of(host.database, BAD_SEAL) == "2:edited"


@pytest.mark.parametrize("seals", [1, 100, ROUND_TICKS, 525_600, 1_500_000])
@pytest.mark.parametrize("made", [0, 1, 10])
def test_a_round_takes_a_week_of_ticks_at_most(seals: int, made: int) -> None:
    """Also where it chases its end: so many seals are made in each tick."""
    position, ticks = 0, 0
    while position < seals:
        seals += made
        position += share_of(seals, made)
        ticks += 1
    assert ticks <= ROUND_TICKS


async def test_a_tick_that_needs_too_long_goes_on_in_the_next(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    host = await open_audit(seals=8)
    monkeypatch.setattr(jobs, "_BUDGET_SECONDS", -1.0)
    await jobs.verify_next(host.platform, 8)
    assert await position_of(host.database, "audit: next to verify") == "6"
    assert "audit.verification_behind" in caplog.text
    await jobs.verify_next(host.platform, 8)
    assert await position_of(host.database, "audit: next to verify") == "1"
