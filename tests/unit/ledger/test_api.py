"""The ledger over HTTP: three answers, accounts, balances at a time, statements, the trial balance,
CSV.
"""

import csv
import io
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN
from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import post
from tillroll.ledger.repository import create
from tillroll.ledger.rules import SAYS, Refusal
from tillroll.ledger.transfers import Side, Transfer, single
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

TRANSFERS, ACCOUNTS = "/api/ledger/transfers", "/api/ledger/accounts"


@pytest.fixture
async def client(host: HostPlatform) -> AsyncGenerator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        for account in (
            ("bank", "EUR", "debit", None),
            ("owed", "EUR", "credit", 0),
            ("dollars", "USD", "debit", None),
            ("desk:eur", "EUR", "debit", None),
            ("desk:usd", "USD", "debit", None),
        ):
            name, currency, side, least = account
            body = {
                "id": name,
                "name": name,
                "currency": currency,
                "normalSide": side,
                "leastAvailable": least,
            }
            assert (await client.post(ACCOUNTS, json=body)).status_code == httpx.codes.CREATED
        yield client


def transfer(id_: str, debit: str, credit: str, amount: int, **more: Any) -> dict[str, Any]:
    body = {
        "kind": "transfer",
        "id": id_,
        "debit": debit,
        "credit": credit,
        "currency": "EUR",
        "amount": amount,
    }
    return {**body, **more}


async def answered(client: httpx.AsyncClient, body: dict[str, Any]) -> tuple[int, str]:
    """The status, and what became of it: the answer, or the reason, or the kind of problem."""
    answer = await client.post(TRANSFERS, json=body)
    told = answer.json()
    return answer.status_code, told.get("answer") or told.get("reason") or told["type"].rpartition(
        ":"
    )[2]


async def balance(client: httpx.AsyncClient, account: str, **query: str) -> dict[str, Any]:
    return (await client.get(f"{ACCOUNTS}/{account}/balance", params=query)).json()


async def test_the_three_answers_and_the_conflict(client: httpx.AsyncClient) -> None:
    first = transfer("t1", "bank", "owed", 1000)
    assert await answered(client, first) == (201, "applied")
    assert await answered(client, first) == (200, "duplicate")
    assert await answered(client, {**first, "amount": 1001}) == (409, "transfer-conflict")
    drain = transfer("t2", "owed", "bank", 1001)
    assert await answered(client, drain) == (422, "insufficient")
    await answered(client, transfer("t3", "bank", "owed", 5000))
    # Now there would be enough, but the id is used up.
    assert await answered(client, drain) == (422, "insufficient")
    refused = (await client.post(TRANSFERS, json=drain)).json()
    assert (refused["isNew"], refused["position"], refused["detail"]) == (
        False,
        0,
        f"{SAYS[Refusal.INSUFFICIENT]} The id is used up: ask under another one.",
    )
    assert (await balance(client, "owed"))["posted"] == 6000


async def test_pending_is_posted_in_part_and_resolves_once(client: httpx.AsyncClient) -> None:
    await answered(client, transfer("t1", "bank", "owed", 1000))
    assert await answered(client, {**transfer("p1", "owed", "bank", 600), "kind": "pending"}) == (
        201,
        "applied",
    )
    held = await balance(client, "owed")
    assert (held["posted"], held["pending"], held["available"]) == (1000, -600, 400)
    assert await answered(client, transfer("t2", "owed", "bank", 401)) == (422, "insufficient")
    assert await answered(client, {"kind": "post", "id": "x0", "pending": "p1", "amount": 601}) == (
        422,
        "exceeds_pending",
    )
    assert await answered(client, {"kind": "post", "id": "x1", "pending": "p1", "amount": 250}) == (
        201,
        "applied",
    )
    assert await answered(client, {"kind": "void", "id": "x2", "pending": "p1"}) == (
        422,
        "pending_resolved",
    )
    now = await balance(client, "owed")
    assert (now["posted"], now["pending"], now["available"]) == (750, 0, 750)


