"""Two people decide on one expense, each on what they saw: the second hears who did what.

The rule is docs/approval.md's: a decision is of what was looked at, and the same again is no error.
"""

from typing import Any

import pytest

from tests.support.approving import as_seen
from tests.unit.expenses.approval import test_chains as chains
from tests.unit.expenses.approval.test_chains import ONE, ask, rule
from tests.unit.expenses.sorting.sorted_books import Books

books = chains.books

BEN, CY = "usr_ben", "usr_cy"


async def seen(books: Books) -> dict[str, Any]:
    """The expense as the queue shows it now."""
    return {**await as_seen(books.host.database, [ONE])}


async def decide(books: Books, who: str, verb: str, shown: dict[str, Any]) -> tuple[str, Any]:
    body = shown if verb == "approve" else {**shown, "reason": "Whose?"}
    [outcome] = (await ask(books, who, "POST", f"/api/expenses/{verb}", body))["items"]
    return outcome["outcome"], outcome["reason"]


async def status(books: Books) -> str:
    return (await books.column("status"))[0]


async def told(books: Books) -> list[Any]:
    """What the audit and receivers were told, and the decisions that were written."""
    audit = await books.rows("SELECT action, actor FROM audit_events ORDER BY seq")
    sent = await books.rows("SELECT topic FROM outbox ORDER BY rowid")
    decisions = await books.rows("SELECT decision, actor FROM approval_decisions")
    return [audit, sent, decisions]


@pytest.mark.parametrize(
    ("first", "second", "sentence"),
    [
        ("approve", "reject", "Ben approved it meanwhile: look at it again."),
        ("approve", "approve", "Ben approved it meanwhile: look at it again."),
        ("reject", "approve", "Ben sent it back meanwhile: look at it again."),
        ("reject", "reject", "Ben sent it back meanwhile: look at it again."),
    ],
)
async def test_the_second_of_two_changes_nothing_and_is_told_who_did_what(
    books: Books, first: str, second: str, sentence: str
) -> None:
    stale = await seen(books)
    assert await decide(books, BEN, first, stale) == ("done", None)
    before = [await status(books), await told(books)]
    assert await decide(books, CY, second, stale) == ("refused", sentence)
    assert [await status(books), await told(books)] == before


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_the_same_decision_of_the_same_person_again_is_no_error(
    books: Books, verb: str
) -> None:
    shown = await seen(books)
    await decide(books, BEN, verb, shown)
    before = await told(books)
    assert await decide(books, BEN, verb, shown) == ("already", None)
    assert await told(books) == before


async def test_who_looks_again_may_send_back_what_another_approved(books: Books) -> None:
    await decide(books, BEN, "approve", await seen(books))
    assert await decide(books, CY, "approve", await seen(books)) == ("already", None)
    assert await decide(books, CY, "reject", await seen(books)) == ("done", None)


async def test_a_decision_that_was_taken_back_is_told_too(books: Books) -> None:
    stale = await seen(books)
    await decide(books, BEN, "approve", stale)
    approved = await seen(books)
    await ask(books, BEN, "POST", "/api/expenses/unapprove", approved)
    sentence = "Ben took its approval back meanwhile: look at it again."
    assert await decide(books, CY, "approve", stale) == ("refused", sentence)
    assert await decide(books, CY, "reject", approved) == ("refused", sentence)


async def test_an_edit_is_no_decision_and_names_nobody(books: Books) -> None:
    stale = await seen(books)
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"note": "Berlin"})
    sentence = "It was changed meanwhile: look at it again."
    assert await decide(books, CY, "reject", stale) == ("refused", sentence)


@pytest.mark.parametrize("verb", ["approve", "reject"])
async def test_nobody_decides_a_step_that_they_did_not_see(books: Books, verb: str) -> None:
    """Both steps wait for anyone: Cy saw the first, and does not decide the second by it."""
    await rule(books, "anyone", "anyone")
    first_step = {**await seen(books), "steps": [0]}
    assert await decide(books, BEN, "approve", first_step) == ("done", None)
    sentence = "Ben approved a step of it meanwhile: look at it again."
    assert await decide(books, CY, verb, first_step) == ("refused", sentence)
    assert await decide(books, BEN, "approve", first_step) == ("already", None)
    assert await status(books) == "ready"
    assert await decide(books, CY, "approve", {**first_step, "steps": [1]}) == ("done", None)
    assert await status(books) == "approved"


async def test_a_refusal_says_what_was_looked_at(books: Books) -> None:
    for body, code in (
        ({"ids": [ONE], "reason": "Whose?"}, 428),
        ({"ids": [ONE], "versions": [], "reason": "Whose?"}, 422),
        ({"ids": [ONE], "versions": [1], "steps": [], "reason": "Whose?"}, 422),
    ):
        assert (await books.answer("POST", "/api/expenses/reject", body)).status_code == code
    assert await status(books) == "ready"


@pytest.mark.parametrize("kind", ["approve", "send_back"])
@pytest.mark.parametrize("by", ["ids", "filter"])
async def test_an_act_leaves_out_what_was_decided_meanwhile(
    books: Books, kind: str, by: str
) -> None:
    """Of a preview, and of a list: what Ben decided after it was looked at stays as he left it."""
    other = {"approve": "reject", "send_back": "approve"}[kind]
    reason = {} if kind == "approve" else {"reason": "Whose?"}
    shown = await seen(books)
    if by == "ids":
        which: dict[str, Any] = {**shown}
    else:
        found: dict[str, Any] = {"kind": kind, "filter": {}, **reason}
        preview = await ask(books, CY, "POST", "/api/acts/preview", found)
        assert preview["changes"] == 2
        which = {"filter": {}, "seenAt": preview["seenAt"]}
    await decide(books, BEN, other, shown)
    before = await status(books)
    act = await ask(books, CY, "POST", "/api/acts", {"kind": kind, **which, **reason})
    while act["state"] in {"pending", "applying"}:
        act = await ask(books, CY, "POST", f"/api/acts/{act['id']}/continue", {})
    assert await status(books) == before
    left_out = (await ask(books, CY, "GET", f"/api/acts/{act['id']}/left-out"))["items"]
    assert [each["expenseId"] for each in left_out] == [ONE]
    assert "meanwhile: look at it again." in left_out[0]["reason"]


async def test_an_act_gives_no_step_that_its_preview_did_not_show(books: Books) -> None:
    await rule(books, "anyone", "anyone")
    found: dict[str, Any] = {"kind": "approve", "filter": {}}
    preview = await ask(books, CY, "POST", "/api/acts/preview", found)
    await decide(books, BEN, "approve", {**await seen(books), "steps": [0]})
    act = {**found, "seenAt": preview["seenAt"]}
    await ask(books, CY, "POST", "/api/acts", act)
    given = await books.rows(f"SELECT user_id FROM approval_steps WHERE expense_id = '{ONE}'")
    assert [row["user_id"] for row in given] == [BEN]
