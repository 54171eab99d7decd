"""What is owed over HTTP: who sees it, what is paid, and what no expense is paid twice by."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.payouts.owed.owing import (
    add_payee,
    client,
    owed_now,
    pay_back,
    rows,
    spend,
)
from tillroll.payouts.repository import OUTCOME
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]


async def test_what_is_owed_is_shown_by_person_and_each_sees_their_own(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await spend(
        host,
        (Given(1, date="2026-02-03", total_minor=1000), "usr_ann"),
        (Given(2, total_minor=500, currency="USD"), "usr_ann"),
        (Given(3, total_minor=700), "usr_bob"),
        (Given(4, total_minor=900), None),
    )
    await spend(host, (Given(5, total_minor=40), "usr_ann"), origin="mileage")
    await add_expenses(host.database, Given(6))
    assert await owed_now(client) == {
        "usr_ann": {"EUR": (1040, 0), "USD": (500, 0)},
        "usr_bob": {"EUR": (700, 0)},
    }
    [ann, _] = (await client.get("/api/owed")).json()["items"]
    assert (ann["person"]["name"], ann["expenses"], ann["oldest"]) == ("Ann Lee", 3, "2026-02-03")
    everything = (await client.get("/api/owed/expenses")).json()["items"]
    assert [each["standing"] for each in everything] == [
        "owed",
        "not_reimbursable",
        "owed",
        "owed",
        "owed",
    ]
    async with api_client(host.platform, token="tok_of_ann") as own:
        assert await owed_now(own) == {"usr_ann": {"EUR": (1040, 0), "USD": (500, 0)}}
        assert (await own.get("/api/owed", params={"person": "usr_bob"})).json()["items"] == []
        assert {each["id"] for each in (await own.get("/api/owed/expenses")).json()["items"]} == {
            Given(number).id for number in (1, 2, 5)
        }
        assert (await own.get("/api/owed/expenses", params={"expense": Given(3).id})).json()[
            "items"
        ] == []
        assert (await pay_back(own, [Given(1).id])).status_code == httpx.codes.FORBIDDEN
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        assert await owed_now(other) == {}
        assert (
            await pay_back(other, [Given(1).id])
        ).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_payout_covers_expenses_once(client: httpx.AsyncClient, host: HostPlatform) -> None:
    ids = await spend(
        host, (Given(1, total_minor=1000), "usr_ann"), (Given(2, total_minor=290), "usr_ann")
    )
    whom = await add_payee(client)
    plan = (
        await client.post("/api/owed/payments/check", json={"expenses": ids, "way": "file"})
    ).json()
    [planned] = plan["payouts"]
    assert (planned["amount"], planned["currency"], plan["second"]) == (1290, "EUR", False)
    assert planned["account"] == {
        "payeeId": whom,
        "name": "Ann Lee",
        "paidBy": "file",
        "iban": "FR14…2606",
    }
    first = await pay_back(client, ids, "one")
    # What is remembered of requests ends after a day; the key stands for the payout for ever.
    await host.database.batch([statement("DELETE FROM idempotency_keys")])
    again = await pay_back(client, ids, "one")
    assert first.status_code == again.status_code == httpx.codes.ACCEPTED, first.text
    assert first.json() == again.json()
    payout = (await client.get(first.headers["location"])).json()
    assert (payout["amount"], payout["payeeName"]) == (1290, "Ann Lee")
    assert [(each["expenseId"], each["amount"], each["rate"]) for each in payout["expenses"]] == [
        (ids[0], 1000, None),
        (ids[1], 290, None),
    ]
    assert await owed_now(client) == {"usr_ann": {"EUR": (0, 1290)}}
    refused = await pay_back(client, ids[:1], "two")
    assert (refused.status_code, "nothing is owed" in refused.text) == (422, True), refused.text
    reused = await pay_back(client, ids[:1], "one")
    assert reused.status_code == 422


async def test_of_two_at_once_one_pays(client: httpx.AsyncClient, host: HostPlatform) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    answers = await asyncio.gather(
        *(pay_back(client, [one], f"key-{number}") for number in range(4))
    )
    codes = sorted(each.status_code for each in answers)
    assert codes[0] == httpx.codes.ACCEPTED
    assert all(
        code in {httpx.codes.CONFLICT, httpx.codes.UNPROCESSABLE_ENTITY} for code in codes[1:]
    ), codes
    assert len((await client.get("/api/payouts")).json()["items"]) == 1


async def test_the_database_covers_nothing_twice(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Whatever was looked at before: the key is taken."""
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    await pay_back(client, [one])
    [row] = await rows(host, "SELECT * FROM payout_expenses")
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        await host.database.batch(
            [
                statement(
                    "INSERT INTO payout_expenses (asked_in, expense_id, account_id, person, place, "
                    "amount, of_amount, "
                    "of_currency, covered_before, created_at) "
                    "VALUES ('run_000001', ?, ?, 'usr_ann', 0, 1, 1, 'EUR', "
                    "0, '2026-01-01')",
                    [str(row["expense_id"]), ACCOUNT],
                )
            ]
        )


