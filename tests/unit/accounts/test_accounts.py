"""The account's base currency, and expenses in it."""

from datetime import date, timedelta

import httpx
import pytest

from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN
from tests.support.roles import MEMBER, roles_given
from tests.unit.conversion.books import FRIDAY, SOURCE, THURSDAY, open_books, publish, rows, spend
from tillroll.conversion.expenses import update_rates
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_testing.host.platform import HostPlatform


@pytest.fixture
async def host() -> HostPlatform:
    return await open_books(None)


async def choose(host: HostPlatform, code: str | None) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.patch("/api/account", json={"baseCurrency": code})


async def get(host: HostPlatform, path: str, **headers: str) -> httpx.Response:
    async with api_client(host.platform) as client:
        return await client.get(path, headers=headers)


def _became(before: str | None, after: str | None) -> str:
    """What the audit's event has in its detail."""
    values: JsonObject = {"before": {"baseCurrency": before}, "after": {"baseCurrency": after}}
    return dump({"baseCurrency": after, **values})


async def test_a_base_currency_is_chosen_changed_and_given_up(host: HostPlatform) -> None:
    account: dict[str, object] = {
        "id": "acc_first",
        "name": "Books",
        "baseCurrency": None,
        "companyNames": [],
        "originals": "kept",
        "fourEyes": True,
        "chases": True,
        "proposedCurrency": None,
        "taxIds": [],
        "aiBudget": {"daily": None, "own": None, "countedToday": "0.00"},
    }
    assert (await get(host, "/api/account")).json() == account
    for code, kept in [("EUR", "EUR"), (" myr", "MYR"), ("MYR", "MYR"), (None, None)]:
        assert (await choose(host, code)).json() == account | {"baseCurrency": kept}
    assert (await get(host, "/api/account")).json()["baseCurrency"] is None
    audit = await rows(
        host, "SELECT actor, detail FROM audit_events WHERE action = 'account.base_currency_set'"
    )
    assert [(row["actor"], row["detail"]) for row in audit] == [
        ("token:tok_usr_first", _became(None, "EUR")),
        ("token:tok_usr_first", _became("EUR", "MYR")),
        ("token:tok_usr_first", _became("MYR", None)),
    ]


@pytest.mark.parametrize("code", ["", "EURO", "XXX", "€", "€UR"])
async def test_only_iso_codes_are_taken(host: HostPlatform, code: str) -> None:
    answer = await choose(host, code)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-values"
    assert [error["field"] for error in answer.json()["errors"]] == ["baseCurrency"]


@pytest.mark.parametrize("body", [{}, {"baseCurrency": 978}, {"name": "Other"}])
async def test_another_shape_is_refused(host: HostPlatform, body: dict[str, object]) -> None:
    async with api_client(host.platform) as client:
        answer = await client.patch("/api/account", json=body)
    assert answer.json()["type"] == "urn:tillroll:problem:invalid-request"


async def test_only_owners_choose(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", *MEMBER))
    answer = await choose(host, "EUR")
    assert answer.status_code == httpx.codes.FORBIDDEN
    assert answer.json()["type"] == "urn:tillroll:problem:owner-only"
    assert (await get(host, "/api/account")).json()["baseCurrency"] is None


async def test_each_account_has_its_own(host: HostPlatform) -> None:
    await choose(host, "EUR")
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await other.get("/api/account")).json()["baseCurrency"] is None


@pytest.mark.parametrize(
    ("name", "currency", "day", "missing"),
    [
        ("a", "USD", THURSDAY, {"reason": "rates_missing", "date": "2026-11-19", "currency": None}),
        (
            "b",
            "KHR",
            date(2026, 11, 22),
            {"reason": "not_quoted", "date": "2026-11-20", "currency": "KHR"},
        ),
        (
            "c",
            "USD",
            date(1998, 12, 30),
            {"reason": "before_rates", "date": "1998-12-30", "currency": None},
        ),
        ("d", "MYR", FRIDAY, None),
    ],
)
async def test_an_expense_says_why_it_has_none(
    host: HostPlatform, name: str, currency: str, day: date, missing: JsonObject | None
) -> None:
    expense = await spend(host, name, 1590, currency, day)
    assert (await get(host, f"/api/expenses/{expense}")).json()["baseMissing"] is None, (
        "no base currency was chosen"
    )
    await choose(host, "MYR")
    pending = await get(host, f"/api/runs/run_{name}")
    assert pending.json()["expense"]["baseMissing"] == {
        "reason": "pending",
        "date": None,
        "currency": None,
    }
    publish(host, {FRIDAY: {"USD": "1.06", "MYR": "4.77"}})
    await update_rates(host.platform)
    assert (await get(host, f"/api/expenses/{expense}")).json()["baseMissing"] == missing
    after = await get(host, f"/api/runs/run_{name}", **{"if-none-match": pending.headers["etag"]})
    assert after.json()["expense"]["baseMissing"] == missing


