"""A category that a policy or a chain names is merged into another: by whom, and what they name
then. The rules are those of docs/approval.md.
"""

from typing import Any, Final

import pytest

from tests.support.expenses import Given
from tests.unit.expenses.approval.test_changes_after_approval import answer, ask
from tests.unit.expenses.approval.test_four_eyes import add_person, approve
from tests.unit.expenses.sorting.sorted_books import Books, open_books

ONE: Final = "exp_000001"
OWNER: Final = "first"
BEN: Final = "usr_ben"
CY: Final = "usr_cy"
RULES: Final = {
    "refuse": ("/api/policies", {"name": "No gifts", "effect": "refuse", "category": "gifts"}),
    "four_eyes": ("/api/policies", {"name": "Two", "effect": "four_eyes", "category": "Gifts"}),
    "claim": (
        "/api/policies",
        {"name": "Claims", "effect": "refuse", "category": "Gifts", "heldAt": "claim"},
    ),
    "chain": ("/api/approval-chains", {"name": "Boss", "category": "Gifts", "steps": ["owner"]}),
}


@pytest.fixture
async def books() -> Books:
    """Cy handed an expense in, which is filed under Gifts. Ben and Cy approve."""
    books = await open_books(Given(1, category="Gifts"), Given(2, category="Other"))
    await add_person(books, BEN, "approver")
    await add_person(books, CY, "approver")
    await books.run("UPDATE expenses SET person = 'usr_cy', paid_by = 'employee'")
    return books


async def rule(books: Books, kind: str) -> str:
    path, asked = RULES[kind]
    await books.ask("POST", path, asked)
    return path


async def named(books: Books, path: str) -> list[Any]:
    return [each["category"] for each in (await books.ask("GET", path))["items"]]


async def merge(books: Books, who: str, name: str = "Gifts", into: str = "Other") -> Any:
    target = {"into": await books.category_id(into)}
    path = f"/api/categories/{await books.category_id(name)}/merge"
    return await answer(books, who, path, target)


@pytest.mark.parametrize("kind", RULES)
async def test_an_approver_does_not_merge_what_a_rule_names(books: Books, kind: str) -> None:
    path = await rule(books, kind)
    refused = await merge(books, CY)
    assert (refused.status_code, refused.json()["type"][-17:]) == (409, "category-in-rules")
    assert refused.json()["rules"] == [RULES[kind][1]["name"]]
    assert await books.column("category") == ["Gifts", "Other"]
    assert [each.lower() for each in await named(books, path)] == ["gifts"]


@pytest.mark.parametrize("kind", RULES)
async def test_the_rule_moves_along_where_an_owner_merges(books: Books, kind: str) -> None:
    path = await rule(books, kind)
    merged = await merge(books, OWNER)
    assert merged.status_code == 200, merged.text
    assert await named(books, path) == ["Other"]
    undone = await answer(books, CY, f"/api/acts/{merged.json()['id']}/undo")
    assert (undone.status_code, undone.json()["permission"]) == (403, "administer")
    await ask(books, OWNER, f"/api/acts/{merged.json()['id']}/undo")
    assert await named(books, path) == ["Gifts"]
    assert await books.column("category") == ["Gifts", "Other"]


async def test_what_was_merged_is_held_by_the_policy_still(books: Books) -> None:
    await rule(books, "refuse")
    merged = (await merge(books, OWNER)).json()
    reason = "No gifts applies: it is not approved like this."
    assert await approve(books, ONE, BEN) == ("refused", reason)
    await ask(books, OWNER, f"/api/acts/{merged['id']}/undo")
    assert await approve(books, ONE, BEN) == ("refused", reason)


async def test_an_approved_expense_does_not_come_back_into_a_named_category(books: Books) -> None:
    await rule(books, "four_eyes")
    merged = (await merge(books, OWNER)).json()
    assert await approve(books, ONE, BEN) == ("done", None)
    undone = await ask(books, OWNER, f"/api/acts/{merged['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    expense = await books.ask("GET", f"/api/expenses/{ONE}")
    assert (expense["status"], expense["category"]) == ("approved", "Other")


async def test_a_rule_goes_along_through_two_merges_and_back(books: Books) -> None:
    path = await rule(books, "refuse")
    await books.ask("POST", "/api/categories", {"name": "Third"})
    first = (await merge(books, OWNER)).json()
    second = (await merge(books, OWNER, "Other", "Third")).json()
    assert await named(books, path) == ["Third"]
    await ask(books, OWNER, f"/api/acts/{first['id']}/undo")
    assert await named(books, path) == ["Gifts"]
    await ask(books, OWNER, f"/api/acts/{second['id']}/undo")
    assert await named(books, path) == ["Gifts"]


async def test_other_categories_are_merged_as_before(books: Books) -> None:
    path = await rule(books, "refuse")
    await books.ask("POST", "/api/categories", {"name": "Third"})
    assert (await merge(books, CY, "Other", "Third")).status_code == 200
    assert (await merge(books, CY, "Third", "Gifts")).status_code == 200
    assert await named(books, path) == ["Gifts"]
