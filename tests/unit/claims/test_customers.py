"""A claim holds the expenses of its customer, and nobody else's, however it is asked for."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.simulation.claiming import ACTOR
from tests.support.expenses import Given, add_client, add_expenses
from tests.unit.claims.claimed import Claimed, open_claimed
from tillroll.claims.contract import ClaimParams
from tillroll.claims.creation import begin_claim
from tillroll.claims.workflow import CLAIM
from tillroll_durable import ValuesRefused
from tillroll_durable.platform.naming import fold_name

ACME: dict[str, object] = {"currency": "EUR", "payerKind": "customer", "clientId": "cli_acme"}
# The number of each expense, and the client that it is billed to.
CLIENTS = {1: "cli_acme", 2: "cli_beta", 3: "cli_acme", 4: "cli_acme", 5: None, 6: "cli_wien"}
NAMES = {"cli_acme": "ACME AG", "cli_beta": "Beta GmbH", "cli_wien": "ACME AG Wien"}


@pytest.fixture
async def claimed() -> AsyncGenerator[Claimed]:
    """In euros, 12.90 and 10.00 for ACME AG, 25.00 for Beta GmbH, 1.00 for nobody, 2.00 for a
    namesake; 7.00 USD.
    """
    async with open_claimed() as claimed:
        more = (Given(4, total_minor=1000), Given(5, total_minor=100), Given(6, total_minor=200))
        await add_expenses(claimed.world.host.database, *more)
        for client_id, name in NAMES.items():
            await add_client(claimed.world.host.database, client_id, name)
        await claimed.world.rows(
            "UPDATE expenses SET status = 'approved', billable = 1, paid_by = 'company'"
        )
        for number, client in CLIENTS.items():
            await named(claimed, number, client)
        yield claimed


async def named(claimed: Claimed, number: int, client: str | None) -> None:
    query = (
        "UPDATE expenses SET client_id = NULLIF(?, ''), client = NULLIF(?, ''), version = version "
        "+ 1 WHERE id = ?"
    )
    await claimed.world.rows(query, client or "", NAMES.get(client or "", ""), f"exp_{number:06}")


async def refused(claimed: Claimed, **other: object) -> tuple[str, str]:
    """The field and the sentence of a claim that is not begun."""
    before = await claimed.world.rows("SELECT id FROM runs")
    answer = await claimed.ask("POST", "/api/claims", {**ACME, **other}, status=422)
    assert await claimed.world.rows("SELECT id FROM runs") == before
    [error] = answer["errors"]
    return error["field"], error["message"]


async def test_only_the_customers_expenses_are_claimed(claimed: Claimed) -> None:
    shown = await claimed.shown(await claimed.claim(**ACME))
    assert ([each["expenseId"] for each in shown["items"]], shown["total"]) == (
        ["exp_000001", "exp_000004"],
        "22.90",
    )
    assert (await refused(claimed))[1].startswith("There is nothing in EUR to claim here")


async def test_others_are_named_and_nothing_is_claimed(claimed: Claimed) -> None:
    ids = ["exp_000001", "exp_000002", "exp_000005"]
    said = (
        "Not spent for ACME AG: exp_000002 (Beta GmbH), exp_000005 (no client). Leave them out, "
        "or correct "
    )
    said += "their client."
    assert await refused(claimed, expenseIds=ids) == ("expenseIds", said)
    assert (await refused(claimed, expenseIds=["exp_000006"]))[1].startswith(
        "Not spent for ACME AG: exp_000006 (ACME AG W"
    )
    assert (await refused(claimed, expenseIds=["exp_nobody"]))[1].startswith(
        "These cannot be claimed: exp_nobody."
    )
    assert await refused(claimed, payerName="Beta GmbH") == (
        "payerName",
        "Leave payerName out: the client is ACME AG.",
    )
    assert (await refused(claimed, clientId="cli_nobody"))[0] == "clientId"
    shown = await claimed.shown(await claimed.claim(**ACME, expenseIds=["exp_000004"]))
    assert (shown["payerName"], shown["clientId"]) == ("ACME AG", "cli_acme")


async def test_a_run_that_is_begun_by_anything_else_is_held_to_it_too(claimed: Claimed) -> None:
    """Triggers, events and schedules begin a claim with this."""
    params = ClaimParams.model_validate(
        {
            "currency": "EUR",
            "payer_kind": "customer",
            "client_id": "cli_acme",
            "expense_ids": ["exp_000002"],
        }
    )
    with pytest.raises(ValuesRefused, match="Beta GmbH"):
        await begin_claim(claimed.world.host.platform, CLAIM, ACTOR, params, "an event")
    answer = await claimed.ask(
        "POST", "/api/workflows/claim/trigger", {**ACME, "expenseIds": ["exp_000002"]}, status=422
    )
    assert "exp_000002 (Beta GmbH)" in str(answer)


async def test_an_expense_that_becomes_anothers_before_it_is_gathered_is_not_claimed(
    claimed: Claimed,
) -> None:
    asked = {**ACME, "expenseIds": ["exp_000001", "exp_000004"]}
    begun = (await claimed.client.post("/api/claims", json=asked)).json()["id"]
    await named(claimed, 4, "cli_beta")
    await claimed.world.settle({})
    shown = await claimed.shown(begun)
    assert (shown["state"], shown["runState"], shown["number"], shown["items"]) == (
        "withdrawn",
        "nothing",
        None,
        [],
    )
    assert shown["events"][-1]["said"] == "Something that was asked for cannot be claimed any more."


async def test_nothing_is_claimed_where_it_comes_to_something_else_than_was_seen(
    claimed: Claimed,
) -> None:
    assert await refused(claimed, expectedTotal="22.91") == (
        "expectedTotal",
        "It comes to 22.90 EUR, not to 22.91: look at it again.",
    )
    assert (await refused(claimed, expectedTotal="much"))[0] == "expectedTotal"
    begun = (
        await claimed.client.post("/api/claims", json={**ACME, "expectedTotal": "22.90"})
    ).json()["id"]
    await claimed.world.rows(
        "UPDATE expenses SET total_minor = 5000, version = version + 1 WHERE id = 'exp_000004'"
    )
    await claimed.world.settle({})
    shown = await claimed.shown(begun)
    assert (shown["runState"], shown["number"]) == ("nothing", None)
    assert shown["events"][-1]["said"] == "It comes to 62.90 EUR, not to 22.90: look at it again."


async def test_what_would_be_claimed_is_shown(claimed: Claimed) -> None:
    def owing(client_id: str | None, currency: str, count: int, total: str) -> dict[str, Any]:
        name = NAMES.get(client_id or "")
        return {
            "clientId": client_id,
            "name": name,
            "currency": currency,
            "count": count,
            "total": total,
        }

    assert (await claimed.ask("GET", "/api/claimable/customers"))["items"] == [
        owing("cli_acme", "EUR", 2, "22.90"),
        owing("cli_acme", "USD", 1, "7.00"),
        owing("cli_wien", "EUR", 1, "2.00"),
        owing("cli_beta", "EUR", 1, "25.00"),
        owing(None, "EUR", 1, "1.00"),
    ]
    assert (await claimed.ask("GET", "/api/claimable/customers?firstDay=2026-03-06"))["items"] == [
        owing("cli_beta", "EUR", 1, "25.00")
    ]
    [euros, dollars] = (
        await claimed.ask("GET", "/api/claimable?payerKind=customer&clientId=cli_acme")
    )["items"]
    assert ([each["id"] for each in euros["expenses"]], euros["total"]) == (
        ["exp_000001", "exp_000004"],
        "22.90",
    )
    assert [each["amount"] for each in dollars["expenses"]] == ["7.00"]
    answer = await claimed.ask("GET", "/api/claimable?payerKind=customer", status=422)
    assert "Say whose expenses" in str(answer)


async def converted(claimed: Claimed) -> None:
    """The 7.00 USD of ACME AG came to 6.02 EUR, which is the account's currency."""
    await claimed.world.rows("UPDATE accounts SET base_currency = 'EUR'")
    await claimed.world.rows(
        "INSERT OR REPLACE INTO expense_conversions (expense_id, base_currency, total_minor, "
        "tax_minor, rate, rate_date, source, created_at) VALUES "
        "('exp_000003', 'EUR', 602, NULL, '0.86', '2026-03-03', 'ecb', '2026-03-03T00:00:00Z')"
    )


