"""The database goes back, and the bank does not: what was in a file for it is put into no second
one without a person's word, whatever of the file is left here.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.simulation.filing import OFFICE, OFFICER, Order, content_of, open_by_file
from tests.simulation.paying import AMOUNT, PAYEE, ask
from tests.simulation.test_undoing_payouts import held
from tests.support.host_api import api_client
from tests.support.host_platform import assemble
from tillroll.payouts.bank_files.creation import (
    FileKeyReused,
    NothingWaits,
    make_file,
)
from tillroll.payouts.bank_files.recovered_files import (
    RESTORED,
    NoSuchCopy,
    Restored,
    adopt,
    discard,
    say_all_known,
)
from tillroll.payouts.bank_files.service import record_outcome
from tillroll.payouts.contract import PayoutParams
from tillroll.payouts.service import begin_payout
from tillroll.payouts.workflow import PAYOUT
from tillroll_durable import ValuesRefused, statement
from tillroll_durable.jobs.scans import keep_position
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def paid_behind_the_backup(*, is_waiting: bool) -> tuple[World, str, str]:
    """A backup, made before the payment or while it waits for a file; then a file that the bank was
    given, its id and its bytes; then the backup is restored.
    """
    world = await open_by_file(Faults(), Order(is_silent=True, is_idle=True))
    await ask(world)
    if is_waiting:
        await world.settle({})
    live = world.host.database
    assert isinstance(live, SqliteDatabase)
    backup = SqliteDatabase()
    backup.connection.deserialize("main", live.connection.serialize("main"))
    await world.settle({})
    file = await make_file(world.host.platform, OFFICE, None, "friday")
    [row] = await world.rows("SELECT id, content FROM payment_files")
    content = await content_of(world.host.platform, row)
    world.host.pieces.clock.advance(timedelta(hours=3))
    world.instances.by_id.clear()
    host = assemble(backup, dict.fromkeys(["payout"], world.instances), world.host.pieces)
    settings = world.host.platform.settings
    world.host = host
    world.host.platform = replace(host.platform, settings=settings)
    await backup.batch([statement("UPDATE runs SET instance_confirmed_at = NULL")])
    return world, file.id, content


async def settle(world: World) -> None:
    await world.settle({})
    await world.let_pass(timedelta(hours=1), {})


async def in_files(world: World) -> list[str]:
    rows = await world.rows("SELECT id, content FROM payment_files")
    files = [await content_of(world.host.platform, row) for row in rows]
    return [
        name for content in files for name in re.findall("<EndToEndId>(.*?)</EndToEndId>", content)
    ]


@pytest.mark.parametrize("is_waiting", [True, False])
async def test_a_file_that_is_kept_beside_the_database_is_taken_up_again(
    *, is_waiting: bool
) -> None:
    world, file_id, _ = await paid_behind_the_backup(is_waiting=is_waiting)
    platform = world.host.platform
    if is_waiting:
        await settle(world)
    with pytest.raises(Restored) as refused:
        await make_file(platform, OFFICE, None, "saturday")
    assert refused.value.unknown == [file_id]
    found = await adopt(platform, OFFICE, file_id, None, "the bank has it")
    assert (found.file_id, found.payments, found.strangers) == (file_id, 1, [])
    async with api_client(platform) as client:
        [listed] = (await client.get("/api/payment-files")).json()["items"]
        shown = (await client.get(f"/api/payment-files/{file_id}")).json()
    at = to_text(platform.clock.now())
    assert (listed["id"], listed["recoveredAt"], shown["recoveredAt"]) == (file_id, at, at)
    await settle(world)  # where it was not paid yet, it is paid by that file
    with pytest.raises(NothingWaits):
        await make_file(platform, OFFICE, None, "saturday")
    assert len(await in_files(world)) == 1
    await record_outcome(platform, OFFICE, OFFICER, file_id, "posted", None, None)
    await settle(world)
    [run] = await world.rows("SELECT state FROM runs")
    assert (run["state"], await held(world)) == ("paid", (AMOUNT, 0, AMOUNT))


async def test_what_the_bank_was_not_given_goes_into_another_file() -> None:
    world, file_id, _ = await paid_behind_the_backup(is_waiting=True)
    platform = world.host.platform
    await settle(world)
    await discard(platform, OFFICE, file_id, "nobody had fetched it")
    with pytest.raises(NoSuchCopy):
        await discard(platform, OFFICE, file_id, "nobody had fetched it")
    made = await make_file(platform, OFFICE, None, "saturday")
    assert (made.payments, len(await in_files(world))) == (1, 1)


async def test_a_person_uploads_a_lost_file_again_or_says_that_there_is_none() -> None:
    world, file_id, content = await paid_behind_the_backup(is_waiting=True)
    platform = world.host.platform
    for each in await platform.objects.page("", 1000):  # the bucket is lost too
        await platform.objects.delete(each.key)
    # as `tillroll restore` does
    await keep_position(world.host.database, RESTORED, "2026-03-01", "2026-03-01")
    await settle(world)
    with pytest.raises(Restored):
        await make_file(platform, OFFICE, None, "saturday")
    with pytest.raises(ValuesRefused):
        await adopt(platform, OFFICE, None, "<Document/>", "it is here")
    [iban] = re.findall("<CdtrAcct><Id><IBAN>(.*?)</IBAN>", content)
    forged = (
        content.replace(iban, "GB33BUKB20201555555555"),
        re.sub(r"(<InstdAmt[^>]*>)\d+", r"\g<1>999", content),
    )
    for other in forged:
        with pytest.raises(ValuesRefused, match="another amount in it, or another account"):
            await adopt(platform, OFFICE, None, other, "it is here")
    assert (await adopt(platform, OFFICE, None, content, "it is here")).file_id == file_id
    with pytest.raises(Restored):
        await make_file(platform, OFFICE, None, "saturday")
    await say_all_known(platform, OFFICE, "the bank lists one file")
    with pytest.raises(NothingWaits):
        await make_file(platform, OFFICE, None, "saturday")


async def test_a_payout_that_was_asked_for_behind_the_backup_is_named() -> None:
    world, _, content = await paid_behind_the_backup(is_waiting=True)
    with pytest.raises(ValuesRefused, match="Nothing was restored"):
        await adopt(world.host.platform, OFFICE, None, content, "the bank has it")
    # as `tillroll restore` does
    await keep_position(world.host.database, RESTORED, "2026-03-01", "2026-03-01")
    stranger = f"run-{'0' * 26}"
    [name] = re.findall("<EndToEndId>(.*?)</EndToEndId>", content)
    found = await adopt(
        world.host.platform, OFFICE, None, content.replace(name, stranger), "the bank has it"
    )
    assert found.strangers == [stranger.replace("-", "_")]


async def test_a_file_that_was_made_and_not_kept_is_asked_for_again_under_its_key() -> None:
    world = await open_by_file(Faults(), Order(is_silent=True, is_idle=True))
    await ask(world)
    await world.settle({})
    params = PayoutParams(payee_id=PAYEE, currency="EUR", amount=1, reference="Another")
    first = await make_file(world.host.platform, OFFICE, None, "friday")
    await begin_payout(world.host.platform, PAYOUT, OFFICE, params, "two")
    await world.settle({})
    second = await make_file(world.host.platform, OFFICE, None, "saturday")
    assert second.id != first.id
    assert (await make_file(world.host.platform, OFFICE, None, "friday")).id == first.id
    with pytest.raises(FileKeyReused):
        await make_file(
            world.host.platform,
            OFFICE,
            date.fromisoformat(first.execution_day) + timedelta(days=1),
            "friday",
        )
