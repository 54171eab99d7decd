"""Payouts that may be the same once more: a warning before one is asked for, in the answer, and to
whoever decides.
"""

from typing import Any, LiteralString

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.unit.payouts.test_api import asked, client, payee
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def begun(client: httpx.AsyncClient, body: Any, key: str | None = None) -> dict[str, Any]:
    headers = {"Idempotency-Key": key} if key else {}
    answer = await client.post("/api/payouts", json=body, headers=headers)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return answer.json()


async def checked(
    client: httpx.AsyncClient, body: Any, path: str = "/api/payouts/check"
) -> list[str]:
    answer = await client.post(path, json=body)
    assert answer.status_code == httpx.codes.OK, answer.text
    return [each["id"] for each in answer.json()["alike"]]


async def test_the_same_once_more_is_told_and_asked_for_all_the_same(
    client: httpx.AsyncClient,
) -> None:
    whom = await payee(client)
    assert await checked(client, asked(whom)) == []
    first = await begun(client, asked(whom), "one")
    assert first["alike"] == []
    # Sent again under its key it is the same payout, and not one like it.
    assert await begun(client, asked(whom), "one") == first
    assert await checked(client, asked(whom, reference="Another word for it")) == [first["id"]]
    for other in ({"amount": 1291}, {"currency": "USD"}):
        assert await checked(client, asked(whom, **other)) == []
    assert len((await client.get("/api/payouts")).json()["items"]) == 1
    second = await begun(client, asked(whom), "two")
    assert [(each["id"], each["payeeName"]) for each in second["alike"]] == [(first["id"], "Ann")]
    # Whoever decides on the first sees the second, too.
    shown = (await client.get(f"/api/payouts/{first['id']}")).json()
    assert [each["id"] for each in shown["alike"]] == [second["id"]]


@pytest.mark.parametrize(
    ("change", "is_told"),
    [
        ("UPDATE runs SET status = 'rejected', state = 'declined' WHERE id = ?", False),
        ("UPDATE runs SET status = 'cancelled', state = 'cancelled' WHERE id = ?", False),
        ("UPDATE runs SET status = 'rejected', state = 'came_back' WHERE id = ?", False),
        ("UPDATE runs SET status = 'failed', state = 'unheard_look_up_failed' WHERE id = ?", True),
        ("UPDATE payouts SET created_at = '2020-01-01T00:00:00.000Z' WHERE run_id = ?", False),
    ],
)
async def test_only_what_is_live_or_paid_of_late_is_told(
    client: httpx.AsyncClient, host: HostPlatform, change: LiteralString, *, is_told: bool
) -> None:
    whom = await payee(client)
    first = (await begun(client, asked(whom)))["id"]
    await host.platform.database.batch([statement(change, [first])])
    assert await checked(client, asked(whom)) == ([first] if is_told else [])


async def test_what_came_back_after_it_was_paid_is_rightly_asked_for_anew(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    first = (await begun(client, asked(whom)))["id"]
    paid = statement("UPDATE runs SET status = 'complete', state = 'paid' WHERE id = ?", [first])
    booked = statement("UPDATE payouts SET delivered_by = 'one' WHERE run_id = ?", [first])
    await host.platform.database.batch([paid, booked])
    assert await checked(client, asked(whom)) == [first]
    await host.platform.database.batch(
        [statement("UPDATE payouts SET delivered_by = NULL WHERE run_id = ?", [first])]
    )
    assert await checked(client, asked(whom)) == []


async def test_a_batch_is_told_of_payouts_outside_of_it_only(client: httpx.AsyncClient) -> None:
    whom, other = (
        await payee(client),
        await payee(client, name="Bo", recipient="acct_bo", method="usba_bo"),
    )
    twice = {"name": "November", "payouts": [asked(whom), asked(whom), asked(other, amount=5)]}
    path = "/api/payout-batches/check"
    assert await checked(client, twice, path) == []
    first = (await begun(client, asked(whom)))["id"]
    csv = f"payee,currency,amount,reference\n{whom},EUR,1290,Trip\n"
    assert (
        await checked(client, twice, path)
        == await checked(client, {"name": "N", "csv": csv}, path)
        == [first]
    )
    answer = await client.post("/api/payout-batches", json=twice)
    assert (answer.status_code, [each["id"] for each in answer.json()["alike"]]) == (
        httpx.codes.ACCEPTED,
        [first],
    )
    refused = await client.post(path, json={"name": "November"})
    assert (refused.status_code, "either payouts, or csv" in refused.text) == (422, True)


async def test_nothing_of_another_account_is_told(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    await begun(client, asked(whom))
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        assert await checked(other, asked(whom)) == []
    refused = await client.post("/api/payouts/check", json=asked(whom, amount=0))
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
