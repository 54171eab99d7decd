"""What is paid of what is owed: in the base currency, in others, and at most so much."""

import httpx

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.owed.owing import add_payee, client, pay_back, spend
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def test_a_foreign_expense_is_paid_at_the_rate_of_its_day(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000, currency="USD"), "usr_ann"))
    await add_payee(client)
    assert "no rate is known" in (await pay_back(client, [one], currency="EUR")).text
    for path in ("/api/owed/payments/check", "/api/owed/payments"):
        body = {"expenses": [one], "way": "file"}
        refused = await client.post(path, json=body)
        assert refused.status_code == 422
        assert "pays in EUR only. Pay in EUR, by" in refused.text, "at the first step too"
    await host.database.batch(
        [
            statement("UPDATE accounts SET base_currency = 'EUR' WHERE id = ?", [ACCOUNT]),
            statement(
                "INSERT INTO expense_conversions (expense_id, base_currency, total_minor, rate, "
                "rate_date, source, "
                "created_at) VALUES (?, 'EUR', 926, '0.9259', '2026-03-05', 'ECB', '')",
                [one],
            ),
        ]
    )
    [ann] = (await client.get("/api/owed")).json()["items"]
    assert ann["base"] == {"currency": "EUR", "owed": 926, "onItsWay": 0, "withoutRate": 0}
    paid = await pay_back(client, [one], currency="EUR", expects={"EUR": 926})
    assert paid.status_code == httpx.codes.ACCEPTED, paid.text
    [covered] = (await client.get(paid.headers["location"])).json()["expenses"]
    assert (covered["amount"], covered["ofAmount"], covered["ofCurrency"]) == (926, 1000, "USD")
    assert (covered["rate"], covered["rateDay"], covered["rateSource"]) == (
        "0.9259",
        "2026-03-05",
        "ECB",
    )
    [ann] = (await client.get("/api/owed")).json()["items"]
    assert ann["base"] == {"currency": "EUR", "owed": 0, "onItsWay": 926, "withoutRate": 0}
    [expense] = (await client.get("/api/owed/expenses")).json()["items"]
    [payout] = expense["payouts"]
    assert (payout["amount"], payout["currency"]) == (1000, "USD")
    assert (payout["paidAmount"], payout["paidCurrency"]) == (926, "EUR")


async def test_what_has_no_rate_says_what_to_do(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000, currency="MYR"), "usr_ann"))
    base = "UPDATE accounts SET base_currency = 'EUR' WHERE id = ?"
    await host.database.batch([statement(base, [ACCOUNT])])

    async def said(awaits: str) -> str:
        wait = "UPDATE expenses SET awaits_conversion = ? WHERE id = ?"
        await host.database.batch([statement(wait, [awaits, one])])
        refused = await pay_back(client, [one], currency="EUR", way="hand", paidOn="2026-02-20")
        [error] = refused.json()["errors"]
        return str(error["message"]).partition(": ")[2]

    assert await said("now") == "it is being converted to EUR. Try again in a minute or two."
    assert await said("2026-03-05") == (
        "no rate is known from MYR to EUR. An owner can enter it under Settings, Currency."
    )


async def test_what_is_in_the_base_currency_needs_no_rate(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    base = "UPDATE accounts SET base_currency = 'EUR' WHERE id = ?"
    await host.database.batch([statement(base, [ACCOUNT])])
    [ann] = (await client.get("/api/owed")).json()["items"]
    assert ann["base"] == {"currency": "EUR", "owed": 1000, "onItsWay": 0, "withoutRate": 0}


async def test_other_sums_than_were_shown_are_not_paid(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    refused = await pay_back(client, [one], expects={"EUR": 999})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:owed-changed",
    )
    assert (await client.get("/api/payouts")).json()["items"] == []


async def test_more_than_a_payout_is_of_is_refused_with_the_limit(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await spend(
        host,
        (Given(71, total_minor=10**13), "usr_ann"),
        (Given(72, total_minor=1), "usr_ann"),
    )
    refused = await pay_back(client, ids, way="hand", paidOn="2026-02-20")
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    [error] = refused.json()["errors"]
    assert error["field"] == "expenses"
    assert "a payout is of at most 100000000000.00" in error["message"]
    paid = await pay_back(client, ids[:1], way="hand", paidOn="2026-02-20")
    assert paid.status_code == httpx.codes.ACCEPTED
