"""What of an approved expense may change: by itself, by an act, and where an act is undone.

The rules are those of docs/approval.md, *What may change after the approval*.
"""

from collections.abc import Mapping
from typing import Any, Final

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.approval.test_four_eyes import add_person, approve
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tests.unit.expenses.sorting.test_chosen_acts import close_february

ONE: Final = "exp_000001"
SUE: Final = "usr_sue"
BEN: Final = "usr_ben"
DAN: Final = "usr_dan"
PAYMENT: Final = (
    "INSERT INTO payout_expenses (asked_in, expense_id, account_id, person, place, amount, "
    "of_amount, of_currency, covered_before, created_at) "
    "VALUES ('run_000001', 'exp_000001', 'acc_first', 'usr_sue', 0, 1290, 1290, 'EUR', 0, '')"
)


@pytest.fixture
async def books() -> Books:
    """Sue handed an expense in, which the company owes her. Ben and Dan approve."""
    books = await open_books(Given(1, category="Other"))
    await add_person(books, SUE, "submitter")
    await add_person(books, BEN, "approver")
    await add_person(books, DAN, "approver")
    await books.run("UPDATE expenses SET person = 'usr_sue', paid_by = 'employee'")
    return books


async def answer(
    books: Books, who: str, path: str, body: Mapping[str, object] | None = None
) -> httpx.Response:
    """The answer to a POST, or to a PATCH where the path is an expense's."""
    method = "POST"
    if path == f"/api/expenses/{ONE}":
        method = "PATCH"
    async with api_client(books.host.platform, f"till_{who}") as client:
        return await client.request(method, path, json=body)


async def ask(
    books: Books, who: str, path: str, body: Mapping[str, object] | None = None
) -> dict[str, Any]:
    result = await answer(books, who, path, body)
    assert result.is_success, result.text
    return result.json()


async def now(books: Books) -> dict[str, Any]:
    return await books.ask("GET", f"/api/expenses/{ONE}")


async def left_out(books: Books, act: dict[str, Any]) -> list[str]:
    items = (await books.ask("GET", f"/api/acts/{act['id']}/left-out"))["items"]
    return [each["reason"] for each in items]


async def told(books: Books) -> list[str]:
    """Who is told that an expense waits for their approval."""
    rows = await books.rows(
        "SELECT recipients.user_id FROM notification_recipients AS recipients "
        "JOIN notifications ON notifications.id = recipients.notification_id "
        "WHERE notifications.topic = 'approval.waits' ORDER BY recipients.user_id"
    )
    return [str(each["user_id"]) for each in rows]


async def act_and_approve(books: Books, who: str, **asked: object) -> dict[str, Any]:
    """An act of this person over the expense, which Ben approves as it is then."""
    act = await ask(books, who, "/api/acts", {"ids": [ONE], **asked})
    assert act["changed"] == 1
    assert await approve(books, ONE, BEN) == ("done", None)
    return act


async def policy(books: Books, category: str, effect: str = "refuse") -> None:
    asked = {"name": f"No {category}", "effect": effect, "category": category}
    await books.ask("POST", "/api/policies", asked)


