"""What is booked elsewhere than one may think is said before an export is made, and again with its
file.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.simulation.opening import open_world
from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.unit.exports.exporting import change, exported
from tillroll.exports.workflow import EXPORT
from tillroll.workflows.registry import REGISTRY
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World

_MARCH = {"from": "2026-03-01", "to": "2026-03-31"}
_OPTIONS: dict[str, dict[str, Any]] = {
    "datev": {
        "datev": {"consultant": 1001, "client": 7},
        "contraAccount": "1740",
        "other": {"account": "4980"},
        "codings": {"Meals": {"account": "4664", "taxCode": "9"}},
    },
    "xero-bills": {
        "other": {"account": "429"},
        "codings": {"Meals": {"account": "420", "taxCode": "INPUT"}},
    },
    "csv": {"columns": ["Total", "Account"], "codings": {"Meals": {"account": "4664"}}},
}


@pytest.fixture
async def world() -> World:
    world = await open_world(Faults(), Deployed(EXPORT, {}, REGISTRY.objects_in_use))
    await add_expenses(
        world.host.database,
        Given(1, category="Meals", tax_minor=100),
        Given(2),
        Given(3, category="Taxi", tax_minor=50),
        Given(4, category="Meals", currency="MYR"),
        Given(5, category="Taxi", date="2026-04-01"),
    )
    await world.host.database.batch([statement("UPDATE accounts SET base_currency = 'EUR'")])
    world.host.pieces.clock.advance(timedelta(days=90))
    return world


@pytest.fixture
async def client(world: World) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(world.host.platform) as client:
        yield client


async def body(client: httpx.AsyncClient, format_name: str, **options: Any) -> dict[str, Any]:
    made = {"name": format_name, "format": format_name, "options": _OPTIONS[format_name] | options}
    profile = (await client.post("/api/export-profiles", json=made)).raise_for_status().json()
    return {"format": format_name, "profile": profile["id"], "filter": _MARCH}


async def warned(
    client: httpx.AsyncClient, asked: dict[str, Any]
) -> list[tuple[str, int, list[str]]]:
    counted = (await client.post("/api/exports/count", json=asked)).raise_for_status().json()
    return [(each["code"], each["count"], each["expenses"]) for each in counted["warnings"]]


async def split(client: httpx.AsyncClient, expense: str) -> None:
    """A part has a category that nobody has given an account."""
    seen = await client.get(f"/api/expenses/{expense}")
    parts = [{"category": "Meals", "amount": "10.00"}, {"category": "Gifts", "amount": "2.90"}]
    changed = await client.patch(
        f"/api/expenses/{expense}",
        json={"parts": parts},
        headers={"if-match": seen.headers["etag"]},
    )
    assert changed.is_success, changed.text


async def test_datev_says_what_it_books_elsewhere(world: World, client: httpx.AsyncClient) -> None:
    await split(client, "exp_000001")
    asked = await body(client, "datev")
    assert await warned(client, asked) == [
        ("no_account", 3, ["exp_000001", "exp_000002", "exp_000003"]),
        ("no_tax_code", 2, ["exp_000001", "exp_000003"]),
        ("no_rate", 1, ["exp_000004"]),
    ]
    begun = (await client.post("/api/exports", json=asked)).json()
    [accounts, keys, rates] = begun["warnings"]
    assert "tick that their account is automatic" in keys["message"]
    assert accounts["categories"] == [None, "Gifts", "Taxi"]
    assert "booked on 4980" in accounts["message"]
    assert rates["currencies"] == ["MYR"]
    await world.settle()
    export = (await client.get(f"/api/exports/{begun['id']}")).json()
    told = " ".join(export["files"][0]["remarks"])
    assert (
        "(Gifts, no category, Taxi), and booked on 4980. They are Green Garden Cafe (2026-03-05), "
        "Green" in told
    )
    assert "1 expense is in another currency than the books (EUR), without a rate" in told


async def test_codes_of_categories_and_rates_end_the_warnings(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = await body(client, "datev")
    for name, code in (("Taxi", "4670"), ("Other", "4900")):
        await client.post(
            "/api/categories", json={"name": name, "ledgerCode": code, "taxCode": None}
        )
    found = (await client.get("/api/categories")).json()["categories"]
    for each in found:
        await client.patch(
            f"/api/categories/{each['id']}", json={"ledgerCode": "4670", "accountIsAutomatic": True}
        )
    await change(world, "category = 'Other' WHERE id = ?", "exp_000002")
    await change(world, "currency = 'EUR' WHERE id = ?", "exp_000004")
    assert await warned(client, asked) == []


async def test_xero_says_where_tax_gets_lost(client: httpx.AsyncClient) -> None:
    assert await warned(client, await body(client, "xero-bills")) == [
        ("no_account", 2, ["exp_000002", "exp_000003"]),
        ("no_tax_code", 1, ["exp_000003"]),
    ]


async def test_a_column_of_accounts_that_stays_empty_is_named(client: httpx.AsyncClient) -> None:
    assert await warned(client, await body(client, "csv")) == [
        ("no_account", 2, ["exp_000002", "exp_000003"])
    ]
    assert await warned(client, {"format": "jsonl"}) == []


async def test_what_was_closed_is_looked_at_as_it_was_then(
    world: World, client: httpx.AsyncClient
) -> None:
    await split(client, "exp_000001")
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    asked = await body(client, "datev")
    await change(world, "category = 'Meals' WHERE id = ?", "exp_000002")
    assert await warned(client, asked) == [
        ("no_account", 3, ["exp_000001", "exp_000002", "exp_000003"]),
        ("no_tax_code", 2, ["exp_000001", "exp_000003"]),
        ("no_rate", 1, ["exp_000004"]),
    ]
    export = await exported(world, client, **asked)
    assert export["asClosed"]


@pytest.mark.parametrize(
    ("first", "last"), [("0001-01-01", "0001-02-01"), ("0001-01-01", "9999-12-31")]
)
async def test_the_first_day_there_is_is_in_a_fiscal_year(
    client: httpx.AsyncClient, first: str, last: str
) -> None:
    client_of = {"datev": {"consultant": 1001, "client": 7, "fiscalYearBegin": "07-01"}}
    asked = await body(client, "datev", **client_of)
    answer = await client.post(
        "/api/exports/count", json={**asked, "filter": {"from": first, "to": last}}
    )
    assert answer.status_code == (
        httpx.codes.OK if last.startswith("0001") else httpx.codes.UNPROCESSABLE_ENTITY
    )


async def test_what_is_in_review_is_said_to_be_left_out(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = {"format": "csv", "filter": _MARCH}
    assert await warned(client, asked) == []
    await change(world, "status = 'in_review' WHERE id = ?", "exp_000002")
    await change(world, "status = 'voided' WHERE id = ?", "exp_000003")
    assert await warned(client, asked) == [("in_review", 1, ["exp_000002"])]
    assert await warned(client, {**asked, "filter": {**_MARCH, "category": ["Meals"]}}) == []
    counted = (await client.post("/api/exports/count", json=asked)).json()
    assert (counted["count"], counted["warnings"][0]["message"]) == (
        2,
        "1 expense is in review, and not in the file. Confirm it first.",
    )


async def test_what_nobody_approved_is_said_where_somebody_could(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = {"format": "csv", "filter": _MARCH}
    await change(world, "status = 'approved' WHERE id = ?", "exp_000002")
    assert await warned(client, asked) == [], "who is alone approves nothing"
    ben = "INSERT INTO users (id, account_id, name, created_at) VALUES ('usr_ben', ?, 'Ben', '')"
    await world.host.database.batch([statement(ben, [ACCOUNT])])
    [warning] = await warned(client, asked)
    assert (warning[0], warning[2]) == ("not_approved", ["exp_000001", "exp_000003", "exp_000004"])
    counted = (await client.post("/api/exports/count", json=asked)).json()
    assert counted["warnings"][0]["message"].startswith("3 expenses in the file without an")
    approved = {**_MARCH, "status": ["approved"]}
    assert await warned(client, {**asked, "filter": approved}) == []
    assert await warned(client, {**asked, "filter": {**_MARCH, "status": ["ready"]}}) == []
    left = "UPDATE users SET removed_at = '2026' WHERE id = 'usr_ben'"
    await world.host.database.batch([statement(left)])
    assert await warned(client, asked) == []


async def test_a_closed_month_says_what_of_its_days_it_does_not_hold(
    world: World, client: httpx.AsyncClient
) -> None:
    await change(world, "status = 'in_review' WHERE id = ?", "exp_000002")
    await client.post("/api/closed-periods", json=_MARCH)
    await world.settle()
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert (period["held"], period["inReview"], period["late"]) == (3, 1, 0)
    asked = {"format": "csv", "filter": _MARCH}
    assert await warned(client, asked) == [("after_closing", 1, ["exp_000002"])]
    await change(world, "status = 'ready' WHERE id = ?", "exp_000002")
    [period] = (await client.get("/api/closed-periods")).json()["items"]
    assert (period["held"], period["inReview"], period["late"]) == (3, 0, 1)
    counted = (await client.post("/api/exports/count", json=asked)).json()
    assert (counted["count"], [each["code"] for each in counted["warnings"]]) == (
        3,
        ["after_closing"],
    )
    assert "it came later, or was in review then" in counted["warnings"][0]["message"]
    assert await warned(client, {**asked, "onlyNew": True}) == []


async def _with_lines(
    world: World, *lines: tuple[str, int, str | None, int, int, str | None]
) -> None:
    insert = "INSERT INTO expense_tax_lines VALUES (?, ?, ?, ?, ?, ?)"
    await world.host.database.batch([statement(insert, [*line]) for line in lines])


async def test_datev_says_which_tax_gets_no_key(world: World, client: httpx.AsyncClient) -> None:
    asked = await body(
        client, "datev", codings={"Taxi": {"account": "4670"}, "Meals": {"account": "4664"}}
    )
    asked["filter"] = {**_MARCH, "currency": ["EUR"], "category": ["Taxi"]}
    assert await warned(client, asked) == [("no_tax_code", 1, ["exp_000003"])]
    await _with_lines(world, ("exp_000003", 1, "20", 250, 50, "S"))
    assert await warned(client, asked) == [("no_tax_code", 1, ["exp_000003"])]
    await world.host.database.batch([statement("UPDATE expense_tax_lines SET rate = '19'")])
    assert await warned(client, asked) == []


async def test_tax_in_another_currency_is_said_before_the_export(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = await body(client, "datev", codings={"Meals": {"account": "4664"}})
    asked["filter"] = {**_MARCH, "currency": ["MYR"], "category": ["Meals"]}
    await change(world, "tax_minor = 84 WHERE id = ?", "exp_000004")
    await _with_lines(world, ("exp_000004", 1, "7", 1206, 84, "S"))
    assert ("tax_open", 1, ["exp_000004"]) in await warned(client, asked)
    decision = {"expenses": ["exp_000004"], "treatment": "foreign_tax"}
    (await client.post("/api/tax/decisions", json=decision)).raise_for_status()
    assert "tax_open" not in [code for code, _, _ in await warned(client, asked)]


async def test_a_reverse_charge_that_nobody_decided_is_said_before_the_export(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = await body(client, "datev", codings={"Meals": {"account": "4664"}})
    asked["filter"] = {**_MARCH, "currency": ["EUR"], "category": ["Meals"]}
    await change(world, "tax_minor = 0 WHERE id = ?", "exp_000001")
    await _with_lines(world, ("exp_000001", 1, "0", 1290, 0, "AE"))
    assert await warned(client, asked) == [("tax_open", 1, ["exp_000001"])]
    decision = {"expenses": ["exp_000001"], "treatment": "eu_services", "rate": "19"}
    (await client.post("/api/tax/decisions", json=decision)).raise_for_status()
    assert await warned(client, asked) == []


async def test_a_decision_after_an_export_is_a_correction(
    world: World, client: httpx.AsyncClient
) -> None:
    asked = await body(client, "datev", codings={"Meals": {"account": "4664"}})
    asked = {
        **asked,
        "filter": {**_MARCH, "currency": ["EUR"], "category": ["Meals"]},
        "onlyNew": True,
    }
    await exported(world, client, **asked)
    decision = {"expenses": ["exp_000001"], "treatment": "no_tax"}
    (await client.post("/api/tax/decisions", json=decision)).raise_for_status()
    (await client.post("/api/tax/decisions", json=decision)).raise_for_status()
    again = await exported(world, client, **asked)
    assert (again["count"], again["corrections"]) == (2, 1)
