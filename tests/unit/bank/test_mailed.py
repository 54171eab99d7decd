"""Statements that come by mail: from a person who may book, by their own address, and from nobody
else.
"""

import io
import zipfile

import pytest

from tests.simulation.author import Deployed
from tests.support.bank_csv import csv_file
from tests.support.bank_files import camt, mt940, ofx
from tests.support.bank_month import month
from tests.support.host_platform import ACCOUNT
from tests.support.mails import MAILS
from tests.support.mails.writing import ANN, Part, attached, mail, multipart, plain, stamped
from tests.support.received_mail import OWNER, open_mailbox, outcomes, refusal, send, work
from tests.support.roles import roles_given
from tillroll.bank import service
from tillroll.bank.models import BankAccountRequest
from tillroll.bank.statements.mailed import STATEMENTS
from tillroll.bank.statements.workflow import STATEMENT
from tillroll.received_mail.service import replay_mail, show_mail
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.sight import all_of
from tillroll_testing.simulation.world import World

MARCH = month(5, 12)
FILES = {"camt": camt(MARCH), "mt940": mt940(MARCH), "ofx": ofx(MARCH, 2)}
SHOP = "orders@streamly.example"


def brings(
    *files: tuple[bytes, str], sender: str = ANN, result: str = "pass", id_: str = "<1@example.net>"
) -> bytes:
    """A mail with these attachments: bytes and name."""
    parts: list[Part] = [
        plain("Here it is."),
        *(attached(content, "application/octet-stream", name) for content, name in files),
    ]
    head = f"From: {sender}\nTo: books\nSubject: March"
    return mail(head, multipart("mixed", "b", parts), above=stamped(sender, result), id_=id_)


@pytest.fixture
async def mailbox() -> tuple[World, str]:
    world, address = await open_mailbox(deployed=Deployed(STATEMENT, {}, REGISTRY.objects_in_use))
    request = BankAccountRequest(name="Giro", currency="EUR", number=MARCH.account)
    await service.create_account(world.host.platform, OWNER, request)
    return world, address


async def statements(world: World) -> list[tuple[object, ...]]:
    rows = await world.rows("SELECT source, by, file_name, added FROM bank_statements ORDER BY id")
    return [tuple(row.values()) for row in rows]


@pytest.mark.parametrize("format_", [*FILES])
async def test_a_statement_is_taken_as_an_uploaded_one(
    mailbox: tuple[World, str], format_: str
) -> None:
    world, address = mailbox
    accepted = await send(world.host.platform, address, brings((FILES[format_], "march.dat")))
    await work(world)
    await world.settle()
    booked = sum(not line.is_pending for line in MARCH.lines)
    [(source, by, name, added)] = await statements(world)
    assert (source, by, name) == ("mail", "usr_first", "march.dat")
    assert added == booked
    shown = await show_mail(world.host.platform, all_of(ACCOUNT), accepted.id)
    assert "attached:taken" in await outcomes(world, accepted.id)
    assert next(each.run_id for each in shown.papers if each.outcome == "taken") is not None


async def test_the_same_file_again_is_known(mailbox: tuple[World, str]) -> None:
    world, address = mailbox
    await send(world.host.platform, address, brings((FILES["camt"], "a.xml")))
    again = await send(
        world.host.platform, address, brings((FILES["camt"], "b.xml"), id_="<2@example.net>")
    )
    await work(world)
    assert "attached:known" in await outcomes(world, again.id)
    assert len(await statements(world)) == 1


async def test_one_in_an_archive_and_one_as_csv_are_taken(mailbox: tuple[World, str]) -> None:
    world, address = mailbox
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("march.sta", FILES["mt940"])
    files = (
        (packed.getvalue(), "march.zip"),
        (csv_file(MARCH), "March.CSV"),
        (csv_file(MARCH), "notes.txt"),
    )
    accepted = await send(world.host.platform, address, brings(*files))
    await work(world)
    found = [each for each in await outcomes(world, accepted.id) if not each.startswith("text")]
    assert found == ["archived:taken", "attached:taken", "attached:refused"]
    assert len(await statements(world)) == 2


async def test_a_sender_who_may_not_book_is_refused_by_name(mailbox: tuple[World, str]) -> None:
    world, address = mailbox
    await world.host.database.batch([*roles_given("usr_first", "submitter")])
    await world.rows("DELETE FROM user_roles WHERE user_id = 'usr_first' AND role <> 'submitter'")
    accepted = await send(world.host.platform, address, brings((FILES["camt"], "march.xml")))
    await work(world)
    shown = await show_mail(world.host.platform, all_of(ACCOUNT), accepted.id)
    [refused] = [each for each in shown.papers if each.outcome == "refused"]
    assert refused.why is not None
    assert "a bank statement" in refused.why
    assert "may book" in refused.why
    assert await statements(world) == []


@pytest.mark.parametrize("result", ["pass", "none"])
async def test_whom_an_owner_lets_send_receipts_sends_no_statements(
    mailbox: tuple[World, str], result: str
) -> None:
    """A shop's receipts are Ann's, who may book; the shop may not."""
    world, address = mailbox
    await world.rows("UPDATE mail_intakes SET requires_authentication = 0")
    sender = SHOP if result == "pass" else ANN
    accepted = await send(
        world.host.platform,
        address,
        brings((FILES["camt"], "march.xml"), sender=sender, result=result),
    )
    await work(world)
    assert "attached:refused" in await outcomes(world, accepted.id)
    assert await statements(world) == []


async def test_what_is_neither_receipt_nor_statement_is_refused_at_once(
    mailbox: tuple[World, str],
) -> None:
    world, address = mailbox
    said = await refusal(
        world.host.platform, address, brings((b"Hello", "hello.txt"), (b"<x/>", "x.xml"))
    )
    assert "no JPEG" in said


async def test_an_attempt_that_died_begins_no_second_run(mailbox: tuple[World, str]) -> None:
    world, address = mailbox
    accepted = await send(world.host.platform, address, brings((FILES["camt"], "march.xml")))
    await work(world)
    await world.rows("DELETE FROM received_papers")
    await world.rows("UPDATE received_mail SET state = 'failed'")
    await replay_mail(world.host.platform, OWNER, accepted.id)
    await work(world)
    assert "attached:taken" in await outcomes(world, accepted.id)
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'statement'")) == 1


def test_no_mail_that_brings_receipts_is_mistaken() -> None:
    for each in MAILS:
        assert not STATEMENTS.recognizes("mail", each.raw)
