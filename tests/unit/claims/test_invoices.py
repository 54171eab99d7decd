"""Invoices to clients: their numbers, how they are taxed, what they lack, and their books."""

from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.pdf_reading import attached_to, read_strictly, texts_of
from tests.support.schematron import broken_rules
from tests.unit.claims.claimed import Claimed, asked, bill, open_claimed
from tests.unit.claims.test_files import INVOICE, content_of
from tillroll.access.first_names import FIRST_ACCOUNT
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations

COMPANY: dict[str, Any] = {
    "name": "Books GmbH",
    "street": "Ring 1",
    "postalCode": "50667",
    "city": "Köln",
    "country": "DE",
    "taxNumber": "215/123/45678",
    "vatId": "DE123456789",
    "iban": "DE02120300000000202051",
}
CLIENT: dict[str, Any] = {
    "street": "Hauptstraße 2",
    "postalCode": "10115",
    "city": "Berlin",
    "country": "DE",
    "language": "de",
}


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        yield claimed


async def invoiced(
    claimed: Claimed,
    company: dict[str, Any] | None = None,
    client: dict[str, Any] | None = None,
    *,
    invoice: dict[str, Any] | None = None,
    status: int = 202,
    path: str = "/api/claims",
    **other: object,
) -> Any:
    """An invoice by what is known of both sides."""
    if not await claimed.world.rows("SELECT id FROM clients"):
        await bill(claimed.world.host.database)
    await claimed.ask("PATCH", "/api/company", {**COMPANY, **(company or {})})
    await claimed.ask("PATCH", "/api/clients/cli_acme", {**CLIENT, **(client or {})})
    body = asked(payerKind="customer", clientId="cli_acme", invoice=invoice or {}, **other)
    return await claimed.ask("POST", path, body, status=status)


async def balances(claimed: Claimed) -> dict[str, int]:
    """What was booked of each account of claims in EUR: credits less debits."""
    rows = await claimed.world.rows(
        "SELECT credit_id, debit_id, posted FROM ledger_transfers WHERE posted > 0"
    )
    sums: dict[str, int] = {}
    for row in rows:
        for side, sign in (("credit_id", 1), ("debit_id", -1)):
            name = str(row[side]).split(":")[1]
            sums[name] = sums.get(name, 0) + sign * int(str(row["posted"]))
    return sums


async def test_an_invoice_has_a_number_of_its_own_series(claimed: Claimed) -> None:
    first = await claimed.claim(expenseIds=["exp_000001"])
    await claimed.ask("POST", f"/api/claims/{first}/withdraw", {"reason": "another one"})
    assert (await claimed.shown(first))["number"] == "2026-0001"
    invoice = (await invoiced(claimed))["id"]
    assert (await claimed.shown(invoice))["number"] == "INV-2026-0001"
    progress = await claimed.ask("GET", "/api/expenses/exp_000001/progress")
    [stage] = [each for each in progress["stages"] if each["stage"] == "claimed"]
    assert stage["facts"][0]["name"] == "INV-2026-0001"


async def test_it_is_taxed_as_at_home_where_nobody_says_otherwise(claimed: Claimed) -> None:
    claim = (await invoiced(claimed))["id"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))
    assert violations(read) == ()
    assert [(row.category, str(row.rate and row.rate.value)) for row in read.taxes] == [("S", "19")]
    assert [str(each and each.value) for each in (read.totals.net, read.totals.tax)] == [
        "31.85",
        "6.05",
    ]
    assert await balances(claimed) == {
        "receivable": -3790,
        "claimed": 3185,
        "output-tax": 605,
    }


