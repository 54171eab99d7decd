"""The same bytes are one receipt and one run, until that run ended without an expense."""

import pytest

from tests.simulation.receipts import CORRECTION, NO_TOTAL, open_receipts, upload
from tillroll.receipts.service import BeingErased
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import World


async def rejected(world: World) -> str:
    """Upload, and have the run rejected."""
    run = await upload(world)
    await world.settle({"decision": "reject"})
    return run


async def test_the_same_bytes_are_the_same_run() -> None:
    world = await open_receipts(Faults())
    first = await upload(world)
    assert await upload(world) == first
    await world.settle()
    assert await upload(world) == first
    assert len(await world.rows("SELECT id FROM runs")) == 1


async def test_a_run_that_was_rejected_is_followed_by_another() -> None:
    world = await open_receipts(Faults(), NO_TOTAL)
    first = await rejected(world)
    second = await rejected(world)
    third = await upload(world)
    await world.settle(CORRECTION)
    assert await upload(world) == third
    runs = await world.rows("SELECT id, previous_run_id, status FROM runs ORDER BY id")
    assert [(run["id"], run["previous_run_id"], run["status"]) for run in runs] == [
        (first, None, "rejected"),
        (second, first, "rejected"),
        (third, second, "complete"),
    ]
    assert await world.rows("SELECT run_id FROM receipts") == [{"run_id": third}]


async def test_bytes_of_a_receipt_that_is_being_erased_are_to_come_again() -> None:
    """Taken in now, they would be deleted with it, though the client was told that they are
    there.
    """
    world = await open_receipts(Faults(), NO_TOTAL)
    for first in (await upload(world), await rejected(world)):
        await world.rows("DELETE FROM erasures")
        await world.rows(
            """
            INSERT INTO erasures (id, account_id, what, target, run_id, requested_by, requested_at,
                due_at, begun_at)
            SELECT 'ers_1', account_id, 'receipt', id, run_id, '', '', '', '2026-01-01'
                FROM receipts
            """
        )
        with pytest.raises(BeingErased):
            await upload(world)
        await world.rows("UPDATE erasures SET taken_back_at = '2026-01-01'")
        assert [row["id"] for row in await world.rows("SELECT id FROM runs")] == [first]
    await world.rows("DELETE FROM receipts")  # as in the moment before their run goes
    with pytest.raises(BeingErased):
        await upload(world)


async def test_a_receipts_run_is_its_persons_whoever_the_run_was_begun_for() -> None:
    """The database holds it, so that no way of handing something in leaves a run that its submitter
    does not see.
    """
    world = await open_receipts(Faults())
    await upload(world)
    [run] = await world.rows("SELECT id, subject, person FROM runs")
    assert run["person"] == "usr_first"
    await world.rows("DELETE FROM receipts")
    await world.rows("UPDATE runs SET person = NULL")
    await world.rows(
        """
        INSERT INTO receipts (id, account_id, sha256, media_type, size, run_id, uploaded_by,
            created_at,
                              person)
        SELECT subject, account_id, 'x', 'image/jpeg', 1, id, 'usr_first', created_at, 'usr_first'
            FROM runs
        """
    )
    assert await world.rows("SELECT person FROM runs") == [{"person": "usr_first"}]
