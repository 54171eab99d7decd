"""A claim that is sent by mail, over HTTP: refused at the door where it could not be, and shown
with its mails.
"""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from local.mail.counterpart import Counterpart, Fault
from tests.simulation.mailed_claims import ADDRESS, open_mailed, settle
from tests.support.host_api import api_client
from tests.support.pdf_reading import attached_to
from tests.support.watching import WatchedDatabase
from tests.unit.claims.claimed import ASKED, Claimed, asked, bill
from tests.unit.claims.test_files import content_of
from tests.unit.claims.test_invoices import invoiced
from tillroll.claims import creation, letters
from tillroll.mail.addresses import hash_of_address, suppress
from tillroll.mail.jobs import MESSAGES_KEPT, forget_old_mail
from tillroll.mail.repository import MailFile
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults

BY_MAIL: dict[str, object] = {"sentBy": "mail", "payerMail": f" {ADDRESS}", "confirmsPayment": True}


@pytest.fixture
async def opened() -> AsyncGenerator[tuple[Claimed, Counterpart]]:
    world, provider = await open_mailed(Faults())
    async with api_client(world.host.platform) as client:
        yield Claimed(world, client), provider


async def refused(claimed: Claimed, **asked: object) -> str:
    return str(await claimed.ask("POST", "/api/claims", {**ASKED, **asked}, status=422))


