"""The output side of the tax report: what invoices charge, credit notes take back, and is paid."""

from collections.abc import AsyncGenerator
from decimal import Decimal
from typing import Any

import pytest

from tests.support.schematron import broken_rules
from tests.unit.claims.claimed import Claimed, open_claimed
from tests.unit.claims.test_files import content_of
from tests.unit.claims.test_invoices import invoiced
from tillroll.claims.invoices import sales
from tillroll_documents.reading.e_invoices.extraction import read_invoice
from tillroll_documents.reading.e_invoices.judgement import violations
from tillroll_durable.platform.bindings.database import statement

MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    async with open_claimed() as claimed:
        account = "UPDATE accounts SET base_currency = 'EUR'"
        await claimed.world.host.database.batch([statement(account)])
        yield claimed


async def report(claimed: Claimed, days: str = MARCH) -> Any:
    return await claimed.ask("GET", f"/api/tax/report?{days}")


async def of_files(claimed: Claimed, claim: str) -> tuple[Decimal, Decimal]:
    """Net and tax of a claim's invoice less its credit notes, as their files say them."""
    net = Decimal(0)
    tax = Decimal(0)
    for file in (await claimed.shown(claim))["files"]:
        if file["name"] not in {"invoice", "credit_note"}:
            continue
        [row] = await claimed.world.rows(
            "SELECT object_key FROM claim_files WHERE sha256 = ?1"
            " UNION SELECT object_key FROM claim_note_files WHERE sha256 = ?1",
            file["sha256"],
        )
        content = await claimed.world.host.platform.objects.get_bytes(str(row["object_key"]))
        assert content is not None
        totals = read_invoice(content).totals
        assert totals.net is not None
        assert totals.tax is not None
        sign = 1 if file["name"] == "invoice" else -1
        net += sign * totals.net.value
        tax += sign * totals.tax.value
    return net, tax


async def test_the_report_is_the_sum_of_invoices_and_credit_notes(claimed: Claimed) -> None:
    claim = (await invoiced(claimed, invoice={"disbursements": ["exp_000001"]}))["id"]
    shown = await report(claimed)
    assert [(row["treatment"], row["rate"], row["figures"]) for row in shown["sales"]] == [
        ("taxed", "19", {"documents": 1, "net": "21.01", "tax": "3.99", "gross": "25.00"}),
        ("disbursed", None, {"documents": 1, "net": "12.90", "tax": "0.00", "gross": "12.90"}),
    ]
    assert shown["salesTotal"]["documents"] == 1
    assert shown["due"]["charged"] == "3.99"
    lines = {each["number"]: each for each in shown["periods"][0]["taxReturn"]["lines"]}
    assert (lines["81"]["amount"], lines["83"]["amount"]) == ("21.00", "3.99")
    assert lines["81"]["sales"] == [{"treatment": "taxed", "rate": "19"}]
    body = {"expenseIds": ["exp_000002"], "reason": "It was private"}
    await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, "one")
    after = await report(claimed)
    assert (after["salesTotal"]["net"], after["due"]["charged"]) == ("12.90", "0.00")
    assert await of_files(claimed, claim) == (Decimal("12.90"), Decimal("0.00"))
    documents = (await claimed.ask("GET", f"/api/tax/sales?{MARCH}&limit=2"))["items"]
    assert [each["number"] for each in documents] == ["INV-2026-0001", "INV-2026-0001"]
    of_line = await claimed.ask("GET", f"/api/tax/sales?{MARCH}&line=81")
    assert [(each["number"], each["tax"]) for each in of_line["items"]] == [
        ("INV-2026-0001", "3.99"),
        ("CN-2026-0001", "-3.99"),
    ]


async def test_pages_of_documents_follow_on_each_other(claimed: Claimed) -> None:
    await invoiced(claimed, invoice={"disbursements": ["exp_000001"]})
    first = await claimed.ask("GET", f"/api/tax/sales?{MARCH}&limit=1")
    second = await claimed.ask(
        "GET", f"/api/tax/sales?{MARCH}&limit=1&cursor={first['nextCursor']}"
    )
    assert [each["treatment"] for each in first["items"] + second["items"]] == [
        "taxed",
        "disbursed",
    ] or [each["treatment"] for each in first["items"] + second["items"]] == ["disbursed", "taxed"]
    assert second["nextCursor"] is None


