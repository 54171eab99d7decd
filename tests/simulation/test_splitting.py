"""A photo or a PDF of several receipts is split: all of it or nothing, wherever the process dies,
and once however often it is asked for.
"""

from functools import partial

import pytest

from tests.simulation.points import at_every_point
from tests.simulation.receipts import CORRECTION, NO_TOTAL, check_ledger, open_receipts, upload
from tests.support.host_platform import ACCOUNT, TOKEN
from tests.support.receipts import clear_receipt
from tests.support.scans import scanned_pdf
from tests.support.uploads import JPEG, MemoryFile, MemoryUpload
from tillroll.api.answers import JsonReply
from tillroll.receipts.native import receive_parts
from tillroll.receipts.pieces.proposals import pieces_of
from tillroll.receipts.pieces.splitting import SplitReceipt, split_pages
from tillroll.receipts.repository import Receipt, load_receipt
from tillroll_durable import Actor
from tillroll_durable.idempotency.keys import KeyReused
from tillroll_durable.platform.bindings.database import statement, text, word
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance

_PARTS = (b"left", b"right")


async def waiting() -> tuple[World, str]:
    """A photo that waits for a person."""
    world = await open_receipts(Faults(), NO_TOTAL)
    await upload(world)
    await world.work()
    (receipt,) = await world.rows("SELECT id FROM receipts")
    return world, text(receipt, "id")


async def split(
    world: World, receipt_id: str, parts: tuple[bytes, ...] = _PARTS, *, key: str | None = None
) -> JsonReply:
    files = [MemoryFile(JPEG + part, world.host.pieces.objects) for part in parts]
    headers = {"authorization": f"Bearer {TOKEN}"}
    if key is not None:
        headers["idempotency-key"] = key
    upload = MemoryUpload(files, headers, named="part")
    return await receive_parts(world.host.platform, upload, receipt_id)


_SHOPS = ("OAK BOOKS SDN BHD", "PINE TEA SDN BHD", "ELM CAFE SDN BHD")
_TILLS = ["\n".join(clear_receipt(shop, f"{at}4.20")) for at, shop in enumerate(_SHOPS, start=1)]


async def waiting_pdf(*pages: str) -> tuple[World, str]:
    """A PDF of a receipt on each page, that waits for a person."""
    world = await open_receipts(Faults())
    await upload(world, content=scanned_pdf(*(pages or _TILLS[:2])))
    await world.work()
    (receipt,) = await world.rows("SELECT id FROM receipts")
    return world, text(receipt, "id")


async def split_pdf(world: World, receipt_id: str, *begins_at: int) -> SplitReceipt:
    receipt = await _load(world, receipt_id)
    actor = Actor(ACCOUNT, "user:usr_first")
    return await split_pages(
        world.host.platform, world.deployed.workflow, actor, receipt, begins_at or [2]
    )


async def _load(world: World, receipt_id: str) -> Receipt:
    receipt = await load_receipt(world.host.platform.database, receipt_id)
    assert receipt is not None
    return receipt


async def _check_split(world: World, receipt_id: str) -> None:
    """The document's run has ended, its parts are two receipts with a run each, and nothing is
    there twice.
    """
    receipts = await world.rows(
        "SELECT id, run_id, split_of, uploaded_by FROM receipts ORDER BY id"
    )
    assert sorted(str(each["split_of"]) for each in receipts) == sorted(
        ["None", receipt_id, receipt_id]
    )
    assert len({each["uploaded_by"] for each in receipts}) == 1
    assert len(await world.rows("SELECT id FROM runs")) == len(receipts)
    (original,) = await world.rows(
        "SELECT status FROM runs WHERE subject = (SELECT id FROM receipts WHERE split_of IS NULL)"
    )
    assert original["status"] == "rejected"
    for action, count in (("receipt.split", 1), ("receipt.is_part", 2), ("run.created", 3)):
        assert (
            len(
                await world.rows(
                    f"SELECT 1 AS told FROM audit_events WHERE action = '{word(action)}'"
                )
            )
            == count
        )


async def _play(world: World, receipt_id: str) -> None:
    """Sent until there is an answer, and once more; then all comes to rest."""
    said = [await world.surviving(partial(split, world, receipt_id)) for _ in range(2)]
    assert said[0].body["parts"]
    assert said[1].status == 200
    await world.faults.release()
    await world.settle({"decision": "reject"})
    await _check_split(world, receipt_id)
    await check_ledger(world)


@pytest.mark.parametrize("disturbance", [by.KILL, by.DOUBLE], ids=lambda each: each.name)
async def test_an_expense_is_split_wholly_or_not_at_all_at_every_point(
    disturbance: Disturbance,
) -> None:
    await at_every_point(waiting, split, _play, disturbance, least=6)


