"""Expenses by HTTP as they are found: text, filters, orders, pages, and what is refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_client, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_ACCOUNT, assemble, migrated_database
from tillroll.expenses.search import pages as search_pages
from tillroll.expenses.search.filters import FilterQuery, read_filter
from tillroll.expenses.search.words import count_waiting, index_waiting
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import all_of
from tillroll_testing.host.platform import HostPlatform

GIVEN = (
    Given(
        1,
        date="2026-01-31",
        merchant="Café Müller GmbH",
        total_minor=7630,
        category="Meals, away",
        tax_minor=500,
    ),
    Given(
        2, date="2026-02-01", merchant="TEO HENG STATIONERY", total_minor=1290, category="Office"
    ),
    Given(3, date="2026-02-28", merchant="東京スーパー", currency="JPY", total_minor=800),
    Given(4, date="2026-03-05", merchant="Cafe Central", total_minor=-500, category="Office"),
    Given(5, date="2026-03-05", merchant="Zebra", total_minor=99_999_00),
    Given(6, date="2026-03-05", merchant="Café of others", account=OTHER_ACCOUNT),
)


async def lines_of(_platform: Platform, run_id: str) -> list[str]:
    return ["Bahnhofstraße 7", "Espresso doppio   3,40"] if run_id == "run_000002" else []


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, *GIVEN)
    await add_client(host.database, "cli_acme", "ACME AG")
    await add_client(host.database, "cli_fair", "Fairs", prj_fair="Fair")
    await host.database.batch(
        [
            statement(
                "UPDATE expenses SET receipt_number = 'INV-2018/42', cost_center = 'K 100', "
                "note = 'Trip to Kuala Lumpur' "
                "WHERE id = ?",
                [GIVEN[1].id],
            ),
            statement(
                "INSERT INTO expense_tags VALUES (?, 'trip'), (?, 'trip')",
                [GIVEN[0].id, GIVEN[1].id],
            ),
            statement("UPDATE expenses SET status = 'voided' WHERE id = ?", [GIVEN[4].id]),
            statement("UPDATE expenses SET person = 'usr_first' WHERE id = ?", [GIVEN[3].id]),
            statement(
                "UPDATE expenses SET client_id = 'cli_acme', client = 'ACME AG' WHERE id = ?",
                [GIVEN[1].id],
            ),
            statement(
                "UPDATE expenses SET project_id = 'prj_fair', project = 'Fair' WHERE id = ?",
                [GIVEN[0].id],
            ),
            statement(
                "INSERT INTO expense_items VALUES (?, ?)",
                [GIVEN[1].id, '[["Pencil, soft", null, null, 1290]]'],
            ),
        ]
    )
    await index_waiting(host.platform, lines_of)
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def found(client: httpx.AsyncClient, query: str) -> list[int]:
    answer = await client.get(f"/api/expenses?{query}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return [int(item["id"].removeprefix("exp_")) for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [4, 3, 2, 1]),
        ("q=cafe", [4, 1]),
        ("q=CAFÉ muller", [1]),
        ("q=caf", [4, 1]),
        ("q=ca", []),
        ("q=kuala", [2]),
        ("q=INV-2018/42", [2]),
        ("q=inv201842", [2]),
        ("q=pencil", [2]),
        ("q=doppio", [2]),
        ("q=bahnhofstrasse", [2]),
        ("q=76.30", [1]),
        ("q=76,30", [1]),
        ("q=3,40", [2]),
        ("q=スーパー", [3]),
        ("q=京", []),
        ("q=cafe zebra", []),
        ('q=merchant:"Cafe Central"', [4]),
        ('q="cafe"', [4, 1]),
        ('q="caf"', []),
        ("q=cafe <0", [4]),
        ("q=category:office", [4, 2]),
        ("q=category:meals 2026-01", [1]),
        ("q=category:none", [3]),
        ("q=tag:TRIP >12.90", [1]),
        ("q=tag:trip 12.90..13", [2]),
        ("q=from:ann", [4]),
        ("q=status:voided", [5]),
        ("q=currency:jpy feb 2026", [3]),
        ("q=client:acme", [2]),
        ("client=ACME AG", [2]),
        ("q=cost-center:k", [2]),
        ("costCenter=K 100", [2]),
        ("q=K 100", [2]),
        ("q=project:fair cafe", [1]),
        ("id=exp_000002&id=exp_000004&id=exp_000006", [4, 2]),
        ("id=exp_000002&id=exp_000004&category=Office&sort=total&max=0", [4]),
        ("from=2026-02&to=2026-02", [3, 2]),
        ("from=2026-02-28", [4, 3]),
        ("to=2026-01-31", [1]),
        ("min=12.9", [3, 2, 1]),
        ("min=12.9&max=76.3", [2, 1]),
        ("max=-5", [4]),
        ("currency=jpy", [3]),
        ("currency=JPY,EUR&from=2026-03", [4]),
        ("category=Meals,%20away", [1]),
        ("category=Meals,%20away&category=Office", [4, 2, 1]),
        ("tag=trip", [2, 1]),
        ("tag=trip&category=Office", [2]),
        ("person=usr_first", [4]),
        ("person=usr_nobody", []),
        ("status=voided", [5]),
        ("status=ready,voided", [5, 4, 3, 2, 1]),
        ("missing=category", [3]),
        ("missing=tax", [4, 3, 2]),
        ("missing=tax,number", [4, 3, 2, 1]),
        ("missing=rate", []),
        ("missing=receipt", []),
        ("sort=date", [1, 2, 3, 4]),
        ("sort=total", [4, 2, 1, 3]),
        ("sort=-total", [3, 1, 2, 4]),
        ("sort=merchant", [4, 1, 2, 3]),
        ("sort=created", [1, 2, 3, 4]),
        ("sort=-created&q=cafe", [4, 1]),
    ],
)
@pytest.mark.parametrize("few", [search_pages.FEW, 0])
async def test_what_is_found(
    client: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    query: str,
    numbers: list[int],
    few: int,
) -> None:
    """The same by the conditions that lead to few, and by walking."""
    monkeypatch.setattr("tillroll.expenses.search.pages.FEW", few)
    assert await found(client, query) == numbers


@pytest.mark.parametrize(
    "query",
    ["", "sort=total", "sort=-merchant", "q=cafe&sort=created", "tag=trip", "missing=tax,number"],
)
@pytest.mark.parametrize(
    ("few", "walked"),
    [(search_pages.FEW, search_pages.WALKED), (0, search_pages.WALKED), (0, 1), (0, 2)],
)
async def test_pages_hold_all_once_however_far_a_walk_goes(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, query: str, few: int, walked: int
) -> None:
    whole = await found(client, query)
    monkeypatch.setattr("tillroll.expenses.search.pages.FEW", few)
    monkeypatch.setattr("tillroll.expenses.search.pages.WALKED", walked)
    numbers: list[str] = []
    url: str | None = f"/api/expenses?limit=1&{query}"
    pages = 0
    while url is not None:
        answer = await client.get(url)
        numbers += [item["id"] for item in answer.json()["items"]]
        url = answer.links["next"]["url"] if "next" in answer.links else None
        pages += 1
        assert pages < 20
    assert [int(each.removeprefix("exp_")) for each in numbers] == whole


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2026-02-30", "from"),
        ("from=yesterday", "from"),
        ("from=2026-03&to=2026-02", "to"),
        ("min=12,90", "min"),
        ("min=5&max=4", "max"),
        ("currency=EURO", "currency"),
        ("status=done", "status"),
        ("missing=all", "missing"),
        ("sort=price", "sort"),
        ("q=" + "x" * 201, "q"),
        ("q=colour:red", "q"),
        ("q=from:zoe", "q"),
        ("colour=red", "colour"),
        ("from=2026&from=2025", "from"),
    ],
)
async def test_what_cannot_be_used_is_refused(
    client: httpx.AsyncClient, query: str, field: str
) -> None:
    answer = await client.get(f"/api/expenses?{query}")
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert [error["field"] for error in answer.json()["errors"]] == [field]


async def test_what_was_understood_stands_under_the_parameters(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/expenses?q=from:ann >5 feb 2026 coffee category:off&tag=trip")
    assert answer.json()["filter"] == {
        "q": "coffee",
        "from": "2026-02-01",
        "to": "2026-02-28",
        "min": "5.0001",
        "category": ["Office"],
        "tag": ["trip"],
        "person": ["usr_first"],
    }
    view = await client.post(
        "/api/expense-views", json={"name": "Hers", "filter": {"q": "from:ann coffee"}}
    )
    assert view.json()["filter"] == {"q": "coffee", "person": ["usr_first"]}


async def test_all_that_can_be_typed_is_listed_with_the_names_there_are(
    client: httpx.AsyncClient,
) -> None:
    tokens = (await client.get("/api/expenses/search-tokens")).json()["items"]
    values = {
        each["name"]: [value["label"] for value in each["values"]]
        for each in tokens
        if each["name"]
    }
    assert values["from"] == ["Ann"]
    assert values["category"] == ["Office", "Meals, away"]
    assert (values["client"], values["project"], values["tag"]) == (["ACME AG"], ["Fair"], ["trip"])
    assert values["status"] == ["to-review", "to-approve", "approved", "voided"]
    assert {">50", "2024-03"} <= {each["example"] for each in tokens if each["name"] is None}


async def test_a_view_has_one_value_of_what_takes_one(client: httpx.AsyncClient) -> None:
    """Or the second was dropped, and the view showed other expenses than it was asked for."""
    refused = await client.post(
        "/api/expense-views", json={"name": "Large", "filter": {"min": ["1", "200"]}}
    )
    assert (refused.status_code, refused.json()["errors"]) == (
        422,
        [{"field": "min", "message": "Give one value."}],
    )


async def test_a_cursor_belongs_to_its_filter_and_order(client: httpx.AsyncClient) -> None:
    cursor = (await client.get("/api/expenses?limit=1&tag=trip")).json()["nextCursor"]
    assert (
        await client.get(f"/api/expenses?limit=1&tag=trip&cursor={cursor}")
    ).status_code == httpx.codes.OK
    for query in ("tag=other", "tag=trip&sort=total", ""):
        answer = await client.get(f"/api/expenses?{query}&cursor={cursor}")
        assert (answer.status_code, answer.json()["type"]) == (
            400,
            "urn:tillroll:problem:invalid-cursor",
        )
        assert "another filter" in answer.json()["detail"]
    for nonsense in ("x", "bnVsbA", "WyJhIiwiYiJd"):
        assert (
            await client.get(f"/api/expenses?cursor={nonsense}")
        ).status_code == httpx.codes.BAD_REQUEST


async def totals(client: httpx.AsyncClient, query: str) -> dict[str, Any]:
    answer = await client.get(f"/api/expenses/totals?{query}")
    assert answer.status_code == httpx.codes.OK, answer.text
    return {
        each["currency"]: (each["count"], each["total"]) for each in answer.json()["currencies"]
    }


@pytest.mark.parametrize(
    ("query", "sums"),
    [
        ("", {"EUR": (3, "84.20"), "JPY": (1, "800")}),
        ("q=cafe", {"EUR": (2, "71.30")}),
        ("from=2026-01-31&to=2026-02-01", {"EUR": (2, "89.20")}),
        ("from=2026-02&to=2026-03-04", {"EUR": (1, "12.90"), "JPY": (1, "800")}),
        ("from=2026-01-15", {"EUR": (3, "84.20"), "JPY": (1, "800")}),
        ("category=Office", {"EUR": (2, "7.90")}),
        ("category=Office&category=Meals,%20away", {"EUR": (3, "84.20")}),
        ("tag=trip&category=Office", {"EUR": (1, "12.90")}),
        ("status=voided", {"EUR": (1, "99999.00")}),
        ("min=0&currency=EUR", {"EUR": (2, "89.20")}),
        ("person=usr_first", {"EUR": (1, "-5.00")}),
        ("missing=category", {"JPY": (1, "800")}),
        ("q=nothing", {}),
        ("client=ACME AG", {"EUR": (1, "12.90")}),
        ("id=exp_000002&id=exp_000003&id=exp_000006", {"EUR": (1, "12.90"), "JPY": (1, "800")}),
        ("q=project:fair <100", {"EUR": (1, "76.30")}),
    ],
)
async def test_sums_of_what_is_found(
    client: httpx.AsyncClient, query: str, sums: dict[str, Any]
) -> None:
    assert await totals(client, query) == sums


async def test_sums_in_the_base_currency_name_what_is_not_converted(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    convert = (
        "INSERT INTO expense_conversions VALUES (?, ?, 1000, NULL, '1', '2026-01-01', 'test', "
        "NULL, '2026')"
    )
    await host.database.batch(
        [
            statement("UPDATE accounts SET base_currency = 'USD' WHERE id = ?", [ACCOUNT]),
            statement(convert, [GIVEN[1].id, "USD"]),
            # of a base currency that the account had before
            statement(convert, [GIVEN[3].id, "CHF"]),
        ]
    )
    answer = (await client.get("/api/expenses/totals?category=Office")).json()
    assert answer["base"] == {"currency": "USD", "count": 1, "total": "10.00", "tax": "0.00"}
    assert [(each["unconverted"], each["unconvertedTotal"]) for each in answer["currencies"]] == [
        (1, "-5.00")
    ]
    assert await found(client, "missing=rate") == [4, 3, 1]


async def test_a_split_expense_counts_in_each_of_its_categories_once(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    await host.database.batch(
        [
            statement(
                "INSERT INTO expense_parts VALUES (?1, 1, 'Travel', 700, NULL, NULL)", [GIVEN[1].id]
            ),
            statement(
                "INSERT INTO expense_parts VALUES (?1, 2, 'Books', 300, NULL, NULL)", [GIVEN[1].id]
            ),
            statement(
                "INSERT INTO expense_parts VALUES (?1, 3, 'Travel', 290, NULL, NULL)", [GIVEN[1].id]
            ),
            statement(
                "UPDATE expenses SET is_split = 1, category = NULL WHERE id = ?", [GIVEN[1].id]
            ),
        ]
    )
    assert await found(client, "category=Travel") == await found(client, "category=Books") == [2]
    assert await totals(client, "category=Travel") == {"EUR": (1, "9.90")}
    assert await totals(client, "category=Travel&category=Books") == {"EUR": (1, "12.90")}
    assert await totals(client, "") == {"EUR": (3, "84.20"), "JPY": (1, "800")}
    assert await totals(client, "missing=category") == {"JPY": (1, "800")}


async def test_a_change_is_found_at_once(host: HostPlatform, client: httpx.AsyncClient) -> None:
    await host.database.all(
        statement(
            "UPDATE expenses SET merchant = 'Ångström', date = '2026-04-01' WHERE id = ?",
            [GIVEN[0].id],
        )
    )
    assert await found(client, "q=angstrom") == [1]
    assert await found(client, "q=muller") == []
    assert await found(client, "q=angstrom&from=2026-04") == [1]
    assert (await client.get("/api/expenses?q=x")).json()["notSearchableYet"] == 0


async def test_words_of_an_earlier_version_do_not_take_the_later_one_out(
    host: HostPlatform,
) -> None:
    """A change between reading an expense and writing its words leaves it waiting."""
    await host.database.all(
        statement("UPDATE expenses SET note = 'first' WHERE id = ?", [GIVEN[0].id])
    )

    async def change_meanwhile(_platform: Platform, _run_id: str) -> list[str]:
        await host.database.all(
            statement("UPDATE expenses SET note = 'second' WHERE id = ?", [GIVEN[0].id])
        )
        return []

    await index_waiting(host.platform, change_meanwhile)
    assert await count_waiting(host.platform, all_of(ACCOUNT)) == 1
    await index_waiting(host.platform, lines_of)
    terms = await host.database.all(
        statement("SELECT term FROM expense_terms WHERE term IN ('word:first', 'word:second')")
    )
    assert [row["term"] for row in terms] == ["word:second"]


@pytest.mark.parametrize(
    "error", [ObjectsUnavailable("the store does not answer"), ValueError("it is no JSON")]
)
async def test_paper_that_cannot_be_read_now_waits_and_holds_nobody_up(
    host: HostPlatform, error: Exception
) -> None:
    await host.database.all(
        statement("UPDATE expenses SET note = 'changed' WHERE account_id = ?", [ACCOUNT])
    )

    async def one_is_out_of_reach(_platform: Platform, run_id: str) -> list[str]:
        if run_id == "run_000002":
            raise error
        return []

    await index_waiting(host.platform, one_is_out_of_reach)
    waiting = await host.database.all(
        statement("SELECT expense_id FROM expense_finds WHERE words_since IS NOT NULL")
    )
    assert waiting == [{"expense_id": GIVEN[1].id}]


async def test_an_expense_that_cannot_be_read_is_set_aside_by_a_search_that_finds_the_others(
    host: HostPlatform, client: httpx.AsyncClient
) -> None:
    spoilt = """
      INSERT INTO run_steps
        (run_id, step, idempotency_key, outcome, generation, attempts, started_at, output,
            at_version)
      VALUES ('run_000002', 'ocr-extract', 'ocr', 'completed', 1, 1, '', 'no JSON', 1)
    """
    changed = "UPDATE expenses SET note = 'Erdbeeren', version = version + 1 WHERE account_id = ?"
    await host.database.batch([statement(spoilt), statement(changed, [ACCOUNT])])
    answer = (await client.get("/api/expenses?q=erdbeeren")).raise_for_status().json()
    assert ([each["id"] for each in answer["items"]], answer["notSearchableYet"]) == (
        [GIVEN[3].id, GIVEN[2].id, GIVEN[0].id],
        1,
    )
    aside = await host.database.all(statement("SELECT subject, failures FROM reconciler_setbacks"))
    assert aside == [{"subject": GIVEN[1].id, "failures": 1}]
    assert await found(client, "q=erdbeeren") == [4, 3, 1]
    assert (
        await host.database.all(statement("SELECT subject, failures FROM reconciler_setbacks"))
        == aside
    )
    await host.database.all(statement("UPDATE run_steps SET output = 'null'"))
    host.pieces.clock.advance(timedelta(minutes=1))
    assert await found(client, "q=erdbeeren") == [4, 3, 2, 1]


async def test_what_is_erased_leaves_no_word(host: HostPlatform, client: httpx.AsyncClient) -> None:
    await host.database.batch(
        [
            statement("DELETE FROM expense_tags WHERE expense_id = ?", [GIVEN[0].id]),
            statement("DELETE FROM expenses WHERE id = ?", [GIVEN[0].id]),
        ]
    )
    assert await found(client, "q=muller") == []
    left = (
        "SELECT COUNT(*) AS left FROM expense_terms "
        "WHERE term IN ('word:muller', 'merchant:Café Müller GmbH')"
    )
    assert await host.database.all(statement(left)) == [{"left": 0}]
    assert await totals(client, "to=2026-01") == {}


async def test_nothing_of_another_account_is_found(host: HostPlatform) -> None:
    waiting = await count_waiting(host.platform, all_of(OTHER_ACCOUNT))
    assert waiting == 0
    rows = await host.database.all(
        statement("SELECT DISTINCT account_id FROM expense_terms WHERE term = 'word:others'")
    )
    assert rows == [{"account_id": OTHER_ACCOUNT}]


@pytest.mark.parametrize(
    ("text", "month", "rest"),
    [
        ("mar 2018", "2018-03-01/2018-03-31", ""),
        ("March 2018 teo heng", "2018-03-01/2018-03-31", "teo heng"),
        ("cafe 2020 feb.", "2020-02-01/2020-02-29", "cafe"),
        ("März 2018", "2018-03-01/2018-03-31", ""),
        ("červen 2018", "2018-06-01/2018-06-30", ""),
        ("teo 2018", None, "teo 2018"),
        ("march", None, "march"),
        ("marching 2018", None, "marching 2018"),
        ("mar 20181", None, "mar 20181"),
        ('merchant:"MAR 2018"', None, 'merchant:"MAR 2018"'),
    ],
)
def test_a_month_with_its_year_stands_for_its_days(text: str, month: str | None, rest: str) -> None:
    chosen = read_filter(FilterQuery({"q": [text]}))
    days = None if chosen.first_day is None else f"{chosen.first_day}/{chosen.last_day}"
    assert (days, chosen.text) == (month, rest)
    # As it is kept, it is read as the same again.
    assert (
        read_filter(FilterQuery({name: [str(value)] for name, value in chosen.as_asked().items()}))
        == chosen
    )


def test_a_named_month_only_narrows_the_days_that_are_asked_for() -> None:
    chosen = read_filter(FilterQuery({"q": ["mar 2018"], "from": ["2018-03-10"]}))
    assert (str(chosen.first_day), str(chosen.last_day)) == ("2018-03-10", "2018-03-31")
    other = read_filter(FilterQuery({"q": ["mar 2018"], "from": ["2019"]}))
    assert (other.text, str(other.first_day), other.last_day) == ("mar 2018", "2019-01-01", None)
