"""The first run: what follows from a country is set at once, once, and stays changeable."""

from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT
from tests.support.roles import MEMBER, roles_given
from tests.unit.conversion.books import open_books, rows
from tillroll.expenses.beginning import first_categories
from tillroll.expenses.sorting.chart_accounts import give_accounts
from tillroll.expenses.sorting.starters import Chart, StarterSet, starters
from tillroll_durable import statement
from tillroll_testing.host.platform import HostPlatform

IBAN = "DE02120300000000202051"
NOW = "2026-01-01T00:00:00.000Z"


@pytest.fixture
async def host() -> HostPlatform:
    """An account as it is made: with categories in English, and nothing else."""
    opened = await open_books(None)
    await opened.database.batch(first_categories(ACCOUNT, "user:usr_first", NOW))
    return opened


async def begin(host: HostPlatform, status: int = 200, **body: str | bool | None) -> Any:
    async with api_client(host.platform) as client:
        answer = await client.post("/api/account/first-run", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def names(host: HostPlatform) -> set[str]:
    found = await rows(host, "SELECT name FROM categories WHERE state = 'active'")
    return {str(row["name"]) for row in found}


async def test_all_follows_from_the_country(host: HostPlatform) -> None:
    answer = await begin(host, country="DE", iban="DE02 1203 0000 0000 2020 51")
    made = answer.pop("bankAccountId")
    assert answer == {"country": "DE", "baseCurrency": "EUR", "language": "de", "chart": "skr03"}
    async with api_client(host.platform) as client:
        account = (await client.get("/api/account")).json()
        company = (await client.get("/api/company")).json()
        [bank] = (await client.get("/api/bank/accounts")).json()["items"]
    assert account["baseCurrency"] == "EUR"
    assert (company["country"], company["iban"]) == ("DE", IBAN)
    assert (bank["id"], bank["name"], bank["currency"]) == (made, "Bankkonto", "EUR")
    assert await names(host) == {each.de for each in starters(StarterSet.BASIC)}
    codes = await rows(host, "SELECT ledger_code FROM categories")
    assert all(row["ledger_code"] for row in codes)


async def codes_of(host: HostPlatform) -> dict[str, str]:
    found = await rows(host, "SELECT name, ledger_code FROM categories WHERE state = 'active'")
    return {str(row["name"]): str(row["ledger_code"]) for row in found}


# DATEV's charts: travel of the entrepreneur is 4670 to 4676 in SKR 03, and 6670 to 6680 in SKR 04;
# that of employees 4660 to 4666, and 6650 to 6660. Meals are 4674 and 6674, or 4664 and 6664.
@pytest.mark.parametrize(
    ("alone", "travel", "lodging", "meals", "in_skr04"),
    [
        (True, "4670", "4676", "4674", ("6670", "6674")),
        (False, "4660", "4666", "4664", ("6650", "6664")),
    ],
)
async def test_travel_of_one_who_works_alone_is_the_owners(
    host: HostPlatform,
    alone: bool,
    travel: str,
    lodging: str,
    meals: str,
    in_skr04: tuple[str, str],
) -> None:
    for _ in range(2):
        async with api_client(host.platform) as client:
            body = {"country": "DE", "isAlone": alone}
            assert (await client.post("/api/account/first-run", json=body)).status_code == 200
    codes = await codes_of(host)
    assert (codes["Reisekosten"], codes["Übernachtung"]) == (travel, lodging)
    assert codes["Verpflegung"] == meals
    assert (codes["Fremdleistungen"], codes["Wareneingang"]) == ("3100", "3200")
    await give_accounts(host.platform, ACCOUNT, Chart.SKR04, actor="user:usr_first")
    codes = await codes_of(host)
    assert (codes["Reisekosten"], codes["Verpflegung"]) == in_skr04


@pytest.mark.parametrize(
    ("name", "travel"),
    [
        ("Spreewerk Design GmbH", "4660"),
        ("Spreewerk UG (haftungsbeschränkt)", "4660"),
        ("Spreewerk AG", "4660"),
        ("Spreewerk SE", "4660"),
        ("Spreewerk GmbH & Co. KG", "4670"),
        ("Erika Musterfrau", "4670"),
        ("Montag", "4670"),
    ],
)
async def test_travel_of_a_corporation_is_of_employees(
    host: HostPlatform, name: str, travel: str
) -> None:
    """Also where one person works in it: a managing director is an employee."""
    rename = statement("UPDATE accounts SET name = ? WHERE id = ?", [name, ACCOUNT])
    await host.database.batch([rename])
    await begin(host, country="DE", isAlone=True)
    assert (await codes_of(host))["Reisekosten"] == travel


async def test_of_two_categories_of_meals_one_is_the_owners(host: HostPlatform) -> None:
    add = """
      INSERT INTO categories (id, account_id, name, starter, ledger_code, created_at)
      SELECT 'cat_x', account_id, 'Meals away', 'subsistence_staff', '4664', created_at
      FROM categories WHERE account_id = ? LIMIT 1
    """
    await host.database.batch([statement(add, [ACCOUNT])])
    await begin(host, country="DE", isAlone=True)
    own = await rows(host, "SELECT id FROM categories WHERE starter = 'subsistence'")
    assert len(own) == 1


async def test_who_works_alone_after_all_takes_the_owners_accounts(host: HostPlatform) -> None:
    await begin(host, country="DE")
    other = "UPDATE categories SET ledger_code = '4999' WHERE name = 'Übernachtung'"
    await host.database.batch([statement(other)])
    async with api_client(host.platform) as client:
        await client.post("/api/account/first-run", json={"country": "DE", "isAlone": True})
    codes = await codes_of(host)
    assert codes["Reisekosten"] == "4670"
    assert codes["Übernachtung"] == "4999", "somebody chose it"


async def test_the_same_again_changes_nothing(host: HostPlatform) -> None:
    await begin(host, country="DE", iban=IBAN)
    before = await rows(host, "SELECT count(*) AS n FROM audit_events")
    again = await begin(host, country="DE", iban=IBAN)
    assert again["bankAccountId"] is None, "it is there"
    assert await rows(host, "SELECT count(*) AS n FROM audit_events") == before
    assert len(await rows(host, "SELECT id FROM bank_accounts")) == 1


async def test_an_english_country_has_no_chart_and_keeps_its_categories(
    host: HostPlatform,
) -> None:
    before = await names(host)
    answer = await begin(host, country="GB")
    assert answer == {
        "country": "GB",
        "baseCurrency": "GBP",
        "language": "en",
        "chart": None,
        "bankAccountId": None,
    }
    assert await names(host) == before
    assert await rows(host, "SELECT id FROM bank_accounts") == []


async def test_a_category_that_an_expense_has_keeps_its_name(host: HostPlatform) -> None:
    used = min(await names(host))
    await add_expenses(host.database, Given(1, merchant="Cafe", category=used))
    await begin(host, country="AT")
    german = {each.en: each.de for each in starters(StarterSet.BASIC)} | {used: used}
    assert await names(host) == set(german.values())


async def test_a_base_currency_that_was_chosen_stays(host: HostPlatform) -> None:
    async with api_client(host.platform) as client:
        await client.patch("/api/account", json={"baseCurrency": "USD"})
    assert (await begin(host, country="DE"))["baseCurrency"] == "USD"


@pytest.mark.parametrize(
    ("iban", "says"),
    [
        ("DE03120300000000202051", "check digits of this IBAN do not fit"),
        ("DE0212030000000020205", "An IBAN of DE has 22 characters, and this one has 21"),
        ("QQ02120300000000202051", "no country has IBANs that begin with these two letters"),
    ],
)
async def test_a_wrong_iban_is_refused_and_nothing_is_set(
    host: HostPlatform, iban: str, says: str
) -> None:
    refused = await begin(host, 422, country="DE", iban=iban)
    [error] = refused["errors"]
    assert error["field"] == "iban"
    assert says in error["message"]
    async with api_client(host.platform) as client:
        assert (await client.get("/api/company")).json()["country"] is None


async def test_only_who_administers_begins(host: HostPlatform) -> None:
    await host.database.batch(roles_given("usr_first", *MEMBER))
    async with api_client(host.platform) as client:
        answer = await client.post("/api/account/first-run", json={"country": "DE"})
    assert answer.status_code == httpx.codes.FORBIDDEN
