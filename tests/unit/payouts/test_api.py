"""Payouts over HTTP: who may, whom, how much, and what somebody else decides."""

import json
from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace

import httpx
import pytest

from local.payments.counterpart import Counterpart
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.payouts.test_stripe import Line
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import statement
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.platform import HostPlatform

SETTINGS = PaymentSettings("sk_local", "fa_local", ACCOUNT, "https://pay.test")
PAYEE: JsonObject = {"name": "Ann", "recipient": "acct_ann", "method": "usba_ann"}


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    settings = host.platform.settings.changed(SETTINGS)
    host.platform = replace(host.platform, settings=settings, http=Line(Counterpart("sk_local")))
    async with api_client(host.platform) as client:
        yield client


async def payee(client: httpx.AsyncClient, **other: str) -> str:
    answer = await client.post("/api/payees", json={**PAYEE, **other})
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


def asked(payee_id: str, **other: object) -> Mapping[str, object]:
    return {"payeeId": payee_id, "currency": "EUR", "amount": 1290, "reference": "Trip", **other}


async def test_a_payout_is_begun_once_under_its_key_and_shown(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    key = {"Idempotency-Key": "one"}
    first = await client.post("/api/payouts", json=asked(whom), headers=key)
    again = await client.post("/api/payouts", json=asked(whom), headers=key)
    assert first.status_code == again.status_code == httpx.codes.ACCEPTED
    assert first.json()["id"] == again.json()["id"]
    shown = (await client.get(first.headers["location"])).json()
    assert (shown["payeeName"], shown["amount"], shown["state"], shown["paymentId"]) == (
        "Ann",
        1290,
        "requested",
        None,
    )
    assert [each["id"] for each in (await client.get("/api/payouts")).json()["items"]] == [
        shown["id"]
    ]
    assert (await client.get("/api/payouts", params={"state": "paid"})).json()["items"] == []
    other = await client.post("/api/payouts", json=asked(whom, amount=1291), headers=key)
    assert other.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    accounts = {each["id"] for each in (await client.get("/api/ledger/accounts")).json()["items"]}
    assert accounts == {"payouts:company:EUR", "payouts:in-transit:EUR", f"payouts:owed:{whom}:EUR"}


@pytest.mark.parametrize(
    "other",
    [
        {"amount": 0},
        {"amount": -1},
        {"amount": 12.5},
        {"amount": "1290"},
        {"amount": True},
        {"amount": 10**15},
        {"currency": "eur"},
        {"reference": ""},
        {"reference": "a\nb"},
        {"payeeId": "pay_other"},
        {"iban": "DE89"},
    ],
)
async def test_what_cannot_be_paid_is_refused_and_begins_nothing(
    client: httpx.AsyncClient, other: Mapping[str, object]
) -> None:
    whom = await payee(client)
    answer = await client.post("/api/payouts", json={**asked(whom), **other})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    assert (await client.get("/api/payouts")).json()["items"] == []


async def test_nobody_is_paid_from_anothers_money(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        theirs = await payee(other)
        refused = await other.post("/api/payouts", json=asked(theirs))
        assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
        [problem] = refused.json()["errors"]
        assert problem["field"] == "payeeId"
        assert "pays nobody for this account" in problem["message"]
    assert (
        await client.post("/api/payouts", json=asked(theirs))
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert (await client.delete(f"/api/payees/{theirs}")).status_code == httpx.codes.NOT_FOUND


async def test_a_payee_is_kept_once_and_archived(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    twice = await client.post("/api/payees", json=PAYEE)
    assert (twice.status_code, whom in twice.text) == (httpx.codes.CONFLICT, True)
    for _ in range(2):
        assert (await client.delete(f"/api/payees/{whom}")).status_code == httpx.codes.NO_CONTENT
    refused = await client.post("/api/payouts", json=asked(whom))
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [each["field"] for each in refused.json()["errors"]] == ["payeeId"]
    assert await payee(client) != whom
    listed = (await client.get("/api/payees")).json()["items"]
    assert [each["archivedAt"] is None for each in listed] == [True, False]


async def test_limits_are_set_by_currency_and_taken_away(client: httpx.AsyncClient) -> None:
    for above in (700, 500):
        answer = await client.put("/api/payout-limits/EUR", json={"above": above})
        assert answer.json() == {"currency": "EUR", "above": above}
    assert (await client.get("/api/payout-limits")).json() == {
        "items": [{"currency": "EUR", "above": 500}]
    }
    assert (await client.delete("/api/payout-limits/USD")).status_code == httpx.codes.NO_CONTENT
    assert (await client.delete("/api/payout-limits/EUR")).status_code == httpx.codes.ACCEPTED
    assert (await client.put("/api/payout-limits/euro", json={"above": 1})).status_code == 422


async def test_whoever_asked_does_not_decide(client: httpx.AsyncClient) -> None:
    """By a token or by a browser, it is the same person."""
    begun = (await client.post("/api/payouts", json=asked(await payee(client)))).json()["id"]
    answer = await client.post(f"/api/runs/{begun}/review", json={"decision": "approve"})
    assert (answer.status_code, answer.json()["type"]) == (
        httpx.codes.FORBIDDEN,
        "urn:tillroll:problem:four-eyes",
    )
    assert json.dumps(answer.json()).count("somebody else") == 1


async def test_a_key_holds_for_the_account_and_does_not_end(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """A person's other token, a day later, and the trigger of the kind: it is the same payout."""
    body = asked(await payee(client))
    second = """
      INSERT INTO tokens (id, user_id, hash, name, created_at)
      VALUES ('tok_2', 'usr_first', ?, 'second', '2026-01-01T00:00:00.000Z')
    """
    await host.platform.database.batch([statement(second, [secret_hash("till_second")])])
    key = {"Idempotency-Key": "trip-17"}
    first = (await client.post("/api/payouts", json=body, headers=key)).json()["id"]
    async with api_client(host.platform, "till_second") as other:
        assert (await other.post("/api/payouts", json=body, headers=key)).json()["id"] == first
        refused = await other.post("/api/payouts", json={**body, "amount": 1}, headers=key)
        assert (refused.status_code, refused.json()["type"]) == (
            422,
            "urn:tillroll:problem:key-reused",
        )
    # as each day does
    await host.platform.database.batch([statement("DELETE FROM idempotency_keys")])
    assert (await client.post("/api/payouts", json=body, headers=key)).json()["id"] == first
    triggered = await client.post("/api/workflows/payout/trigger", json=body, headers=key)
    assert triggered.json()["id"] == first
