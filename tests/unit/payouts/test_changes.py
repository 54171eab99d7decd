"""Changes by which one person could pay alone wait for a second one: limits, and the company's
account.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, LiteralString

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tests.unit.payouts.test_api import asked, client, payee
from tillroll.identity.authentication import secret_hash
from tillroll.payouts.changes import settle_changes
from tillroll_durable import statement
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform.bindings.database import text
from tillroll_durable.platform.clock import to_text
from tillroll_testing.host.platform import HostPlatform

__all__ = ["client"]

LIMIT = "/api/payout-limits/EUR"
COMPANY = "payouts:company:EUR"
BOUND = {
    "id": COMPANY,
    "name": "Company",
    "currency": "EUR",
    "normalSide": "debit",
    "leastAvailable": 0,
}
FUNDING = {
    "kind": "transfer",
    "id": "fund",
    "debit": COMPANY,
    "credit": "bank",
    "currency": "EUR",
    "amount": 100,
}


async def second(host: HostPlatform, name: str = "usr_second", role: str = "approver") -> str:
    """Somebody else of the account; their token."""
    rows: Sequence[tuple[LiteralString, Sequence[str]]] = (
        (
            (
                "INSERT INTO users (id, account_id, name, created_at) "
                "VALUES (?, ?, 'Bob', '2026-01-01')"
            ),
            (name, ACCOUNT),
        ),
        ("INSERT INTO user_roles (user_id, role) VALUES (?, ?)", (name, role)),
        (
            (
                "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                "VALUES ('tok_' || ?1, ?1, ?2, 'a', '2026-01-01')"
            ),
            (name, secret_hash(name)),
        ),
    )
    await host.platform.database.batch([statement(sql, [*values]) for sql, values in rows])
    return name


async def pass_time(host: HostPlatform, hours: float) -> None:
    """What each minute does at its end."""
    host.pieces.clock.advance(timedelta(hours=hours))
    await settle_changes(host.platform)


async def limit(client: httpx.AsyncClient) -> object:
    items = (await client.get("/api/payout-limits")).json()["items"]
    return {each["currency"]: each["above"] for each in items}


async def told(host: HostPlatform, topic: str) -> list[str]:
    query = """
      SELECT r.user_id FROM notification_recipients r JOIN notifications n
          ON n.id = r.notification_id
      WHERE n.topic = ? ORDER BY r.user_id
    """
    return [text(row, "user_id") for row in await host.database.all(statement(query, [topic]))]


async def decide(
    client: httpx.AsyncClient, change: str, decision: str = "confirm"
) -> httpx.Response:
    return await client.post(f"/api/payout-changes/{change}/decision", json={"decision": decision})


async def test_one_person_does_not_lift_the_limit_pay_and_set_it_again(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    bob = await second(host)
    assert (await client.put(LIMIT, json={"above": 500})).status_code == httpx.codes.OK
    for ask in (client.delete(LIMIT), client.put(LIMIT, json={"above": 501})):
        waits = await ask
        assert (waits.status_code, waits.json()["takesEffectAt"]) == (httpx.codes.ACCEPTED, None)
        own = await decide(client, waits.json()["id"])
        assert (own.status_code, own.json()["type"]) == (403, "urn:tillroll:problem:four-eyes")
        assert await limit(client) == {"EUR": 500}
    async with api_client(host.platform, bob) as other:
        shown = (await other.get("/api/payout-changes", params={"waiting": True})).json()["items"]
        assert [each["says"] for each in shown] == ["Amounts above 5.01 EUR need a second person."]
        confirmed = await decide(other, shown[0]["id"])
        assert (confirmed.json()["outcome"], confirmed.json()["endedBy"]) == (
            "confirmed",
            "token:tok_usr_second",
        )
        assert (await decide(other, shown[0]["id"])).json()[
            "type"
        ] == "urn:tillroll:problem:change-ended"
    assert await limit(client) == {"EUR": 501}
    past = (await client.get("/api/payout-changes")).json()["items"]
    assert [each["outcome"] for each in past] == ["confirmed", "replaced"]


async def test_what_nobody_else_may_confirm_takes_effect_after_a_day_and_all_owners_are_told(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await client.put(LIMIT, json={"above": 500})
    waits = await client.delete(LIMIT)
    assert (await client.delete(LIMIT)).json() == waits.json(), (
        "asked for again, the day begins anew"
    )
    assert await told(host, "payout.change_waits") == ["usr_first"]
    await pass_time(host, 23.9)
    assert await limit(client) == {"EUR": 500}
    assert (await decide(client, waits.json()["id"])).status_code == httpx.codes.FORBIDDEN
    await pass_time(host, 0.2)
    assert await limit(client) == {}
    [ended] = (await client.get("/api/payout-changes")).json()["items"]
    assert (ended["outcome"], ended["endedBy"]) == ("elapsed", "system:payout-changes")


async def test_every_owner_is_told_of_a_limit_that_is_raised_and_nobody_else(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await second(host, "usr_second", role="owner")
    await second(host, "usr_third", role="approver")
    await client.put(LIMIT, json={"above": 500})
    assert await told(host, "payout.change_waits") == [], "it was only set"
    raised = await client.put(LIMIT, json={"above": 501})
    assert raised.status_code == httpx.codes.ACCEPTED
    assert await told(host, "payout.change_waits") == ["usr_first", "usr_second"]


async def test_somebody_who_joins_is_waited_for_and_who_leaves_begins_a_day(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await client.put(LIMIT, json={"above": 500})
    await client.delete(LIMIT)
    await second(host)
    await pass_time(host, 48)
    assert await limit(client) == {"EUR": 500}
    [waits] = (await client.get("/api/payout-changes")).json()["items"]
    assert waits["takesEffectAt"] is None
    await host.database.batch(
        [statement("UPDATE users SET removed_at = '2026-01-02' WHERE id = 'usr_second'")]
    )
    await pass_time(host, 1)
    await pass_time(host, 23.9)
    assert await limit(client) == {"EUR": 500}, (
        "whoever removes the second person waits for a day, too"
    )
    await pass_time(host, 0.2)
    assert await limit(client) == {}


async def test_who_was_let_approve_by_the_asker_today_is_nobody_else(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    bob, now = await second(host), to_text(host.pieces.clock.now())
    given = (
        "UPDATE user_roles SET given_by = 'user:usr_first', given_at = ? "
        "WHERE user_id = 'usr_second'"
    )
    await host.database.batch([statement(given, [now])])
    await client.put(LIMIT, json={"above": 500})
    waits = (await client.delete(LIMIT)).json()
    assert waits["takesEffectAt"] is not None, "the account has nobody else"
    async with api_client(host.platform, bob) as other:
        refused = await decide(other, waits["id"])
    assert (refused.status_code, "less than a day ago" in refused.text) == (403, True)
    await pass_time(host, 24.1)
    [shown] = (await client.get("/api/payout-changes")).json()["items"]
    assert (shown["outcome"], shown["takesEffectAt"]) == (None, None), (
        "a day later Bob is somebody else"
    )


@pytest.mark.parametrize(
    "loses",
    ["UPDATE users SET removed_at = '2026-01-02'", "UPDATE user_roles SET role = 'auditor'"],
)
@pytest.mark.parametrize("is_alone", [True, False])
async def test_what_somebody_asked_for_who_may_not_pay_any_more_is_refused(
    client: httpx.AsyncClient, host: HostPlatform, loses: LiteralString, is_alone: bool
) -> None:
    cal = await second(host, "usr_cal", "owner")
    await client.put(LIMIT, json={"above": 500})
    async with api_client(host.platform, cal) as leaves:
        waits = (await leaves.delete(LIMIT)).json()
    column = "id" if "UPDATE users" in loses else "user_id"
    await host.database.batch([statement(f"{loses} WHERE {column} = 'usr_cal'")])
    if is_alone:
        await host.database.batch(
            [
                statement("UPDATE payout_changes SET effective_at = '2026-01-01'"),
                statement("DELETE FROM user_roles"),
            ]
        )
        await pass_time(host, 1)
        await host.database.batch(
            [statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_first', 'owner')")]
        )
    else:
        assert (await decide(client, waits["id"])).json()["outcome"] == "refused"
    [shown] = (await client.get("/api/payout-changes")).json()["items"]
    assert shown["outcome"] == "refused"
    assert await limit(client) == {"EUR": 500}


async def test_a_right_that_comes_back_in_that_moment_counts(
    client: httpx.AsyncClient, host: HostPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of several changes are read at once; meanwhile somebody may be given their role
    again.
    """
    cal = await second(host, "usr_cal", "owner")
    await client.put(LIMIT, json={"above": 500})
    async with api_client(host.platform, cal) as leaves:
        await leaves.delete(LIMIT)
    lost = [
        statement("UPDATE payout_changes SET effective_at = '2026-01-01'"),
        statement("DELETE FROM user_roles"),
    ]
    await host.database.batch(lost)

    async def given_back(*given: Any, **named: Any) -> int:
        back = "INSERT INTO user_roles (user_id, role) VALUES ('usr_cal', 'owner')"
        await host.database.batch([statement(back)])
        return await each_row(*given, **named)

    monkeypatch.setattr("tillroll.payouts.changes.each_row", given_back)
    await pass_time(host, 1)
    monkeypatch.undo()
    await host.database.batch(
        [statement("INSERT INTO user_roles (user_id, role) VALUES ('usr_first', 'owner')")]
    )
    [shown] = (await client.get("/api/payout-changes")).json()["items"]
    assert shown["outcome"] is None


