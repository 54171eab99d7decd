"""The files of a claim: a statement that can be read, and an e-invoice that our own reader reads
back.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, TOKEN
from tests.support.pdf_reading import pictures_of, read_strictly, texts_of
from tests.unit.claims.claimed import ASKED, Claimed, asked, bill, open_claimed
from tests.unit.tillroll_documents.pdf_writer.test_jpeg import jpeg
from tillroll.api.answers import ObjectReply
from tillroll.api.native import native_route
from tillroll.api.problems import Problem
from tillroll.claims import documents
from tillroll.claims.cron import OBJECTS_IN_USE
from tillroll.claims.documents_repository import find_file
from tillroll.claims.native import (
    CLAIM_INVOICE,
    CLAIM_INVOICE_PDF,
    CLAIM_NOTE,
    CLAIM_STATEMENT,
    show_claim_file,
    show_payers,
)
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations
from tillroll_documents.reading.extraction import DocumentKind
from tillroll_durable.platform.bindings.database import text

SELLER = {
    "name": "Books GmbH",
    "country": "DE",
    "street": "Ring 1",
    "postalCode": "50667",
    "city": "Köln",
    "vatId": "DE123456789",
}
BUYER = {
    "name": "ACME",
    "country": "AT",
    "street": "Graben 2",
    "postalCode": "1010",
    "city": "Wien",
}
INVOICE: dict[str, Any] = {
    "seller": SELLER,
    "buyer": BUYER,
    "vatCategory": "S",
    "vatRate": "19",
    "reference": "PO-7",
    "iban": "DE02 1203 0000 0000 2020 51",
}
OUTSIDE = {
    **INVOICE,
    "vatCategory": "O",
    "vatRate": None,
    "seller": {**SELLER, "vatId": None, "registrationId": "HRB", "taxNumber": "1/2"},
}


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def content_of(claimed: Claimed, claim: str, path: str) -> bytes:
    platform = claimed.world.host.platform
    found = await find_file(platform.database, ACCOUNT, claim, path)
    assert found is not None
    content = await platform.objects.get_bytes(found.object_key)
    assert content is not None
    assert len(content) == found.size
    return content


async def customers(claimed: Claimed, invoice: dict[str, Any] | None, status: int = 202) -> Any:
    if not await claimed.world.rows("SELECT id FROM clients"):
        await bill(claimed.world.host.database)
    body = asked(payerKind="customer", clientId="cli_acme", invoice=invoice)
    return await claimed.ask("POST", "/api/claims", body, status=status)


async def test_the_statement_is_in_the_clients_language(claimed: Claimed) -> None:
    await bill(claimed.world.host.database)
    await claimed.ask("PATCH", "/api/clients/cli_acme", {"language": "de"})
    claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
    words = " ".join(texts_of(await content_of(claimed, claim, "statement.pdf")))
    for said in (
        "Auslagenabrechnung 2026-0001",
        "Zu zahlen von",
        "37,90 EUR",
        "Fällig",
        "Ausgaben",
        "Seite 1 von",
    ):
        assert said in words
    for english in ("To be paid", "Expenses", "Page 1", "Made", "Receipt no."):
        assert english not in words


async def test_a_statement_in_german_has_german_amounts_days_and_times(claimed: Claimed) -> None:
    """It is for a client in Germany of whom nobody chose a language: ids and codes are for us."""
    await bill(claimed.world.host.database)
    await claimed.ask("PATCH", "/api/company", {"country": "DE"})
    await claimed.ask("PATCH", "/api/clients/cli_acme", {"country": "DE"})
    await claimed.world.rows("UPDATE expenses SET payment_method = 'card'")
    claim = await claimed.claim(payerKind="customer", clientId="cli_acme")
    words = " ".join(texts_of(await content_of(claimed, claim, "statement.pdf")))
    for said in (
        "Währung Zeilen Steuer",
        "Händler",
        "Person",
        "Bezahlt mit Karte",
        "einem Mitarbeiter",
    ):
        assert said in words
    rest = words.replace("2026-0001", "")
    for other in (
        "Currency",
        "Lines",
        "Merchant",
        "Who",
        "card",
        "employee",
        "exp_",
        "UTC",
        "2026-",
    ):
        assert other not in rest


async def test_the_pictures_stand_behind(claimed: Claimed) -> None:
    for row in await claimed.world.rows("SELECT object_key FROM receipts"):
        await claimed.world.host.platform.objects.put_bytes(
            text(row, "object_key"), jpeg(), "image/jpeg"
        )
    await claimed.world.rows("UPDATE receipts SET media_type = 'image/jpeg', size = 1000")
    content = await content_of(claimed, await claimed.claim(), "statement.pdf")
    assert [len(pictures) for pictures in pictures_of(content)] == [0, 0, 1, 1]


async def test_the_companys_logo_stands_on_the_cover(claimed: Claimed) -> None:
    objects = claimed.world.host.platform.objects
    await objects.put_bytes("acc_first/company/logo", jpeg(), "image/jpeg")
    await claimed.world.rows(
        "INSERT INTO company_profiles (account_id, logo_key, logo_media_type, logo_width, "
        "logo_height, logo_size, "
        "logo_sha256, updated_at) VALUES ('acc_first', 'acc_first/company/logo', 'image/jpeg', 3, "
        "4, 9, 'x', '')"
    )
    content = await content_of(claimed, await claimed.claim(), "statement.pdf")
    read_strictly(content)
    assert [len(pictures) for pictures in pictures_of(content)] == [1, 0, 0, 0]


async def test_the_statement_says_what_is_claimed_with_a_page_for_each(claimed: Claimed) -> None:
    claim = await claimed.claim()
    [file] = (await claimed.shown(claim))["files"]
    assert (file["name"], file["url"]) == ("statement", f"/api/claims/{claim}/statement.pdf")
    content = await content_of(claimed, claim, "statement.pdf")
    read_strictly(content)
    cover, table, first, second = texts_of(content)
    for said in (
        "Expense claim 2026-0001",
        "To be paid by ACME",
        "To be paid 37.90 EUR",
        "Issued 2026-03-01",
        "Due 2026-03-31",
    ):
        assert said in cover
    assert ("12.90 EUR" in table, "25.00 EUR" in table) == (True, True)
    assert ("12.90 EUR" in first, "25.00 EUR" in second) == (True, True)


async def test_a_note_is_for_the_company_and_not_for_a_customer(claimed: Claimed) -> None:
    await claimed.world.rows("UPDATE expenses SET note = 'Their boss drank'")
    own = await content_of(claimed, await claimed.claim(expenseIds=["exp_000001"]), "statement.pdf")
    theirs = await content_of(claimed, (await customers(claimed, None))["id"], "statement.pdf")
    assert ["Their boss drank" in " ".join(texts_of(each)) for each in (own, theirs)] == [
        True,
        False,
    ]


async def test_a_customers_invoice_is_read_back_to_the_same_numbers(claimed: Claimed) -> None:
    claim = (await customers(claimed, INVOICE))["id"]
    shown = await claimed.shown(claim)
    assert [each["name"] for each in shown["files"]] == ["statement", "invoice_pdf", "invoice"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))
    assert violations(read) == ()
    assert read.totals.gross is not None
    assert read.number is not None
    assert (read.number.value, read.totals.gross.value) == (
        shown["number"],
        Decimal(shown["total"]),
    )
    assert [line.name.value for line in read.lines if line.name] == [
        "Green Garden Cafe, 5 Mar 2026",
        "Green Garden Cafe, 6 Mar 2026",
    ]
    assert read.iban is not None
    assert read.iban.value == "DE02120300000000202051"


async def test_a_credit_note_is_an_e_invoice_too(claimed: Claimed) -> None:
    claim, platform = (await customers(claimed, INVOICE))["id"], claimed.world.host.platform
    body = {"expenseIds": ["exp_000001"], "reason": "It was private"}
    shown = await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, "one")
    [file] = [each for each in shown["files"] if each["name"] == "credit_note"]
    assert file["number"] == "CN-2026-0001"
    route = native_route("GET", file["url"])
    assert route is not None
    assert route.template == CLAIM_NOTE
    mine = {"authorization": f"Bearer {TOKEN}"}
    reply = await show_claim_file(platform, mine.get, claim, "CN-2026-0001.xml")
    assert reply.headers["content-disposition"] == 'attachment; filename="CN-2026-0001.xml"'
    content = await platform.objects.get_bytes(reply.key)
    assert content is not None
    read = read_invoice(content)
    assert (read.kind, violations(read)) == (DocumentKind.CREDIT_NOTE, ())
    assert read.preceding is not None
    assert read.totals.gross is not None
    assert (read.preceding.value, read.totals.gross.value) == (shown["number"], Decimal("12.90"))
    assert [line.name.value for line in read.lines if line.name] == [
        "Green Garden Cafe, 5 Mar 2026"
    ]
    url = (await claimed.ask("POST", f"/api/claims/{claim}/links", {}, status=201))["url"]
    page = await claimed.client.get(url, headers={"authorization": ""})
    assert f'href="{url}/CN-2026-0001.xml"' in page.text
    theirs = await show_payers(platform, url.rpartition("/")[2], "CN-2026-0001.xml")
    assert isinstance(theirs, ObjectReply)
    assert (theirs.key, theirs.headers["cache-control"]) == (reply.key, "private, no-store")
    others = {"authorization": f"Bearer {OTHER_TOKEN}"}
    for header, number in ((others, "CN-2026-0001"), (mine, "CN-2026-0002"), (mine, "x")):
        with pytest.raises(Problem):
            await show_claim_file(platform, header.get, claim, f"{number}.xml")
    rows = await claimed.world.rows(OBJECTS_IN_USE.query, f'["{reply.key}", "acc/claims/run_x/y"]')
    assert [row["object_key"] for row in rows] == [reply.key]


async def test_a_credit_note_that_could_not_be_written_is_within_a_minute(
    claimed: Claimed, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, platform = (await customers(claimed, INVOICE))["id"], claimed.world.host.platform
    body = {"expenseIds": ["exp_000001"], "reason": "It was private"}

    def away(*_: object, **__: object) -> None:
        raise ConnectionError("the database is away")

    with monkeypatch.context() as patched:
        patched.setattr(documents, "insert_note_file", away)
        shown = await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, "one")
    assert ([each["name"] for each in shown["files"]], shown["credited"]) == (
        ["statement", "invoice_pdf", "invoice"],
        "12.90",
    )
    assert await documents.write_notes(platform) == 0, "it is left alone for a minute"
    claimed.world.host.pieces.clock.advance(timedelta(minutes=1))
    assert [await documents.write_notes(platform) for _ in range(2)] == [1, 0]
    assert [each["name"] for each in (await claimed.shown(claim))["files"]] == [
        "statement",
        "invoice_pdf",
        "invoice",
        "credit_note_pdf",
        "credit_note",
    ]


async def test_without_an_e_invoice_a_credit_note_is_no_file(claimed: Claimed) -> None:
    claim = (await customers(claimed, None))["id"]
    body = {"expenseIds": ["exp_000001"], "reason": "It was private"}
    shown = await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, "one")
    assert [each["name"] for each in shown["files"]] == ["statement"]


async def test_what_is_outside_of_the_tax_is_charged_as_it_was_paid(claimed: Claimed) -> None:
    claim = (await customers(claimed, OUTSIDE))["id"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))
    assert [line.amount.value for line in read.lines if line.amount] == [
        Decimal("12.90"),
        Decimal("25.00"),
    ]
    assert violations(read) == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"vatRate": "0"}, "Give a VAT rate above zero"),
        ({"vatCategory": "O", "vatRate": None}, "invoice.seller.taxNumber"),
        ({"vatCategory": "E", "vatRate": None}, "Say why no VAT is charged"),
        ({"vatCategory": "AE", "vatRate": None}, "invoice.buyer.vatId"),
        ({"seller": {**SELLER, "vatId": None}}, "invoice.seller.vatId"),
        ({"seller": {**SELLER, "street": None}}, "invoice.seller.street"),
        ({"buyer": {**BUYER, "postalCode": None}}, "invoice.buyer.postalCode"),
        ({"buyer": None}, "invoice.buyer.country"),
        (
            {"vatCategory": None, "vatRate": None, "seller": {**SELLER, "country": "US"}},
            "invoice.vatRate",
        ),
        ({"seller": {**SELLER, "country": "Germany"}}, "country"),
        ({"iban": "DE03120300000000202051"}, "check digits"),
        ({"colour": "red"}, "colour"),
    ],
)
async def test_what_an_invoice_lacks_is_said_at_the_door(
    claimed: Claimed, change: dict[str, Any], said: str
) -> None:
    assert said in str(await customers(claimed, {**INVOICE, **change}, 422))


IRISH = {**SELLER, "country": "IE", "vatId": "IE6388047V"}


@pytest.mark.parametrize(
    ("asked", "rate"),
    [({"vatCategory": None}, "23"), ({"vatCategory": "S"}, "23"), ({"vatRate": "13.5"}, "13.5")],
)
async def test_an_irish_company_charges_its_standard_rate(
    claimed: Claimed, asked: dict[str, Any], rate: str
) -> None:
    """23 %, as the European Commission publishes it, unless the company says another one."""
    invoice = {**INVOICE, "vatRate": None, "seller": IRISH, **asked}
    claim = (await customers(claimed, invoice))["id"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))
    assert [(row.category, row.rate and row.rate.value) for row in read.taxes] == [
        ("S", Decimal(rate))
    ]


async def test_a_company_gets_no_e_invoice(claimed: Claimed) -> None:
    refused = await claimed.ask("POST", "/api/claims", {**ASKED, "invoice": INVOICE}, status=422)
    assert "an e-invoice is for a customer" in str(refused)


async def test_files_are_fetched_by_whoever_may_and_are_kept(claimed: Claimed) -> None:
    claim, platform = await claimed.claim(), claimed.world.host.platform
    for path, template in (
        ("statement.pdf", CLAIM_STATEMENT),
        ("invoice.xml", CLAIM_INVOICE),
        ("invoice.pdf", CLAIM_INVOICE_PDF),
    ):
        route = native_route("GET", f"/api/claims/{claim}/{path}")
        assert route is not None
        assert route.template == template
    mine = {"authorization": f"Bearer {TOKEN}"}
    reply = await show_claim_file(platform, mine.get, claim, "statement.pdf")
    assert (reply.account, reply.headers["content-type"]) == (ACCOUNT, "application/pdf")
    assert reply.headers["content-disposition"] == 'attachment; filename="claim-2026-0001.pdf"'
    asked: list[tuple[dict[str, str], str]] = [
        ({"authorization": f"Bearer {OTHER_TOKEN}"}, "statement.pdf"),
        (mine, "invoice.xml"),
        ({}, "statement.pdf"),
    ]
    for headers, path in asked:
        with pytest.raises(Problem):
            await show_claim_file(platform, headers.get, claim, path)
    rows = await claimed.world.rows(OBJECTS_IN_USE.query, f'["{reply.key}", "acc/claims/run_x/y"]')
    assert [row["object_key"] for row in rows] == [reply.key]


async def test_claims_are_listed_by_where_they_stand(claimed: Claimed) -> None:
    first = await claimed.claim(expenseIds=["exp_000001"], termsDays=1)
    second = await claimed.claim(expenseIds=["exp_000002"])
    await claimed.ask("POST", f"/api/claims/{second}/dispute", {"reason": "no"})
    third = (await claimed.ask("POST", "/api/claims", {**ASKED, "currency": "USD"}, status=202))[
        "id"
    ]
    await claimed.pay(third, "1", currency="USD")
    for days in (0, 2):
        claimed.later(days)
        for each in (await claimed.ask("GET", "/api/claims"))["items"]:
            found = (await claimed.ask("GET", f"/api/claims?state={each['state']}"))["items"]
            assert each["id"] in [one["id"] for one in found]
            assert {one["state"] for one in found} == {each["state"]}
    assert [
        each["id"] for each in (await claimed.ask("GET", "/api/claims?state=overdue"))["items"]
    ] == [first]
    await claimed.ask("GET", "/api/claims?state=late", status=422)


async def test_a_claim_that_was_written_off_is_listed_as_that_alone(claimed: Claimed) -> None:
    claim = await claimed.claim()
    await claimed.pay(claim, "30")
    await claimed.ask("POST", f"/api/claims/{claim}/write-off", {"reason": "too little to ask for"})
    for state in (
        "draft",
        "issued",
        "part_paid",
        "paid",
        "overdue",
        "disputed",
        "withdrawn",
        "credited",
        "written_off",
    ):
        found = (await claimed.ask("GET", f"/api/claims?state={state}"))["items"]
        assert [(each["id"], each["state"]) for each in found] == [(claim, state)] * (
            state == "written_off"
        )
