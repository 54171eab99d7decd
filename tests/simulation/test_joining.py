"""Photos of one long receipt are joined: all of it or nothing, wherever the process dies, and once
however often it is asked for.
"""

from functools import partial

import pytest

from tests.simulation.points import at_every_point
from tests.simulation.receipts import CORRECTION, NO_TOTAL, check_ledger, open_receipts, upload
from tests.support.host_platform import ACCOUNT
from tillroll.receipts.pieces.joining import JoinedReceipt, join
from tillroll.receipts.repository import load_receipt
from tillroll_documents.pdf_reader.pages import read_pdf
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import statement, text, word
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance

ANN = Actor(ACCOUNT, "user:usr_first")


async def waiting(count: int = 2) -> tuple[World, list[str]]:
    """Photos that wait for a person, in the order in which they came."""
    world = await open_receipts(Faults(), NO_TOTAL)
    for copy in range(1, count + 1):
        await upload(world, copy)
        await world.work()
    return world, [
        text(row, "id")
        for row in await world.rows("SELECT id FROM receipts ORDER BY created_at, id")
    ]


async def joined(world: World, ids: list[str]) -> JoinedReceipt:
    database = world.host.platform.database
    photos = [photo for each in ids if (photo := await load_receipt(database, each)) is not None]
    return await join(world.host.platform, world.deployed.workflow, ANN, photos)


async def _play(world: World, ids: list[str]) -> None:
    """Asked for until there is an answer, and once more; then all comes to rest."""
    said = [await world.surviving(partial(joined, world, ids)) for _ in range(2)]
    assert said[0].receipt_id == said[1].receipt_id
    assert not said[1].is_new
    await world.faults.release()
    await world.settle({"decision": "reject"})
    receipts = await world.rows("SELECT id, joined_into, uploaded_by FROM receipts")
    assert {row["id"]: row["joined_into"] for row in receipts} == {
        said[0].receipt_id: None,
        **dict.fromkeys(ids, said[0].receipt_id),
    }
    assert len({row["uploaded_by"] for row in receipts}) == 1
    assert len(await world.rows("SELECT id FROM runs")) == len(receipts)
    for action, count in (("receipt.joined", 2), ("receipt.is_joined", 1), ("run.created", 3)):
        assert (
            len(
                await world.rows(
                    f"SELECT 1 AS told FROM audit_events WHERE action = '{word(action)}'"
                )
            )
            == count
        )
    await check_ledger(world)


@pytest.mark.parametrize("disturbance", [by.KILL, by.DOUBLE], ids=lambda each: each.name)
async def test_they_are_joined_wholly_or_not_at_all_at_every_point(
    disturbance: Disturbance,
) -> None:
    await at_every_point(waiting, joined, _play, disturbance, least=6)


async def test_the_document_has_a_page_for_each_photo_in_the_order_that_was_asked_for() -> None:
    world, ids = await waiting(3)
    other = await world.host.platform.images.as_jpeg(await _key(world, ids[2]), 10)
    receipt = await load_receipt(
        world.host.platform.database, (await joined(world, [ids[2], ids[0]])).receipt_id
    )
    assert receipt is not None
    content = world.host.pieces.objects.content[receipt.object_key]
    assert content.index(other[-20:]) < content.index((await _jpeg(world, ids[0]))[-20:])
    assert len((await read_pdf(content, world.host.platform.pause, None)).pages) == 2


async def _key(world: World, receipt_id: str) -> str:
    receipt = await load_receipt(world.host.platform.database, receipt_id)
    assert receipt is not None
    return receipt.object_key


async def _jpeg(world: World, receipt_id: str) -> bytes:
    return await world.host.platform.images.as_jpeg(await _key(world, receipt_id), 10)


async def test_what_was_decided_otherwise_is_not_joined() -> None:
    world, ids = await waiting()
    await world.settle(CORRECTION)
    with pytest.raises(Refusal, match="is decided"):
        await joined(world, ids)
    assert not await world.rows("SELECT 1 AS found FROM receipts WHERE joined_into IS NOT NULL")


async def test_what_cannot_be_joined_changes_nothing() -> None:
    world, ids = await waiting()
    with pytest.raises(Refusal):
        await joined(world, ids[:1])
    with pytest.raises(Refusal):
        await joined(world, [ids[0], ids[0]])
    world.host.pieces.objects.content[await _key(world, ids[1])] = b"broken"
    with pytest.raises(Refusal, match="cannot be opened"):
        await joined(world, ids)
    await world.host.platform.database.batch(
        [statement("UPDATE receipts SET uploaded_by = 'usr_other' WHERE id = ?", [ids[1]])]
    )
    with pytest.raises(Refusal, match="several people"):
        await joined(world, ids)
    assert not await world.rows("SELECT 1 AS decided FROM review_decisions")