async def test_what_comes_to_nothing_is_owed_again_and_says_why(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    payout = (await pay_back(client, [one])).json()["payoutId"]
    await host.database.batch(
        [
            statement(
                "UPDATE runs SET status = 'rejected', state = 'declined' WHERE id = ?", [payout]
            )
        ]
    )
    assert await owed_now(client) == {"usr_ann": {"EUR": (1000, 0)}}
    [shown] = (await client.get("/api/owed/expenses", params={"expense": one})).json()["items"]
    [before] = shown["payouts"]
    assert (before["payoutId"], before["state"], before["paidOn"]) == (payout, "declined", None)
    assert before["releasedAt"] is not None
    assert (await pay_back(client, [one], "two")).status_code == httpx.codes.ACCEPTED


@pytest.mark.parametrize("delivered", [None, "fact"])
@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("processing", "unsettled"),
        ("needs_review", "awaiting_approval"),
        ("complete", "paid"),
        ("rejected", "came_back"),
        ("rejected", "declined"),
        ("failed", "reversed"),
        ("failed", "unheard_look_up_failed"),
        ("cancelled", "cancelled"),
        ("cancelled", "abandoned"),
    ],
)
@pytest.mark.parametrize("failure", [None, "rollback_failed"])
async def test_the_rows_follow_the_outcome_of_a_payout(
    client: httpx.AsyncClient,
    host: HostPlatform,
    status: str,
    state: str,
    failure: str | None,
    delivered: str | None,
) -> None:
    """The database's triggers and the outcome that the API sums by say the same, whichever row is
    written first.
    """
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    payout = (await pay_back(client, [one])).json()["payoutId"]
    run = statement(
        "UPDATE runs SET status = ?2, state = ?3, failure_class = ?4 WHERE id = ?1",
        [payout, status, state, failure],
    )
    row = statement("UPDATE payouts SET delivered_by = ?2 WHERE run_id = ?1", [payout, delivered])
    for batch in ([run, row], [row, run], [run]):
        await host.database.batch(batch)
        [found] = await rows(
            host,
            f"SELECT {OUTCOME} AS outcome FROM payouts p JOIN runs r ON r.id = p.run_id",
        )
        [cover] = await rows(host, "SELECT * FROM payout_expenses")
        stands = "paid" if cover["paid_at"] else "released" if cover["released_at"] else "open"
        assert stands == {"paid": "paid", "open": "open", "unknown": "open"}.get(
            str(found["outcome"]), "released"
        )


async def test_people_at_once_are_a_batch_and_what_it_never_begins_is_owed_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await spend(
        host, (Given(1, total_minor=1000), "usr_ann"), (Given(2, total_minor=500), "usr_bob")
    )
    refused = await pay_back(client, ids, way="provider")
    assert "no account at the payment provider" in refused.text
    await add_payee(client)
    await add_payee(client, "usr_bob", name="Bob Roe", iban="DE02120300000000202051")
    begun = (await pay_back(client, ids, "one")).json()
    await host.database.batch([statement("DELETE FROM idempotency_keys")])
    assert begun["payoutId"] is None
    assert await owed_now(client) == {"usr_ann": {"EUR": (0, 1000)}, "usr_bob": {"EUR": (0, 500)}}
    assert (await pay_back(client, ids, "one")).json() == begun
    end = "UPDATE runs SET status = 'cancelled', state = 'cancelled' WHERE id = ?"
    await host.database.batch([statement(end, [begun["batchId"]])])
    assert await owed_now(client) == {"usr_ann": {"EUR": (1000, 0)}, "usr_bob": {"EUR": (500, 0)}}


