"""What the bank, a claim or an earlier payout may have paid is held back."""

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.open_entries import add_open_entry
from tests.unit.payouts.bank_files.bank_documents import document, reason
from tests.unit.payouts.owed.owing import add_payee, client, owed_now, pay_back, spend
from tests.unit.payouts.test_files import pay, stand
from tillroll.expenses.duplicates.holds import find_holds
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def test_what_the_bank_or_a_claim_pays_is_not_owed(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    one, other = await spend(
        host, (Given(1, total_minor=1000), "usr_ann"), (Given(2, total_minor=500), "usr_ann")
    )
    await host.database.batch(
        [
            statement(
                "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
                "next_safe_action, created_at, updated_at) "
                "VALUES ('run_claim', ?, 'claim', 1, 'x', "
                "'issued', 'processing', 'none', '2026-01-01', '2026-01-01')",
                [ACCOUNT],
            ),
            statement(
                "INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, "
                "sent_by, terms_days, "
                "asked_by, created_at, claimed) VALUES ('run_claim', ?, 'EUR', 'company', 'ACME', "
                "'hand', 14, "
                "'user:usr_ann', '2026-01-01', 500)",
                [ACCOUNT],
            ),
            statement(
                "INSERT INTO claim_items (run_id, expense_id, expense_version, place, amount) "
                "VALUES ('run_claim', ?, 1, 0, 500)",
                [other],
            ),
        ]
    )
    await add_payee(client)
    assert await owed_now(client) == {"usr_ann": {"EUR": (1000, 500)}}
    assert (await pay_back(client, [other])).status_code == 422
    assert (await pay_back(client, [one])).status_code == httpx.codes.ACCEPTED
    # Nor the other way round.
    with pytest.raises(Exception, match="a payout pays the expense back"):
        await host.database.batch(
            [
                statement(
                    "INSERT INTO claim_items (run_id, expense_id, expense_version, place, amount) "
                    "VALUES ('run_claim', ?, 1, 1, 1000)",
                    [one],
                )
            ]
        )


async def test_what_the_companys_account_may_have_paid_is_held_back(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await spend(host, (Given(1, total_minor=8_999), "usr_ann"))
    await add_payee(client)
    entry = await add_open_entry(host.database, -8_999)
    [owed] = (await client.get("/api/owed")).json()["items"]
    assert (owed["expenses"], owed["heldBack"]) == (1, 1)
    [shown] = (await client.get("/api/owed/expenses")).json()["items"]
    assert shown["bankEntry"] == {"id": entry, "day": "2026-03-06", "name": "VDP-RYANAIR"}
    async with api_client(host.platform, token="tok_of_ann") as own:
        [theirs] = (await own.get("/api/owed/expenses")).json()["items"]
    assert theirs["bankEntry"] == {"id": entry, "day": "2026-03-06", "name": ""}
    refused = await pay_back(client, ids)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "the company's account paid this on 2026-03-06" in refused.text
    body = {"payeeId": "", "currency": "EUR", "amount": 8_999, "reference": "R", "expenses": ids}
    body["payeeId"] = (await client.get("/api/payees")).json()["items"][0]["id"]
    beside = await client.post("/api/payouts", json=body)
    assert beside.status_code == httpx.codes.UNPROCESSABLE_ENTITY, beside.text
    paid = await pay_back(client, ids, despiteBank=True)
    assert paid.status_code == httpx.codes.ACCEPTED, paid.text
    [shown] = (await client.get("/api/owed/expenses")).json()["items"]
    assert (shown["standing"], shown["bankEntry"]) == ("on_its_way", None)


@pytest.mark.parametrize(
    ("amount", "day"), [(-9_000, "2026-03-06"), (8_999, "2026-03-06"), (-8_999, "2026-03-20")]
)
async def test_an_entry_of_another_amount_or_day_holds_nothing_back(
    client: httpx.AsyncClient, host: HostPlatform, amount: int, day: str
) -> None:
    ids = await spend(host, (Given(1, total_minor=8_999), "usr_ann"))
    await add_payee(client)
    await add_open_entry(host.database, amount, day=day)
    assert (await pay_back(client, ids)).status_code == httpx.codes.ACCEPTED


async def test_a_pair_that_a_person_declined_is_paid_back(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await spend(host, (Given(1, total_minor=8_999), "usr_ann"))
    await add_payee(client)
    entry = await add_open_entry(host.database, -8_999)
    decline = "INSERT INTO bank_declined (account_id, line_id, document_id) VALUES (?, ?, ?)"
    await host.database.batch([statement(decline, [ACCOUNT, entry, ids[0]])])
    assert (await pay_back(client, ids)).status_code == httpx.codes.ACCEPTED


async def test_what_an_earlier_payout_may_have_paid_is_held_back_until_a_person_says_so(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """The bank refused it, so it is owed again; then the bank says that it accepted it as well."""
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    payout = (await pay_back(client, [one])).json()["payoutId"]
    await stand(host, payout, "debited")
    await pay(host, payout)
    await stand(host, payout, "unsettled")
    file = (await client.post("/api/payment-files", json={})).json()
    for number, (status, why) in enumerate((("RJCT", reason("AM04")), ("ACCP", ""))):
        content = document(file["messageId"], id_=f"B{number}", status=status, reasons=why)
        (await client.post("/api/payment-reports", json={"report": content})).raise_for_status()
    ended = "UPDATE runs SET status = 'rejected', state = 'came_back' WHERE id = ?"
    await host.database.batch([statement(ended, [payout])])
    assert await owed_now(client) == {"usr_ann": {"EUR": (1000, 0)}}
    [held] = (await client.get("/api/owed")).json()["items"]
    assert held["heldBack"] == 1
    [shown] = (await client.get("/api/owed/expenses", params={"expense": one})).json()["items"]
    assert shown["doubtedPayout"] == payout
    refused = await pay_back(client, [one])
    assert (refused.status_code, payout in refused.text) == (422, True)
    # A claim on the company asks the same.
    [hold] = await find_holds(host.database, ACCOUNT, [one], despite_bank=True)
    assert payout in hold
    outcomes = f"/api/payment-files/{file['id']}/outcomes"
    answered = await client.post(outcomes, json={"status": "failed", "payoutId": payout})
    assert answered.json()["inDoubt"] == []
    assert (await pay_back(client, [one])).status_code == httpx.codes.ACCEPTED
