"""The rounds of the cron: every seal is verified in its turn, and what is not as it was sealed is kept."""

from tests.support.host_platform import HostPlatform
from tests.unit.audit.records import happen, open_audit, rows
from tillroll.audit.files import copy_key
from tillroll.audit.rounds import tend_audit
from tillroll.durable.audit import BAD_SEAL
from tillroll.durable.reconciliation.cursors import position_of

_EDIT = "UPDATE audit_events SET actor = {actor} WHERE id = 10"


async def bad_seal(host: HostPlatform, ticks: int = 1) -> str:
    for _ in range(ticks):
        await tend_audit(host.platform)
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


async def test_a_tick_with_much_to_seal_reads_nothing_of_old() -> None:
    host = await open_audit(seals=2)
    await host.platform.objects.put_text(copy_key(1), "{}\n", "application/x-ndjson")
    await happen(host, 101, "a busy minute")
    assert await bad_seal(host) == ""
    assert await bad_seal(host) != ""