@pytest.mark.parametrize(
    ("path", "above", "status"),
    [
        ("/api/payout-limits/EUR", 499, 200),
        ("/api/payout-limits/EUR", 500, 200),
        ("/api/payout-limits/USD", 0, 200),
        # Without a limit of its own, a currency's is 0.
        ("/api/payout-limits/USD", 1, 202),
        ("/api/payout-limits/EUR", 501, 202),
    ],
)
async def test_a_lower_limit_holds_at_once(
    client: httpx.AsyncClient, path: str, above: int, status: int
) -> None:
    await client.put(LIMIT, json={"above": 500})
    assert (await client.put(path, json={"above": above})).status_code == status


async def test_a_lower_limit_takes_the_place_of_a_higher_that_waits(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await client.put(LIMIT, json={"above": 500})
    await client.put(LIMIT, json={"above": 900})
    await client.put(LIMIT, json={"above": 400})
    await pass_time(host, 25)
    assert await limit(client) == {"EUR": 400}


async def test_whoever_asked_takes_it_back(client: httpx.AsyncClient, host: HostPlatform) -> None:
    await client.put(LIMIT, json={"above": 500})
    waits = (await client.delete(LIMIT)).json()["id"]
    assert (await decide(client, waits, "reject")).json()["outcome"] == "rejected"
    await pass_time(host, 25)
    assert await limit(client) == {"EUR": 500}
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await decide(other, waits)).status_code == httpx.codes.NOT_FOUND
        assert (await other.get("/api/payout-changes")).json()["items"] == []


