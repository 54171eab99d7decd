"""How expenses are taxed in the books: a word is a treatment and a rate. What is taxed otherwise
than at home never goes as a rate of zero.
"""

from typing import Any, Final

import pytest

from tests.simulation.office import Office, spent
from tests.support.expenses import Given, add_expenses
from tillroll_durable import statement

BEFORE: Final = [
    {"what": "category", "word": "*", "code": "6300"},
    {"what": "tax", "word": "19", "code": "V19"},
    {"what": "tax", "word": "0", "code": "V0"},
    {"what": "tax", "word": "none", "code": "V0"},
    {"what": "tax", "word": "*", "code": "V0"},
]
"""A mapping from when a word was a rate alone."""


@pytest.fixture
async def home(office: Office) -> Office:
    """The books of a company in Germany."""
    company = {"name": "Kontor GmbH", "country": "DE", "vatId": "DE136695976"}
    (await office.client.patch("/api/company", json=company)).raise_for_status()
    await office.connect()
    await office.map(*BEFORE)
    return office


async def buy(
    office: Office, rate: str, tax: int, category: str | None = None, **given: Any
) -> Given:
    """Add an expense of 119.00 with a tax line."""
    expense = spent(1, total_minor=11_900, tax_minor=tax, **given)
    database = office.world.host.database
    await add_expenses(database, expense)
    line = """
      INSERT INTO expense_tax_lines (expense_id, number, rate, base_minor, tax_minor, vat_category)
      VALUES (?1, 1, ?2, CAST(?3 AS INTEGER), CAST(?4 AS INTEGER), ?5)
    """
    parameters = (expense.id, rate, 11_900 - tax, tax, category)
    await database.batch([statement(line, [*parameters])])
    return expense


async def decide(office: Office, expense: Given, **decision: Any) -> None:
    body = {"expenses": [expense.id], **decision}
    (await office.client.post("/api/tax/decisions", json=body)).raise_for_status()


async def waiting(office: Office) -> list[str]:
    shown = await office.get(f"connections/{office.connection}/mapping")
    return [each["word"] for each in shown["unmapped"]]


def lines_of(office: Office) -> list[tuple[int, int, str | None]]:
    return [
        (line["net"], line["tax"], line["taxCode"])
        for document in office.books.documents.values()
        for line in document["lines"]
    ]


@pytest.mark.parametrize(
    ("category", "decision", "word"),
    [
        ("AE", {"treatment": "eu_services", "rate": "19"}, "eu_services:19"),
        ("AE", {"treatment": "domestic_reverse", "rate": "19"}, "domestic_reverse:19"),
        ("K", {"treatment": "eu_goods", "rate": "7"}, "eu_goods:7"),
        (None, {"treatment": "other_services", "rate": "19"}, "other_services:19"),
        ("E", {}, "exempt"),
        ("AE", {"treatment": "eu_services", "rate": "19", "deductible": 0},
         "eu_services:19:not_deducted"),
    ],
)  # fmt: skip
async def test_each_treatment_is_a_word_and_none_goes_as_zero(
    home: Office, category: str | None, decision: dict[str, Any], word: str
) -> None:
    expense = await buy(home, "0", 0, category)
    if decision:
        await decide(home, expense, **decision)
    assert await waiting(home) == [word]
    await home.sync(skipUnmapped=True)
    assert lines_of(home) == []
    item = await home.item(expense.id)
    assert (item["state"], item["code"]) == ("set_aside", "unmapped")
    await home.map(*BEFORE, {"what": "tax", "word": word, "code": "V7"})
    await home.sync()
    assert lines_of(home) == [(11_900, 0, "V7")]


@pytest.mark.parametrize("category", ["AE", "K", "G", "O"])
async def test_what_is_open_in_the_tax_report_is_asked(home: Office, category: str) -> None:
    expense = await buy(home, "0", 0, category)
    await home.sync(skipUnmapped=True)
    assert lines_of(home) == []
    assert (await home.item(expense.id))["code"] == "tax-open"
    # The decision is a change of the expense, and the next sync looks at it.
    await decide(home, expense, treatment="domestic")
    await home.sync()
    assert lines_of(home) == [(11_900, 0, "V0")]


async def test_a_rate_of_before_stands_for_the_tax_at_home(home: Office) -> None:
    await buy(home, "19", 1_900, "S")
    await home.sync()
    assert lines_of(home) == [(10_000, 1_900, "V19")]


@pytest.mark.parametrize(
    ("decision", "lines"),
    [
        ({"treatment": "foreign_tax", "deductible": 0}, [(11_900, 0, "V7")]),
        ({"treatment": "domestic", "deductible": 0}, [(11_900, 0, "V7")]),
        ({"treatment": "domestic", "deductible": 70}, [(7_000, 1_330, "V19"), (3_570, 0, "V7")]),
        ({"treatment": "import"}, [(10_000, 1_900, "V7")]),
        ({"treatment": "no_tax", "deductible": 0}, [(11_900, 0, "V0")]),
    ],
)
async def test_the_books_follow_what_a_person_decided(
    home: Office, decision: dict[str, Any], lines: list[tuple[int, int, str]]
) -> None:
    expense = await buy(home, "19", 1_900)
    await decide(home, expense, **decision)
    words = ("foreign_tax", "not_deducted", "import")
    await home.map(*BEFORE, *({"what": "tax", "word": word, "code": "V7"} for word in words))
    await home.sync()
    assert lines_of(home) == lines


@pytest.mark.parametrize(
    "word", ["eu_services", "eu_services:x", "eu_services:19:x", "domestic:19", "x"]
)
async def test_a_word_that_no_line_has_is_refused(home: Office, word: str) -> None:
    path = f"/api/books/connections/{home.connection}/mapping"
    words = [{"what": "tax", "word": word, "code": ""}]
    assert (await home.client.put(path, json={"words": words})).status_code == 422