async def test_under_a_key_it_is_split_once_and_answered_as_before() -> None:
    world, receipt_id = await waiting()
    first = await split(world, receipt_id, key="lost")
    again = await split(world, receipt_id, key="lost")
    assert (again.status, again.body, again.run) == (first.status, first.body, first.run)
    assert again.headers["idempotent-replayed"] == "true"
    with pytest.raises(KeyReused):
        await split(world, receipt_id, (b"left", b"other"), key="lost")


async def _play_pdf(world: World, receipt_id: str) -> None:
    said = [await world.surviving(partial(split_pdf, world, receipt_id)) for _ in range(2)]
    assert not said[1].is_new
    await world.faults.release()
    await world.settle({"decision": "reject"})
    await _check_split(world, receipt_id)
    merchants = [
        row["merchant"]
        for row in await world.rows("SELECT merchant FROM expenses ORDER BY merchant")
    ]
    assert merchants == ["OAK BOOKS SDN BHD", "PINE TEA SDN BHD"]
    await check_ledger(world)


@pytest.mark.parametrize("disturbance", [by.KILL, by.DOUBLE], ids=lambda each: each.name)
async def test_a_pdf_is_split_wholly_or_not_at_all_at_every_point(disturbance: Disturbance) -> None:
    await at_every_point(waiting_pdf, split_pdf, _play_pdf, disturbance, least=6)


async def test_what_a_pdf_seems_to_consist_of_is_proposed_and_a_person_asked() -> None:
    world, receipt_id = await waiting_pdf(*_TILLS)
    (review,) = await world.rows("SELECT reason FROM reviews")
    assert review["reason"] == "several_receipts"
    assert (await pieces_of(world.host.platform, await _load(world, receipt_id))).begins_at == [
        2,
        3,
    ]


async def test_what_a_person_called_one_document_is_not_asked_about_again() -> None:
    world, receipt_id = await waiting_pdf(*_TILLS)
    await split_pdf(world, receipt_id, 3)
    await world.work()
    assert (
        len(await world.rows("SELECT 1 AS asked FROM reviews WHERE reason = 'several_receipts'"))
        == 1
    )


@pytest.mark.parametrize("pages", [(3,), (2, 3), (9,)])
async def test_where_no_page_is_nothing_is_split(pages: tuple[int, ...]) -> None:
    world, receipt_id = await waiting_pdf()
    with pytest.raises(Refusal, match="2 pages"):
        await split_pdf(world, receipt_id, *pages)
    assert len(await world.rows("SELECT id FROM receipts")) == 1


async def test_pages_that_are_alike_are_no_parts() -> None:
    world, receipt_id = await waiting_pdf(_TILLS[0], _TILLS[1], _TILLS[1])
    with pytest.raises(Refusal, match="alike"):
        await split_pdf(world, receipt_id, 2, 3)
    assert len(await world.rows("SELECT id FROM receipts")) == 1


async def test_parts_are_handed_in_of_a_photo_alone_and_pages_are_a_pdf_s() -> None:
    world, receipt_id = await waiting_pdf()
    with pytest.raises(Refusal, match="of a PDF"):
        await split(world, receipt_id)
    world, receipt_id = await waiting()
    with pytest.raises(Refusal, match="Only a PDF"):
        await split_pdf(world, receipt_id)


async def test_what_was_decided_otherwise_is_not_split() -> None:
    world, receipt_id = await waiting()
    await world.settle(CORRECTION)
    with pytest.raises(Refusal, match="is decided"):
        await split(world, receipt_id)
    assert len(await world.rows("SELECT id FROM receipts")) == 1


@pytest.mark.parametrize(
    "parts", [(b"one",), (b"one", b"one"), (b"", b"one"), tuple(bytes([n]) for n in range(9))]
)
async def test_what_is_no_split_changes_nothing(parts: tuple[bytes, ...]) -> None:
    world, receipt_id = await waiting()
    with pytest.raises(Refusal):
        await split(world, receipt_id, parts)
    assert len(await world.rows("SELECT id FROM receipts")) == 1
    assert not await world.rows("SELECT 1 AS decided FROM review_decisions")


async def test_parts_that_came_to_nothing_are_read_again() -> None:
    world, receipt_id = await waiting()
    await split(world, receipt_id)
    await world.settle({"decision": "reject"})
    await upload(world)  # the photo is handed in once more
    await world.work()
    said = await split(world, receipt_id)
    assert said.status == 202
    await world.work()
    runs = await world.rows("SELECT previous_run_id FROM runs WHERE status <> 'rejected'")
    assert len(runs) == 2
    assert all(run["previous_run_id"] for run in runs)


async def test_another_s_photo_is_not_there() -> None:
    world, receipt_id = await waiting()
    await world.host.platform.database.batch(
        [statement("UPDATE receipts SET account_id = 'acc_other'")]
    )
    with pytest.raises(Refusal) as refused:
        await split(world, receipt_id)
    assert refused.value.kind.status == 404
