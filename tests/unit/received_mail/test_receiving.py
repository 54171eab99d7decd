"""Mail comes in: who may send, what becomes of each paper, that the same mail does nothing, and who
is answered.
"""

import io
from dataclasses import replace
from datetime import timedelta

import pypdf
import pytest

from tests.support.host_platform import ACCOUNT, USER
from tests.support.mails import MAILS, papers
from tests.support.mails.mailed import Mailed
from tests.support.mails.writing import ANN, attached, mail, multipart, plain, stamped
from tests.support.received_mail import DOMAIN, OWNER, open_mailbox, outcomes, refusal, send, work
from tests.support.roles import roles_given
from tillroll.quotas.usage import QuotaSettings
from tillroll.received_mail.attachments import TextAttachment
from tillroll.received_mail.cron import KEPT, OBJECTS_IN_USE
from tillroll.received_mail.headers import MOST_BYTES
from tillroll.received_mail.intake import (
    MOST,
    NoAddress,
    change_intake,
    end_address,
    make_address,
    read_intake,
)
from tillroll.received_mail.jobs import NotPrintable, print_text
from tillroll.received_mail.models import AllowedSender
from tillroll.received_mail.repository import MOST_ATTEMPTS, forget_raw_mail
from tillroll.received_mail.service import NotReplayable, replay_mail, show_mail
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.json import dump, load_object
from tillroll_durable.sight import all_of

_BY_TITLE = {mailed.title: mailed for mailed in MAILS}
_PDF = _BY_TITLE["gmail-pdf"].raw
_OFFERED = {"attached", "inline", "archived", "text"}


@pytest.mark.parametrize("mailed", MAILS, ids=lambda mailed: mailed.title)
async def test_each_paper_ends_in_a_receipt_or_a_reason(mailed: Mailed) -> None:
    world, address = await open_mailbox()
    platform = world.host.platform
    wanted = [each for each in mailed.papers if each in _OFFERED]
    if mailed.verdict != "authenticated":
        assert "does not prove" in await refusal(platform, address, mailed.raw)
        assert await world.rows("SELECT id FROM received_mail") == []
        return
    if not wanted:
        assert await refusal(platform, address, mailed.raw)
        (row,) = await world.rows("SELECT state, why FROM received_mail")
        assert row["state"] == "refused"
        assert row["why"]
        return
    accepted = await send(platform, address, mailed.raw)
    await work(world)
    (row,) = await world.rows("SELECT state, answer_id, is_automatic FROM received_mail")
    assert row["state"] == "done"
    assert (row["answer_id"] is None) is mailed.is_automatic
    taken = [each for each in await outcomes(world, accepted.id) if each.endswith(":taken")]
    assert taken == [f"{each}:taken" for each in wanted]
    receipts = await world.rows("SELECT uploaded_by, object_key FROM receipts")
    assert len(receipts) == len(wanted)
    assert {each["uploaded_by"] for each in receipts} == {USER}
    assert all(str(each["object_key"]) in world.host.pieces.objects.content for each in receipts)
    created = await world.rows(
        "SELECT DISTINCT actor FROM audit_events WHERE action = 'run.created' "
        "AND actor LIKE 'mail:%'"
    )
    assert [each["actor"] for each in created] == [f"mail:{accepted.id}"]
    reasons = await world.rows(
        "SELECT outcome, why FROM received_papers WHERE outcome IN ('refused', 'left_out')"
    )
    assert all(each["why"] for each in reasons)


async def test_the_same_mail_again_does_nothing() -> None:
    world, address = await open_mailbox()
    first = await send(world.host.platform, address, _PDF)
    await work(world)
    # by another server, as it may come twice
    again = _PDF.replace(b"GY1KdjWjOU9O", b"XX2KdjWjOU9P")
    second = await send(world.host.platform, address, again)
    await work(world)
    assert (first.is_new, second.is_new, second.id) == (True, False, first.id)
    assert len(await world.rows("SELECT id FROM received_mail")) == 1
    assert len(await world.rows("SELECT id FROM runs WHERE kind = 'receipt'")) == 1
    assert len(await world.rows("SELECT id FROM messages")) == 1


async def test_another_mail_under_the_same_id_is_another_one() -> None:
    """Scanners write the same Message-ID each day: what they bring must not be lost."""
    world, address = await open_mailbox()
    head = f"From: {ANN}\nSubject: Scan"
    for shop in ("ONE LTD", "TWO LTD"):
        body = multipart(
            "mixed", "b", [attached(papers.invoice(shop), "application/pdf", "scan.pdf")]
        )
        await send(world.host.platform, address, mail(head, body, id_="scan@mfp.example"))
    await work(world)
    assert len(await world.rows("SELECT id FROM receipts")) == 2


