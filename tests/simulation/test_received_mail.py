"""A mail that was accepted is neither lost nor taken in twice, wherever the process dies."""

from datetime import timedelta
from functools import partial

import pytest

from tests.simulation.points import at_every_point
from tests.support.mails import papers
from tests.support.mails.writing import ANN, attached, mail, multipart, plain
from tests.support.received_mail import open_mailbox, send
from tillroll.received_mail.jobs import sweep, work_off
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.together import together
from tillroll_testing.simulation.world import World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance

_ROUNDS = 14
_PACE = timedelta(minutes=4)
_RAW = mail(
    f"From: Ann <{ANN}>\nSubject: two receipts",
    multipart(
        "mixed",
        "b",
        [
            plain("Here they are"),
            attached(papers.invoice("FIRST LTD"), "application/pdf", "a.pdf"),
            attached(
                papers.zipped({"b.pdf": papers.invoice("SECOND LTD")}), "application/zip", "b.zip"
            ),
            attached(b"\xd0\xcf\x11\xe0 no document", "application/msword", "c.doc"),
        ],
    ),
    id_="two@example.com",
)


async def _work(world: World) -> None:
    messages = world.host.pieces.queue.messages
    while any("receivedMailId" in message for message in messages):
        place = next(
            number for number, message in enumerate(messages) if "receivedMailId" in message
        )
        mail_id = str(messages.pop(place)["receivedMailId"])
        await together(*[work_off(world.host.platform, mail_id) for _ in range(world.copies)])
    await together(*[sweep(world.host.platform) for _ in range(world.copies)])


async def _play(world: World, address: str) -> None:
    """The sender's server sends until it has its answer, and once more; then it is worked off."""
    for _ in range(2):
        await world.surviving(partial(send, world.host.platform, address, _RAW))
    for _ in range(_ROUNDS):
        await world.surviving(partial(_work, world))
        if not await world.rows("SELECT id FROM received_mail WHERE state = 'stored'"):
            break
        world.host.pieces.clock.advance(_PACE)
    await world.faults.release()
    (row,) = await world.rows("SELECT * FROM received_mail")
    assert row["state"] == "done", row["why"]
    kept = await world.rows("SELECT * FROM received_papers ORDER BY position")
    assert [each["outcome"] for each in kept] == ["taken", "taken", "refused", "left_out"]
    receipts = await world.rows("SELECT * FROM receipts ORDER BY id")
    assert {each["receipt_id"] for each in kept if each["receipt_id"]} == {
        each["id"] for each in receipts
    }
    assert len(receipts) == 2
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'receipt'")) == 2
    (message,) = await world.rows("SELECT * FROM messages")
    assert (row["answer_id"], message["answers"]) == (message["id"], row["id"])
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'mail'")) == 1
    assert str(row["object_key"]) in world.host.pieces.objects.content


@pytest.mark.parametrize(
    "disturbance", [by.KILL, by.DOUBLE, by.HANG_TO_THE_END], ids=lambda each: each.name
)
async def test_an_accepted_mail_survives_what_comes_between(disturbance: Disturbance) -> None:
    await at_every_point(lambda: open_mailbox(Faults()), _play, _play, disturbance, least=25)


async def test_a_run_that_was_rejected_meanwhile_is_not_begun_again() -> None:
    """It died behind the taking, before it wrote down what became of the paper; then somebody
    rejected the run.
    """
    world, address = await open_mailbox(Faults())
    accepted = await send(world.host.platform, address, _RAW)
    await _work(world)
    for sql in (
        "DELETE FROM received_papers",
        (
            "UPDATE received_mail SET state = 'stored', attempts = 1, settled_at = NULL, "
            "answer_id = NULL"
        ),
        "UPDATE runs SET status = 'rejected' WHERE kind = 'receipt'",
    ):
        await world.rows(sql)
    await work_off(world.host.platform, accepted.id)
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'receipt'")) == 2
    kept = await world.rows("SELECT outcome FROM received_papers ORDER BY position")
    assert [each["outcome"] for each in kept] == ["taken", "taken", "refused", "left_out"]