async def test_nobody_is_thanked_unasked(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, provider = opened
    claim = await claimed.claim(sentBy="mail", payerMail=ADDRESS)
    await settle(claimed.world)
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    shown = await claimed.shown(claim)
    assert (shown["runState"], [each["purpose"] for each in shown["mails"]]) == ("paid", ["issued"])
    assert len(provider.emails) == 1


async def test_it_is_shown_with_its_mails(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, provider = opened
    claim = await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    shown = await claimed.shown(claim)
    assert (shown["sentBy"], shown["payerMail"], shown["state"]) == ("mail", ADDRESS, "paid")
    first, thanks = shown["mails"]
    assert (first["purpose"], first["became"], first["providerId"]) == (
        "issued",
        "sent",
        provider.emails[0].id,
    )
    assert (thanks["purpose"], thanks["became"]) == ("thanks", "sent")
    assert [each["said"] for each in shown["events"] if each["kind"] == "presented"] == [
        f"mail {first['providerId']}"
    ]
    [url] = [word for word in provider.emails[0].text.split() if word.startswith("https://")]
    page = await claimed.client.get(
        url.removeprefix("https://till.test"), headers={"authorization": ""}
    )
    assert "Paid. Thank you." in page.text
    assert "https://" not in provider.emails[1].text


async def test_the_address_and_the_way_belong_together(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, _ = opened
    assert "none is known for claims" in await refused(claimed, sentBy="mail")
    for request in ({"payerMail": ADDRESS}, {"sentBy": "webhook", "payerMail": ADDRESS}):
        assert "Give payerMail with sentBy mail" in await refused(claimed, **request)
    for given in ("ann", "a@b.example, c@d.example", "a@b.example\r\nBcc: c@d.example", ""):
        assert "Give one mail address" in await refused(claimed, sentBy="mail", payerMail=given), (
            given
        )


async def test_what_could_not_be_mailed_is_refused_at_once(
    opened: tuple[Claimed, Counterpart], monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, provider = opened
    monkeypatch.setattr(creation, "MOST_A_DAY", 1)
    await claimed.claim(**BY_MAIL, expenseIds=["exp_000001"])
    assert "1 claims were mailed within a day" in await refused(claimed, **BY_MAIL)
    claimed.later(2)
    closed = suppress(hash_of_address(ADDRESS), "bounced", "out_x", "2026-03-01T09:00:00.000Z")
    await claimed.world.host.database.batch([closed])
    assert "Mail there came back" in await refused(claimed, **BY_MAIL)
    assert len(provider.emails) == 1


async def test_a_mail_is_kept_while_its_claim_goes_on_and_a_year(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, _ = opened
    claim = await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    claimed.world.host.pieces.clock.advance(MESSAGES_KEPT + timedelta(days=1))
    await forget_old_mail(claimed.world.host.platform)
    assert "issued" in [each["purpose"] for each in (await claimed.shown(claim))["mails"]]
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    await forget_old_mail(claimed.world.host.platform)
    assert "issued" not in [each["purpose"] for each in (await claimed.shown(claim))["mails"]]


async def test_forgetting_a_mail_reads_its_own_runs_alone(
    opened: tuple[Claimed, Counterpart],
) -> None:
    """However many the account has."""
    claimed, _ = opened
    watched = WatchedDatabase(claimed.world.host.database)
    await forget_old_mail(replace(claimed.world.host.platform, database=watched))
    found: list[str] = []
    for query in watched.seen:
        plan = await watched.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters]))
        found += [
            str(step["detail"]).partition(" (")[2]
            for step in plan
            if str(step["detail"]).startswith("SEARCH r ")
        ]
    by_key, by_subject, by_id = (
        "account_id=? AND kind=? AND begin_key=?)",
        "account_id=? AND subject=?)",
        "id=?)",
    )
    assert sorted(found) == sorted([by_key, by_subject, by_id, by_subject])


async def test_the_text_of_a_mail_that_is_not_sent_any_more_is_forgotten(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, provider = opened
    provider.faults = [Fault("refused") for _ in range(40)]
    await claimed.claim(**BY_MAIL)
    await settle(claimed.world)
    claimed.later(2)
    kept = "SELECT mail IS NOT NULL AS mail, code IS NOT NULL AS code FROM outside_messages"
    await forget_old_mail(claimed.world.host.platform)
    assert await claimed.world.rows(kept) == [{"mail": 1, "code": 1}]  # a person may retry it
    claimed.world.aims_at = "mail"
    await claimed.world.abandon()
    await settle(claimed.world)
    await forget_old_mail(claimed.world.host.platform)
    assert await claimed.world.rows(kept) == [{"mail": 0, "code": 0}]


async def test_an_invoice_comes_from_the_company_with_its_file(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, provider = opened
    company = {"name": 'Käse, "Brot" & <Co> GmbH', "mail": "office@books.example"}
    claim = (
        await invoiced(claimed, company, sentBy="mail", payerMail=ADDRESS, confirmsPayment=True)
    )["id"]
    await settle(claimed.world)
    [email] = provider.emails
    assert email.sender == '"Käse, Brot & Co GmbH" <till@example.com>'
    assert email.reply_to == ["office@books.example"]
    assert email.subject.startswith("Rechnung INV-2026-0001 von Käse, ")
    assert "Guten Tag ACME, anbei die Rechnung INV-2026-0001 über 37,90" in email.text
    assert "Die Rechnung liegt als PDF bei" in email.text
    [file] = email.attachments
    assert (file.filename, file.content_type) == ("INV-2026-0001.pdf", "application/pdf")
    assert file.data == await content_of(claimed, claim, "invoice.pdf")
    assert [*attached_to(file.data)] == ["factur-x.xml"]
    await claimed.pay(claim, "37.90")
    await settle(claimed.world)
    thanks = provider.emails[1]
    assert (thanks.sender, thanks.attachments) == (email.sender, [])
    assert thanks.subject.startswith("Vielen Dank: Rechnung INV-2026-0001")


@pytest.mark.parametrize(
    ("company", "client", "language", "begins"),
    [
        ("DE", None, None, "Auslagenabrechnung "),
        ("FR", "DE", None, "Auslagenabrechnung "),
        ("DE", "CH", None, "Auslagenabrechnung "),
        ("DE", "GB", None, "Expense claim "),
        ("DE", "DE", "en", "Expense claim "),
    ],
)
async def test_the_mail_is_in_the_language_of_the_client_or_the_country(
    opened: tuple[Claimed, Counterpart],
    company: str,
    client: str | None,
    language: str | None,
    begins: str,
) -> None:
    claimed, _ = opened
    await bill(claimed.world.host.database)
    await claimed.ask("PATCH", "/api/company", {"country": company})
    known = {"country": client, "language": language}
    await claimed.ask("PATCH", "/api/clients/cli_acme", known)
    body = asked(payerKind="customer", clientId="cli_acme", sentBy="mail", payerMail=ADDRESS)
    shown = await claimed.ask("POST", "/api/claims/preview", body)
    assert shown["mail"]["subject"].startswith(begins)


async def test_the_preview_is_the_mail(opened: tuple[Claimed, Counterpart]) -> None:
    claimed, provider = opened
    mailed: dict[str, Any] = {"sentBy": "mail", "payerMail": ADDRESS}
    company = {"mail": "office@books.example"}
    shown = await invoiced(claimed, company, path="/api/claims/preview", status=200, **mailed)
    preview = shown["mail"]
    assert (preview["sender"], preview["replyTo"]) == ("Books GmbH", "office@books.example")
    assert preview["attachment"] == "INV-2026-….pdf"
    await invoiced(claimed, **mailed)
    await settle(claimed.world)
    [email] = provider.emails
    assert email.subject == preview["subject"].replace("…", "0001")
    mailed_text = " ".join(email.text.split())
    for paragraph in preview["paragraphs"]:
        assert " ".join(paragraph.replace("…", "0001").split()) in mailed_text


async def test_what_is_too_large_for_a_mail_is_left_to_the_link(
    opened: tuple[Claimed, Counterpart], monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, provider = opened
    monkeypatch.setattr(letters, "MOST_ATTACHED", 1000)
    await invoiced(claimed, sentBy="mail", payerMail=ADDRESS)
    await settle(claimed.world)
    [email] = provider.emails
    assert email.attachments == []
    assert "liegt als PDF bei" not in email.text
    assert "https://till.test/api/payer/clk_" in email.text


async def test_an_invoice_that_got_no_answer_is_mailed_once(
    opened: tuple[Claimed, Counterpart],
) -> None:
    claimed, provider = opened
    provider.faults = [Fault("lost_after"), Fault("down")]
    await invoiced(claimed, sentBy="mail", payerMail=ADDRESS)
    await settle(claimed.world)
    [email] = provider.emails
    assert len(email.attachments) == 1
    assert provider.repeats == 1
    kept = await claimed.world.rows("SELECT mail, provider_id FROM outside_messages")
    assert kept == [{"mail": None, "provider_id": email.id}]


async def test_a_mail_without_its_file_waits_for_a_person(
    opened: tuple[Claimed, Counterpart], monkeypatch: pytest.MonkeyPatch
) -> None:
    claimed, provider = opened

    async def lost(*_: object) -> list[MailFile]:
        return [MailFile("INV.pdf", "application/pdf", "acc_first/claims/none/none.pdf")]

    monkeypatch.setattr(letters, "find_files", lost)
    claim = (await invoiced(claimed, sentBy="mail", payerMail=ADDRESS))["id"]
    await settle(claimed.world)
    [run] = await claimed.world.rows("SELECT status FROM runs WHERE kind = 'mail'")
    assert (run["status"], len(provider.emails)) == ("failed", 0)
    assert (await claimed.shown(claim))["mails"][0]["became"] == "unsent"