@pytest.mark.parametrize(
    ("company", "client", "category", "said"),
    [
        ({"vatScheme": "small_business"}, {}, "E", "19 UStG"),
        ({}, {"country": "AT", "vatId": "ATU12345678"}, "AE", "Steuerschuldnerschaft"),
        ({}, {"country": "AT"}, "S", "19 %"),
        ({}, {"country": "CH", "registrationId": "CHE-1"}, "O", "nicht steuerbar"),
        ({}, {"country": "CH"}, "S", "19 %"),
    ],
)
async def test_both_sides_say_how_it_is_taxed(
    claimed: Claimed,
    company: dict[str, Any],
    client: dict[str, Any],
    category: str,
    said: str,
) -> None:
    claim = (await invoiced(claimed, company, client))["id"]
    content = await content_of(claimed, claim, "invoice.xml")
    assert broken_rules(content) == []
    read = read_invoice(content)
    assert violations(read) == ()
    assert [row.category for row in read.taxes] == [category]
    words = " ".join(texts_of(await content_of(claimed, claim, "invoice.pdf")))
    assert said.lower() in words.lower()


async def test_what_was_paid_in_the_clients_name_is_not_taxed(claimed: Claimed) -> None:
    claim = (await invoiced(claimed, invoice={"disbursements": ["exp_000001"]}))["id"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))
    assert violations(read) == ()
    assert [
        (row.category, str(row.base and row.base.value), str(row.tax and row.tax.value))
        for row in read.taxes
    ] == [("E", "12.90", "0.00"), ("S", "21.01", "3.99")]
    words = " ".join(texts_of(await content_of(claimed, claim, "invoice.pdf")))
    assert "durchlaufender Posten" in words


@pytest.mark.parametrize(
    ("company", "client", "invoice"),
    [
        ({}, {}, {}),
        ({}, {}, {"disbursements": ["exp_000001"]}),
        ({}, {}, {"vatCategory": "S", "vatRate": "7"}),
        ({"vatScheme": "small_business"}, {}, {}),
        ({}, {"country": "AT", "vatId": "ATU12345678"}, {}),
    ],
)
async def test_the_preview_has_the_amounts_of_the_invoice(
    claimed: Claimed, company: dict[str, Any], client: dict[str, Any], invoice: dict[str, Any]
) -> None:
    path = "/api/claims/preview"
    shown = await invoiced(claimed, company, client, invoice=invoice, path=path, status=200)
    preview = shown["invoice"]
    claim = (await invoiced(claimed, company, client, invoice=invoice))["id"]
    read = read_invoice(await content_of(claimed, claim, "invoice.xml"))

    def written(amount: Any) -> str:
        return str(amount and amount.value)

    assert [preview[each] for each in ("net", "tax", "total")] == [
        written(each) for each in (read.totals.net, read.totals.tax, read.totals.gross)
    ]
    assert [(each["category"], each["net"], each["tax"]) for each in preview["taxes"]] == [
        (row.category, written(row.base), written(row.tax)) for row in read.taxes
    ]
    assert [(each["name"], each["net"]) for each in preview["lines"]] == [
        (row.name and row.name.value, written(row.amount)) for row in read.lines
    ]
    for each in preview["lines"]:
        assert Decimal(each["net"]) + Decimal(each["tax"]) == Decimal(each["total"])
    assert sum(Decimal(each["tax"]) for each in preview["lines"]) == Decimal(preview["tax"])


async def test_what_lacks_is_said_at_once_by_name(claimed: Claimed) -> None:
    refused = await invoiced(
        claimed,
        {"name": FIRST_ACCOUNT, "street": None, "vatId": None, "taxNumber": None},
        {"city": None, "country": None},
        status=422,
    )
    fields = [each["field"] for each in refused["errors"]]
    assert fields == [
        "invoice.seller.name",
        "invoice.seller.street",
        "invoice.buyer.city",
        "invoice.buyer.country",
        "invoice.seller.vatId",
    ]
    assert not await claimed.world.rows("SELECT run_id FROM claims")


