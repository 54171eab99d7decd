"""What is owed over HTTP: who sees it, what is paid, and what no expense is paid twice by."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, LiteralString

import httpx
import pytest

from local.payments.counterpart import Counterpart
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.support.roles import roles_given
from tests.unit.open_entries import add_open_entry
from tests.unit.payouts.test_stripe import Line
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.repository import OUTCOME
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
    await _people(host)
    async with api_client(host.platform) as client:
        yield client


async def _people(host: HostPlatform) -> None:
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


async def _rows(host: HostPlatform, sql: LiteralString) -> list[Row]:
    return await host.database.all(statement(sql))


async def _own(
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


async def _payee(client: httpx.AsyncClient, person: str = "usr_ann", **other: object) -> str:
    answer = await client.post(
        "/api/payees", json={"name": "Ann Lee", "iban": IBAN, "person": person, **other}
    )
    assert answer.status_code == httpx.codes.CREATED, answer.text
    return answer.json()["id"]


async def _pay(
    client: httpx.AsyncClient, ids: Sequence[str], key: str | None = None, **other: object
) -> httpx.Response:
    body = {"expenses": [*ids], "way": "file", **other}
    return await client.post(
        "/api/owed/payments", json=body, headers={"Idempotency-Key": key or new_id("key")}
    )


async def _owed(client: httpx.AsyncClient) -> Mapping[str, Mapping[str, tuple[int, int]]]:
    items = (await client.get("/api/owed")).json()["items"]
    return {
        each["person"]["id"]: {
            sum_["currency"]: (sum_["owed"], sum_["onItsWay"]) for sum_ in each["sums"]
        }
        for each in items
    }


async def test_what_is_owed_is_shown_by_person_and_each_sees_their_own(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await _own(
        host,
        (Given(1, date="2026-02-03", total_minor=1000), "usr_ann"),
        (Given(2, total_minor=500, currency="USD"), "usr_ann"),
        (Given(3, total_minor=700), "usr_bob"),
        (Given(4, total_minor=900), None),
    )
    await _own(host, (Given(5, total_minor=40), "usr_ann"), origin="mileage")
    await add_expenses(host.database, Given(6))
    assert await _owed(client) == {
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
        assert await _owed(own) == {"usr_ann": {"EUR": (1040, 0), "USD": (500, 0)}}
        assert (await own.get("/api/owed", params={"person": "usr_bob"})).json()["items"] == []
        assert {each["id"] for each in (await own.get("/api/owed/expenses")).json()["items"]} == {
            Given(number).id for number in (1, 2, 5)
        }
        assert (await own.get("/api/owed/expenses", params={"expense": Given(3).id})).json()[
            "items"
        ] == []
        assert (await _pay(own, [Given(1).id])).status_code == httpx.codes.FORBIDDEN
    async with api_client(host.platform, token=OTHER_TOKEN) as other:
        assert await _owed(other) == {}
        assert (await _pay(other, [Given(1).id])).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_payout_covers_expenses_once(client: httpx.AsyncClient, host: HostPlatform) -> None:
    ids = await _own(
        host, (Given(1, total_minor=1000), "usr_ann"), (Given(2, total_minor=290), "usr_ann")
    )
    whom = await _payee(client)
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
    first = await _pay(client, ids, "one")
    # What is remembered of requests ends after a day; the key stands for the payout for ever.
    await host.database.batch([statement("DELETE FROM idempotency_keys")])
    again = await _pay(client, ids, "one")
    assert first.status_code == again.status_code == httpx.codes.ACCEPTED, first.text
    assert first.json() == again.json()
    payout = (await client.get(first.headers["location"])).json()
    assert (payout["amount"], payout["payeeName"]) == (1290, "Ann Lee")
    assert [(each["expenseId"], each["amount"], each["rate"]) for each in payout["expenses"]] == [
        (ids[0], 1000, None),
        (ids[1], 290, None),
    ]
    assert await _owed(client) == {"usr_ann": {"EUR": (0, 1290)}}
    refused = await _pay(client, ids[:1], "two")
    assert (refused.status_code, "nothing is owed" in refused.text) == (422, True), refused.text
    reused = await _pay(client, ids[:1], "one")
    assert reused.status_code == 422


async def test_of_two_at_once_one_pays(client: httpx.AsyncClient, host: HostPlatform) -> None:
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    answers = await asyncio.gather(*(_pay(client, [one], f"key-{number}") for number in range(4)))
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
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    await _pay(client, [one])
    [row] = await _rows(host, "SELECT * FROM payout_expenses")
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
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    payout = (await _pay(client, [one])).json()["payoutId"]
    await host.database.batch(
        [
            statement(
                "UPDATE runs SET status = 'rejected', state = 'declined' WHERE id = ?", [payout]
            )
        ]
    )
    assert await _owed(client) == {"usr_ann": {"EUR": (1000, 0)}}
    [shown] = (await client.get("/api/owed/expenses", params={"expense": one})).json()["items"]
    [before] = shown["payouts"]
    assert (before["payoutId"], before["state"], before["paidOn"]) == (payout, "declined", None)
    assert before["releasedAt"] is not None
    assert (await _pay(client, [one], "two")).status_code == httpx.codes.ACCEPTED


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
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    payout = (await _pay(client, [one])).json()["payoutId"]
    run = statement(
        "UPDATE runs SET status = ?2, state = ?3, failure_class = ?4 WHERE id = ?1",
        [payout, status, state, failure],
    )
    row = statement("UPDATE payouts SET delivered_by = ?2 WHERE run_id = ?1", [payout, delivered])
    for batch in ([run, row], [row, run], [run]):
        await host.database.batch(batch)
        [found] = await _rows(
            host,
            f"SELECT {OUTCOME} AS outcome FROM payouts p JOIN runs r ON r.id = p.run_id",
        )
        [cover] = await _rows(host, "SELECT * FROM payout_expenses")
        stands = "paid" if cover["paid_at"] else "released" if cover["released_at"] else "open"
        assert stands == {"paid": "paid", "open": "open", "unknown": "open"}.get(
            str(found["outcome"]), "released"
        )


async def test_people_at_once_are_a_batch_and_what_it_never_begins_is_owed_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await _own(
        host, (Given(1, total_minor=1000), "usr_ann"), (Given(2, total_minor=500), "usr_bob")
    )
    refused = await _pay(client, ids, way="provider")
    assert "no account at the payment provider" in refused.text
    await _payee(client)
    await _payee(client, "usr_bob", name="Bob Roe", iban="DE02120300000000202051")
    begun = (await _pay(client, ids, "one")).json()
    await host.database.batch([statement("DELETE FROM idempotency_keys")])
    assert begun["payoutId"] is None
    assert await _owed(client) == {"usr_ann": {"EUR": (0, 1000)}, "usr_bob": {"EUR": (0, 500)}}
    assert (await _pay(client, ids, "one")).json() == begun
    end = "UPDATE runs SET status = 'cancelled', state = 'cancelled' WHERE id = ?"
    await host.database.batch([statement(end, [begun["batchId"]])])
    assert await _owed(client) == {"usr_ann": {"EUR": (1000, 0)}, "usr_bob": {"EUR": (500, 0)}}


async def test_a_foreign_expense_is_paid_at_the_rate_of_its_day(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await _own(host, (Given(1, total_minor=1000, currency="USD"), "usr_ann"))
    await _payee(client)
    assert "no rate is known" in (await _pay(client, [one], currency="EUR")).text
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
    paid = await _pay(client, [one], currency="EUR", expects={"EUR": 926})
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
    [one] = await _own(host, (Given(1, total_minor=1000, currency="MYR"), "usr_ann"))
    base = "UPDATE accounts SET base_currency = 'EUR' WHERE id = ?"
    await host.database.batch([statement(base, [ACCOUNT])])

    async def said(awaits: str) -> str:
        wait = "UPDATE expenses SET awaits_conversion = ? WHERE id = ?"
        await host.database.batch([statement(wait, [awaits, one])])
        refused = await _pay(client, [one], currency="EUR", way="hand", paidOn="2026-02-20")
        [error] = refused.json()["errors"]
        return str(error["message"]).partition(": ")[2]

    assert await said("now") == "it is being converted to EUR. Try again in a minute or two."
    assert await said("2026-03-05") == (
        "no rate is known from MYR to EUR. An owner can enter it under Settings, Currency."
    )


async def test_what_is_in_the_base_currency_needs_no_rate(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    base = "UPDATE accounts SET base_currency = 'EUR' WHERE id = ?"
    await host.database.batch([statement(base, [ACCOUNT])])
    [ann] = (await client.get("/api/owed")).json()["items"]
    assert ann["base"] == {"currency": "EUR", "owed": 1000, "onItsWay": 0, "withoutRate": 0}


async def test_other_sums_than_were_shown_are_not_paid(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    refused = await _pay(client, [one], expects={"EUR": 999})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:tillroll:problem:owed-changed",
    )
    assert (await client.get("/api/payouts")).json()["items"] == []


async def test_more_than_a_payout_is_of_is_refused_with_the_limit(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await _own(
        host,
        (Given(71, total_minor=10**13), "usr_ann"),
        (Given(72, total_minor=1), "usr_ann"),
    )
    refused = await _pay(client, ids, way="hand", paidOn="2026-02-20")
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    [error] = refused.json()["errors"]
    assert error["field"] == "expenses"
    assert "a payout is of at most 100000000000.00" in error["message"]
    paid = await _pay(client, ids[:1], way="hand", paidOn="2026-02-20")
    assert paid.status_code == httpx.codes.ACCEPTED


async def test_what_the_bank_or_a_claim_pays_is_not_owed(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    one, other = await _own(
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
    await _payee(client)
    assert await _owed(client) == {"usr_ann": {"EUR": (1000, 500)}}
    assert (await _pay(client, [other])).status_code == 422
    assert (await _pay(client, [one])).status_code == httpx.codes.ACCEPTED
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


async def test_by_hand_needs_a_day_and_counts_towards_the_same_limit(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    today = host.platform.clock.now().date()
    ids = await _own(
        host,
        (Given(1, total_minor=400), "usr_ann"),
        (Given(2, total_minor=400, merchant="Nando's"), "usr_ann"),
    )
    await _payee(client)
    await client.put("/api/payout-limits/EUR", json={"above": 500})
    assert "paidOn" in (await _pay(client, ids[:1], way="hand")).text
    late = str(today + timedelta(days=1))
    assert "not after today" in (await _pay(client, ids[:1], way="hand", paidOn=late)).text
    paid = await _pay(client, ids[:1], way="hand", paidOn=str(today))
    assert paid.status_code == httpx.codes.ACCEPTED, paid.text
    shown = (await client.get(paid.headers["location"])).json()
    assert (shown["paidBy"], shown["paidOn"], shown["payeeName"]) == ("hand", str(today), "Ann Lee")
    plan = await client.post("/api/owed/payments/check", json={"expenses": ids[1:], "way": "file"})
    assert plan.json()["second"] is True  # with the first, it is more than the limit within a day


async def test_a_payee_is_linked_to_one_person(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await _payee(client)
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
    assert len(await _rows(host, "SELECT id FROM audit_events WHERE action = 'payee.linked'")) == 1


async def test_a_payout_stands_in_an_expenses_progress_and_story(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    [one] = await _own(host, (Given(1, total_minor=1000), "usr_ann"))
    await _payee(client)
    assert (await _stages(client, one))["claimed"]["state"] == "waits"
    payout = (await _pay(client, [one])).json()["payoutId"]
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


async def test_what_the_companys_account_may_have_paid_is_held_back(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await _own(host, (Given(1, total_minor=8_999), "usr_ann"))
    await _payee(client)
    entry = await add_open_entry(host.database, -8_999)
    [owed] = (await client.get("/api/owed")).json()["items"]
    assert (owed["expenses"], owed["heldBack"]) == (1, 1)
    [shown] = (await client.get("/api/owed/expenses")).json()["items"]
    assert shown["bankEntry"] == {"id": entry, "day": "2026-03-06", "name": "VDP-RYANAIR"}
    async with api_client(host.platform, token="tok_of_ann") as own:
        [theirs] = (await own.get("/api/owed/expenses")).json()["items"]
    assert theirs["bankEntry"] == {"id": entry, "day": "2026-03-06", "name": ""}
    refused = await _pay(client, ids)
    assert refused.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert "the company's account paid this on 2026-03-06" in refused.text
    body = {"payeeId": "", "currency": "EUR", "amount": 8_999, "reference": "R", "expenses": ids}
    body["payeeId"] = (await client.get("/api/payees")).json()["items"][0]["id"]
    beside = await client.post("/api/payouts", json=body)
    assert beside.status_code == httpx.codes.UNPROCESSABLE_ENTITY, beside.text
    paid = await _pay(client, ids, despiteBank=True)
    assert paid.status_code == httpx.codes.ACCEPTED, paid.text
    [shown] = (await client.get("/api/owed/expenses")).json()["items"]
    assert (shown["standing"], shown["bankEntry"]) == ("on_its_way", None)


@pytest.mark.parametrize(
    ("amount", "day"), [(-9_000, "2026-03-06"), (8_999, "2026-03-06"), (-8_999, "2026-03-20")]
)
async def test_an_entry_of_another_amount_or_day_holds_nothing_back(
    client: httpx.AsyncClient, host: HostPlatform, amount: int, day: str
) -> None:
    ids = await _own(host, (Given(1, total_minor=8_999), "usr_ann"))
    await _payee(client)
    await add_open_entry(host.database, amount, day=day)
    assert (await _pay(client, ids)).status_code == httpx.codes.ACCEPTED


async def test_a_pair_that_a_person_declined_is_paid_back(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    ids = await _own(host, (Given(1, total_minor=8_999), "usr_ann"))
    await _payee(client)
    entry = await add_open_entry(host.database, -8_999)
    decline = "INSERT INTO bank_declined (account_id, line_id, document_id) VALUES (?, ?, ?)"
    await host.database.batch([statement(decline, [ACCOUNT, entry, ids[0]])])
    assert (await _pay(client, ids)).status_code == httpx.codes.ACCEPTED