async def test_facts_are_found_by_kind_and_time_in_their_order(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    async def found(**query: Any) -> list[str]:
        """The ids over all pages."""
        ids: list[str] = []
        path: str | None = str(httpx.URL("/api/ledger/facts", params={"limit": 2, **query}))
        while path:
            answer = await client.get(path)
            assert answer.status_code == httpx.codes.OK, answer.text
            ids += [each["id"] for each in answer.json()["items"]]
            path = answer.links.get("next", {}).get("url")
        return ids

    for number in range(1, 4):
        await answered(client, transfer(f"t{number}", "bank", "owed", 100))
    await answered(client, {**transfer("p1", "owed", "bank", 50), "kind": "pending"})
    assert await answered(client, transfer("no", "owed", "bank", 10**6)) == (422, "insufficient")
    await answered(client, {"kind": "post", "id": "p1:post", "pending": "p1"})
    await answered(client, {"kind": "reversal", "id": "t3:back", "reverses": "t3"})
    assert await found() == ["t1", "t2", "t3", "p1", "p1:post", "t3:back"]
    assert await found(kind="transfer") == ["t1", "t2", "t3"]
    assert (await found(kind="post"), await found(kind="void")) == (["p1:post"], [])
    facts = (await client.get("/api/ledger/facts")).json()["items"]
    at = {each["id"]: each["at"] for each in facts}
    assert [(each["outcome"], each["actor"]) for each in facts] == [
        ("applied", "token:tok_usr_first")
    ] * 6
    since, until = at["t2"], at["p1:post"]
    expected = [id_ for id_, time in at.items() if since <= time < until]
    assert await found(**{"from": since, "to": until}) == expected
    transfers = [id_ for id_ in expected if id_.startswith("t")]
    assert await found(**{"from": since, "to": until, "kind": "transfer"}) == transfers
    assert await found(to="2026-01-01") == []
    wrong = await client.get("/api/ledger/facts?kind=refund")
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "kind")
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await other.get("/api/ledger/facts")).json()["items"] == []


async def test_linked_transfers_are_applied_all_or_none(client: httpx.AsyncClient) -> None:
    await answered(client, transfer("t1", "bank", "owed", 100))
    body = {
        "kind": "linked",
        "id": "both",
        "transfers": [transfer("l1", "owed", "bank", 60), transfer("l2", "owed", "bank", 60)],
    }
    refused = await client.post(TRANSFERS, json=body)
    assert (refused.status_code, refused.json()["reason"], refused.json()["position"]) == (
        422,
        "insufficient",
        1,
    )
    assert (await balance(client, "owed"))["posted"] == 100
    # What comes in first is there for what goes out behind it.
    turned = [transfer("l3", "bank", "owed", 20), transfer("l4", "owed", "bank", 120)]
    assert await answered(client, {**body, "id": "turned", "transfers": turned}) == (201, "applied")
    assert await answered(client, {**body, "id": "again", "transfers": turned}) == (
        409,
        "transfer-conflict",
    )
    items = (await client.get(TRANSFERS, params={"transaction": "both"})).json()["items"]
    assert {(each["id"], each["outcome"], each["reason"]) for each in items} == {
        ("l1", "refused", "insufficient"),
        ("l2", "refused", "insufficient"),
    }


async def test_an_exchange_keeps_both_currencies_balanced(client: httpx.AsyncClient) -> None:
    body = {
        "kind": "exchange",
        "id": "fx1",
        "sold": {"debit": "desk:eur", "credit": "bank", "currency": "EUR"},
        "bought": {"debit": "dollars", "credit": "desk:usd", "currency": "USD"},
        "amount": 1001,
        "rate": "1.0842",
        "source": "ecb 2026-11-20",
    }
    assert await answered(client, body) == (201, "applied")
    assert await answered(client, body) == (200, "duplicate")
    assert (await balance(client, "dollars"))["posted"] == 1085
    bought = (await client.get(f"{TRANSFERS}/fx1:bought")).json()
    assert (bought["rate"], bought["rateSource"], bought["transaction"]) == (
        "1.0842",
        "ecb 2026-11-20",
        "fx1",
    )
    trial = (await client.get("/api/ledger/trial-balance")).json()
    assert trial["isBalanced"] is True
    assert [
        (each["currency"], each["debitsPosted"], each["creditsPosted"]) for each in trial["totals"]
    ] == [
        ("EUR", 1001, 1001),
        ("USD", 1085, 1085),
    ]
    dollars = (
        await client.get("/api/ledger/trial-balance", params={"currency": "USD", "limit": "1"})
    ).json()
    assert (
        [each["currency"] for each in dollars["totals"]],
        [each["id"] for each in dollars["items"]],
    ) == (
        ["USD"],
        ["desk:usd"],
    )
    following = {"currency": "USD", "cursor": dollars["nextCursor"]}
    rest = (await client.get("/api/ledger/trial-balance", params=following)).json()
    assert [each["id"] for each in rest["items"]] == ["dollars"]
    to_nothing = {**body, "id": "fx2", "amount": 1, "rate": "0.001"}
    assert await answered(client, to_nothing) == (422, "invalid-values")
    assert await answered(client, transfer("mix", "bank", "dollars", 5)) == (422, "other_currency")