@pytest.mark.parametrize("who", [SUE, DAN])
async def test_who_paid_is_not_given_back_behind_the_approval(books: Books, who: str) -> None:
    act = await act_and_approve(books, SUE, kind="paid_by", paidBy="company")
    undone = await ask(books, who, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    expense = await now(books)
    assert (expense["status"], expense["paidBy"]) == ("approved", "company")
    assert await left_out(books, act) == [
        "It is approved as it is now: take the approval back first."
    ]


async def test_the_merchant_is_not_given_back_behind_the_approval(books: Books) -> None:
    renaming = {"names": ["Green Garden Cafe"], "to": "Green"}
    act = await ask(books, DAN, "/api/merchants/rename", renaming)
    assert await approve(books, ONE, BEN) == ("done", None)
    undone = await ask(books, DAN, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    assert (await now(books))["merchant"] == "Green"


async def test_nobody_takes_back_whom_another_had_billed(books: Books) -> None:
    client = await books.ask("POST", "/api/clients", {"name": "Acme"})
    act = await act_and_approve(books, DAN, kind="client", clientId=client["id"])
    undone = await ask(books, BEN, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    assert (await now(books))["clientId"] == client["id"]
    [reason] = await left_out(books, act)
    assert reason.startswith("It is approved, and somebody else chose its client")


async def test_who_may_sort_takes_back_their_own_client(books: Books) -> None:
    client = await books.ask("POST", "/api/clients", {"name": "Acme"})
    act = await act_and_approve(books, DAN, kind="client", clientId=client["id"])
    undone = await ask(books, DAN, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (1, 0)
    expense = await now(books)
    assert (expense["clientId"], expense["billable"], expense["status"]) == (
        None,
        False,
        "approved",
    )


async def test_a_category_that_a_policy_names_is_not_given_back(books: Books) -> None:
    await books.run("UPDATE expenses SET category = 'Gifts'")
    await policy(books, "gifts")
    act = await act_and_approve(books, DAN, kind="category", category="Travel")
    undone = await ask(books, DAN, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    expense = await now(books)
    assert (expense["category"], expense["status"]) == ("Travel", "approved")
    assert "names the category" in (await left_out(books, act))[0]


async def test_what_was_closed_meanwhile_is_not_given_back(books: Books) -> None:
    await books.run("UPDATE expenses SET date = '2026-02-05'")
    act = await ask(books, DAN, "/api/acts", {"kind": "note", "ids": [ONE], "note": "lunch"})
    await close_february(books)
    undone = await ask(books, DAN, f"/api/acts/{act['id']}/undo")
    assert (undone["restored"], undone["kept"]) == (0, 1)
    assert (await now(books))["note"] == "lunch"


@pytest.mark.parametrize("effect", ["refuse", "four_eyes", "warn"])
async def test_the_approval_ends_where_a_policy_names_the_new_category(
    books: Books, effect: str
) -> None:
    await policy(books, "Gifts", effect)
    await approve(books, ONE, BEN)
    changed = await ask(books, DAN, f"/api/expenses/{ONE}", {"category": "Gifts"})
    assert (changed["status"], changed["category"]) == ("ready", "Gifts")
    kinds = [
        (each["kind"], [value["field"] for value in each["values"]])
        for each in (await books.ask("GET", f"/api/expenses/{ONE}/history"))["items"]
    ]
    assert kinds == [("edited", ["category"]), ("unapproved", []), ("approved", [])]
    events = await books.rows(
        "SELECT action FROM audit_events WHERE action IN ('approval.taken_back', 'expense.edited')"
    )
    assert sorted(str(each["action"]) for each in events) == [
        "approval.taken_back",
        "expense.edited",
    ]
    assert await told(books) == ["usr_ben", "usr_first"]


async def test_the_approval_ends_where_a_policy_names_the_old_category(books: Books) -> None:
    await policy(books, "Other", "four_eyes")
    await approve(books, ONE, BEN)
    changed = await ask(books, DAN, f"/api/expenses/{ONE}", {"category": "Travel"})
    assert (changed["status"], changed["category"]) == ("ready", "Travel")


async def test_the_approval_ends_where_a_chain_names_the_category(books: Books) -> None:
    rule = {"name": "Gifts", "category": "Gifts", "steps": ["owner"]}
    await books.ask("POST", "/api/approval-chains", rule)
    await approve(books, ONE, BEN)
    act = {"kind": "category", "ids": [ONE], "category": "Gifts"}
    preview = await ask(books, DAN, "/api/acts/preview", act)
    assert (preview["changes"], preview["endingApprovals"]) == (1, 1)
    assert (await ask(books, DAN, "/api/acts", act))["changed"] == 1
    expense = await now(books)
    assert (expense["status"], expense["category"]) == ("ready", "Gifts")
    assert await approve(books, ONE, BEN) == ("refused", "It waits for an owner.")
    assert await told(books) == ["usr_first"]


async def test_all_other_sorting_stays_free(books: Books) -> None:
    await policy(books, "Gifts")
    await books.ask("POST", "/api/policies", {"name": "All", "effect": "four_eyes"})
    await approve(books, ONE, BEN)
    sorting = {"category": "Travel", "tags": ["fair"], "note": "n", "costCenter": "K1"}
    changed = await ask(books, DAN, f"/api/expenses/{ONE}", {**sorting, "billable": True})
    assert changed["status"] == "approved"
    act = {"kind": "category", "ids": [ONE], "category": "Office"}
    assert (await ask(books, DAN, "/api/acts", act))["changed"] == 1
    assert (await now(books))["status"] == "approved"


async def test_what_is_paid_keeps_the_category_that_ends_its_approval(books: Books) -> None:
    await policy(books, "Gifts")
    await approve(books, ONE, BEN)
    await books.run(PAYMENT)
    refused = await answer(books, DAN, f"/api/expenses/{ONE}", {"category": "Gifts"})
    assert (refused.status_code, refused.json()["type"][-14:]) == (409, "expense-locked")
    act = await ask(
        books, DAN, "/api/acts", {"kind": "category", "ids": [ONE], "category": "Gifts"}
    )
    assert (act["changed"], act["leftOut"]) == (0, 1)
    assert (await left_out(books, act))[0].startswith("It is paid, and a policy")
    assert (await ask(books, DAN, f"/api/expenses/{ONE}", {"category": "Travel"}))["status"] == (
        "approved"
    )


async def test_an_undo_gives_values_back_and_no_approval(books: Books) -> None:
    await policy(books, "Gifts")
    await approve(books, ONE, BEN)
    await ask(books, DAN, f"/api/expenses/{ONE}", {"category": "Gifts"})
    newest = (await books.ask("GET", f"/api/expenses/{ONE}/history"))["items"][0]
    undone = await ask(books, DAN, f"/api/expenses/{ONE}/undo", {"change": newest["id"]})
    assert (undone["status"], undone["category"]) == ("ready", "Other")


async def test_a_policy_that_comes_at_this_moment_is_held(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the batch: the batch is refused, and looks again."""
    await approve(books, ONE, BEN)
    batch = books.host.platform.database.batch
    once = [True]

    async def meanwhile(statements: Any) -> Any:
        if once and any("INTO expense_changes" in each.sql for each in statements):
            once.clear()
            await policy(books, "Gifts")
        return await batch(statements)

    monkeypatch.setattr(books.host.platform.database, "batch", meanwhile)
    changed = await ask(books, DAN, f"/api/expenses/{ONE}", {"category": "Gifts"})
    assert not once
    assert (changed["status"], changed["category"]) == ("ready", "Gifts")


@pytest.mark.parametrize(
    "change",
    [
        {"paidBy": "company"},
        {"merchant": "Other shop"},
        {"total": "9.00"},
        {"note": "fine", "paymentMethod": "cash"},
    ],
)
async def test_an_edit_changes_nothing_that_the_approval_covers(
    books: Books, change: dict[str, object]
) -> None:
    await approve(books, ONE, BEN)
    before = await now(books)
    refused = await answer(books, DAN, f"/api/expenses/{ONE}", change)
    assert (refused.status_code, refused.json()["type"][-14:]) == (409, "expense-locked")
    assert await now(books) == before
