"""What law does not let deduct, whatever a receipt says.

Each case is from the law's text: section 60 (2) (a) of the Irish Value-Added Tax Consolidation Act
2010, section 15 (1a) of the German UStG, section 12 (2) no. 2 of the Austrian UStG 1994, and
article 5 of the British Value Added Tax (Input Tax) Order 1992.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_api import api_client
from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tests.support.pdf_reading import texts_of
from tillroll.expenses.sorting.starters import STARTERS
from tillroll.tax.by_law import RULES, STARTERS_OF, Category, Law, law_of
from tillroll.tax.open_reasons import OPEN_SAYS, OpenReason
from tillroll.tax.rules import Decided, Figures, Taxed, TaxLine, Treatment, place, propose
from tillroll_durable.platform.bindings.database import statement
from tillroll_testing.host.platform import HostPlatform

DAY = date(2026, 3, 5)
RATES = {"IE": "23", "DE": "19", "AT": "20", "GB": "20"}


def bought(country: str, *starters: str | None) -> Taxed:
    """A purchase of 100.00 at the standard rate, in categories of the starter sets."""
    rate = RATES[country]
    tax = int(rate) * 100
    total = 10_000 + tax
    return Taxed(
        "exp_1",
        DAY,
        total,
        tax,
        total,
        tax,
        [TaxLine(rate, 10_000, tax)],
        categories=[None if starter is None else Category("Own", starter) for starter in starters],
    )


def deducted(expense: Taxed, country: str) -> int | OpenReason:
    """What of the tax is deducted, or why that is open."""
    placed = place(expense, country)
    if isinstance(placed, OpenReason):
        return placed
    total = sum((each.figures for each in placed), Figures())
    assert total.deductible + total.not_deductible == total.tax
    return total.deductible


# Section 60 (2) (a): "the provision of food or drink, or accommodation other than qualifying
# accommodation in connection with attendance at a qualifying conference, or other personal
# services", "entertainment expenses", "the acquisition (including hiring)" of motor vehicles, and
# "the purchase ... of petrol".
IRELAND = [
    ("meals", 0),
    ("subsistence", 0),
    ("subsistence_staff", 0),
    ("entertaining", 0),
    ("lodging", OpenReason.IE_LODGING),
    ("lodging_staff", OpenReason.IE_LODGING),
    ("fuel", OpenReason.IE_FUEL),
    ("vehicle", OpenReason.IE_FUEL),
    ("travel", OpenReason.IE_TRAVEL),
    ("travel_staff", OpenReason.IE_TRAVEL),
    (None, OpenReason.IE_NO_CATEGORY),
    ("vehicle_repairs", 2_300),
    ("gifts", 2_300),
    ("office", 2_300),
    ("software", 2_300),
    ("goods", 2_300),
]
# Section 15 (1a) UStG: what section 4 (5) sentence 1 nos. 1 to 4 and 7 EStG does not let reduce the
# profit, but for entertainment that is appropriate and proven.
GERMANY = [
    ("gifts", OpenReason.DE_GIFTS),
    ("entertaining", 1_900),
    ("meals", 1_900),
    ("lodging", 1_900),
    ("travel", 1_900),
    ("fuel", 1_900),
    (None, 1_900),
]
# Section 12 (2) no. 2 UStG 1994: (a) what section 20 (1) nos. 1 to 5 EStG 1988 lets for the
# greater part not be deducted, such as entertainment without advertising; (b) the purchase, rent
# and running of cars, but for (2a) those without emissions.
AUSTRIA = [
    ("fuel", OpenReason.AT_CAR),
    ("vehicle", OpenReason.AT_CAR),
    ("vehicle_repairs", OpenReason.AT_CAR),
    ("entertaining", OpenReason.AT_ENTERTAINMENT),
    ("meals", 2_000),
    ("lodging", 2_000),
    ("office", 2_000),
    (None, 2_000),
]
# Article 5: "business entertainment", but for that of employees alone and, since 1 May 2011, of
# overseas customers.
UNITED_KINGDOM = [
    ("entertaining", OpenReason.GB_ENTERTAINMENT),
    ("meals", 2_000),
    ("lodging", 2_000),
    ("gifts", 2_000),
    (None, 2_000),
]
CASES = [
    (country, *case)
    for country, cases in (
        ("IE", IRELAND),
        ("DE", GERMANY),
        ("AT", AUSTRIA),
        ("GB", UNITED_KINGDOM),
    )
    for case in cases
]


@pytest.mark.parametrize(("country", "starter", "expected"), CASES)
def test_each_kind_of_cost_is_deducted_as_its_law_says(
    country: str, starter: str | None, expected: int | OpenReason
) -> None:
    assert deducted(bought(country, starter), country) == expected


def test_a_restaurants_bill_in_ireland_stands_in_its_row_and_is_not_deducted() -> None:
    [row] = place_of(bought("IE", "meals"), "IE")
    assert row.key.treatment is Treatment.DOMESTIC
    assert row.figures == Figures(1, net=10_000, tax=2_300, gross=12_300, not_deductible=2_300)


def place_of(expense: Taxed, country: str) -> Sequence[Any]:
    placed = place(expense, country)
    assert not isinstance(placed, OpenReason)
    return placed


@pytest.mark.parametrize("starter", ["meals", "lodging", None])
def test_a_person_answers_otherwise(starter: str | None) -> None:
    """A canteen that charges for its meals, and a hotel at a qualifying conference."""
    for percent, expected in ((100, 2_300), (40, 920), (0, 0)):
        decided = Decided(Treatment.DOMESTIC, percent)
        expense = replace(bought("IE", starter), decided=decided)
        assert deducted(expense, "IE") == expected


@pytest.mark.parametrize("starter", ["meals", "lodging", None])
def test_nothing_is_asked_of_what_has_no_tax_that_could_be_deducted(starter: str | None) -> None:
    """The tax of a statement in place of a receipt is deducted nowhere."""
    of = bought("IE", starter)
    free = replace(of, total=10_000, tax=0, base_total=10_000, base_tax=0, lines=[], seller="IE")
    assert deducted(free, "IE") == 0
    assert deducted(replace(of, has_invoice=False), "IE") == 0


def test_the_tax_of_another_country_is_open_for_its_own_reason() -> None:
    meal = replace(bought("IE", "lodging"), seller="GB")
    assert place(meal, "IE") is OpenReason.SELLER_ABROAD


def test_parts_of_an_expense_have_categories_of_their_own() -> None:
    assert deducted(bought("IE", "meals", "subsistence"), "IE") == 0
    assert deducted(bought("IE", "office", "software"), "IE") == 2_300
    assert deducted(bought("IE", "meals", "office"), "IE") is OpenReason.PARTLY_BY_LAW
    assert deducted(bought("IE", "office", "lodging"), "IE") is OpenReason.IE_LODGING
    assert deducted(bought("IE", "meals", None), "IE") is OpenReason.IE_NO_CATEGORY


@pytest.mark.parametrize(
    ("country", "name", "expected"),
    [
        ("IE", "Restaurants", 0),
        ("IE", "entertainment", 0),
        ("IE", "HOTELS", OpenReason.IE_LODGING),
        ("IE", "Food", OpenReason.IE_TRAVEL),
        ("IE", "Petrol", OpenReason.IE_FUEL),
        ("IE", "Diesel", 2_300),
        ("IE", "Laptops", 2_300),
        ("DE", "Kundengeschenke", OpenReason.DE_GIFTS),
        ("AT", "Kfz", OpenReason.AT_CAR),
        ("GB", "Entertainment", OpenReason.GB_ENTERTAINMENT),
    ],
)
def test_own_categories_count_by_their_usual_names(
    country: str, name: str, expected: int | OpenReason
) -> None:
    """Food may be what a shop sells on, so it is asked."""
    expense = replace(bought(country), categories=[Category(name)])
    assert deducted(expense, country) == expected


def test_a_country_without_a_table_deducts_as_the_document_says() -> None:
    meal = replace(bought("GB", "meals"), categories=[Category("Meals", "meals")])
    assert deducted(meal, "FR") == 2_000
    assert law_of(None, meal.categories) is None


def test_the_tables_name_categories_and_reasons_that_there_are() -> None:
    known = {each.key for each in STARTERS}
    assert {each for keys in STARTERS_OF.values() for each in keys} <= known
    reasons = {
        rule.answer
        for rules in RULES.values()
        for rule in rules.values()
        if isinstance(rule.answer, OpenReason)
    }
    assert reasons <= {*OPEN_SAYS}
    assert {rule.answer for rules in RULES.values() for rule in rules.values()} >= {*Law}


@pytest.mark.parametrize(
    ("country", "starter", "treatment"),
    [
        ("IE", "lodging", Treatment.DOMESTIC),
        ("AT", "vehicle", Treatment.DOMESTIC),
        ("DE", "gifts", Treatment.DOMESTIC),
        ("IE", None, None),
    ],
)
def test_what_is_asked_for_its_share_is_proposed_as_domestic(
    country: str, starter: str | None, treatment: Treatment | None
) -> None:
    expense = bought(country, starter)
    reason = place(expense, country)
    assert isinstance(reason, OpenReason)
    proposed = propose(expense, reason, country)
    assert (proposed and proposed.treatment) is treatment


# By HTTP, from a receipt's category on.

GIVEN = (
    Given(1, date="2026-01-05", total_minor=1_135, tax_minor=135, category="Dinners"),
    Given(2, date="2026-01-06", total_minor=11_350, tax_minor=1_350, category="Accommodation"),
    Given(3, date="2026-01-07", total_minor=12_300, tax_minor=2_300, category="Office supplies"),
    Given(4, date="2026-01-08", total_minor=12_300, tax_minor=2_300),
)
LINES = [
    ("13.5", 1_000, 135),
    ("13.5", 10_000, 1_350),
    ("23", 10_000, 2_300),
    ("23", 10_000, 2_300),
]


@pytest.fixture
async def host() -> HostPlatform:
    """An Irish company, which calls its meals otherwise."""
    host = assemble(await migrated_database(), {})
    await add_expenses(host.database, *GIVEN)
    of_starter = "UPDATE categories SET starter = ? WHERE account_id = ? AND name = ?"
    sorted_by = {"Dinners": "meals", "Accommodation": "lodging_staff", "Office supplies": "office"}
    await host.database.batch(
        [
            statement(
                "UPDATE accounts SET base_currency = 'EUR', tax_ids = ? WHERE id = ?",
                ['["IE6388047V"]', ACCOUNT],
            ),
            *(statement(of_starter, [key, ACCOUNT, name]) for name, key in sorted_by.items()),
            *(
                statement(
                    "INSERT INTO expense_tax_lines VALUES (?, 1, ?, ?, ?, NULL)",
                    [each.id, *line],
                )
                for each, line in zip(GIVEN, LINES, strict=True)
            ),
        ]
    )
    return host


@pytest.fixture
async def client(host: HostPlatform) -> AsyncIterator[httpx.AsyncClient]:
    async with api_client(host.platform) as client:
        yield client


DAYS = {"from": "2026-01-01", "to": "2026-01-31"}


async def _get(client: httpx.AsyncClient, path: str, **asked: str) -> dict[str, Any]:
    answer = await client.get(path, params={**DAYS, **asked})
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_the_report_says_what_is_not_deductible_by_law_and_what_is_open(
    client: httpx.AsyncClient,
) -> None:
    found = await _get(client, "/api/tax/report")
    assert (found["total"]["deductible"], found["total"]["notDeductible"]) == ("23.00", "1.35")
    [by_law] = found["notDeductibleByLaw"]
    assert by_law.pop("sentence").startswith("Tax on food and drink is not deductible in Ireland")
    assert by_law == {"law": "ie_food", "expenses": 1, "tax": "1.35"}
    assert {each["reason"]: each["expenses"] for each in found["open"]} == {
        "ie_lodging": 1,
        "ie_no_category": 1,
    }


async def test_expenses_behind_it_name_the_law_and_a_decision_settles_each(
    client: httpx.AsyncClient,
) -> None:
    found = await _get(client, "/api/tax/expenses")
    assert [(each["law"], each["deductible"]) for each in found["items"]] == [
        ("ie_food", 0),
        (None, 100),
    ]
    [lodging] = (await _get(client, "/api/tax/expenses", reason="ie_lodging"))["items"]
    assert (lodging["proposed"], lodging["deductible"]) == (
        {"treatment": "domestic", "rate": None},
        0,
    )
    ids = [GIVEN[0].id, lodging["expenseId"]]
    decision = {"expenses": ids, "treatment": "domestic", "deductible": 100}
    answer = await client.post("/api/tax/decisions", json=decision)
    assert answer.json() == {"changed": 2, "stillOpen": []}
    found = await _get(client, "/api/tax/report")
    assert (found["total"]["deductible"], found["notDeductibleByLaw"]) == ("37.85", [])
    again = {"expenses": ids, "treatment": None}
    assert (await client.post("/api/tax/decisions", json=again)).status_code == httpx.codes.OK
    assert (await _get(client, "/api/tax/report"))["total"]["deductible"] == "23.00"


async def test_parts_are_read_with_their_categories(
    client: httpx.AsyncClient, host: HostPlatform
) -> None:
    office = GIVEN[2].id
    part = "INSERT INTO expense_parts VALUES (?, ?, ?, 6150, 1150, NULL)"
    await host.database.batch(
        [
            statement(part, [office, 1, "Dinners"]),
            statement(part, [office, 2, "Office supplies"]),
            statement("UPDATE expenses SET is_split = 1 WHERE id = ?", [office]),
        ]
    )
    [found] = (await _get(client, "/api/tax/expenses", reason="partly_by_law"))["items"]
    assert found["expenseId"] == office


async def test_files_say_what_is_not_deductible_by_law(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/tax/report/file", params={**DAYS, "format": "csv"})
    [line] = [line for line in answer.text.splitlines() if "Not deductible by law" in line]
    assert "Tax on food and drink is not deductible in Ireland" in line
    assert line.endswith(",1.35,EUR")
    answer = await client.get("/api/tax/report/file", params={**DAYS, "format": "pdf"})
    assert "Not deductible by law" in " ".join(texts_of(answer.content))
