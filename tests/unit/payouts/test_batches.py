"""Batches of payouts over HTTP: who may, what, and what is said of a line that cannot be paid."""

from collections.abc import Mapping

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.payouts.test_api import asked, client, payee
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def test_a_batch_is_begun_once_under_its_key_and_shown(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    body = {"name": "November", "payouts": [asked(whom), asked(whom, amount=10)]}
    key = {"Idempotency-Key": "one"}
    first, again = [
        await client.post("/api/payout-batches", json=body, headers=key) for _ in range(2)
    ]
    assert first.status_code == again.status_code == httpx.codes.ACCEPTED, first.text
    assert first.json()["id"] == again.json()["id"]
    shown = (await client.get(first.headers["location"])).json()
    assert (shown["name"], shown["payments"], shown["state"], shown["sums"]) == (
        "November",
        2,
        "requested",
        [],
    )
    [listed] = (await client.get("/api/payout-batches")).json()["items"]
    assert listed["id"] == shown["id"]
    # Nothing is paid before the batch's run has begun them.
    assert (await client.get("/api/payouts", params={"batch": shown["id"]})).json()["items"] == []
    other = await client.post("/api/payout-batches", json={**body, "name": "December"}, headers=key)
    assert other.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_batch_comes_as_csv(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    csv = (
        f'\ufeffpayee,currency,amount,reference\r\n{whom},EUR,1290,"Trip, both ways"\r\n\r\n'
        f"{whom},EUR,10,Tip\r\n"
    )
    answer = await client.post("/api/payout-batches", json={"name": "November", "csv": csv})
    assert (answer.status_code, answer.json()["payments"]) == (httpx.codes.ACCEPTED, 2)


@pytest.mark.parametrize(
    ("csv", "why"),
    [
        ("payee,amount\npay_1,1", "The first line has to be payee,currency,amount,reference"),
        ("payee,currency,amount,reference", "1 to 50 payouts; this one has 0"),
        ("payee,currency,amount,reference\n" + "pay_1,EUR,1,a\n" * 51, "this one has 51"),
        (
            "payee,currency,amount,reference\npay_1,EUR,12.90,a",
            "Line 2: the amount is in minor units",
        ),
        ("payee,currency,amount,reference\npay_1,EUR,1,a\npay_1,EUR,1", "Line 3: it has 3 cells"),
        (
            "payee,currency,amount,reference\npay_1,euro,0,a",
            "Line 2: amount, currency cannot be used",
        ),
        ('payee,currency,amount,reference\n"pay_1,EUR,1,a', "no CSV"),
        ("\n", "The first line has to be"),
    ],
)
async def test_a_csv_that_is_none_is_refused_by_its_lines(
    client: httpx.AsyncClient, csv: str, why: str
) -> None:
    answer = await client.post("/api/payout-batches", json={"name": "November", "csv": csv})
    assert (answer.status_code, why in answer.text) == (422, True), answer.text


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"payouts": []}, "payouts"),
        ({"payouts": None}, "either payouts, or csv"),
        ({"csv": "payee"}, "either payouts, or csv"),
        ({"name": ""}, "name"),
        ({"iban": "DE89"}, "iban"),
    ],
)
async def test_what_is_no_batch_is_refused(
    client: httpx.AsyncClient, other: Mapping[str, object], why: str
) -> None:
    body = {"name": "November", "payouts": [asked(await payee(client))], **other}
    answer = await client.post("/api/payout-batches", json=body)
    assert (answer.status_code, why in answer.text) == (422, True), answer.text


async def test_one_line_that_cannot_be_paid_refuses_the_whole_and_is_named(
    client: httpx.AsyncClient,
) -> None:
    payouts = [asked(await payee(client)), asked("pay_other")]
    answer = await client.post("/api/payout-batches", json={"name": "November", "payouts": payouts})
    assert (answer.status_code, "payouts.1.payeeId" in answer.text) == (422, True), answer.text
    assert (await client.get("/api/payout-batches")).json()["items"] == []


async def test_nobody_else_sees_a_batch_and_whoever_asked_does_not_decide(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    body = {"name": "November", "payouts": [asked(await payee(client))]}
    begun = (await client.post("/api/payout-batches", json=body)).json()["id"]
    decided = await client.post(f"/api/runs/{begun}/review", json={"decision": "approve"})
    assert (decided.status_code, decided.json()["type"]) == (403, "urn:tillroll:problem:four-eyes")
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        assert (await other.get(f"/api/payout-batches/{begun}")).status_code == 404
        assert (await other.get("/api/payout-batches")).json()["items"] == []
