"""A payee who was archived is not paid by what still waits, unless a person says so."""

from collections.abc import Mapping

import httpx
import pytest

from tests.simulation.paying import PAYEE, Order, ask, balances, open_payout
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_files import IBANS, client, make, payee, written
from tillroll.payouts.service import archive_payee
from tillroll_durable import Actor
from tillroll_testing.host.platform import HostPlatform
from tillroll_testing.simulation.faults import Faults

__all__ = ["client"]


async def archive(client: httpx.AsyncClient, payout_id: str) -> None:
    whom = (await client.get(f"/api/payouts/{payout_id}")).json()["payeeId"]
    assert (await client.delete(f"/api/payees/{whom}")).status_code == httpx.codes.NO_CONTENT


async def test_what_waits_for_approval_is_not_paid() -> None:
    world, provider = await open_payout(Faults(), Order(above=0))
    await ask(world)
    await world.settle()
    [run] = await world.rows("SELECT * FROM runs")
    assert run["state"] == "awaiting_approval"
    platform = world.host.platform
    await archive_payee(platform, Actor(ACCOUNT, "user:usr_first"), PAYEE)
    await world.settle({})
    [run] = await world.rows("SELECT * FROM runs")
    assert (run["state"], run["status"]) == ("payee_archived", "rejected")
    assert not provider.payments
    assert not any((await balances(world)).values())


async def test_what_waits_for_a_file_is_left_out_unless_somebody_names_it(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    first, second = await written(client, host, 2)
    await archive(client, first)
    shown = (await client.get(f"/api/payouts/{first}")).json()
    assert shown["waitsForFile"]
    assert shown["payeeArchivedAt"] is not None
    listed = (await client.get("/api/payment-files")).json()
    assert (listed["waiting"], [each["payoutId"] for each in listed["held"]]) == (1, [first])
    made = await make(client)
    whole = (await client.get(f"/api/payment-files/{made['id']}")).json()
    assert [each["payoutId"] for each in whole["items"]] == [second]
    refused = await client.post("/api/payment-files", json={})
    assert (refused.status_code, "alsoArchived" in refused.text) == (409, True)
    said = await client.post("/api/payment-files", json={"alsoArchived": [first]})
    assert (said.status_code, said.json()["payments"]) == (httpx.codes.CREATED, 1)
    [event, _] = (await client.get("/api/audit", params={"action": "payment_file.made"})).json()[
        "items"
    ]
    assert event["detail"]["alsoArchived"] == [first]


@pytest.mark.parametrize(
    "other",
    [
        {"iban": "fr14 2004 1010 0505 0001 3m02 606"},
        {"name": "ANN MÜLLER"},
        {"name": "Somebody else", "iban": "FR14\u00a02004 1010 0505 0001 3M02 606"},
    ],
)
async def test_the_same_iban_in_another_spelling_is_the_same_payee(
    client: httpx.AsyncClient, other: Mapping[str, str]
) -> None:
    whom = await payee(client)
    again = await client.post("/api/payees", json={"name": "Ann Müller", "iban": IBANS[0], **other})
    assert (again.status_code, whom in again.text) == (httpx.codes.CONFLICT, True)


async def test_the_same_iban_is_the_same_payout_also_under_a_new_payee(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [first] = await written(client, host)
    await archive(client, first)
    anew = await payee(client, IBANS[0].lower(), "Ann")
    body = {"payeeId": anew, "currency": "EUR", "amount": 1290, "reference": "Trip"}
    alike = (await client.post("/api/payouts/check", json=body)).json()["alike"]
    assert [each["id"] for each in alike] == [first]


@pytest.mark.parametrize("currency", ["XXX", "XAU", "DEM", "HRK", "BGN", "ABC"])
async def test_nobody_is_paid_in_what_is_no_currency_in_use(
    client: httpx.AsyncClient, currency: str
) -> None:
    body = {
        "payeeId": await payee(client),
        "currency": currency,
        "amount": 1290,
        "reference": "Trip",
    }
    refused = await client.post("/api/payouts", json=body)
    assert (refused.status_code, "currency" in refused.text) == (
        httpx.codes.UNPROCESSABLE_ENTITY,
        True,
    )
    batch = await client.post("/api/payout-batches", json={"name": "One", "payouts": [body]})
    assert batch.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    limit = await client.put(f"/api/payout-limits/{currency}", json={"above": 0})
    assert limit.status_code == httpx.codes.UNPROCESSABLE_ENTITY