async def test_the_pdf_carries_the_xml_and_says_what_it_says(claimed: Claimed) -> None:
    claim = (await invoiced(claimed))["id"]
    pdf = await content_of(claimed, claim, "invoice.pdf")
    xml = await content_of(claimed, claim, "invoice.xml")
    assert attached_to(pdf) == {"factur-x.xml": [xml]}
    root = read_strictly(pdf).trailer["/Root"]
    assert {"/AF", "/Metadata", "/OutputIntents"} <= root.keys()
    words = " ".join(texts_of(pdf))
    for said in (
        "Rechnung INV-2026-0001",
        "ACME",
        "Hauptstraße 2",
        "10115 Berlin",
        "01.03.2026",
        "05.03.2026 - 06.03.2026",
        "31,85",
        "6,05",
        "37,90",
        "DE123456789",
        "215/123/45678",
        "DE02 1203 0000 0000 2020 51",
        "Green Garden Cafe, 05.03.2026",
    ):
        assert said in words
    # At home, an address names no country.
    assert "10115 Berlin\nDE" not in "\n".join(texts_of(pdf))


async def test_abroad_the_address_names_the_country(claimed: Claimed) -> None:
    claim = (await invoiced(claimed, {}, {"country": "AT", "vatId": "ATU12345678"}))["id"]
    words = "\n".join(texts_of(await content_of(claimed, claim, "invoice.pdf")))
    assert "10115 Berlin\nAT" in words


async def test_what_was_spent_abroad_stands_on_its_line(claimed: Claimed) -> None:
    await claimed.world.rows("UPDATE accounts SET base_currency = 'EUR'")
    await claimed.world.rows(
        "INSERT OR REPLACE INTO expense_conversions (expense_id, base_currency, total_minor, "
        "tax_minor, rate, rate_date, source, created_at) VALUES "
        "('exp_000003', 'EUR', 602, NULL, '0.86', '2026-03-03', 'ecb', '2026-03-03T00:00:00Z')"
    )
    claim = (await invoiced(claimed, converts=True))["id"]
    shown = await claimed.shown(claim)
    assert (shown["currency"], shown["total"]) == ("EUR", "43.92")
    content = await content_of(claimed, claim, "invoice.xml")
    assert broken_rules(content) == []
    assert "7,00\u00a0$" in content.decode()
    receipts = " ".join(texts_of(await content_of(claimed, claim, "statement.pdf")))
    assert "7,00 USD" in receipts


async def test_a_withdrawal_is_a_credit_note_and_changes_no_invoice(claimed: Claimed) -> None:
    claim = (await invoiced(claimed))["id"]
    before = await content_of(claimed, claim, "invoice.pdf")
    body = {"expenseIds": ["exp_000001"], "reason": "It was private"}
    await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, "one")
    claimed.later(1)
    await claimed.ask("POST", f"/api/claims/{claim}/withdraw", {"reason": "all wrong"})
    shown = await claimed.shown(claim)
    assert [(each["name"], each["number"]) for each in shown["files"]] == [
        ("statement", "INV-2026-0001"),
        ("invoice_pdf", "INV-2026-0001"),
        ("invoice", "INV-2026-0001"),
        ("credit_note_pdf", "CN-2026-0001"),
        ("credit_note", "CN-2026-0001"),
        ("credit_note_pdf", "CN-2026-0002"),
        ("credit_note", "CN-2026-0002"),
    ]
    taken: list[list[str]] = []
    for number in ("CN-2026-0001", "CN-2026-0002"):
        read = read_invoice(await content_of(claimed, claim, f"{number}.xml"))
        assert violations(read) == ()
        assert read.preceding is not None
        assert read.preceding.value == "INV-2026-0001"
        taken.append([str(each and each.value) for each in (read.totals.gross, read.totals.tax)])
    assert taken == [["12.90", "2.06"], ["25.00", "3.99"]]
    assert await content_of(claimed, claim, "invoice.pdf") == before
    assert set((await balances(claimed)).values()) == {0}


async def test_an_unknown_letter_leaves_the_file_an_archive(claimed: Claimed) -> None:
    invoice = {**INVOICE, "buyer": {**INVOICE["buyer"], "name": "株式会社 ACME"}}
    claim = (await invoiced(claimed, invoice=invoice))["id"]
    words = " ".join(texts_of(await content_of(claimed, claim, "invoice.pdf")))
    assert "???? ACME" in words