async def test_pages_go_on_with_the_next_invoice(
    claimed: Claimed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sales, "_AT_ONCE", 1)
    await invoiced(claimed, expenseIds=["exp_000001"])
    await invoiced(claimed, expenseIds=["exp_000002"])
    assert (await report(claimed))["salesTotal"]["documents"] == 2
    listed: list[str] = []
    cursor = ""
    while cursor is not None:
        after = f"&cursor={cursor}" if cursor else ""
        page = await claimed.ask("GET", f"/api/tax/sales?{MARCH}&limit=1{after}")
        listed.extend(each["number"] for each in page["items"])
        cursor = page["nextCursor"]
    assert sorted(listed) == ["INV-2026-0001", "INV-2026-0002"]


@pytest.mark.parametrize(
    ("company", "client", "treatment", "line"),
    [
        ({"vatScheme": "small_business"}, {}, "small_business", None),
        ({}, {"country": "AT", "vatId": "ATU12345678"}, "eu_services", "21"),
        ({}, {"country": "CH", "registrationId": "CHE-1"}, "abroad", "45"),
    ],
)
async def test_what_has_no_tax_stands_in_its_own_line(
    claimed: Claimed,
    company: dict[str, Any],
    client: dict[str, Any],
    treatment: str,
    line: str | None,
) -> None:
    await invoiced(claimed, company, client)
    shown = await report(claimed)
    assert [(row["treatment"], row["figures"]["net"]) for row in shown["sales"]] == [
        (treatment, "37.90")
    ]
    filled = [
        each["number"]
        for each in shown["periods"][0]["taxReturn"]["lines"]
        if Decimal(each["amount"])
    ]
    assert filled == ([] if line is None else [line])
    assert shown["due"]["payable"] == shown["due"]["charged"] == "0.00"


async def test_by_payment_only_what_came_in_counts(claimed: Claimed) -> None:
    claim = (await invoiced(claimed, {"vatDueOn": "payment"}))["id"]
    assert (await report(claimed))["due"]["charged"] == "0.00"
    await claimed.pay(claim, "18.95", "one")
    half = await report(claimed)
    assert (half["salesCountBy"], half["due"]["charged"]) == ("payment", "3.02")
    await claimed.pay(claim, "18.95", "two", day="2026-04-02")
    assert (await report(claimed))["due"]["charged"] == "3.02"
    april = await report(claimed, "from=2026-04-01&to=2026-04-30")
    assert april["due"]["charged"] == "3.03"


async def test_an_invoice_in_another_currency_says_its_tax_in_the_companys(
    claimed: Claimed,
) -> None:
    usd: dict[str, Any] = {"currency": "USD"}
    refused = await invoiced(claimed, status=422, **usd)
    [error] = refused["errors"]
    assert error["field"] == "invoice.exchangeRate"
    assert "No exchange rate of USD to EUR is known for today" in error["message"]
    rate = statement(
        "INSERT INTO exchange_rates (date, currency, rate, source)"
        " VALUES ('2026-02-27', 'USD', '1.25', 'test')"
    )
    await claimed.world.host.database.batch([rate])
    claim = (await invoiced(claimed, **usd))["id"]
    content = await content_of(claimed, claim, "invoice.xml")
    assert broken_rules(content) == []
    assert violations(read_invoice(content)) == ()
    written = content.decode()
    assert "<ram:TaxCurrencyCode>EUR</ram:TaxCurrencyCode>" in written
    assert '<ram:TaxTotalAmount currencyID="USD">1.12</ram:TaxTotalAmount>' in written
    assert '<ram:TaxTotalAmount currencyID="EUR">0.90</ram:TaxTotalAmount>' in written
    shown = await report(claimed)
    assert (shown["salesTotal"]["net"], shown["due"]["charged"]) == ("4.70", "0.90")


async def test_a_figure_is_the_sum_of_the_list_behind_it(claimed: Claimed) -> None:
    first = (await invoiced(claimed, expenseIds=["exp_000001", "exp_000002"]))["id"]
    body = {"expenseIds": ["exp_000002"], "reason": "It was private"}
    await claimed.ask("POST", f"/api/claims/{first}/credit-notes", body, "one")
    austrian = {"country": "AT", "vatId": "ATU12345678"}
    await invoiced(claimed, client=austrian, expenseIds=["exp_000002"])
    shown = await report(claimed)
    assert {row["treatment"] for row in shown["sales"]} == {"taxed", "eu_services"}
    for row in shown["sales"]:
        behind = f"treatment={row['treatment']}&rate={row['rate'] or ''}"
        assert await listed_sums(claimed, behind) == {
            name: Decimal(row["figures"][name]) for name in ("net", "tax", "gross")
        }
    taxed = await listed_sums(claimed, "treatment=taxed")
    assert taxed["tax"] == Decimal(shown["due"]["charged"])
    lines = shown["periods"][0]["taxReturn"]["lines"]
    for line in (each for each in lines if each["sales"]):
        net = (await listed_sums(claimed, f"line={line['number']}"))["net"]
        # The form's bases lose their cents.
        assert int(net) == int(Decimal(line["amount"]))