async def test_a_reversal_names_its_original_once(client: httpx.AsyncClient) -> None:
    await answered(client, transfer("t1", "bank", "owed", 100))
    assert await answered(client, {"kind": "reversal", "id": "r1", "reverses": "t1"}) == (
        201,
        "applied",
    )
    assert await answered(client, {"kind": "reversal", "id": "r2", "reverses": "t1"}) == (
        422,
        "already_reversed",
    )
    assert await answered(client, {"kind": "reversal", "id": "r3", "reverses": "none"}) == (
        422,
        "original_not_found",
    )
    told = (await client.get(f"{TRANSFERS}/r1")).json()
    assert (told["reverses"], told["debit"], told["credit"], told["posted"]) == (
        "t1",
        "owed",
        "bank",
        100,
    )
    assert (await balance(client, "owed"))["posted"] == 0


async def test_opening_and_entries_are_closing_over_pages_and_in_csv(
    client: httpx.AsyncClient,
) -> None:
    for number in range(1, 6):
        await answered(client, transfer(f"t{number}", "bank", "owed", number * 100))
    path = f"{ACCOUNTS}/owed/statement"
    whole = (await client.get(path)).json()
    middle = whole["items"][2]["at"]
    assert (await balance(client, "owed", at=middle))["posted"] == whole["items"][1]["balance"]
    since = {"from": middle, "to": whole["until"], "limit": "2"}
    page = await client.get(path, params=since)
    first = page.json()
    second = (await client.get(path, params={**since, "cursor": first["nextCursor"]})).json()
    amounts = [each["amount"] for each in (*first["items"], *second["items"])]
    assert (first["opening"], amounts, first["closing"]) == (300, [300, 400, 500], 1500)
    assert second["nextCursor"] is None
    assert 'rel="next"' in page.headers["link"]
    file = await client.get(f"{path}.csv", params={"from": middle})
    lines = [*csv.reader(io.StringIO(file.text))]
    assert file.headers["content-type"].startswith("text/csv")
    assert (lines[1][7], [line[6] for line in lines[2:-1]], lines[-1][7]) == (
        "300",
        ["300", "400", "500"],
        "1500",
    )
    trial = [*csv.reader(io.StringIO((await client.get("/api/ledger/trial-balance.csv")).text))]
    assert ["total", "", "EUR", "1500", "1500", "0", "0", ""] in trial
    dollars = (await client.get("/api/ledger/trial-balance.csv", params={"currency": "USD"})).text
    assert [line.split(",")[0] for line in dollars.splitlines()] == [
        "account",
        "desk:usd",
        "dollars",
        "total",
    ]


async def test_what_no_statement_is_of_is_refused(client: httpx.AsyncClient) -> None:
    path = f"{ACCOUNTS}/owed/statement"
    for each in (path, f"{path}.csv"):
        backwards = await client.get(each, params={"from": "2026-02-01", "to": "2026-01-31"})
        assert (backwards.status_code, backwards.json()["errors"][0]["field"]) == (422, "to")
    assert (await client.get(path, params={"from": "2026-02-01", "to": "2026-02-01"})).json()[
        "items"
    ] == []
    none = await client.get("/api/ledger/trial-balance", params={"currency": "EURO"})
    assert none.status_code == httpx.codes.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 1.5}, "amount"),
        ({"amount": "100"}, "amount"),
        ({"amount": 10**13 + 1}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"credit": "bank"}, "credit"),
        ({"id": "t1:expired"}, "id"),
        ({"id": "a/b"}, "id"),
        ({"kind": "gift"}, "body"),
        ({"timeoutSeconds": 3}, "timeoutSeconds"),
        ({"reference": "\n"}, "reference"),
    ],
)
async def test_what_can_never_be_is_refused_and_uses_no_id_up(
    client: httpx.AsyncClient, change: dict[str, Any], field: str
) -> None:
    answer = await client.post(TRANSFERS, json={**transfer("t1", "bank", "owed", 100), **change})
    assert answer.status_code == 422
    assert field in str(answer.json()["errors"])
    assert await answered(client, transfer("t1", "bank", "owed", 100)) == (201, "applied")