async def test_the_companys_account_is_bounded_and_funded_by_two(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    bob = await second(host)
    bank = {"id": "bank", "name": "Bank", "currency": "EUR", "normalSide": "debit"}
    await client.post("/api/ledger/accounts", json=bank)
    whom = await payee(client)
    async with api_client(host.platform, bob) as other:
        for path, body in (("accounts", BOUND), ("transfers", FUNDING)):
            may_not = await other.post(f"/api/ledger/{path}", json=body)
            assert may_not.status_code == httpx.codes.FORBIDDEN, "it needs `pay`"
            waits = await client.post(f"/api/ledger/{path}", json=body)
            assert (waits.status_code, waits.json()["subject"]) == (
                httpx.codes.ACCEPTED,
                body["id"],
            ), waits.text
            assert (await client.post(f"/api/ledger/{path}", json=body)).json()[
                "id"
            ] == waits.json()["id"]
            if path == "accounts":
                refused = await client.post("/api/payouts", json=asked(whom))
                assert (refused.status_code, "waits for a second person" in refused.text) == (
                    422,
                    True,
                )
            assert (await decide(client, waits.json()["id"])).status_code == httpx.codes.FORBIDDEN
            assert (await decide(other, waits.json()["id"])).json()["outcome"] == "confirmed"
            again = await client.post(f"/api/ledger/{path}", json=body)
            assert again.status_code == httpx.codes.OK, again.text
    balance = (await client.get(f"/api/ledger/accounts/{COMPANY}/balance")).json()
    assert (balance["posted"], balance["leastAvailable"]) == (100, 0)
    back = {"kind": "reversal", "id": "back", "reverses": "fund"}
    assert (
        await client.post("/api/ledger/transfers", json=back)
    ).status_code == httpx.codes.ACCEPTED


async def test_what_the_ledger_refuses_is_said(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    async with api_client(host.platform, await second(host)) as other:
        waits = (await client.post("/api/ledger/transfers", json=FUNDING)).json()
        assert waits["says"] == "1.00 EUR from bank to payouts:company:EUR."
        assert (await decide(other, waits["id"])).json()["outcome"] == "refused"
    again = await client.post("/api/ledger/transfers", json=FUNDING)
    assert (again.status_code, again.json()["reason"]) == (422, "account_not_found")


@pytest.mark.parametrize(
    "other",
    [
        {"id": "payouts:company:EUR", "currency": "USD"},
        {"id": "payouts:company:EUR:2"},
        {"id": "payouts:company:"},
        {"id": "bank:eur", "currency": "USD"},
        {"id": "bank-EUR-2", "currency": "USD"},
    ],
)
async def test_an_account_has_the_currency_of_its_name(
    client: httpx.AsyncClient, other: Mapping[str, object]
) -> None:
    answer = await client.post("/api/ledger/accounts", json={**BOUND, **other})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY, answer.text
    word = await client.post("/api/ledger/accounts", json={**BOUND, "id": "owed:all:top"})
    assert word.status_code == httpx.codes.CREATED


async def test_whom_the_asker_may_have_let_in_as_is_nobody_else(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """An owner makes a link for an approver, and sees it: the two may be one person."""
    bob = await second(host)
    seen = "INSERT INTO let_in VALUES ('usr_second', 'usr_first', '2026-01-01', 1, NULL)"
    await host.database.batch([statement(seen)])
    await client.put(LIMIT, json={"above": 500})
    waits = (await client.delete(LIMIT)).json()
    assert waits["takesEffectAt"] is not None
    async with api_client(host.platform, bob) as other:
        assert (await decide(other, waits["id"])).status_code == httpx.codes.FORBIDDEN
    await second(host, "usr_third")
    await pass_time(host, 25)
    assert await limit(client) == {"EUR": 500}


@pytest.mark.parametrize("departs", [["DELETE"], ["PUT"], ["PUT", "DELETE"]])
async def test_whoever_could_confirm_it_until_today_is_told_of_what_waits_for_nobody_else(
    client: httpx.AsyncClient, host: HostPlatform, departs: list[str]
) -> None:
    """Or else an owner would send the second person away, ask for another limit, and wait a day
    alone.
    """
    await client.put(LIMIT, json={"above": 500})
    for name, role in (
        ("usr_second", "approver"),
        ("usr_submits", "submitter"),
        ("usr_long_ago", "approver"),
    ):
        await second(host, name, role)
    await client.delete("/api/people/usr_long_ago")
    host.pieces.clock.advance(timedelta(hours=24))
    assert (await client.delete("/api/people/usr_submits")).is_success
    early = (await client.delete(LIMIT)).json()
    assert early["takesEffectAt"] is None
    if "PUT" in departs:
        assert (
            await client.put("/api/people/usr_second/roles", json={"roles": ["auditor"]})
        ).is_success
        host.pieces.clock.advance(timedelta(hours=1))
    if "DELETE" in departs:
        assert (await client.delete("/api/people/usr_second")).is_success
    assert await told(host, "payout.change_without_you") == []
    # What waited for them, and what is asked for behind that.
    await settle_changes(host.platform)
    later = (await client.put("/api/payout-limits/USD", json={"above": 9})).json()
    assert later["takesEffectAt"] is not None
    assert await told(host, "payout.change_without_you") == ["usr_second", "usr_second"]
    await second(host, "usr_third")
    await client.put("/api/payout-limits/GBP", json={"above": 9})
    assert len(await told(host, "payout.change_without_you")) == 2, "that waits for somebody else"