async def listed_sums(claimed: Claimed, behind: str) -> dict[str, Decimal]:
    """What the documents behind a figure come to."""
    sums: dict[str, Decimal] = dict.fromkeys(("net", "tax", "gross"), Decimal(0))
    for each in (await claimed.ask("GET", f"/api/tax/sales?{MARCH}&{behind}"))["items"]:
        for name in sums:
            sums[name] += Decimal(each[name])
    return sums


async def test_what_has_no_rate_stands_behind_no_figure(claimed: Claimed) -> None:
    """The base currency changed after the invoice."""
    await invoiced(claimed)
    account = "UPDATE accounts SET base_currency = 'USD'"
    await claimed.world.host.database.batch([statement(account)])
    shown = await report(claimed)
    assert shown["sales"] == []
    assert [each["currency"] for each in shown["unconvertedSales"]] == ["EUR"]
    assert await listed_sums(claimed, "treatment=taxed") == dict.fromkeys(
        ("net", "tax", "gross"), Decimal(0)
    )
    assert len((await claimed.ask("GET", f"/api/tax/sales?{MARCH}"))["items"]) == 1


async def test_two_credit_notes_of_one_moment_are_over_their_own_expenses(claimed: Claimed) -> None:
    claim = (await invoiced(claimed))["id"]
    for expense in ("exp_000001", "exp_000002"):
        body = {"expenseIds": [expense], "reason": "It was private"}
        await claimed.ask("POST", f"/api/claims/{claim}/credit-notes", body, expense)
    notes = [each for each in (await claimed.shown(claim))["events"] if each["number"]]
    assert len({note["at"] for note in notes}) == 1
    assert (await report(claimed))["due"]["charged"] == "0.00"
    assert await of_files(claimed, claim) == (Decimal("0.00"), Decimal("0.00"))
    behind = await claimed.ask("GET", f"/api/tax/sales?{MARCH}&treatment=taxed")
    assert [each["number"] for each in behind["items"]] == [
        "INV-2026-0001",
        "CN-2026-0001",
        "CN-2026-0002",
    ]


async def test_the_vat_to_be_paid_is_the_sum_of_the_lists_behind_it(claimed: Claimed) -> None:
    """Section 18 (1) UStG: the tax charged, and the tax owed on supplies to the company (section
    13b), less input tax (section 15)."""
    await invoiced(claimed, expenseIds=["exp_000001"])
    lines = "INSERT INTO expense_tax_lines VALUES (?, 1, '19', 1084, 206, NULL)"
    converted = """
      INSERT INTO expense_conversions
      SELECT id, 'EUR', total_minor, tax_minor, '1', date, 'x', NULL, '' FROM expenses
      WHERE currency = 'EUR' AND id NOT IN (SELECT expense_id FROM expense_conversions)
    """
    await claimed.world.host.database.batch(
        [statement(lines, ["exp_000001"]), statement(converted)]
    )
    owed = {"expenses": ["exp_000002"], "treatment": "eu_services", "rate": "19", "deductible": 60}
    await claimed.ask("POST", "/api/tax/decisions", owed)
    shown = (await report(claimed))["due"]
    expenses = (await claimed.ask("GET", f"/api/tax/expenses?{MARCH}&due=true"))["items"]
    documents = (await claimed.ask("GET", f"/api/tax/sales?{MARCH}&due=true"))["items"]
    # 25.00 EUR at 19 percent are 4.75 owed, of which 60 percent are deducted.
    assert {each["expenseId"]: each["due"] for each in expenses} == {
        "exp_000001": "-2.06",
        "exp_000002": "1.90",
    }
    assert [each["tax"] for each in documents] == ["2.06"]
    parts = [each["due"] for each in expenses] + [each["tax"] for each in documents]
    assert sum(Decimal(part) for part in parts) == Decimal(shown["payable"]) == Decimal("1.90")


async def test_what_changes_no_vat_is_not_behind_the_vat_to_be_paid(claimed: Claimed) -> None:
    await invoiced(claimed, client={"country": "AT", "vatId": "ATU12345678"})
    without = {"expenses": ["exp_000001", "exp_000002"], "treatment": "no_tax"}
    await claimed.ask("POST", "/api/tax/decisions", without)
    for path in ("expenses", "sales"):
        assert (await claimed.ask("GET", f"/api/tax/{path}?{MARCH}&due=true"))["items"] == []
        assert (await claimed.ask("GET", f"/api/tax/{path}?{MARCH}"))["items"] != []