async def test_what_was_spent_abroad_is_billed_in_the_accounts_currency(claimed: Claimed) -> None:
    await converted(claimed)
    path = "/api/claimable?payerKind=customer&clientId=cli_acme"
    plain = (await claimed.ask("GET", path))["items"]
    assert [(each["currency"], each["total"]) for each in plain] == [
        ("EUR", "22.90"),
        ("USD", "7.00"),
    ]
    [found] = (await claimed.ask("GET", f"{path}&converts=true"))["items"]
    assert (found["currency"], found["total"], found["count"]) == ("EUR", "28.92", 3)
    assert [
        (each["amount"], each["spent"], each["spentCurrency"]) for each in found["expenses"]
    ] == [("12.90", "12.90", "EUR"), ("6.02", "7.00", "USD"), ("10.00", "10.00", "EUR")]
    owing = (await claimed.ask("GET", "/api/claimable/customers?converts=true"))["items"]
    assert [each["total"] for each in owing if each["clientId"] == "cli_acme"] == ["28.92"]
    query = "currency=EUR&payerKind=customer&clientId=cli_acme&converts=true"
    page = await claimed.client.get(f"/api/claim-preview?{query}&expenseIds=exp_000003")
    assert (page.status_code, "$7.00" in page.text) == (200, True)
    shown = await claimed.shown(await claimed.claim(**ACME, converts=True, expectedTotal="28.92"))
    assert (shown["currency"], shown["total"], shown["state"]) == ("EUR", "28.92", "issued")
    assert ("6.02", "7.00", "USD") in [
        (each["amount"], each["spent"], each["spentCurrency"]) for each in shown["items"]
    ]


