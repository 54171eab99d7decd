"""Photos that seem to be one receipt are proposed to be joined: only what one person handed in
about the same time.
"""

from datetime import timedelta

from tests.simulation.receipts import open_receipts, upload
from tests.simulation.test_joining import joined
from tillroll.receipts.pieces.proposals import pieces_of
from tillroll.receipts.repository import load_receipt
from tillroll_durable.platform.bindings.database import text
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World

ABOVE = (
    "GREEN GARDEN CAFE SDN BHD\n12 Jalan Bunga, 50000 Kuala Lumpur\nDate: 14/02/2026 09:31\nNasi "
    "Lemak\nTeh Tarik Ais\n"
)
BELOW = (
    "Nasi Lemak\nTeh Tarik Ais\nRoti Canai Telur 3.00\nTOTAL  RM  12.90\nCASH  20.00\nCHANGE  "
    "7.10\nThank you\n"
)


async def handed_in(*texts: str, apart: timedelta = timedelta(minutes=1)) -> World:
    """Photos of these texts, one after the other, each of which waits for a person."""
    world = await open_receipts(Faults(), texts[0])
    for copy, said in enumerate(texts, start=1):
        world.host.pieces.models.transcript = said
        await upload(world, copy)
        await world.work()
        world.host.pieces.clock.advance(apart)
    return world


async def proposed(world: World) -> list[list[str]]:
    """What is proposed at each photo, by the order in which they came."""
    ids = [
        text(row, "id")
        for row in await world.rows("SELECT id FROM receipts ORDER BY created_at, id")
    ]
    found = [await load_receipt(world.host.platform.database, each) for each in ids]
    pieces = [await pieces_of(world.host.platform, each) for each in found if each]
    return [[str(ids.index(photo.receipt_id)) for photo in each.photos] for each in pieces]


async def test_two_photos_of_one_receipt_are_proposed_at_both_and_joined_by_a_person() -> None:
    world = await handed_in(ABOVE, BELOW)
    assert await proposed(world) == [["0", "1"], ["0", "1"]]
    assert len(await world.rows("SELECT id FROM receipts")) == 2
    ids = [
        text(row, "id") for row in await world.rows("SELECT id FROM receipts ORDER BY created_at")
    ]
    await joined(world, ids)
    await world.work()
    assert await proposed(world) == [[], [], []]


async def test_the_order_of_the_paper_counts() -> None:
    assert await proposed(await handed_in(BELOW, ABOVE)) == [["1", "0"], ["1", "0"]]


async def test_what_was_handed_in_later_is_not_proposed() -> None:
    assert await proposed(await handed_in(ABOVE, BELOW, apart=timedelta(minutes=11))) == [[], []]


async def test_what_somebody_else_handed_in_is_not_proposed() -> None:
    world = await handed_in(ABOVE, BELOW)
    await world.rows(
        "UPDATE receipts SET uploaded_by = 'usr_other' WHERE id = (SELECT MAX(id) FROM receipts)"
    )
    assert await proposed(world) == [[], []]


async def test_the_same_photo_twice_is_not_proposed() -> None:
    assert await proposed(await handed_in(ABOVE, ABOVE)) == [[], []]


async def test_what_was_decided_is_not_proposed() -> None:
    world = await handed_in(ABOVE, BELOW)
    await world.settle({"decision": "reject"})
    assert await proposed(world) == [[], []]
