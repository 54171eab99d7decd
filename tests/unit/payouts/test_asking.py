"""A payout is asked for again, wrongly, or at the moment at which something else changes: who asked
hears what was not begun, and why.
"""

from collections.abc import Awaitable, Callable, Mapping

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT
from tests.unit.payouts.test_api import asked, client, payee
from tillroll.payouts.service import archive_payee, payee_by_hand
from tillroll_durable import Actor, ValuesRefused, statement
from tillroll_durable.platform.bindings.database import Row, Statement
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

TRIP = Given(1, total_minor=1290)


async def ask(client: httpx.AsyncClient, body: Mapping[str, object], key: str) -> httpx.Response:
    return await client.post("/api/payouts", json=body, headers={"Idempotency-Key": key})


async def begun(client: httpx.AsyncClient, body: Mapping[str, object], key: str) -> str:
    answer = await ask(client, body, key)
    assert answer.status_code == httpx.codes.ACCEPTED, answer.text
    return answer.json()["id"]


async def payouts(client: httpx.AsyncClient) -> list[tuple[str, int]]:
    listed = (await client.get("/api/payouts")).json()["items"]
    return [(each["id"], each["amount"]) for each in listed]


def refused_fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    return [each["field"] for each in answer.json()["errors"]]


async def forget_requests(host: HostPlatform) -> None:
    """As each day does: the key of a payout stands for it all the same."""
    await host.database.batch([statement("DELETE FROM idempotency_keys")])


async def pays_back(
    client: httpx.AsyncClient, host: HostPlatform, **other: object
) -> Mapping[str, object]:
    """A request that pays one approved expense back to the person who paid it."""
    whom = await payee(client, person="usr_first")
    await add_expenses(host.database, TRIP)
    approved = """
      UPDATE expenses SET status = 'approved', paid_by = 'employee', person = 'usr_first'
      WHERE id = ?
    """
    await host.database.batch([statement(approved, [TRIP.id])])
    return asked(whom, expenses=[TRIP.id], **other)


def overtake(
    patched: pytest.MonkeyPatch, host: HostPlatform, act: Callable[[], Awaitable[object]]
) -> None:
    """Have something happen at the moment at which the next payout is written."""
    batch = host.database.batch

    async def act_first(statements: list[Statement]) -> list[list[Row]]:
        if any("INSERT INTO payouts" in each.sql for each in statements):
            patched.undo()
            await act()
        return await batch(statements)

    patched.setattr(host.database, "batch", act_first)


async def test_a_key_of_last_week_does_not_seem_to_have_begun_another_amount(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    body = asked(await payee(client))
    first = await begun(client, body, "trip")
    await forget_requests(host)
    refused = await ask(client, {**body, "amount": 7}, "trip")
    assert (refused.status_code, refused.json()["type"]) == (
        httpx.codes.UNPROCESSABLE_ENTITY,
        "urn:tillroll:problem:key-reused",
    )
    assert await payouts(client) == [(first, 1290)]


async def test_expenses_that_a_key_has_paid_back_are_not_refused_when_it_comes_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    body = await pays_back(client, host)
    first = await begun(client, body, "trip")
    await forget_requests(host)
    assert await begun(client, body, "trip") == first
    await forget_requests(host)
    refused = await ask(client, {**body, "reference": "Another trip"}, "trip")
    assert (refused.status_code, refused.json()["type"]) == (
        httpx.codes.UNPROCESSABLE_ENTITY,
        "urn:tillroll:problem:key-reused",
    )
    assert await payouts(client) == [(first, 1290)]


async def test_a_payee_who_is_archived_at_that_moment_is_not_paid(
    client: httpx.AsyncClient, host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    whom = await payee(client)

    async def archive() -> None:
        await archive_payee(host.platform, Actor(ACCOUNT, "user:usr_first"), whom)

    overtake(monkeypatch, host, archive)
    answer = await ask(client, asked(whom), "one")
    assert refused_fields(answer) == ["payeeId"]
    assert "was archived a moment ago" in answer.text
    assert await payouts(client) == []


async def test_an_expense_that_another_payout_pays_at_that_moment_is_not_paid_twice(
    client: httpx.AsyncClient, host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The payee is there still, and nobody looks for them: what is owed has changed."""
    body = await pays_back(client, host)
    others: list[str] = []

    async def pay_first() -> None:
        others.append(await begun(client, body, "another person's"))

    overtake(monkeypatch, host, pay_first)
    refused = await ask(client, body, "one")
    assert (refused.status_code, refused.json()["type"]) == (
        httpx.codes.CONFLICT,
        "urn:tillroll:problem:owed-changed",
    )
    assert await payouts(client) == [(others[0], 1290)]


async def test_an_expense_whose_payee_is_archived_at_that_moment_is_not_said_to_have_changed(
    client: httpx.AsyncClient, host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = await pays_back(client, host)

    async def archive() -> None:
        await archive_payee(host.platform, Actor(ACCOUNT, "user:usr_first"), str(body["payeeId"]))

    overtake(monkeypatch, host, archive)
    assert refused_fields(await ask(client, body, "one")) == ["payeeId"]
    assert await payouts(client) == []


async def test_an_id_of_no_expense_is_said_to_be_none_however_short(
    client: httpx.AsyncClient,
) -> None:
    whom = await payee(client, person="usr_first")
    answer = await ask(client, asked(whom, expenses=["x"]), "one")
    assert refused_fields(answer) == ["expenses.0"]
    assert "It is no approved expense that this payee paid themselves." in answer.text


async def test_the_field_to_mend_is_named(client: httpx.AsyncClient) -> None:
    whom = await payee(client)
    assert refused_fields(await ask(client, asked("pay_other"), "one")) == ["payeeId"]
    assert refused_fields(await ask(client, asked(whom, paidOn="2026-02-20"), "two")) == ["paidOn"]
    assert await payouts(client) == []


async def test_the_currency_is_to_mend_while_its_bound_waits_for_a_second_person(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    whom = await payee(client)
    waits = """
      INSERT INTO payout_changes (id, account_id, what, subject, body, asked_by, created_at)
      VALUES ('chg_1', ?, 'ledger_account', 'payouts:company:EUR', '{}', 'user:usr_first',
        '2026-03-01')
    """
    await host.database.batch([statement(waits, [ACCOUNT])])
    answer = await ask(client, asked(whom), "one")
    assert refused_fields(answer) == ["currency"]
    assert "waits for a second person" in answer.text
    accounts = (await client.get("/api/ledger/accounts")).json()["items"]
    assert accounts == [], "it would be without a bound for good"


async def test_nobody_of_another_account_is_paid_by_hand(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    del client
    with pytest.raises(ValuesRefused) as refused:
        await payee_by_hand(host.platform, Actor(ACCOUNT, "user:usr_first"), "usr_elsewhere")
    assert [field for field, _ in refused.value.problems] == ["expenses"]


async def test_the_accounts_of_a_payout_say_in_words_whose_money_they_hold(
    client: httpx.AsyncClient,
) -> None:
    whom = await payee(client)
    await begun(client, asked(whom), "one")
    listed = (await client.get("/api/ledger/accounts")).json()["items"]
    assert {each["id"]: each["name"] for each in listed} == {
        "payouts:company:EUR": "Company, EUR",
        "payouts:in-transit:EUR": "Payouts on their way, EUR",
        f"payouts:owed:{whom}:EUR": f"Owed to {whom}, EUR",
    }