async def test_a_rate_that_changes_before_it_is_gathered_bills_nothing_else(
    claimed: Claimed,
) -> None:
    await converted(claimed)
    body = {**ACME, "converts": True, "expectedTotal": "28.92"}
    begun = (await claimed.client.post("/api/claims", json=body)).json()["id"]
    await claimed.world.rows("UPDATE expense_conversions SET total_minor = 603")
    await claimed.world.settle({})
    assert (await claimed.shown(begun))["state"] == "withdrawn"


async def test_the_clients_own_currency_stays(claimed: Claimed) -> None:
    await converted(claimed)
    await claimed.world.rows("UPDATE clients SET currency = 'USD' WHERE id = 'cli_acme'")
    path = "/api/claimable?payerKind=customer&clientId=cli_acme&converts=true"
    found = (await claimed.ask("GET", path))["items"]
    assert [(each["currency"], each["total"]) for each in found] == [
        ("EUR", "22.90"),
        ("USD", "7.00"),
    ]
    answer = await claimed.ask(
        "POST",
        "/api/claims",
        {"currency": "EUR", "payerKind": "company", "converts": True},
        status=422,
    )
    assert "Leave converts out" in str(answer)


async def test_of_a_company_a_client_only_narrows(claimed: Claimed) -> None:
    await claimed.world.rows("UPDATE expenses SET paid_by = 'employee'")
    shown = await claimed.shown(await claimed.claim(clientId="cli_beta"))
    assert [each["expenseId"] for each in shown["items"]] == ["exp_000002"]
    assert (await claimed.shown(await claimed.claim()))["expenses"] == 4


@given(st.text())
def test_names_are_the_same_when_their_letters_are(one: str) -> None:
    assert fold_name(one) == fold_name(f"  {one}\t ")


async def test_the_rest_comes_from_the_client_and_the_company(claimed: Claimed) -> None:
    refused_mail = await refused(claimed, sentBy="mail")
    assert refused_mail[0] == "payerMail"
    company = {
        "name": "Books GmbH",
        "street": "Ring 1",
        "postalCode": "50667",
        "city": "Köln",
        "country": "DE",
        "vatId": "DE123456789",
        "iban": "DE02120300000000202051",
    }
    await claimed.ask("PATCH", "/api/company", company)
    invoice = {"vatCategory": "S", "vatRate": "19"}
    answer = await claimed.client.post("/api/claims", json={**ACME, "invoice": invoice})
    assert [each["field"] for each in answer.json()["errors"]] == [
        "invoice.buyer.street",
        "invoice.buyer.postalCode",
        "invoice.buyer.city",
        "invoice.buyer.country",
    ]
    client = {
        "street": "Graben 2",
        "postalCode": "1010",
        "city": "Wien",
        "country": "AT",
        "termsDays": 14,
        "mail": "pay@acme.example",
        "reference": "PO 7",
        "language": "de",
    }
    await claimed.ask("PATCH", "/api/clients/cli_acme", client)
    claim = await claimed.claim(**ACME, invoice=invoice)
    shown = await claimed.shown(claim)
    assert (shown["issuedOn"], shown["dueOn"]) == ("2026-03-01", "2026-03-15")
    [run] = await claimed.world.rows("SELECT params FROM runs WHERE id = ?", claim)
    for said in ("Books GmbH", "DE02120300000000202051", "PO 7", "ACME AG"):
        assert said in str(run["params"])
    [row] = await claimed.world.rows("SELECT language FROM claims")
    assert row["language"] == "de"