async def test_a_currency_of_the_books_that_is_not_quoted_is_named(host: HostPlatform) -> None:
    expense = await spend(host, "a", 1590, "USD")
    await choose(host, "KHR")
    publish(host, {FRIDAY: {"USD": "1.06"}})
    await update_rates(host.platform)
    missing = (await get(host, f"/api/expenses/{expense}")).json()["baseMissing"]
    assert missing == {"reason": "not_quoted", "date": "2026-11-20", "currency": "KHR"}


async def test_an_amount_that_is_too_large_is_said(host: HostPlatform) -> None:
    expense = await spend(host, "a", 2**52, "EUR")
    await choose(host, "MYR")
    publish(host, {FRIDAY: {"MYR": "4.77"}})
    await update_rates(host.platform)
    missing = (await get(host, f"/api/expenses/{expense}")).json()["baseMissing"]
    assert missing == {"reason": "too_large", "date": None, "currency": None}


async def test_expenses_show_their_amount_in_it(host: HostPlatform) -> None:
    expense = await spend(host, "a", 1590, "USD", tax_minor=90)
    run, path = "/api/runs/run_a", f"/api/expenses/{expense}"
    before = await get(host, run)
    assert before.json()["expense"]["base"] is None
    await choose(host, "EUR")
    publish(host, {FRIDAY: {"USD": "1.06", "MYR": "4.77"}})
    await update_rates(host.platform)
    base = {
        "currency": "EUR",
        "total": "15.00",
        "tax": "0.85",
        "rate": "0.943396226415",
        "rateDate": "2026-11-20",
        "source": SOURCE,
    }
    assert (await get(host, path)).json()["base"] == base
    assert (await get(host, "/api/expenses")).json()["items"][0]["base"] == base
    assert (await get(host, "/api/runs")).json()["items"][0]["expense"]["base"] == base
    after = await get(host, run, **{"if-none-match": before.headers["etag"]})
    assert after.json()["expense"]["base"] == base
    assert after.json()["expense"]["total"] == "15.90"
    async with api_client(host.platform) as client:
        assert (await client.patch(path, json={"category": "Meals"})).json()["base"] == base

    await choose(host, "MYR")
    assert (await get(host, path)).json()["base"] is None, (
        "what was converted into euros does not count any more"
    )
    host.pieces.clock.advance(timedelta(minutes=1))
    await update_rates(host.platform)
    assert (await get(host, path)).json()["base"]["total"] == "71.55"


async def test_an_account_says_what_it_calls_itself(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        names = {
            "companyNames": [" Kontor  Nord AG ", "Kontor Nord AG", ""],
            "taxIds": ["DE 123456788"],
        }
        answer = await client.patch("/api/account", json=names)
        assert answer.status_code == httpx.codes.OK, answer.text
        assert answer.json()["companyNames"] == ["Kontor Nord AG"]
        assert answer.json()["taxIds"] == ["DE 123456788"]
        assert (await client.get("/api/account")).json()["companyNames"] == ["Kontor Nord AG"]
        taken = await client.patch("/api/account", json={"companyNames": None, "taxIds": []})
        assert (taken.json()["companyNames"], taken.json()["taxIds"]) == ([], [])
    audit = await rows(
        host,
        "SELECT detail FROM audit_events WHERE action = 'account.company_names_set' ORDER BY id",
    )
    assert [row["detail"] for row in audit] == [
        '{"companyNames":true}',
        '{"companyNames":false}',
    ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"companyNames": ["x" * 201]}, "companyNames"),
        ({"companyNames": [f"Firm {number}" for number in range(21)]}, "companyNames"),
        ({"taxIds": ["x" * 41]}, "taxIds"),
    ],
)
async def test_names_that_cannot_be_kept_are_refused(
    host: HostPlatform, change: dict[str, list[str]], field: str
) -> None:
    async with api_client(host.platform) as client:
        answer = await client.patch("/api/account", json=change)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]
