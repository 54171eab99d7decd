"""Two expenses that may be one purchase are paid back once: both wait until a person decides."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.support.roles import roles_given
from tests.unit.payouts.owed.owing import IBAN, SETTINGS
from tillroll.identity.authentication import secret_hash
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

ANN = "exp_000001"
BOB = "exp_000002"
BY_HAND = {"way": "hand", "paidOn": "2026-01-01"}


@pytest.fixture(autouse=True)
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    """Ann and Bob photographed one dinner, and both expenses are approved."""
    insert = "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, ?, '')"
    token = (
        "INSERT INTO tokens (id, user_id, hash, name, created_at) "
        "VALUES ('tok_ann', 'usr_ann', ?, 'Ann', '')"
    )
    host.platform = replace(host.platform, settings=host.platform.settings.changed(SETTINGS))
    await add_expenses(host.database, Given(1), Given(2))
    own = "UPDATE expenses SET status = 'approved', paid_by = 'employee', person = ?2 WHERE id = ?1"
    await host.database.batch(
        [
            statement(insert, ["usr_ann", ACCOUNT, "Ann Lee"]),
            statement(insert, ["usr_bob", ACCOUNT, "Bob Roe"]),
            *roles_given("usr_ann", "submitter"),
            statement(token, [secret_hash("tok_of_ann")]),
            statement(own, [ANN, "usr_ann"]),
            statement(own, [BOB, "usr_bob"]),
        ]
    )
    async with api_client(host.platform) as client:
        yield client


async def expenses_of(client: httpx.AsyncClient) -> Mapping[str, Mapping[str, Any]]:
    items = (await client.get("/api/owed/expenses?open=true")).raise_for_status().json()["items"]
    return {each["id"]: each for each in items}


async def held_back(client: httpx.AsyncClient) -> list[int]:
    items = (await client.get("/api/owed")).raise_for_status().json()["items"]
    return [each["heldBack"] for each in items]


async def pay(client: httpx.AsyncClient, *ids: str, **other: object) -> httpx.Response:
    return await client.post("/api/owed/payments", json={"expenses": [*ids], **BY_HAND, **other})


async def refused(client: httpx.AsyncClient, *ids: str, **other: object) -> str:
    answer = await pay(client, *ids, **other)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    return answer.text


async def settle(client: httpx.AsyncClient) -> None:
    body = {"first": ANN, "second": BOB}
    (await client.post("/api/duplicates/apart", json=body)).raise_for_status()


async def test_neither_of_an_open_pair_is_paid_back(client: httpx.AsyncClient) -> None:
    assert await held_back(client) == [1, 1]
    shown = await expenses_of(client)
    other = {"merchant": "Green Garden Cafe", "date": "2026-03-05"}
    assert shown[ANN]["duplicate"] == {"expenseId": BOB, "person": "Bob Roe", **other}
    assert shown[BOB]["duplicate"] == {"expenseId": ANN, "person": "Ann Lee", **other}
    said = "it may be the same purchase as Green Garden Cafe, 2026-03-05, of Bob Roe (exp_000002)"
    assert said in await refused(client, ANN)
    # No flag stands in for a decision.
    assert said in await refused(client, ANN, BOB, despiteBank=True)
    check = {"expenses": [ANN], **BY_HAND}
    assert said in (await client.post("/api/owed/payments/check", json=check)).text


async def test_a_payout_beside_the_list_waits_as_well(client: httpx.AsyncClient) -> None:
    payee = {"name": "Ann Lee", "iban": IBAN, "person": "usr_ann"}
    payee_id = (await client.post("/api/payees", json=payee)).json()["id"]
    body = {"payeeId": payee_id, "currency": "EUR", "amount": 1_290, "reference": "R"}
    answer = await client.post("/api/payouts", json={**body, "expenses": [ANN]})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "it may be the same purchase" in answer.text


async def test_who_sees_their_own_alone_is_not_told_of_the_other(host: HostPlatform) -> None:
    async with api_client(host.platform, token="tok_of_ann") as own:
        [theirs] = (await own.get("/api/owed/expenses")).json()["items"]
    assert theirs["duplicate"] == {"expenseId": "", "merchant": "", "date": "", "person": ""}


async def test_two_that_are_kept_apart_are_both_paid_back(client: httpx.AsyncClient) -> None:
    await settle(client)
    assert await held_back(client) == [0, 0]
    assert {each["duplicate"] for each in (await expenses_of(client)).values()} == {None}
    assert (await pay(client, ANN, BOB)).is_success


async def test_one_that_was_paid_before_settles_nothing(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await settle(client)
    assert (await pay(client, ANN)).is_success
    forget = "DELETE FROM duplicate_verdicts WHERE first_id = ?"
    await host.database.batch([statement(forget, [ANN])])
    assert "exp_000001" in await refused(client, BOB)


async def test_the_other_of_one_that_is_not_approved_waits(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch(
        [statement("UPDATE expenses SET status = 'ready' WHERE id = ?", [ANN])]
    )
    assert await held_back(client) == [1]


async def test_the_other_of_one_that_was_merged_is_paid_back(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.batch(
        [statement("UPDATE expenses SET status = 'ready' WHERE id = ?", [BOB])]
    )
    merged = await client.post("/api/duplicates/merge", json={"keep": ANN, "drop": BOB})
    assert merged.is_success, merged.text
    assert await held_back(client) == [0]
    assert (await pay(client, ANN)).is_success


async def test_all_pairs_of_very_many_hold(client: httpx.AsyncClient, host: HostPlatform) -> None:
    many = [Given(number) for number in range(3, 50)]
    await add_expenses(host.database, *many)
    own = (
        "UPDATE expenses SET status = 'approved', paid_by = 'employee', person = 'usr_ann' "
        "WHERE id > ?"
    )
    await host.database.batch([statement(own, [BOB])])
    # 49 of them are 1,176 pairs: more than the page Duplicates compares.
    assert await held_back(client) == [48, 1]


async def test_two_who_travel_together_have_their_own_allowances(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    assert sum(await held_back(client)) == 2
    await host.database.batch([statement("UPDATE expenses SET origin = 'per_diem'", [])])
    assert sum(await held_back(client)) == 0
    assert (await pay(client, ANN)).status_code == httpx.codes.ACCEPTED
