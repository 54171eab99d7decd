"""A decision is written at once; the person who made it may take it back until something
follows.
"""

import pytest

from tests.support.approving import as_seen
from tests.unit.expenses.approval import test_chains as chains
from tests.unit.expenses.approval.test_chains import ONE, approve, ask, chain, rule
from tests.unit.expenses.approval.test_changes_after_approval import PAYMENT
from tests.unit.expenses.sorting.sorted_books import Books
from tests.unit.expenses.sorting.test_chosen_acts import close_february

books = chains.books


async def take_back(books: Books, who: str, id_: str = ONE) -> tuple[str, str | None]:
    body = {"ids": [id_]}
    [outcome] = (await ask(books, who, "POST", "/api/approvals/take-back", body))["items"]
    return outcome["outcome"], outcome["status"]


async def send_back(books: Books, who: str) -> None:
    seen = await as_seen(books.host.database, [ONE])
    body = {**seen, "reason": "Whose?"}
    await ask(books, who, "POST", "/api/expenses/reject", body)


async def test_an_approval_is_taken_back_by_who_gave_it_only(books: Books) -> None:
    await approve(books, "usr_ben")
    assert await take_back(books, "usr_cy") == ("refused", "approved")
    assert await take_back(books, "usr_ben") == ("done", "ready")
    assert await take_back(books, "usr_ben") == ("refused", "ready")
    assert await take_back(books, "usr_ben", "exp_000009") == ("not_found", None)
    actions = await books.rows(
        "SELECT action FROM audit_events WHERE action LIKE 'approval.%' ORDER BY seq"
    )
    assert [row["action"] for row in actions] == ["approval.given", "approval.taken_back"]


async def test_a_step_is_taken_back_until_the_next_one_follows(books: Books) -> None:
    await rule(books, "usr_ben", "usr_cy")
    await approve(books, "usr_ben")
    assert await take_back(books, "usr_cy") == ("refused", "ready")
    assert await take_back(books, "usr_ben") == ("done", "ready")
    assert (await chain(books))["current"] == 0
    await approve(books, "usr_ben")
    await approve(books, "usr_cy")
    assert await take_back(books, "usr_ben") == ("refused", "approved")


async def test_the_last_step_is_taken_back_and_the_first_stays(books: Books) -> None:
    await rule(books, "usr_ben", "usr_cy")
    await approve(books, "usr_ben")
    await approve(books, "usr_cy")
    assert await take_back(books, "usr_cy") == ("done", "ready")
    waiting = await chain(books, "usr_cy")
    assert (waiting["current"], waiting["isMine"]) == (1, True)
    assert (await approve(books, "usr_cy"))[:2] == ("done", "approved")


async def test_a_refusal_is_taken_back_and_the_steps_of_others_still_count(books: Books) -> None:
    await rule(books, "usr_ben", "usr_cy")
    await approve(books, "usr_ben")
    await send_back(books, "usr_cy")
    assert await take_back(books, "usr_ben") == ("refused", "in_review")
    assert await take_back(books, "usr_cy") == ("done", "ready")
    assert (await chain(books))["current"] == 1
    history = (await books.ask("GET", f"/api/expenses/{ONE}/history"))["items"]
    assert [each["kind"] for each in history] == ["unrejected", "rejected"]


async def test_a_refusal_of_what_was_approved_brings_no_approval_back(books: Books) -> None:
    await approve(books, "usr_ben")
    await send_back(books, "usr_ben")
    assert await take_back(books, "usr_ben") == ("done", "ready")


@pytest.mark.parametrize("decision", ["approve", "reject"])
async def test_what_has_changed_since_is_not_taken_back(books: Books, decision: str) -> None:
    if decision == "approve":
        await approve(books, "usr_ben")
    else:
        await send_back(books, "usr_ben")
    await books.run(f"UPDATE expenses SET note = 'changed' WHERE id = '{ONE}'")
    outcome, _ = await take_back(books, "usr_ben")
    assert outcome == "refused"


@pytest.mark.parametrize("is_paid", [True, False])
async def test_an_approval_stays_that_something_followed(books: Books, *, is_paid: bool) -> None:
    """A payment, or a closing. By itself it can be taken back."""
    await books.run(f"UPDATE expenses SET date = '2026-02-05' WHERE id = '{ONE}'")
    await approve(books, "usr_ben")
    if is_paid:
        await books.run(PAYMENT)
    else:
        await close_february(books)
    assert await take_back(books, "usr_ben") == ("refused", "approved")
    body = {"ids": [ONE]}
    [outcome] = (await ask(books, "usr_ben", "POST", "/api/expenses/unapprove", body))["items"]
    assert (outcome["outcome"], outcome["status"]) == ("done", "ready")
