"""The tax report by HTTP."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, OTHER_TOKEN, assemble, migrated_database
from tests.support.pdf_reading import texts_of
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

GIVEN = (
    Given(1, date="2026-01-31", total_minor=1_190, tax_minor=190, merchant="Paper & Co."),
    Given(2, date="2026-02-01", total_minor=12_840, tax_minor=840, merchant="Hotel"),
    Given(3, date="2026-03-31", total_minor=2_500, merchant="Kiosk"),
    Given(4, date="2026-03-31", total_minor=10_050, tax_minor=0, merchant="Hosting Ltd"),
    Given(5, date="2026-03-31", total_minor=4_500, currency="MYR", merchant="Kopi"),
    Given(6, date="2026-04-01", total_minor=1_190, tax_minor=190),
)
QUARTER = {"from": "2026-01-01", "to": "2026-03-31"}


@pytest.fixture
async def host() -> HostPlatform:
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, *GIVEN)
    lines = [(1, 1, "19.0", 1_000, 190), (2, 1, "7", 12_000, 840), (6, 1, "19", 1_000, 190)]
    await host.database.batch(
        [
            statement(
                "UPDATE accounts SET base_currency = 'EUR', tax_ids = ? WHERE id = ?",
                ['["DE 136695976"]', ACCOUNT],
            ),
            *(
                statement(
                    "INSERT INTO expense_tax_lines VALUES (?, ?, ?, ?, ?, NULL)",
                    [GIVEN[number - 1].id, place, rate, net, tax],
                )
                for number, place, rate, net, tax in lines
            ),
            statement(
                """
                INSERT INTO merchant_sightings
                  (run_id, account_id, spelling, look_key, tax_id, merchant, merchant_key, at)
                SELECT run_id, account_id, merchant, '', 'IE6388047V', merchant, '', created_at
                FROM expenses WHERE run_id = 'run_000004'
                """
            ),
        ]
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


async def get(client: httpx.AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(path, params={**QUARTER, **asked})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_rows_stand_by_period_and_what_has_no_place_is_named(
    client: httpx.AsyncClient,
) -> None:
    found = await get(client, "/api/tax/report")
    assert (found["currency"], found["country"]) == ("EUR", "DE")
    shown = {
        each["period"]: [
            (row["treatment"], row["rate"], row["figures"]["net"]) for row in each["rows"]
        ]
        for each in found["periods"]
    }
    assert shown == {
        "2026-01": [("domestic", "19", "10.00")],
        "2026-02": [("domestic", "7", "120.00")],
        "2026-03": [],
    }
    assert found["total"]["expenses"] == 2
    assert found["total"]["deductible"] == "10.30"
    assert {each["reason"]: each["expenses"] for each in found["open"]} == {
        "no_tax_lines": 1,
        "seller_abroad": 1,
        "no_exchange_rate": 1,
    }
    assert found["unconverted"] == [{"currency": "MYR", "expenses": 1, "total": "45.00"}]


async def test_the_companys_vat_id_says_the_country(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Nobody has to enter it a second time."""
    await host.database.all(statement("UPDATE accounts SET tax_ids = NULL WHERE id = ?", [ACCOUNT]))
    assert (await get(client, "/api/tax/report"))["country"] is None
    (await client.patch("/api/company", json={"vatId": "DE136695976"})).raise_for_status()
    assert (await get(client, "/api/tax/report"))["country"] == "DE"