async def test_an_account_is_made_once_and_is_nobody_elses(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    body = {"id": "bank", "name": "Another name", "currency": "EUR", "normalSide": "debit"}
    again = await client.post(ACCOUNTS, json=body)
    assert (again.status_code, again.json()["name"]) == (200, "bank")
    other = await client.post(ACCOUNTS, json={**body, "currency": "USD"})
    assert (other.status_code, other.json()["type"].rpartition(":")[2]) == (
        409,
        "ledger-account-conflict",
    )
    async with api_client(host.platform, OTHER_TOKEN) as stranger:
        assert (await stranger.get(ACCOUNTS)).json()["items"] == []
        assert (await stranger.get(f"{ACCOUNTS}/bank/balance")).status_code == 404
        assert await answered(stranger, transfer("t1", "bank", "owed", 1)) == (
            422,
            "account_not_found",
        )


async def test_all_of_it_is_in_the_audit(client: httpx.AsyncClient, host: HostPlatform) -> None:
    await answered(client, transfer("t1", "bank", "owed", 100))
    await answered(client, transfer("t2", "owed", "bank", 101))
    events = (await client.get("/api/audit", params={"action": "ledger.transaction"})).json()[
        "items"
    ]
    assert [(each["outcome"], each["detail"]["transfers"]) for each in events] == [
        ("refused: insufficient", ["t2"]),
        ("applied", ["t1"]),
    ]
    rows = await host.database.all(statement("SELECT id, digest FROM ledger_transactions"))
    assert {each["detail"]["body"] for each in events} == {row["digest"] for row in rows}


@pytest.mark.parametrize(
    "id_", ["payouts:owed:pay_1:EUR", "payouts:in-transit:EUR", "claims:receivable:EUR"]
)
async def test_accounts_of_payouts_and_claims_are_made_by_their_runs(
    client: httpx.AsyncClient, id_: str
) -> None:
    body = {
        "id": id_,
        "name": "mine",
        "currency": "EUR",
        "normalSide": "debit",
        "leastAvailable": 0,
    }
    answer = await client.post(ACCOUNTS, json=body)
    assert (answer.status_code, "belongs to the code" in answer.text) == (422, True)


@pytest.mark.parametrize("id_", ["payouts:company:EUR", "bank:EUR"])
async def test_an_account_has_the_currency_that_its_name_says(
    client: httpx.AsyncClient, id_: str
) -> None:
    body = {
        "id": id_,
        "name": "mine",
        "currency": "USD",
        "normalSide": "debit",
        "leastAvailable": 0,
    }
    answer = await client.post(ACCOUNTS, json=body)
    assert (answer.status_code, "named after EUR" in answer.text) == (422, True)
    assert (await client.post(ACCOUNTS, json={**body, "currency": "EUR"})).is_success


async def test_what_a_run_has_booked_is_its_own(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Nobody reverses the debit of a payout, or books on its accounts: the run does, and would be
    refused behind it.
    """
    platform = host.platform
    company = LedgerAccount(
        id="payouts:company:EUR", name="Company", currency="EUR", normal_side=Side.DEBIT
    )
    transit = LedgerAccount(
        id="payouts:in-transit:EUR", name="On their way", currency="EUR", normal_side=Side.DEBIT
    )
    for account in (company, transit):
        await create(platform, Actor(ACCOUNT, "workflow:payout"), account)
    debit = Transfer("run_1:debit", transit.id, company.id, "EUR", 500)
    await post(platform.database, platform.clock, Actor(ACCOUNT, "workflow:payout"), single(debit))
    reversal = {"kind": "reversal", "id": "mine", "reverses": debit.id}
    moved = transfer("mine", "bank", transit.id, 5)
    linked = {
        "kind": "linked",
        "id": "both",
        "transfers": [transfer("b", "bank", "owed", 5), moved],
    }
    # A run's id is known before it books, so what is not there yet is refused as well.
    beforehand = {**reversal, "reverses": "run_2:debit"}
    for body in (reversal, moved, {**moved, "kind": "pending"}, linked, beforehand):
        assert await answered(client, body) == (422, "invalid-values")
    assert await answered(client, transfer("run_2:debit", "bank", "owed", 5)) == (
        422,
        "invalid-request",
    )
    # Who may pay funds the company's account; who only approves does not, and takes nothing from
    # there either.
    funding = transfer("fund", company.id, "bank", 100)
    async with api_client(platform, OTHER_TOKEN) as other:
        roles = statement("UPDATE user_roles SET role = 'approver' WHERE user_id = 'usr_other'")
        await platform.database.batch([roles])
        assert (await other.post(TRANSFERS, json=funding)).status_code == httpx.codes.FORBIDDEN
    assert (await client.post(TRANSFERS, json=funding)).status_code == httpx.codes.ACCEPTED
