"""What people are owed, over HTTP: the people, what each paid, and what is asked."""

from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from typing import LiteralString

import httpx
import pytest

from local.payments.counterpart import Counterpart
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.support.roles import roles_given
from tests.unit.payouts.test_stripe import Line
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.sepa import Party
from tillroll.payouts.settings import PaymentSettings
from tillroll_durable import statement
from tillroll_durable.platform.bindings.database import Row
from tillroll_durable.platform.ids import new_id
from tillroll_testing.host.platform import HostPlatform

DEBTOR = Party("Example GmbH", "DE89370400440532013000")
SETTINGS = PaymentSettings("sk_local", "fa_local", ACCOUNT, "https://pay.test", debtor=DEBTOR)
IBAN = "FR14 2004 1010 0505 0001 3M02 606"


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    settings = host.platform.settings.changed(SETTINGS)
    host.platform = replace(host.platform, settings=settings, http=Line(Counterpart("sk_local")))
    await add_people(host)
    async with api_client(host.platform) as client:
        yield client


async def add_people(host: HostPlatform) -> None:
    insert = "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, ?, '')"
    token = (
        "INSERT INTO tokens (id, user_id, hash, name, created_at) "
        "VALUES ('tok_ann', 'usr_ann', ?, 'Ann', '')"
    )
    await host.database.batch(
        [
            statement(insert, ["usr_ann", ACCOUNT, "Ann Lee"]),
            statement(insert, ["usr_bob", ACCOUNT, "Bob Roe"]),
            *roles_given("usr_ann", "submitter"),
            statement(token, [secret_hash("tok_of_ann")]),
        ]
    )


async def rows(host: HostPlatform, sql: LiteralString) -> list[Row]:
    return await host.database.all(statement(sql))


async def spend(
    host: HostPlatform, *given: tuple[Given, str | None], origin: str = "receipt"
) -> list[str]:
    """Approved expenses, each of a person who paid it themselves."""
    await add_expenses(host.database, *(each for each, _ in given))
    await host.database.batch(
        [
            statement(
                "UPDATE expenses SET status = 'approved', paid_by = ?3, person = ?2, origin = ?4 "
                "WHERE id = ?1",
                [each.id, person, "employee" if origin == "receipt" else "company", origin],
            )
            for each, person in given
        ]
    )
    return [each.id for each, _ in given]


async def add_payee(client: httpx.AsyncClient, person: str = "usr_ann", **other: object) -> str:
    answer = await client.post(
        "/api/payees", json={"name": "Ann Lee", "iban": IBAN, "person": person, **other}
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def pay_back(
    client: httpx.AsyncClient, ids: Sequence[str], key: str | None = None, **other: object
) -> httpx.Response:
    body = {"expenses": [*ids], "way": "file", **other}
    return await client.post(
        "/api/owed/payments", json=body, headers={"Idempotency-Key": key or new_id("key")}
    )


async def owed_now(client: httpx.AsyncClient) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    items = (await client.get("/api/owed")).json()["items"]
    return {
        each["person"]["id"]: {
            sum_["currency"]: (sum_["owed"], sum_["onItsWay"]) for sum_ in each["sums"]
        }
        for each in items
    }