async def test_a_file_that_is_there_is_known() -> None:
    world, address = await open_mailbox()
    body = multipart(
        "mixed", "b", [attached(papers.invoice("ONE LTD"), "application/pdf", "a.pdf")] * 2
    )
    accepted = await send(
        world.host.platform, address, mail(f"From: {ANN}\nSubject: x", body, id_="1@example.com")
    )
    await work(world)
    assert await outcomes(world, accepted.id) == ["attached:taken", "attached:known"]
    (answer,) = await world.rows("SELECT mail FROM messages")
    assert "a.pdf: there already" in str(answer["mail"])


@pytest.mark.parametrize(("role", "is_told_which"), [("owner", True), ("submitter", False)])
async def test_a_file_of_anothers_is_known_and_no_more_to_whoever_does_not_see_it(
    role: str, is_told_which: bool
) -> None:
    world, address = await open_mailbox()
    body = multipart(
        "mixed", "b", [attached(papers.invoice("ONE LTD"), "application/pdf", "a.pdf")]
    )
    await send(
        world.host.platform, address, mail(f"From: {ANN}\nSubject: x", body, id_="1@example.com")
    )
    await work(world)
    await world.rows("UPDATE receipts SET person = 'usr_another'")
    await world.host.database.batch(roles_given(USER, role))
    await send(
        world.host.platform, address, mail(f"From: {ANN}\nSubject: x", body, id_="2@example.com")
    )
    await work(world)
    [run] = await world.rows("SELECT run_id FROM receipts")
    (_, answer) = await world.rows("SELECT mail FROM messages ORDER BY rowid")
    assert "a.pdf: there already" in str(answer["mail"])
    assert (str(run["run_id"]) in str(answer["mail"])) is is_told_which


async def test_who_may_send() -> None:
    world, address = await open_mailbox()
    platform = world.host.platform
    stranger = _PDF.replace(ANN.encode(), b"eve@example.com")
    assert "may not send" in await refusal(platform, address, stranger)
    assert "no such address" in await refusal(platform, f"r-other@{DOMAIN}", _PDF)
    assert "no such address" in await refusal(
        platform, address.replace(DOMAIN, "evil.example"), _PDF
    )
    own = mail(f"From: x@{DOMAIN}\nSubject: x", plain("x"), above=stamped(f"x@{DOMAIN}"))
    assert "this service itself" in await refusal(platform, address, own)
    two = _PDF.replace(
        b"From: Ann Ace <ann@example.com>", b"From: ann@example.com, eve@example.com"
    )
    assert "one sender" in await refusal(platform, address, two)
    assert "14 MB" in await refusal(platform, address, b"x" * (MOST_BYTES + 1))
    intake = await read_intake(platform, all_of(ACCOUNT))
    assert (intake.refused.count, intake.refused.why) == (4, "too large")
    assert await world.rows("SELECT id FROM received_mail") == []
    await send(platform, address.upper(), _PDF)


async def test_a_person_who_may_not_submit_may_not_by_mail() -> None:
    world, address = await open_mailbox()
    await world.host.database.batch(roles_given("usr_first", "auditor"))
    assert "may not send" in await refusal(world.host.platform, address, _PDF)


async def test_an_account_may_take_what_nobody_proves_but_answers_it_not() -> None:
    world, address = await open_mailbox()
    platform = world.host.platform
    await change_intake(platform, OWNER, [], requires_authentication=False)
    await send(platform, address, _BY_TITLE["not-authenticated"].raw)
    await work(world)
    assert len(await world.rows("SELECT id FROM receipts")) == 1
    assert await world.rows("SELECT id FROM messages") == []
    assert "does not prove" in await refusal(platform, address, _BY_TITLE["failed"].raw)


async def test_an_address_is_changed() -> None:
    world, address = await open_mailbox()
    platform = world.host.platform
    await make_address(platform, OWNER, timedelta(hours=2))
    new = await read_intake(platform, all_of(ACCOUNT))
    assert new.address is not None
    assert ([old.address for old in new.earlier], new.address != address) == ([address], True)
    await send(platform, address, _PDF)
    world.host.pieces.clock.advance(timedelta(hours=3))
    assert "no such address" in await refusal(platform, address, _PDF)
    await end_address(platform, OWNER)
    assert "no such address" in await refusal(platform, new.address, _PDF)
    with pytest.raises(NoAddress):
        await end_address(platform, OWNER)
    with pytest.raises(ValueError, match="30 days"):
        await make_address(platform, OWNER, timedelta(days=31))
    actions = await world.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'receipt_address%' ORDER BY id"
    )
    assert [row["action"] for row in actions] == ["receipt_address.made"] * 2 + [
        "receipt_address.ended"
    ]


