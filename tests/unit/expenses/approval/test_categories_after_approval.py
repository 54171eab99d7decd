"""An approval covers no category: what is proposed stays, and is taken after it.

The rule is docs/approval.md's: who may sort may change the category after the last approval.
"""

from typing import Any, Final

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.unit.expenses.sorting.sorted_books import Books, open_books

PROPOSAL: Final = (
    '{"category": "Fuel", "source": "print", "reason": "It says Diesel.", "score": 0.9}'
)
FIRST: Final = "exp_000001"


@pytest.fixture
async def books() -> Books:
    books = await open_books(Given(1), Given(2), Given(3, category="Meals"))
    await books.run(f"UPDATE expenses SET proposed_category = '{PROPOSAL}' WHERE id = '{FIRST}'")
    return books


async def proposed(books: Books) -> Any:
    return (await books.ask("GET", f"/api/expenses/{FIRST}"))["proposedCategory"]


async def test_what_is_proposed_is_seen_and_taken_after_the_approval(books: Books) -> None:
    await books.approve(FIRST)
    [listed] = (await books.ask("GET", f"/api/expenses?id={FIRST}"))["items"]
    assert listed["status"] == "approved"
    assert listed["proposedCategory"]["category"] == "Fuel"
    offered = await proposed(books)
    taken = await books.ask("PATCH", f"/api/expenses/{FIRST}", {"category": offered["category"]})
    assert (taken["category"], taken["status"]) == ("Fuel", "approved")
    assert taken["proposedCategory"] is None


async def test_nothing_is_proposed_for_a_voided_expense(books: Books) -> None:
    await books.ask("POST", f"/api/expenses/{FIRST}/void", {"reason": "private"})
    assert await proposed(books) is None


async def test_a_preview_of_approvals_says_how_many_lack_a_category(books: Books) -> None:
    """Of those that it would approve: one that is split has the categories of its parts."""
    ids = [FIRST, "exp_000002", "exp_000003"]
    asked = {"kind": "approve", **await as_seen(books.host.database, ids)}
    preview = await books.ask("POST", "/api/acts/preview", asked)
    assert (preview["changes"], preview["withoutCategory"]) == (3, 2)
    await books.approve(FIRST)
    preview = await books.ask("POST", "/api/acts/preview", asked)
    assert (preview["changes"], preview["withoutCategory"]) == (2, 1)
    other = {"kind": "tags", "ids": ids, "add": ["trip"]}
    assert (await books.ask("POST", "/api/acts/preview", other))["withoutCategory"] == 0