async def test_by_hand_needs_a_day_and_counts_towards_the_same_limit(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    today = host.platform.clock.now().date()
    ids = await spend(
        host,
        (Given(1, total_minor=400), "usr_ann"),
        (Given(2, total_minor=400, merchant="Nando's"), "usr_ann"),
    )
    await add_payee(client)
    await client.put("/api/payout-limits/EUR", json={"above": 500})
    assert "paidOn" in (await pay_back(client, ids[:1], way="hand")).text
    late = str(today + timedelta(days=1))
    assert "not after today" in (await pay_back(client, ids[:1], way="hand", paidOn=late)).text
    paid = await pay_back(client, ids[:1], way="hand", paidOn=str(today))
    assert paid.status_code == httpx.codes.ACCEPTED, paid.text
    shown = (await client.get(paid.headers["location"])).json()
    assert (shown["paidBy"], shown["paidOn"], shown["payeeName"]) == ("hand", str(today), "Ann Lee")
    plan = await client.post("/api/owed/payments/check", json={"expenses": ids[1:], "way": "file"})
    assert plan.json()["second"] is True  # with the first, it is more than the limit within a day


async def test_a_payee_is_linked_to_one_person(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await add_payee(client)
    twice = await client.post(
        "/api/payees", json={"name": "A", "iban": "DE02120300000000202051", "person": "usr_ann"}
    )
    assert "is theirs already" in twice.text
    nobody = await client.put(f"/api/payees/{whom}/person", json={"person": "usr_other"})
    assert nobody.status_code == 422
    linked = await client.put(f"/api/payees/{whom}/person", json={"person": "usr_bob"})
    assert linked.json()["person"] == "usr_bob"
    assert (
        await client.put(f"/api/payees/{whom}/person", json={"person": "usr_bob"})
    ).json() == linked.json()
    assert len(await rows(host, "SELECT id FROM audit_events WHERE action = 'payee.linked'")) == 1


async def test_a_payout_stands_in_an_expenses_progress_and_story(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await spend(host, (Given(1, total_minor=1000), "usr_ann"))
    await add_payee(client)
    assert (await _stages(client, one))["claimed"]["state"] == "waits"
    payout = (await pay_back(client, [one])).json()["payoutId"]
    found = await _stages(client, one)
    [fact] = found["paid"]["facts"]
    assert (found["paid"]["state"], found["claimed"]["state"]) == ("waits", "not_due"), found
    assert (fact["subject"], fact["subjectId"], fact["state"]) == ("payout", payout, "on_its_way")
    await host.database.batch(
        [
            statement("UPDATE payouts SET delivered_by = 'fact' WHERE run_id = ?1", [payout]),
            statement(
                "UPDATE runs SET status = 'complete', state = 'paid' WHERE id = ?1", [payout]
            ),
        ]
    )
    found = await _stages(client, one)
    assert (found["paid"]["state"], found["paid"]["facts"][0]["state"]) == ("reached", None)
    assert found["paid"]["at"] is not None
    story = (await client.get(f"/api/audit/expenses/{one}")).json()["items"]
    assert [
        (each["says"], each["about"]["path"], each["who"]["name"])
        for each in story
        if each["id"] is None
    ] == [
        ("A payout of it was requested", f"/runs/{payout}", "Ann"),
        ("It was paid back to the person who paid it", f"/runs/{payout}", None),
    ]


async def _stages(client: httpx.AsyncClient, expense: str) -> Mapping[str, Mapping[str, Any]]:
    answer = (await client.get(f"/api/expenses/{expense}/progress")).raise_for_status().json()
    return {each["stage"]: each for each in answer["stages"]}
