"""The undo of a split and of a joining: all of it or nothing, wherever the process dies. Nothing is
lost, or there twice.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import LiteralString

import pytest

from tests.simulation.points import at_every_point
from tests.simulation.receipts import check_ledger, upload
from tests.simulation.test_joining import joined
from tests.simulation.test_joining import waiting as waiting_photos
from tests.simulation.test_splitting import split, split_pdf, waiting, waiting_pdf
from tests.support.host_platform import ACCOUNT
from tillroll.receipts.pieces.undoing import Act, UndoneReceipts, undo
from tillroll.receipts.repository import load_receipt
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import integer, statement, text
from tillroll_durable.platform.refusals import Refusal
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance

OF_ALL = Actor(ACCOUNT, "user:usr_first")


async def undone(
    world: World, receipt_id: str, act: Act = "split", actor: Actor = OF_ALL
) -> UndoneReceipts:
    receipt = await load_receipt(world.host.platform.database, receipt_id)
    assert receipt is not None
    return await undo(world.host.platform, world.deployed.workflow, actor, receipt, act)


async def split_to_expenses() -> tuple[World, str]:
    """A PDF whose two parts are expenses."""
    world, receipt_id = await waiting_pdf()
    await split_pdf(world, receipt_id)
    await world.work()
    return world, receipt_id


async def split_to_reviews() -> tuple[World, str]:
    """A photo whose two parts wait for a person."""
    world, receipt_id = await waiting()
    await split(world, receipt_id)
    await world.work()
    return world, receipt_id


async def joined_to_review() -> tuple[World, str]:
    """A receipt of two photos that waits for a person."""
    world, ids = await waiting_photos()
    document = await joined(world, ids)
    await world.work()
    return world, document.receipt_id


async def newest(world: World) -> dict[str, str]:
    """How the newest run of each receipt stands."""
    rows = await world.rows(
        "SELECT receipts.id, status FROM receipts JOIN runs ON runs.id = run_id"
    )
    return {text(row, "id"): text(row, "status") for row in rows}


async def told(world: World) -> dict[str, int]:
    """How often each act of an undo is in the audit."""
    query = """
      SELECT action, COUNT(*) AS n FROM audit_events WHERE action IN ('receipt.undone',
          'receipt.is_back') GROUP BY 1
    """
    return {text(row, "action"): integer(row, "n") for row in await world.rows(query)}


_RUNS = "SELECT subject, COUNT(*) AS n FROM runs GROUP BY subject"


async def _play(world: World, receipt_id: str, act: Act) -> None:
    """Asked for until there is an answer, and once more; then all comes to rest."""
    said = [await world.surviving(partial(undone, world, receipt_id, act)) for _ in range(2)]
    assert not said[1].is_new
    await world.faults.release()
    await world.work()
    assert not await world.rows(
        "SELECT 1 AS linked FROM receipts WHERE split_of IS NOT NULL OR joined_into IS NOT NULL"
    )
    await world.settle({"decision": "reject"})
    runs = {text(row, "subject"): row["n"] for row in await world.rows(_RUNS)}
    back = [receipt_id] if act == "split" else [each for each in runs if each != receipt_id]
    assert runs == {each: 2 if each in back else 1 for each in runs}
    assert (await told(world))["receipt.is_back"] == len(back)
    assert {*(await newest(world)).values()} <= {"rejected", "complete"}
    assert not await world.rows("SELECT 1 AS counted FROM expenses WHERE status <> 'voided'")
    await check_ledger(world)


@pytest.mark.parametrize("disturbance", [by.KILL, by.DOUBLE], ids=lambda each: each.name)
@pytest.mark.parametrize(
    ("begin", "act"),
    [
        pytest.param(split_to_expenses, "split", id="parts that are expenses"),
        pytest.param(split_to_reviews, "split", id="parts that wait"),
        pytest.param(joined_to_review, "join", id="photos"),
    ],
)
async def test_a_split_is_undone_wholly_or_not_at_all_at_every_point(
    begin: Callable[[], Awaitable[tuple[World, str]]], act: Act, disturbance: Disturbance
) -> None:
    await at_every_point(
        begin, partial(undone, act=act), partial(_play, act=act), disturbance, least=5
    )


async def test_split_again_the_same_expenses_count_again() -> None:
    world, receipt_id = await split_to_expenses()
    before = await world.rows("SELECT id, merchant, total_minor FROM expenses ORDER BY id")
    await undone(world, receipt_id)
    await world.work()
    await split_pdf(world, receipt_id)
    await world.work()
    assert before == await world.rows(
        "SELECT id, merchant, total_minor FROM expenses WHERE status = 'ready' ORDER BY id"
    )
    assert sorted((await newest(world)).values()) == ["complete", "complete", "rejected"]
    kinds = await world.rows("SELECT kind FROM expense_changes ORDER BY expense_id, version")
    assert [row["kind"] for row in kinds] == ["voided", "restored"] * 2


async def test_joined_again_it_is_read_again() -> None:
    world, document = await joined_to_review()
    ids = [each for each in await newest(world) if each != document]
    await undone(world, document, "join")
    await world.work()
    again = await joined(world, ids)
    assert again.is_new
    assert again.receipt_id == document
    await world.work()
    assert (await newest(world))[document] == "needs_review"


_APPROVED = ("UPDATE expenses SET status = 'approved', version = version + 1",)
_EXPORTED = (
    """
    INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at)
    SELECT 'xpt_1', account_id, run_id, 'csv', '{}', 'usr_first', 1, created_at FROM expenses
        LIMIT 1
    """,
    """
    INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, version,
        content)
    SELECT 'xpt_1', 1, 1, account_id, '', id, version, '{}' FROM expenses LIMIT 1
    """,
)


@pytest.mark.parametrize("counts", [_APPROVED, _EXPORTED], ids=["approved", "exported"])
async def test_what_counts_already_stays(counts: tuple[LiteralString, ...]) -> None:
    world, receipt_id = await split_to_expenses()
    await world.host.platform.database.batch([statement(each) for each in counts])
    before = await newest(world)
    with pytest.raises(Refusal, match="stays as it is"):
        await undone(world, receipt_id)
    assert before == await newest(world)
    assert not await told(world)


async def test_what_is_being_read_is_waited_for() -> None:
    world, receipt_id = await waiting_pdf()
    await split_pdf(world, receipt_id)
    with pytest.raises(Refusal, match="being read"):
        await undone(world, receipt_id)


async def test_a_part_that_is_somebody_elses_by_now_stays() -> None:
    world, receipt_id = await split_to_reviews()
    await world.rows("UPDATE receipts SET person = 'usr_other' WHERE split_of IS NOT NULL")
    with pytest.raises(Refusal, match="somebody else"):
        await undone(world, receipt_id, actor=Actor(ACCOUNT, "user:usr_first", only="usr_first"))


async def test_what_is_neither_split_nor_joined_is_left() -> None:
    world, receipt_id = await waiting()
    said = await undone(world, receipt_id)
    assert not said.is_new
    assert [each.status for each in said.receipts] == ["needs_review"]
    await upload(world, 7)
    assert not await told(world)