async def test_a_request_that_comes_again_is_the_same_claim_whatever_the_client_became(
    claimed: Claimed,
) -> None:
    first = await claimed.ask("POST", "/api/claims", ACME, "march", 202)
    await claimed.ask("PATCH", "/api/clients/cli_acme", {"termsDays": 3, "name": "ACME Holding"})
    claimed.world.host.pieces.clock.advance(timedelta(days=2))
    again = await claimed.ask("POST", "/api/claims", ACME, "march", 202)
    assert again["id"] == first["id"]
    answer = await claimed.client.post(
        "/api/claims", json={**ACME, "termsDays": 3}, headers={"Idempotency-Key": "march"}
    )
    assert answer.status_code in {409, 422}


async def test_a_preview_shows_the_page_and_the_mail_and_claims_nothing(claimed: Claimed) -> None:
    await claimed.ask(
        "PATCH", "/api/company", {"name": "Books GmbH", "iban": "DE02120300000000202051"}
    )
    await claimed.ask("PATCH", "/api/clients/cli_acme", {"termsDays": 14, "language": "de"})
    preview = await claimed.ask("POST", "/api/claims/preview", ACME)
    assert (preview["payerName"], preview["total"], preview["expenses"]) == ("ACME AG", "22.90", 2)
    assert (preview["dueOn"], preview["termsDays"], preview["mail"], preview["missing"]) == (
        "2026-03-15",
        14,
        None,
        [],
    )
    query = (
        "currency=EUR&payerKind=customer&clientId=cli_acme&expenseIds=exp_000001&"
        "expenseIds=exp_000004"
    )
    answer = await claimed.client.get(f"/api/claim-preview?{query}")
    assert answer.status_code == 200
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    for said in (
        "Books GmbH",
        "An ACME AG: 22,90\u00a0€",
        "DE02 1203",
        "15.03.2026",
        "(Nummer wird beim Senden vergeben)",
    ):
        assert said in answer.text
    for hidden in ("<script", "I have paid", "Beta GmbH"):
        assert hidden not in answer.text
    assert (await claimed.ask("GET", "/api/claims"))["items"] == []
    assert await claimed.world.rows("SELECT id FROM ledger_accounts") == []
    theirs = await claimed.client.post(
        "/api/claims/preview", json={**ACME, "expenseIds": ["exp_000002"]}
    )
    assert (theirs.status_code, "exp_000002 (Beta GmbH)" in theirs.text) == (422, True)
    refused_page = await claimed.client.get(f"/api/claim-preview?{query}&expenseIds=exp_000002")
    assert refused_page.status_code == 422


async def test_a_preview_of_an_invoice_has_the_vat_that_was_given(claimed: Claimed) -> None:
    """Without one it has the standard rate of Ireland."""
    await claimed.ask(
        "PATCH",
        "/api/company",
        {
            "name": "Kern & Co. Ltd",
            "street": "1 Quay",
            "postalCode": "D01",
            "city": "Dublin",
            "country": "IE",
            "vatId": "IE6388047V",
            "iban": "IE29AIBK93115212345678",
        },
    )
    await claimed.ask(
        "PATCH",
        "/api/clients/cli_acme",
        {
            "street": "5 Harbour Road",
            "postalCode": "D04",
            "city": "Dublin",
            "country": "IE",
            "mail": "accounts@atlas.example",
        },
    )
    query = "currency=EUR&payerKind=customer&clientId=cli_acme&expenseIds=exp_000001&invoice=true"
    without = await claimed.client.get(f"/api/claim-preview?{query}")
    assert without.status_code == 200
    page = await claimed.client.get(f"/api/claim-preview?{query}&vatCategory=S&vatRate=23")
    assert page.status_code == 200
    assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
    wrong = await claimed.client.get(f"/api/claim-preview?{query}&vatCategory=S&vatRate=-1")
    assert wrong.status_code == 422
