"""Which look-alike holds a payment back, and whose word on two of them stands."""

from typing import Any, Final

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.approval.test_four_eyes import add_person
from tests.unit.expenses.sorting.sorted_books import Books, open_books

PAID: Final = "exp_000001"
ALIKE: Final = "exp_000002"
NEXT: Final = "exp_000003"
CY: Final = "usr_cy"


@pytest.fixture
async def books() -> Books:
    """The company owes Bob an approved expense. Eve handed two in that look like it."""
    books = await open_books(
        Given(1, merchant="Taxi"), Given(2, merchant="Taxi"), Given(3, merchant="Taxi")
    )
    await add_person(books, "usr_bob", "submitter")
    await add_person(books, "usr_eve", "submitter")
    await add_person(books, CY, "approver")
    await books.run("UPDATE expenses SET person = 'usr_eve', paid_by = 'employee'")
    await books.run("UPDATE expenses SET person = 'usr_bob' WHERE id = 'exp_000001'")
    await books.run("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000003'")
    await books.approve(PAID)
    return books


async def ask(books: Books, who: str, path: str, body: object, method: str = "POST") -> Any:
    async with api_client(books.host.platform, f"till_{who}") as client:
        answer = await client.request(method, path, json=body)
        assert answer.is_success, answer.text


async def part(books: Books, who: str, first: str = PAID, second: str = ALIKE) -> None:
    await ask(books, who, "/api/duplicates/apart", {"first": first, "second": second})


async def is_held(books: Books, expense_id: str = PAID) -> bool:
    """Whether another expense keeps the company from paying one back."""
    asked = {"expenses": [expense_id], "way": "hand", "paidOn": "2026-02-28"}
    answer = await books.answer("POST", "/api/owed/payments/check", asked)
    messages = [each["message"] for each in answer.json().get("errors", [])]
    assert all("may be the same purchase" in message for message in messages), messages
    return bool(messages)


async def hand_in_next(books: Books) -> None:
    """Eve hands in another that looks like it: until now it was as if it were not there."""
    await books.run("UPDATE expenses SET status = 'ready' WHERE id = 'exp_000003'")


async def test_the_word_of_an_approver_stands_where_they_lose_the_role(books: Books) -> None:
    assert await is_held(books)
    await part(books, CY)
    assert not await is_held(books)
    await ask(books, "first", f"/api/people/{CY}/roles", {"roles": ["auditor"]}, "PUT")
    assert not await is_held(books)


async def test_a_role_that_comes_later_gives_no_word_force(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_eve' WHERE id = 'exp_000001'")
    await part(books, "usr_eve")
    await books.run("UPDATE expenses SET person = 'usr_bob'")
    await ask(books, "first", "/api/people/usr_eve/roles", {"roles": ["approver"]}, "PUT")
    assert await is_held(books)
    await part(books, "usr_eve")
    assert not await is_held(books)


async def test_what_was_sent_back_holds_nobody(books: Books) -> None:
    seen = await as_seen(books.host.database, [ALIKE])
    await books.ask("POST", "/api/expenses/reject", {**seen, "reason": "which one is it?"})
    assert not await is_held(books)


async def test_what_was_sent_back_after_it_was_paid_holds_still(books: Books) -> None:
    await books.approve(ALIKE)
    await books.run(
        "INSERT INTO payout_expenses (asked_in, expense_id, account_id, person, place, amount, "
        "of_amount, of_currency, covered_before, created_at, paid_at) "
        "VALUES ('run_000002', 'exp_000002', 'acc_first', 'usr_eve', 0, 1290, 1290, 'EUR', 0, '', "
        "'')"
    )
    await books.ask("POST", f"/api/expenses/{ALIKE}/send-back", {"reason": "which one is it?"})
    assert await is_held(books)


async def test_what_waits_holds_until_the_expense_was_parted_once(books: Books) -> None:
    await part(books, CY)
    await hand_in_next(books)
    assert not await is_held(books)
    assert (await books.ask("GET", "/api/duplicates/count"))["pairs"] > 0
    await books.approve(NEXT)
    assert await is_held(books)
    assert await is_held(books, NEXT)


async def test_the_word_of_a_submitter_parts_nothing(books: Books) -> None:
    await part(books, "usr_eve", ALIKE, NEXT)
    await books.run("UPDATE expenses SET person = 'usr_eve' WHERE id = 'exp_000001'")
    await part(books, "usr_eve")
    await hand_in_next(books)
    assert await is_held(books)
