"""An act that moved a status is undone as far as nothing followed it, and says why of the rest.

The rules are those of docs/approval.md, *An act is undone*.
"""

from typing import Any

import pytest

from tests.support.expenses import Given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tests.unit.expenses.sorting.test_chosen_acts import begun, close_february, undone

_ONE, _TWO = "exp_000001", "exp_000002"
_BOTH = [_ONE, _TWO]
_PAID = (
    "INSERT INTO payout_expenses (asked_in, expense_id, account_id, person, place, amount, "
    "of_amount, of_currency, covered_before, created_at) "
    f"VALUES ('run_000001', '{_ONE}', 'acc_first', 'usr_first', 0, 1290, 1290, 'EUR', 0, '')"
)


@pytest.fixture
async def books() -> Books:
    """The first expense lies in March, the second one in February."""
    return await open_books(Given(1, date="2026-03-05"), Given(2, date="2026-02-05"))


async def kept(books: Books, act: dict[str, Any]) -> dict[str, str]:
    """Why expenses were left out, by their ids."""
    items = (await books.ask("GET", f"/api/acts/{act['id']}/left-out"))["items"]
    return {each["expenseId"]: each["reason"] for each in items}


async def approved(books: Books) -> dict[str, Any]:
    act = await books.ask(
        "POST", "/api/acts", {"kind": "approve", "ids": _BOTH, "versions": await versions(books)}
    )
    assert act["changed"] == 2
    return act


async def versions(books: Books) -> list[int]:
    return [int(each) for each in await books.column("version")]


async def test_approvals_are_taken_back_that_nothing_followed(books: Books) -> None:
    act = await approved(books)
    await books.run(_PAID)
    await close_february(books)
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (0, 2)
    reasons = await kept(books, act)
    assert reasons[_ONE] == "It is paid: take the approval back by itself."
    assert reasons[_TWO].startswith("It is in a closed period")
    assert await books.column("status") == ["approved", "approved"]


async def test_all_other_approvals_are_taken_back(books: Books) -> None:
    act = await approved(books)
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (2, 0)
    assert await books.column("status") == ["ready", "ready"]


async def test_taking_approvals_back_is_undone_by_nothing(books: Books) -> None:
    await approved(books)
    act = await begun(books, kind="unapprove", ids=_BOTH)
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (0, 2)
    assert set((await kept(books, act)).values()) == {
        "No approval comes back by an undo: approve it anew."
    }


async def test_no_approval_is_taken_back_of_a_closed_period_with_many(books: Books) -> None:
    await approved(books)
    await close_february(books)
    act = await begun(books, kind="unapprove", ids=_BOTH)
    assert (act["changed"], act["leftOut"]) == (1, 1)
    assert [*await kept(books, act)] == [_TWO]
    assert await books.column("status") == ["ready", "approved"]


@pytest.mark.parametrize("kind", ["void", "send_back"])
async def test_a_move_stays_in_a_period_that_is_closed_since(books: Books, kind: str) -> None:
    act = await begun(books, kind=kind, ids=_BOTH, reason="not ours")
    await close_february(books)
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (1, 1)
    assert [*await kept(books, act)] == [_TWO]
    before, after = await books.column("status")
    assert (before, after) == ("ready", {"void": "voided", "send_back": "in_review"}[kind])


async def test_what_somebody_touched_stays_and_says_so(books: Books) -> None:
    act = await begun(books, kind="void", ids=_BOTH, reason="not ours")
    await books.ask("POST", f"/api/expenses/{_ONE}/restore", {})
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (1, 1)
    assert await kept(books, act) == {_ONE: "Somebody changed it since."}


async def test_no_approval_comes_back_by_undoing_that_it_was_sent_back(books: Books) -> None:
    await approved(books)
    act = await begun(books, kind="send_back", ids=_BOTH, reason="whose?")
    taken_back = await undone(books, act)
    assert (taken_back["restored"], taken_back["kept"]) == (0, 2)
    assert len(await kept(books, act)) == 2
