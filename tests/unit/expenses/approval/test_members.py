"""A member leads no approved expense on; the history of an expense has approvals and merges."""

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.roles import MEMBER, roles_given
from tests.unit.expenses.sorting.sorted_books import Books, open_books

EXPENSE = "/api/expenses/exp_000001"
CHOSEN: dict[str, object] = {"ids": ["exp_000001"]}


@pytest.fixture
async def books() -> Books:
    return await open_books(Given(1), Given(2))


async def as_a(role: str, books: Books) -> None:
    await books.host.database.batch(
        roles_given("usr_first", *(MEMBER if role == "member" else (role,)))
    )


def code(answer: httpx.Response) -> str:
    return answer.json()["type"].rpartition(":")[2]


async def test_a_member_sends_no_approved_expense_back(books: Books) -> None:
    await books.approve("exp_000001")
    await as_a("member", books)
    refused = await books.answer("POST", f"{EXPENSE}/send-back", {"reason": "mine"})
    assert (refused.status_code, code(refused)) == (403, "not-permitted")
    assert await books.column("status") == ["approved", "ready"]
    sent = await books.ask(
        "POST", "/api/expenses/exp_000002/send-back", {"reason": "which guests?"}
    )
    assert sent["status"] == "in_review"


@pytest.mark.parametrize("role", ["member", "owner"])
async def test_no_undo_brings_an_approval_back(books: Books, role: str) -> None:
    await books.approve("exp_000001")
    await books.ask("POST", f"{EXPENSE}/send-back", {"reason": "wrong project"})
    items = (await books.ask("GET", f"{EXPENSE}/history"))["items"]
    [change] = [item for item in items if item["kind"] == "sent_back"]
    await as_a(role, books)
    refused = await books.answer("POST", f"{EXPENSE}/undo", {"change": change["id"]})
    assert (refused.status_code, code(refused)) == (409, "cannot-undo")
    assert await books.column("status") == ["in_review", "ready"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", EXPENSE, {"note": "mine"}),
        ("PATCH", f"{EXPENSE}/names", {"merchant": "Mine"}),
        ("PATCH", f"{EXPENSE}/document", {"buyer": "Mine"}),
        ("POST", f"{EXPENSE}/void", {"reason": "mine"}),
        ("POST", f"{EXPENSE}/restore", {}),
        ("POST", f"{EXPENSE}/confirm", {}),
        ("POST", "/api/expenses/unapprove", CHOSEN),
        ("POST", "/api/expenses/reject", CHOSEN | {"versions": [2], "reason": "mine"}),
        ("POST", "/api/duplicates/merge", {"keep": "exp_000002", "drop": "exp_000001"}),
    ],
)
async def test_nothing_else_leads_an_approved_expense_on(
    books: Books, method: str, path: str, body: dict[str, object]
) -> None:
    await books.approve("exp_000001")
    before = await books.rows("SELECT * FROM expenses")
    await as_a("member", books)
    assert (await books.answer(method, path, body)).status_code in {403, 409}
    assert await books.rows("SELECT * FROM expenses") == before


async def test_a_history_says_who_approved_and_who_merged(books: Books) -> None:
    await books.approve("exp_000001")
    await books.ask("POST", "/api/expenses/unapprove", CHOSEN)
    refusal = {"versions": [3], "reason": "Whose lunch?"}
    await books.ask("POST", "/api/expenses/reject", CHOSEN | refusal)
    await books.ask("POST", f"{EXPENSE}/confirm", {})
    await books.ask("POST", "/api/duplicates/merge", {"keep": "exp_000002", "drop": "exp_000001"})
    await books.ask(
        "POST", "/api/duplicates/apart", {"first": "exp_000002", "second": "exp_000001"}
    )
    items = (await books.ask("GET", f"{EXPENSE}/history"))["items"]
    told = sorted(
        (item["fromVersion"], item["version"], item["kind"], item["person"]["name"])
        for item in items
    )
    kinds = ["approved", "unapproved", "rejected", "confirmed", "merged", "parted"]
    assert told == [(number, number + 1, kind, "Ann") for number, kind in enumerate(kinds, 1)]
    assert [item["reason"] for item in items if item["kind"] == "rejected"] == ["Whose lunch?"]
    pages, query = [], "?limit=1"
    while query:
        page = await books.ask("GET", f"{EXPENSE}/history{query}")
        pages += page["items"]
        query = f"?limit=1&cursor={page['nextCursor']}" if page["nextCursor"] else ""
    assert pages == items
