"""Mail as standards describe it and as reports say that others lost it: what becomes a receipt, and
what its sender reads of what becomes none.
"""

from datetime import date

import pytest

from tests.support.mails.all_reported import REPORTED
from tests.support.mails.reported import Reported, reads
from tests.support.received_mail import open_mailbox, send, work
from tillroll.received_mail.attachments import Attachment
from tillroll.received_mail.choosing import choose
from tillroll.received_mail.service import Rejected
from tillroll.received_mail.walk import read_attachments
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.clock import no_pause
from tillroll_testing.simulation.world import World

_DAY = date(2026, 11, 3)
_NAMED = [mail for mail in REPORTED if mail.left or mail.detail]


@pytest.mark.parametrize("mail", REPORTED, ids=lambda mail: mail.title)
async def test_what_becomes_a_receipt(mail: Reported) -> None:
    brought = await choose(read_attachments(mail.raw, _DAY), _DAY, no_pause)
    receipts = [each for each in brought if each.is_offered]
    names = [each.printed.text if each.printed else each.name for each in receipts]
    assert len(receipts) == len(mail.receipts), names
    for attachment, receipt in zip(receipts, mail.receipts, strict=True):
        assert _is(attachment, receipt), names
        if attachment.printed is not None:
            assert not any(reads(attachment.printed.text, words) for words in mail.hidden)


def _is(attachment: Attachment, receipt: str) -> bool:
    if attachment.printed is not None:
        return reads(attachment.printed.text, receipt)
    return attachment.name == receipt


async def test_the_sender_reads_of_everything_that_is_left_out() -> None:
    world, address = await open_mailbox()
    local, _, domain = address.partition("@")
    for mail in _NAMED:
        answer, attachments = await _told(world, f"{local}{mail.detail}@{domain}", mail)
        missing = [words for words in mail.left if words not in answer]
        assert missing == [], (mail.title, answer)
        taken = [row for row in attachments if row["outcome"] in {"taken", "known"}]
        assert len(taken) == len(mail.receipts), (mail.title, answer)
        for row in attachments:
            why = str(row["why"] or "")[:40]
            assert why in answer, (mail.title, row, answer)


async def _told(world: World, address: str, mail: Reported) -> tuple[str, list[Row]]:
    """What the sender reads, in the answer or of their server, and what was in the mail."""
    platform = world.host.platform
    try:
        await send(platform, address, mail.raw)
        await work(world)
        query = "SELECT mail FROM messages ORDER BY rowid DESC LIMIT 1"
        [row] = await platform.database.all(statement(query))
        answer = str(row["mail"])
    except Rejected as rejected:
        answer = str(rejected)
    query = """
      SELECT outcome, why FROM received_papers
      WHERE mail_id = (SELECT id FROM received_mail ORDER BY rowid DESC LIMIT 1)
    """
    return answer, await platform.database.all(statement(query))


def test_there_are_as_many_as_were_written() -> None:
    assert len(REPORTED) >= 60
    assert len({mail.title for mail in REPORTED}) == len(REPORTED)
    assert all(mail.source for mail in REPORTED)