async def test_the_companys_address_says_the_country_without_a_vat_id(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """A small company may have a Steuernummer alone. The United States have no VAT."""
    await host.database.all(statement("UPDATE accounts SET tax_ids = NULL WHERE id = ?", [ACCOUNT]))
    for country, known in (("US", None), ("DE", "DE")):
        (await client.patch("/api/company", json={"country": country})).raise_for_status()
        assert (await get(client, "/api/tax/report"))["country"] == known


async def test_the_tax_of_another_country_settles_each_reason_at_once(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    await host.database.all(
        statement("UPDATE expense_tax_lines SET rate = NULL WHERE expense_id = ?", [GIVEN[5].id])
    )
    ids = [GIVEN[2].id, GIVEN[5].id]
    decision = {"expenses": ids, "treatment": "foreign_tax"}
    answer = await client.post("/api/tax/decisions", json=decision)
    assert answer.json() == {"changed": 2, "stillOpen": []}
    found = await get(client, "/api/tax/expenses", treatment="foreign_tax", to="2026-04-30")
    assert [each["expenseId"] for each in found["items"]] == ids
    rows = await host.database.all(statement("SELECT deductible FROM expense_tax"))
    assert [row["deductible"] for row in rows] == [0, 0]


async def test_receipts_of_a_journey_are_no_input_tax_at_home(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    """Meals of Malaysia at 6 % were deducted in Ireland."""
    meal = GIVEN[4].id
    await host.database.batch(
        [
            statement("UPDATE accounts SET tax_ids = ? WHERE id = ?", ['["IE6388047V"]', ACCOUNT]),
            statement("UPDATE expenses SET tax_minor = 255 WHERE id = ?", [meal]),
            statement("INSERT INTO expense_tax_lines VALUES (?, 1, '6', 4245, 255, NULL)", [meal]),
            statement(
                """
                INSERT INTO expense_conversions
                VALUES (?, 'EUR', 1000, 57, '4.5', '2026-03-31', 'x', NULL, '')
                """,
                [meal],
            ),
        ]
    )
    found = await get(client, "/api/tax/report", **{"from": "2026-03-31"})
    assert (found["country"], found["total"]["deductible"]) == ("IE", "0.00")
    assert {each["reason"] for each in found["open"]} == {"no_tax_lines", "other_currency"}
    behind = await get(client, "/api/tax/expenses", open="true", reason="other_currency")
    [point] = behind["items"]
    assert (point["expenseId"], point["proposed"]["treatment"]) == (meal, "foreign_tax")
    decision = {"expenses": [meal], "treatment": "foreign_tax"}
    answer = await client.post("/api/tax/decisions", json=decision)
    assert answer.json() == {"changed": 1, "stillOpen": []}


async def test_a_decision_says_what_is_open_all_the_same(client: httpx.AsyncClient) -> None:
    decision = {"expenses": [GIVEN[2].id], "treatment": "domestic"}
    answer = await client.post("/api/tax/decisions", json=decision)
    [point] = answer.json()["stillOpen"]
    assert (point["reason"], point["expenses"]) == ("no_tax_lines", 1)


async def test_a_year_without_its_form_says_so(client: httpx.AsyncClient) -> None:
    found = await get(client, "/api/tax/report", **{"from": "2018-03-01", "to": "2018-03-31"})
    [period] = found["periods"]
    form = period["taxReturn"]
    assert (form["name"], form["lines"]) == ("Umsatzsteuer-Voranmeldung", [])
    assert form["problem"] == "Lines of the return of 2018 are not known here, only since 2021."


async def test_a_decision_moves_an_expense_into_the_return(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    decision = {"expenses": [GIVEN[3].id], "treatment": "eu_services", "rate": "19.0"}
    answer = await client.post("/api/tax/decisions", json=decision)
    assert answer.json() == {"changed": 1, "stillOpen": []}
    found = await get(client, "/api/tax/report", each="quarter")
    [period] = found["periods"]
    lines = {line["number"]: line["amount"] for line in period["taxReturn"]["lines"]}
    assert (lines["46"], lines["47"], lines["67"], lines["66"]) == (
        "100.00",
        "19.10",
        "19.10",
        "10.30",
    )
    # Tax that is owed is deducted, too: section 15 (1) sentence 1 no. 4 UStG, which is line 67.
    [row] = [each for each in period["rows"] if each["treatment"] == "eu_services"]
    assert (row["figures"]["owed"], row["figures"]["inputTax"]) == ("19.10", "19.10")
    assert (period["total"]["inputTax"], period["due"]["deducted"]) == ("29.40", "29.40")
    [event] = await host.database.all(
        statement(
            "SELECT * FROM audit_events WHERE action = 'expense.tax_decided' "
            "AND stream = 'run_000004'"
        )
    )
    assert event["actor"] == "token:tok_usr_first"
    await client.post("/api/tax/decisions", json={"expenses": [GIVEN[3].id]})
    again = await get(client, "/api/tax/report", each="quarter")
    assert "seller_abroad" in {each["reason"] for each in again["open"]}


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        ({}, [1, 2]),
        ({"treatment": "domestic", "rate": "7.0"}, [2]),
        ({"line": "66"}, [1, 2]),
        ({"line": "89"}, []),
        ({"open": "true"}, [3, 4, 5]),
        ({"reason": "no_exchange_rate"}, [5]),
    ],
)
async def test_each_figure_opens_its_expenses(
    client: httpx.AsyncClient, asked: dict[str, str], numbers: list[int]
) -> None:
    found = await get(client, "/api/tax/expenses", **asked)
    assert [each["expenseId"] for each in found["items"]] == [
        GIVEN[number - 1].id for number in numbers
    ]
    assert found["nextCursor"] is None


async def test_pages_of_expenses_follow_on_each_other(client: httpx.AsyncClient) -> None:
    first = await get(client, "/api/tax/expenses", open="true", limit="2")
    second = await get(
        client, "/api/tax/expenses", open="true", limit="2", cursor=first["nextCursor"]
    )
    shown = [each["expenseId"] for each in first["items"] + second["items"]]
    assert shown == [GIVEN[number].id for number in (2, 3, 4)]
    assert second["nextCursor"] is None


async def test_the_british_return_needs_pounds(client: httpx.AsyncClient) -> None:
    found = await get(client, "/api/tax/report", country="GB")
    assert found["periods"][0]["taxReturn"]["problem"].startswith("The return is in GBP.")


async def test_files_say_the_same(client: httpx.AsyncClient) -> None:
    table = await client.get("/api/tax/report/file", params=QUARTER)
    assert (
        table.headers["content-disposition"]
        == 'attachment; filename="tax_2026-01-01_2026-03-31.csv"'
    )
    lines = table.content.decode("utf-8-sig").splitlines()
    assert "2026-01,Tax of the own country,19,1,10.00,1.90,11.90,1.90,0.00,0.00,0.00,,EUR" in lines
    assert len({line.count(",") for line in lines if '"' not in line}) == 1
    pdf = await client.get("/api/tax/report/file", params={**QUARTER, "format": "pdf"})
    assert pdf.content.startswith(b"%PDF-")


async def test_the_table_is_german_for_who_reads_german(client: httpx.AsyncClient) -> None:
    """A spreadsheet there expects semicolons between columns, and decimal commas."""
    asked = {**QUARTER, "country": "DE", "language": "de"}
    table = await client.get("/api/tax/report/file", params=asked)
    heading, *lines = table.content.decode("utf-8-sig").splitlines()
    assert heading == (
        "Zeitraum;Posten;Satz oder Kennzahl;Ausgaben;Netto;Steuer;Brutto;Abziehbar;Nicht abziehbar;"
        "Von der Firma geschuldet;Davon abziehbar;Betrag;Währung"
    )
    assert "2026-01;Inland;19;1;10,00;1,90;11,90;1,90;0,00;0,00;0,00;;EUR" in lines
    [base] = [line for line in lines if line.startswith("2026-01;") and ";81;" in line]
    assert ": Umsätze zu 19 %: Bemessungsgrundlage;" in base
    points = [line for line in lines if line.startswith("von 01.01.2026 bis 31.03.2026;")]
    assert points
    for other in ("Open", "expense", "VAT", "Without"):
        assert other not in "\n".join(lines)


async def test_the_pdf_is_in_the_language_of_who_fetches_it(client: httpx.AsyncClient) -> None:
    english = await client.get("/api/tax/report/file", params={**QUARTER, "format": "pdf"})
    await client.put("/api/notices/language", json={"language": "de"})
    german = await client.get("/api/tax/report/file", params={**QUARTER, "format": "pdf"})
    assert _written("Tax report") in english.content
    assert _written("Steuerbericht") in german.content


async def test_the_pdf_in_german_is_german_as_a_whole(client: httpx.AsyncClient) -> None:
    await client.patch("/api/company", json={"country": "DE"})
    german = await client.get("/api/tax/report/file", params={**QUARTER, "format": "pdf"})
    words = " ".join(texts_of(german.content))
    assert "Inland, 19 %" in words
    assert "10,00" in words
    assert "Vorsteuerüberhang (Erstattung)" in words
    for other in ("UTC", "2026-", "10.00", "…"):
        assert other not in words


def _written(title: str) -> bytes:
    """A text as the document's information has it."""
    return title.encode("utf-16-be").hex().encode()


@pytest.mark.parametrize(
    "decision",
    [
        {"expenses": [GIVEN[0].id], "treatment": "eu_goods"},
        {"expenses": [GIVEN[0].id], "treatment": "domestic", "rate": "19"},
        {"expenses": [GIVEN[0].id], "treatment": "domestic", "deductible": 101},
        {"expenses": []},
    ],
)
async def test_a_decision_that_does_not_fit_changes_nothing(
    client: httpx.AsyncClient, host: HostPlatform, decision: dict[str, Any]
) -> None:
    answer = await client.post("/api/tax/decisions", json=decision)
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY
    assert await host.database.all(statement("SELECT * FROM expense_tax")) == []


async def test_days_the_wrong_way_round_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/tax/report", params={"from": "2026-02-01", "to": "2026-01-01"})
    assert answer.status_code == httpx.codes.UNPROCESSABLE_ENTITY


async def test_nobody_decides_on_another_accounts_expenses(host: HostPlatform) -> None:
    async with api_client(host.platform, OTHER_TOKEN) as other:
        answer = await other.post(
            "/api/tax/decisions", json={"expenses": [GIVEN[0].id], "treatment": "no_tax"}
        )
        assert answer.status_code == httpx.codes.NOT_FOUND
        found = await get(other, "/api/tax/report")
    assert (found["total"]["expenses"], found["open"]) == (0, [])
