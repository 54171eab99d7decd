"""Reports and kept filters by HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, assemble, migrated_database
from tillroll.expenses.search import sums
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

GIVEN = (
    Given(1, date="2025-03-10", total_minor=1_000, category="Meals"),
    Given(2, date="2026-03-10", total_minor=2_000, category="Meals"),
    Given(3, date="2026-03-11", total_minor=3_000, merchant="Paper & Co."),
    Given(4, date="2026-02-11", currency="JPY", total_minor=800, category="Office"),
    Given(5, date="2026-02-11", total_minor=9_900, category="Office"),
)
YEAR = "from=2026&to=2026"


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, *GIVEN)
    await host.database.batch(
        [
            statement("UPDATE expenses SET status = 'voided' WHERE id = ?", [GIVEN[4].id]),
            statement("UPDATE expenses SET person = 'usr_first' WHERE id = ?", [GIVEN[1].id]),
            statement(
                "INSERT INTO expense_tax_lines VALUES (?, 1, '19', 1681, 319, NULL)", [GIVEN[1].id]
            ),
            statement(
                "INSERT INTO expense_parts VALUES (?1, 1, 'Meals', 1000, NULL, NULL)", [GIVEN[2].id]
            ),
            statement(
                "INSERT INTO expense_parts VALUES (?1, 2, NULL, 2000, NULL, NULL)", [GIVEN[2].id]
            ),
            statement("UPDATE expenses SET is_split = 1 WHERE id = ?", [GIVEN[2].id]),
            statement("UPDATE accounts SET base_currency = 'EUR' WHERE id = ?", [ACCOUNT]),
            *(
                statement(
                    """
                    INSERT INTO expense_conversions
                    SELECT id, 'EUR', total_minor, tax_minor, '1', date, 'x', NULL, '' FROM expenses
                        WHERE id = ?
                    """,
                    [each.id],
                )
                for each in GIVEN
                if each.currency == "EUR"
            ),
        ]
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def report(client: httpx.AsyncClient, asked: str) -> dict[str, Any]:
    answer = await client.get(f"/api/reports/{asked}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def summed(row: dict[str, Any]) -> tuple[int, dict[str, str], str]:
    totals = row["totals"]
    return (
        totals["count"],
        {each["currency"]: each["total"] for each in totals["currencies"]},
        totals["base"]["total"],
    )


async def test_months_stand_beside_the_year_before(client: httpx.AsyncClient) -> None:
    answer = await report(client, f"month?{YEAR}")
    rows = {row["key"]: row for row in answer["rows"]}
    assert [*rows] == ["2026-02", "2026-03"]
    assert summed(rows["2026-03"]) == (2, {"EUR": "50.00"}, "50.00")
    assert summed(rows["2026-02"]) == (1, {"JPY": "800"}, "0.00")
    assert rows["2026-02"]["totals"]["currencies"][0]["unconverted"] == 1
    assert rows["2026-03"]["yearBefore"]["currencies"][0]["total"] == "10.00"
    assert rows["2026-03"]["filter"] == {"from": "2026-03-01", "to": "2026-03-31"}
    assert summed(answer) == (3, {"EUR": "50.00", "JPY": "800"}, "50.00")


async def test_a_month_of_the_year_before_alone_has_a_row(client: httpx.AsyncClient) -> None:
    answer = await report(client, "month?from=2026-03-01&to=2026-03-31&currency=EUR&category=Other")
    assert answer["rows"] == []
    answer = await report(client, "month?from=2026-03&to=2026-04&person=usr_nobody")
    assert answer["rows"] == []


@pytest.mark.parametrize("asked", [YEAR, "from=2026-02-02&to=2026-03-30"])
async def test_parts_add_up_to_the_whole(client: httpx.AsyncClient, asked: str) -> None:
    """By whole months from their sums, and by days from the expenses."""
    rows = {
        row["key"]: summed(row)[:2] for row in (await report(client, f"category?{asked}"))["rows"]
    }
    assert rows == {
        "Meals": (2, {"EUR": "30.00"}),
        "": (1, {"EUR": "20.00"}),
        "Office": (1, {"JPY": "800"}),
    }


@pytest.mark.parametrize("by", ["month", "category", "merchant", "tax_rate", "person"])
async def test_each_number_leads_to_its_expenses(client: httpx.AsyncClient, by: str) -> None:
    answer = await report(client, f"{by}?{YEAR}")
    assert answer["rows"]
    for row in answer["rows"]:
        if row["filter"] is None:
            assert row["key"] == ""
            continue
        found = (await client.get("/api/expenses", params=row["filter"])).json()["items"]
        assert len(found) == row["totals"]["count"], row


async def test_tax_rates_and_persons(client: httpx.AsyncClient) -> None:
    rows = {row["key"]: row for row in (await report(client, f"tax_rate?{YEAR}"))["rows"]}
    assert summed(rows["19"]) == (1, {"EUR": "20.00"}, "20.00")
    assert rows["19"]["totals"]["base"]["tax"] == "3.19"
    assert summed(rows[""])[:2] == (2, {"EUR": "30.00", "JPY": "800"})
    persons = {
        row["label"]: row["totals"]["count"]
        for row in (await report(client, f"person?{YEAR}"))["rows"]
    }
    assert persons == {"Ann": 1, "": 2}


async def test_what_is_missing(host: HostPlatform, client: httpx.AsyncClient) -> None:
    await host.database.all(
        statement("UPDATE runs SET status = 'needs_review' WHERE id = 'run_000005'")
    )
    # A claim that is waiting for payment is no receipt that is read.
    await host.database.all(
        statement("UPDATE runs SET status = 'processing', kind = 'claim' WHERE id = 'run_000004'")
    )
    await host.database.all(
        statement("UPDATE expenses SET status = 'in_review' WHERE id = 'exp_000003'")
    )
    answer = await report(client, f"missing?{YEAR}")
    counts = {row["missing"]: row["count"] for row in answer["rows"]}
    assert counts == {"category": 1, "tax": 3, "rate": 1, "receipt": 0, "number": 3, "payment": 3}
    assert answer["runs"] == {"processing": 0, "needsReview": 1, "failed": 0, "sentBack": 1}
    for row in answer["rows"]:
        assert (
            len((await client.get("/api/expenses", params=row["filter"])).json()["items"])
            == row["count"]
        )


async def test_without_a_period_it_is_twelve_months(client: httpx.AsyncClient) -> None:
    assert (await report(client, "month"))["filter"] == {"from": "2025-04-01", "to": "2026-03-31"}
    assert (
        await client.get("/api/reports/weather")
    ).status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_a_view_is_kept_renamed_shared_and_deleted(client: httpx.AsyncClient) -> None:
    asked = {
        "name": "Open hotels",
        "filter": {"q": "hotel", "status": "ready,in_review", "from": "2026"},
    }
    made = (await client.post("/api/expense-views", json=asked)).json()
    assert made["filter"] == {"q": "hotel", "from": "2026-01-01", "status": ["ready", "in_review"]}
    assert (made["sort"], made["isShared"], made["isOwn"]) == ("-date", False, True)
    again = await client.post("/api/expense-views", json=asked)
    assert (again.status_code, again.json()["errors"][0]["field"]) == (422, "name")
    path = f"/api/expense-views/{made['id']}"
    changed = (
        await client.patch(path, json={"name": "Hotels", "isShared": True, "sort": "total"})
    ).json()
    assert (changed["name"], changed["isShared"], changed["sort"]) == ("Hotels", True, "total")
    assert changed["filter"] == made["filter"]
    assert (await client.get("/api/expense-views")).json()["items"] == [changed]
    assert (await client.delete(path)).status_code == httpx.codes.NO_CONTENT
    assert (await client.get("/api/expense-views")).json()["items"] == []
    assert (await client.delete(path)).status_code == httpx.codes.NOT_FOUND
    events = (await client.get("/api/audit")).json()["items"]
    told = [event["action"] for event in events if event["action"].startswith("view.")]
    assert sorted(told) == ["view.changed", "view.created", "view.deleted"]


async def test_a_view_holds_only_what_can_be_asked(client: httpx.AsyncClient) -> None:
    for chosen, field in (({"colour": "red"}, "filter.colour"), ({"from": "soon"}, "from")):
        answer = await client.post("/api/expense-views", json={"name": "x", "filter": chosen})
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field)


async def test_views_of_another_account_are_not_there(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    asked = {"name": "Mine", "filter": {"q": "x"}, "isShared": True}
    view = (await client.post("/api/expense-views", json=asked)).json()["id"]
    async with api_client(host.platform, OTHER_TOKEN) as other:
        assert (await other.get("/api/expense-views")).json()["items"] == []
        assert (
            await other.delete(f"/api/expense-views/{view}")
        ).status_code == httpx.codes.NOT_FOUND


@pytest.mark.parametrize(
    "period",
    [
        "from=2026-01&to=9999-12",
        "to=9999",
        "from=9999-12-31",
        "from=0001&to=0001-02",
        "from=2026-03-05&to=9999",
    ],
)
@pytest.mark.parametrize(
    "path", ["reports/month", "reports/category", "reports/missing", "expenses", "expenses/totals"]
)
async def test_the_first_and_the_last_day_there_are_can_be_asked_for(
    client: httpx.AsyncClient, path: str, period: str
) -> None:
    """No month follows on the last, and no year comes before the first."""
    assert (await client.get(f"/api/{path}?{period}")).status_code == httpx.codes.OK


async def test_an_expense_of_the_last_year_there_is_has_none_to_be_compared_with(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    await add_expenses(host.database, Given(6, date="9999-12-31"))
    rows = (await report(client, "month?from=2026"))["rows"]
    assert rows[-1]["key"] == "9999-12"


@pytest.mark.parametrize("base", ["EUR", None])
async def test_merchants_behind_the_largest_are_added_up(
    host: HostPlatform, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, base: str | None
) -> None:
    await host.database.batch(
        [statement("UPDATE accounts SET base_currency = ? WHERE id = ?", [base, ACCOUNT])]
    )
    whole = await report(client, f"merchant?{YEAR}")
    assert len(whole["rows"]) > 1
    assert whole["others"] is None
    monkeypatch.setattr(sums, "MOST_ROWS", 1)
    await host.database.all(statement("DELETE FROM expense_kept_sums"))
    cut = await report(client, f"merchant?{YEAR}")
    assert cut["rows"] == whole["rows"][:1]
    assert cut["totals"] == whole["totals"]
    left = whole["rows"][1:]
    assert cut["others"]["count"] == len(left)
    assert cut["others"]["totals"]["count"] == sum(row["totals"]["count"] for row in left)
    if len(left) == 1:
        assert cut["others"]["totals"] == left[0]["totals"]


async def test_more_than_can_be_looked_at_is_not_summed(
    monkeypatch: pytest.MonkeyPatch, client: httpx.AsyncClient
) -> None:
    """Nothing is said instead, by totals and reports alike; a period is summed however much it
    has.
    """
    monkeypatch.setattr("tillroll.expenses.search.pages.COUNTED", 0)
    for where in ("pages", "sums"):
        monkeypatch.setattr(f"tillroll.expenses.search.{where}.SUMMED", 2)
    for asked in ("totals?min=1", "totals?missing=number"):
        answer = await client.get(f"/api/expenses/{asked}")
        assert (answer.status_code, answer.json()["type"]) == (
            422,
            "urn:tillroll:problem:too-many-to-sum",
        )
    assert (await client.get("/api/reports/merchant?from=2020&min=1")).status_code == 422
    assert (await client.get("/api/expenses/totals?min=99")).json()["count"] == 1
    for asked in ("totals", "totals?category=Meals&category=Office", "totals?from=2025-03-05"):
        assert (await client.get(f"/api/expenses/{asked}")).json()["count"] > 2
    assert (await client.get("/api/reports/tax_rate?from=2020")).json()["totals"]["count"] == 4


@pytest.mark.parametrize("base", ["EUR", "CHF", None])
async def test_what_is_missing_is_counted_as_it_is_listed(
    host: HostPlatform, client: httpx.AsyncClient, base: str | None
) -> None:
    await host.database.all(
        statement("UPDATE accounts SET base_currency = ? WHERE id = ?", [base, ACCOUNT])
    )
    for period in (YEAR, "from=2025&to=2026", "from=2026-03-11&to=2026-03-11"):
        for row in (await client.get(f"/api/reports/missing?{period}")).json()["rows"]:
            listed = await client.get("/api/expenses", params={**row["filter"], "limit": 100})
            assert (row["missing"], len(listed.json()["items"])) == (row["missing"], row["count"])