async def test_senders_are_checked() -> None:
    world, _ = await open_mailbox()
    wrong = [
        AllowedSender(pattern="nobody", user_id=USER),
        AllowedSender(pattern="@shop.example", user_id="usr_other"),
        AllowedSender(pattern="A@shop.example", user_id=USER),
    ]
    with pytest.raises(ValuesRefused) as refused:
        await change_intake(
            world.host.platform,
            OWNER,
            [*wrong, AllowedSender(pattern="a@shop.example", user_id=USER)],
            requires_authentication=True,
        )
    assert [field for field, _ in refused.value.problems] == [
        "senders.0.pattern",
        "senders.1.userId",
        "senders.3.pattern",
    ]
    many = [
        AllowedSender(pattern=f"a{number}@shop.example", user_id=USER) for number in range(MOST + 1)
    ]
    with pytest.raises(ValuesRefused, match="100"):
        await change_intake(world.host.platform, OWNER, many, requires_authentication=True)


async def test_the_answer_says_what_was_refused_and_why() -> None:
    world, address = await open_mailbox()
    accepted = await send(world.host.platform, address, _BY_TITLE["outlook-with-signature"].raw)
    await work(world)
    (row,) = await world.rows("SELECT mail, answers, address_hash FROM messages")
    said = load_object(str(row["mail"]))
    assert row["answers"] == accepted.id
    assert said["to"] == ANN
    text = str(said["text"])
    assert "Rechnung.pdf: taken" in text
    assert "Notes.docx: not taken: it is no JPEG" in text
    assert "image001.png: left out: a small picture" in text


async def test_what_fails_is_kept_shown_and_worked_off_again() -> None:
    world, address = await open_mailbox()
    platform = world.host.platform
    accepted = await send(platform, address, _PDF)

    class Down:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("down")

    # It stands in for the real one.
    world.host.platform = replace(platform, objects=Down())
    for _ in range(MOST_ATTEMPTS):
        await work(world)
        world.host.pieces.clock.advance(timedelta(hours=2))
    shown = await show_mail(platform, all_of(ACCOUNT), accepted.id)
    assert (shown.state, shown.why) == (
        "failed",
        "an error of ours, RuntimeError, which the log has",
    )
    world.host.platform = platform
    await replay_mail(platform, OWNER, accepted.id)
    await work(world)
    assert (await show_mail(platform, all_of(ACCOUNT), accepted.id)).state == "done"
    with pytest.raises(NotReplayable, match="done"):
        await replay_mail(platform, OWNER, accepted.id)


async def test_what_a_quota_leaves_no_room_for_is_refused_with_that_reason() -> None:
    world, address = await open_mailbox()
    settings = world.host.platform.settings.changed(QuotaSettings(uploads=1))
    world.host.platform = replace(world.host.platform, settings=settings)
    accepted = await send(world.host.platform, address, _BY_TITLE["gmx-zip"].raw)
    await work(world)
    assert await outcomes(world, accepted.id) == [
        "archived:taken",
        "archived:refused",
        "text:left_out",
    ]
    (row,) = await world.rows("SELECT why FROM received_papers WHERE outcome = 'refused'")
    assert "quota of uploads is reached" in str(row["why"])


async def test_raw_mail_is_deleted_after_a_while() -> None:
    world, address = await open_mailbox()
    platform, objects = world.host.platform, world.host.pieces.objects
    await send(platform, address, _PDF)
    (row,) = await world.rows("SELECT object_key FROM received_mail")
    key = str(row["object_key"])
    assert OBJECTS_IN_USE.claims(key)
    in_use = await world.rows(OBJECTS_IN_USE.query, dump([key, f"{ACCOUNT}/mail/none"]))
    assert [each["object_key"] for each in in_use] == [key]
    await work(world)
    assert (await forget_raw_mail(platform), key in objects.content) == (0, True)
    world.host.pieces.clock.advance(KEPT + timedelta(days=1))
    assert (await forget_raw_mail(platform), key in objects.content) == (1, False)
    assert await world.rows(OBJECTS_IN_USE.query, dump([key])) == []
    assert await forget_raw_mail(platform) == 0


async def test_a_text_is_printed_the_same_each_time_and_can_be_read() -> None:
    world, _ = await open_mailbox()
    paper = TextAttachment(
        "Kwiatek Sp. z o.o.\nRóże czerwone   59,00 PLN\nSuma   59,00", "Paragon", "Kwiatek", None
    )
    content = await print_text(world.host.platform, paper)
    assert content == await print_text(world.host.platform, paper)
    read = pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text(extraction_mode="layout")
    assert "Róże czerwone" in read
    assert any(
        line.startswith("Suma  ") and line.endswith("59,00")
        for line in map(str.strip, read.split("\n"))
    )
    with pytest.raises(NotPrintable):
        await print_text(
            world.host.platform, replace(paper, text="領収書 合計 1200円 ありがとうございました")
        )
