"""What days still lack before they are closed, and what closing them leaves in the list of
exports.
"""

from typing import Any

import pytest

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tests.unit.open_entries import add_open_entry, match_expense
from tillroll_durable import statement

MARCH = "from=2026-03-01&to=2026-03-31"


async def gaps(books: Books, days: str = MARCH) -> dict[str, int]:
    items = (await books.ask("GET", f"/api/closed-periods/gaps?{days}"))["items"]
    return {each["gap"]: each["count"] for each in items}


async def test_each_gap_of_the_days_is_counted_and_leads_to_its_expenses() -> None:
    books = await open_books(
        Given(1, merchant="TEO HENG", date="2026-03-01"),
        Given(2, merchant="Teo Heng", date="2026-03-02", category="Office"),
        Given(3, merchant="Shell", date="2026-03-31", category="Fuel", total_minor=7_000),
        Given(4, merchant="Shell", date="2026-04-01", total_minor=8_000),
    )
    await books.run("UPDATE expenses SET status = 'in_review' WHERE id = 'exp_000003'")
    assert await gaps(books) == {"in_review": 1, "ready": 2, "duplicates": 1, "category": 1}
    items: list[dict[str, Any]] = (await books.ask("GET", f"/api/closed-periods/gaps?{MARCH}"))[
        "items"
    ]
    ready = next(each["filter"] for each in items if each["gap"] == "ready")
    assert ready == {"from": "2026-03-01", "to": "2026-03-31", "status": ["ready"]}


async def test_entertainment_needs_its_occasion_and_guests_in_a_note() -> None:
    """Section 4 (5) no. 2 EStG. Its account says what is entertainment: 4650, or 6640."""
    books = await open_books(
        Given(1, date="2026-03-01", category="Dinner"),
        Given(2, date="2026-03-02", category="Dinner", total_minor=5_000),
        Given(3, date="2026-03-03", category="Meals", total_minor=6_000),
        Given(4, date="2026-03-04", category="Dinner", total_minor=7_000),
        Given(5, date="2026-03-05", total_minor=8_000),
        Given(6, date="2026-04-01", category="Dinner", total_minor=9_000),
    )
    await books.run("UPDATE categories SET ledger_code = '4650' WHERE name = 'Dinner'")
    await books.run("UPDATE categories SET ledger_code = '4664' WHERE name = 'Meals'")
    await books.run("UPDATE expenses SET note = 'Launch, with Ann' WHERE id = 'exp_000002'")
    await books.run("UPDATE expenses SET note = ' ' WHERE id = 'exp_000001'")
    await books.run(
        """
        INSERT INTO expense_parts (expense_id, number, category, amount_minor, note)
        VALUES ('exp_000005', 1, 'Dinner', 5000, NULL), ('exp_000005', 2, 'Meals', 3000, NULL)
        """
    )
    await books.run("UPDATE expenses SET is_split = 1 WHERE id = 'exp_000005'")
    await books.run("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000004'")
    found = await books.ask("GET", f"/api/closed-periods/gaps?{MARCH}")
    [gap] = [each for each in found["items"] if each["gap"] == "occasion"]
    assert gap["count"] == 2
    assert gap["filter"]["category"] == ["Dinner"]
    await books.run("UPDATE expenses SET note = 'Launch, with Ann'")
    assert "occasion" not in await gaps(books)


async def _paid_by_ann(name_at_bank: str | None) -> Books:
    """An expense that Ann Marie Lee says she paid, matched with an entry of the company's
    account."""
    books = await open_books(
        Given(1, date="2026-03-05", category="Meals"), Given(2, date="2026-04-05")
    )
    database = books.host.database
    ann = "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, ?, '')"
    await database.batch([statement(ann, ["usr_ann", ACCOUNT, "Ann Marie Lee"])])
    await books.run("UPDATE expenses SET paid_by = 'employee', person = 'usr_ann'")
    entry = await add_open_entry(database, -1_290)
    await match_expense(database, entry, "exp_000001", settles=-1_290)
    await database.batch([statement("UPDATE bank_entries SET counterparty = ?", [name_at_bank])])
    return books


@pytest.mark.parametrize("name", ["GREEN GARDEN CAFE", "Lee Hardware", "", None])
async def test_who_paid_is_asked_where_the_company_paid_what_an_employee_paid(
    name: str | None,
) -> None:
    books = await _paid_by_ann(name)
    found = await books.ask("GET", f"/api/closed-periods/gaps?{MARCH}")
    [gap] = [each for each in found["items"] if each["gap"] == "payer"]
    assert (gap["count"], gap["filter"]["id"]) == (1, ["exp_000001"])
    # Both ways out: it was the company, or the match was wrong.
    await books.run("UPDATE bank_pairs SET counts = 0")
    assert "payer" not in await gaps(books)
    await books.run("UPDATE bank_pairs SET counts = 1")
    assert "payer" in await gaps(books)
    await books.run("UPDATE expenses SET paid_by = 'company'")
    assert "payer" not in await gaps(books)


async def test_an_entry_that_pays_the_employee_back_contradicts_nothing() -> None:
    assert "payer" not in await gaps(await _paid_by_ann("LEE, ANN"))


async def test_what_has_no_receipt_to_pay_is_never_the_companys() -> None:
    books = await _paid_by_ann("GREEN GARDEN CAFE")
    await books.run("UPDATE expenses SET origin = 'mileage'")
    assert "payer" not in await gaps(books)


async def test_nothing_is_missing_where_all_is_done() -> None:
    books = await open_books(Given(1, date="2026-03-01", category="Office"))
    await books.approve("exp_000001")
    assert await gaps(books) == {}
    assert (
        await books.answer("GET", "/api/closed-periods/gaps?from=2026-03-02&to=2026-03-01")
    ).status_code == 422
    assert (
        await books.answer("GET", "/api/closed-periods/gaps?from=2026-03-02")
    ).status_code == 422


async def test_closing_leaves_no_export_that_nobody_asked_for() -> None:
    books = await open_books(Given(1, date="2026-03-01", category="Office"))
    await books.run(
        """
        INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status,
            next_safe_action,
          created_at, updated_at)
        SELECT 'run_x' || value, 'acc_first', 'export', 1, 'xpt_' || value, 'stored', 'complete',
            'none', '', ''
        FROM json_each('[1, 2]')
        """
    )
    await books.run(
        """
        INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected,
            created_at, finished_at)
        SELECT 'xpt_' || value, 'acc_first', 'run_x' || value, 'jsonl', '{}', 'user:usr_first', 1,
            '', ''
        FROM json_each('[1, 2]')
        """
    )
    await books.run(
        """
        INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by,
            closed_at)
        VALUES ('per_1', 'acc_first', '2026-03-01', '2026-03-31', 'xpt_1', 'user:usr_first', '')
        """
    )
    items = (await books.ask("GET", "/api/exports"))["items"]
    assert [each["id"] for each in items] == ["xpt_2"]
    assert (await books.ask("GET", "/api/exports/xpt_1"))["id"] == "xpt_1"
