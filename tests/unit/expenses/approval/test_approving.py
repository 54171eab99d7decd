"""Approval: policies with their reasons, four eyes, many at once, locked until it is taken back."""

from typing import LiteralString

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.support.roles import MEMBER, roles_given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.approval.moves import (
    APPROVE,
    decided,
)
from tillroll.expenses.approval.policies import By, Claimed, Effect, Policy, violations
from tillroll.expenses.repository import expense_of
from tillroll_durable.platform.bindings.database import ConstraintFailed, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.sight import all_of

ANN, BEN = "usr_first", "usr_ben"


@pytest.mark.parametrize(
    ("policy", "amounts", "hinders"),
    [
        (Policy("p", "P", Effect.REFUSE), {"EUR": 1}, True),
        (Policy("p", "P", Effect.WARN), {"EUR": 1}, False),
        (Policy("p", "P", Effect.REFUSE, category="Meals"), {"EUR": 1}, True),
        (Policy("p", "P", Effect.REFUSE, category="Travel"), {"EUR": 1}, None),
        (Policy("p", "P", Effect.REFUSE, person=ANN), {"EUR": 1}, True),
        (Policy("p", "P", Effect.REFUSE, person=BEN), {"EUR": 1}, None),
        (Policy("p", "P", Effect.REFUSE, currency="EUR", above_minor=500), {"EUR": 501}, True),
        (Policy("p", "P", Effect.REFUSE, currency="EUR", above_minor=500), {"EUR": -501}, True),
        (Policy("p", "P", Effect.REFUSE, currency="EUR", above_minor=500), {"EUR": 500}, None),
        (
            Policy("p", "P", Effect.REFUSE, currency="EUR", above_minor=500),
            {"MYR": 1, "EUR": 501},
            True,
        ),
        (Policy("p", "P", Effect.FOUR_EYES, currency="EUR", above_minor=500), {"MYR": 1}, True),
        (Policy("p", "P", Effect.FOUR_EYES), {"EUR": 1}, True),
    ],
)
def test_what_a_policy_is_about(
    policy: Policy, amounts: dict[str, int], *, hinders: bool | None
) -> None:
    """None: it is not about this expense. What cannot be compared is not let through."""
    found = violations([policy], Claimed(frozenset({"Meals"}), ANN, amounts), By(ANN))
    assert [each.hinders for each in found] == ([] if hinders is None else [hinders])


def test_four_eyes_are_two_people() -> None:
    policy = Policy("p", "P", Effect.FOUR_EYES)
    assert not violations([policy], Claimed(frozenset(), ANN, {}), By(BEN))[0].hinders
    assert violations([policy], Claimed(frozenset(), ANN, {}), By(ANN))[0].hinders
    assert violations([policy], Claimed(frozenset(), None, {}), By(ANN))[0].hinders, (
        "nobody knows who handed it in"
    )
    edited = violations([policy], Claimed(frozenset(), ANN, {}, frozenset({BEN})), By(BEN))
    assert edited[0].hinders
    assert (
        edited[0].reason
        == "P applies: it needs approval by someone other than the person who changed its amounts."
    )


@pytest.fixture
async def books() -> Books:
    books = await open_books(Given(1), Given(2, total_minor=60_000), Given(3, category="Meals"))
    await books.run("UPDATE expenses SET person = 'usr_first'")
    return books


async def outcomes(books: Books, verb: str, *ids: str, reason: str | None = None) -> dict[str, str]:
    if verb == "approve":
        return {each["id"]: each["outcome"] for each in await books.approve(*ids)}
    body: dict[str, object] = {"ids": [*ids]}
    if reason is not None:
        body = {**await as_seen(books.host.database, ids), "reason": reason}
    items = (await books.ask("POST", f"/api/expenses/{verb}", body))["items"]
    return {each["id"]: each["outcome"] for each in items}


async def test_many_are_decided_at_once_each_with_its_outcome(books: Books) -> None:
    await books.run("UPDATE expenses SET status = 'voided' WHERE id = 'exp_000003'")
    ids = "exp_000001", "exp_000003", "exp_000009"
    expected = {"exp_000001": "done", "exp_000003": "refused", "exp_000009": "not_found"}
    assert await outcomes(books, "approve", *ids) == expected
    assert await outcomes(books, "approve", *ids) == expected | {"exp_000001": "already"}
    assert await books.column("status") == ["approved", "ready", "voided"]
    told = await books.rows("SELECT * FROM audit_events WHERE action = 'approval.given'")
    assert [(row["actor"], row["outcome"]) for row in told] == [("token:tok_usr_first", "approved")]


async def test_what_is_approved_is_locked_until_the_approval_is_taken_back(books: Books) -> None:
    await outcomes(books, "approve", "exp_000001")
    path = "/api/expenses/exp_000001"
    for body in (
        {"merchant": "Other"},
        {"paidBy": "employee"},
        {"total": "1.00", "reason": "misread"},
        {"date": "2026-02-01", "reason": "misread"},
        {"currency": "USD", "reason": "misread"},
        {"category": "Travel", "paidBy": "employee"},
    ):
        refused = await books.answer("PATCH", path, body)
        assert refused.status_code == 409
        assert "approved" in refused.json()["detail"]
    await outcomes(books, "unapprove", "exp_000001")
    assert (await books.ask("PATCH", path, {"paidBy": "employee"}))["paidBy"] == "employee"


SORTING: dict[str, object] = {
    "category": "Travel",
    "billable": True,
    "tags": ["trip"],
    "note": "Berlin",
}


async def test_what_an_approved_expense_is_sorted_by_may_be_changed(books: Books) -> None:
    """By who may sort, with its history, and it stays approved."""
    path = "/api/expenses/exp_000001"
    await outcomes(books, "approve", "exp_000001")
    changed = await books.ask("PATCH", path, SORTING)
    assert {name: changed[name] for name in SORTING} == SORTING
    assert changed["status"] == "approved"
    client = (await books.ask("POST", "/api/clients", {"name": "ACME"}))["id"]
    changed = await books.ask("PATCH", path, {"clientId": client})
    assert (changed["clientId"], changed["status"]) == (client, "approved")
    items = (await books.ask("GET", f"{path}/history"))["items"]
    newest = next(each for each in items if each["version"] == changed["version"])
    fields = {each["field"] for each in newest["values"]}
    assert fields == {"clientId", "client"}
    restored = await books.ask("POST", f"{path}/undo", {"change": newest["id"]})
    assert (restored["clientId"], restored["status"]) == (None, "approved")
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    assert (await books.answer("PATCH", path, {"note": "mine"})).status_code == 409


async def approval_state(books: Books) -> str | None:
    """What the progress of the first expense says of its approval."""
    stages = (await books.ask("GET", "/api/expenses/exp_000001/progress"))["stages"]
    [fact] = next(each["facts"] for each in stages if each["stage"] == "approved")
    return fact["state"]


async def test_approvers_see_what_was_coded_after_approval(books: Books) -> None:
    """By one change or by an act on many, unless it was taken back; not what was changed before."""
    path = "/api/expenses/exp_000001"
    await books.ask("PATCH", path, {"note": "before"})
    await outcomes(books, "approve", "exp_000001")
    assert await approval_state(books) is None
    changed = await books.ask("PATCH", path, {"note": "after"})
    assert await approval_state(books) == "coded_since"
    items = (await books.ask("GET", f"{path}/history"))["items"]
    newest = next(each for each in items if each["version"] == changed["version"])
    await books.ask("POST", f"{path}/undo", {"change": newest["id"]})
    assert await approval_state(books) is None
    # The act is of a later moment than the approval.
    await books.run("UPDATE approval_decisions SET at = '2020-01-01T00:00:00.000Z'")
    chosen = {"kind": "tags", "add": ["trip"], "ids": ["exp_000001"]}
    act = await books.ask("POST", "/api/acts", chosen)
    while act["state"] == "applying":
        act = await books.ask("POST", f"/api/acts/{act['id']}/continue")
    assert await approval_state(books) == "coded_since"


EXPORT = """
  INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, created_at,
      finished_at)
  VALUES ('xpt_1', 'acc_first', 'run_000001', 'csv', '{}', 'user:usr_first', 1, '', '2026-03-01')
"""
HANDED_ON: dict[str, list[LiteralString]] = {
    "exported": [
        EXPORT,
        """
        INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, version,
            content)
        VALUES ('xpt_1', 0, 0, 'acc_first', '', 'exp_000001', 1, '{}')
        """,
    ],
    "closed": [
        EXPORT,
        """
        INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by,
            closed_at)
        VALUES ('per_1', 'acc_first', '2000-01-01', '2099-12-31', 'xpt_1', 'user:usr_first', '')
        """,
    ],
    "billed": [
        """
        INSERT INTO claims (run_id, account_id, currency, payer_kind, payer_name, sent_by,
            terms_days,
          asked_by, created_at)
        VALUES ('run_000001', 'acc_first', 'EUR', 'customer', 'ACME', 'hand', 14, 'user:usr_first',
            '')
        """,
        """
        INSERT INTO claim_items (run_id, expense_id, expense_version, place, amount)
        VALUES ('run_000001', 'exp_000001', 1, 1, 100)
        """,
    ],
    "in the books": [
        """
        INSERT INTO books_connections
          (id, account_id, name, provider, direction, url, first_day, only_approved, on_change,
              created_by, created_at)
        VALUES ('bkn_1', 'acc_first', 'Books', 'signed', 'push', 'https://x', '2026-01-01', 1, 0,
            'user:usr_first', '')
        """,
        """
        INSERT INTO books_items (id, account_id, connection_id, kind, subject_id, changed, state,
            updated_at)
        VALUES ('bki_1', 'acc_first', 'bkn_1', 'expense', 'exp_000001', 1, 'written', '')
        """,
    ],
}


@pytest.mark.parametrize("end", [*HANDED_ON])
async def test_what_is_handed_on_is_sorted_no_more(books: Books, end: str) -> None:
    path = "/api/expenses/exp_000001"
    await outcomes(books, "approve", "exp_000001")
    for insert in HANDED_ON[end]:
        await books.run(insert)
    refused = await books.answer("PATCH", path, SORTING)
    assert refused.status_code == 409
    assert "exported or billed" in refused.json()["detail"]
    assert (await books.column("category"))[0] != "Travel"


async def test_an_approval_names_the_versions_that_were_looked_at(books: Books) -> None:
    """One look, then another total; and no look at all."""
    seen = await as_seen(books.host.database, ["exp_000001", "exp_000002"])
    await books.run("UPDATE expenses SET total_minor = total_minor * 100 WHERE id = 'exp_000001'")
    items = (await books.ask("POST", "/api/expenses/approve", seen))["items"]
    assert [each["outcome"] for each in items] == ["refused", "done"]
    assert items[0]["reason"] == "It was changed meanwhile: look at it again."
    assert await books.column("status") == ["ready", "approved", "ready"]
    answer = await books.answer("POST", "/api/expenses/approve", {"ids": ["exp_000001"]})
    assert (answer.status_code, answer.json()["type"]) == (
        428,
        "urn:tillroll:problem:version-needed",
    )


@pytest.mark.parametrize(
    ("ids", "versions"),
    [(["exp_000001"], []), (["exp_000001"], [1, 1]), (["exp_000001", "exp_000001"], [1, 2])],
)
async def test_versions_belong_to_the_ids(
    books: Books, ids: list[str], versions: list[int]
) -> None:
    body = {"ids": ids, "versions": versions}
    answer = await books.answer("POST", "/api/expenses/approve", body)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == ["versions"]


async def test_an_approval_is_taken_back(books: Books) -> None:
    await outcomes(books, "approve", "exp_000001")
    assert await outcomes(books, "unapprove", "exp_000001", "exp_000002") == {
        "exp_000001": "done",
        "exp_000002": "already",
    }
    decided = await books.rows("SELECT decision FROM approval_decisions ORDER BY from_version")
    assert [row["decision"] for row in decided] == ["approved", "unapproved"]


async def test_what_was_changed_since_it_was_looked_at_is_not_approved(books: Books) -> None:
    row = await expense_of(books.host.database, all_of("acc_first"), "exp_000001")
    await books.run("UPDATE expenses SET total_minor = 999999 WHERE id = 'exp_000001'")
    now = to_text(books.host.platform.clock.now())
    approved = decided(books.host.platform, row, APPROVE, None, "user:usr_first", now)
    with pytest.raises(ConstraintFailed):
        await books.host.database.batch(approved.statements)
    assert (await books.column("status"))[0] == "ready"
    assert await books.rows("SELECT * FROM approval_decisions") == []


async def test_what_is_rejected_is_in_review_with_a_reason(books: Books) -> None:
    assert (
        await books.answer("POST", "/api/expenses/reject", {"ids": ["exp_000001"]})
    ).status_code == 422
    await outcomes(books, "approve", "exp_000001")
    assert await outcomes(books, "reject", "exp_000001", reason="Whose lunch?") == {
        "exp_000001": "done"
    }
    assert await outcomes(books, "reject", "exp_000001", reason="Whose lunch?") == {
        "exp_000001": "already"
    }
    again = (await books.approve("exp_000001"))[0]
    assert (again["outcome"], again["status"]) == ("refused", "in_review")
    assert "confirm it first" in again["reason"]
    decided = again["decided"]
    assert (decided["decision"], decided["by"], decided["reason"]) == (
        "rejected",
        "Ann",
        "Whose lunch?",
    )


async def test_a_violation_is_shown_with_its_reason_and_hinders_until_somebody_else_comes(
    books: Books,
) -> None:
    four: dict[str, object] = {
        "name": "Above 500",
        "effect": "four_eyes",
        "currency": "EUR",
        "above": "500",
    }
    made = await books.ask("POST", "/api/policies", four)
    assert await books.ask("POST", "/api/policies", four) == made
    [seen] = (await books.ask("POST", "/api/approvals/check", {"ids": ["exp_000002"]}))["items"]
    assert seen["outcome"] == "refused"
    assert seen["violations"][0]["reason"] == (
        "Above 500: it is above the limit: it needs approval by someone other than the person who "
        "handed it in."
    )
    assert await outcomes(books, "approve", "exp_000001", "exp_000002") == {
        "exp_000001": "done",
        "exp_000002": "refused",
    }
    await books.run("UPDATE expenses SET person = NULL WHERE id = 'exp_000002'")
    await books.host.database.batch(
        [
            statement(
                "INSERT INTO users (id, account_id, name, created_at) VALUES (?, ?, 'Ben', '')",
                [BEN, "acc_first"],
            ),
            *roles_given(BEN, "owner"),
            statement("UPDATE expenses SET person = ? WHERE id = 'exp_000002'", [BEN]),
        ]
    )
    assert await outcomes(books, "approve", "exp_000002") == {"exp_000002": "done"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"total": "13", "reason": "misread"}, "refused"),
        ({"note": "seen"}, "done"),
        ({"category": "Travel"}, "done"),
    ],
)
async def test_four_eyes_are_not_those_that_changed_the_money(
    books: Books, body: dict[str, object], expected: str
) -> None:
    await books.run("UPDATE expenses SET person = 'usr_gone' WHERE id = 'exp_000001'")
    await books.ask("POST", "/api/policies", {"name": "Two", "effect": "four_eyes"})
    async with api_client(books.host.platform) as client:
        seen = await client.get("/api/expenses/exp_000001")
        changed = await client.patch(
            "/api/expenses/exp_000001", json=body, headers={"if-match": seen.headers["etag"]}
        )
        assert changed.is_success, changed.text
    assert await outcomes(books, "approve", "exp_000001") == {"exp_000001": expected}


async def test_an_edit_that_was_undone_hinders_nobody_until_the_undoing_is_undone(
    books: Books,
) -> None:
    await books.run("UPDATE expenses SET person = 'usr_gone' WHERE id = 'exp_000001'")
    await books.ask("POST", "/api/policies", {"name": "Two", "effect": "four_eyes"})
    async with api_client(books.host.platform) as client:
        edit = {"total": "13", "reason": "misread"}
        seen = await client.get("/api/expenses/exp_000001")
        await client.patch(
            "/api/expenses/exp_000001", json=edit, headers={"if-match": seen.headers["etag"]}
        )
        for expected in ("refused", "done", "refused"):
            [checked] = (await books.ask("POST", "/api/approvals/check", {"ids": ["exp_000001"]}))[
                "items"
            ]
            assert checked["outcome"] == expected
            newest = (await books.ask("GET", "/api/expenses/exp_000001/history"))["items"][0]
            await books.ask("POST", "/api/expenses/exp_000001/undo", {"change": newest["id"]})


async def test_four_eyes_are_not_those_that_corrected_what_was_read(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_gone' WHERE id = 'exp_000001'")
    await books.ask("POST", "/api/policies", {"name": "Two", "effect": "four_eyes"})
    await books.run(
        """
        INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline,
            requested_at)
        VALUES ('rev_1', 'run_000001', 1, 'unsure', '{}', 'x', '', '')
        """
    )
    await books.run(
        """INSERT INTO review_decisions
           VALUES ('rev_1', 'approve', '{"total": "12.90"}', NULL, 'token:tok_usr_first', '')"""
    )
    assert await outcomes(books, "approve", "exp_000001") == {"exp_000001": "refused"}


async def test_a_policy_is_deleted_once_and_checked(books: Books) -> None:
    made = await books.ask(
        "POST", "/api/policies", {"name": "No meals", "effect": "refuse", "category": "Meals"}
    )
    assert await outcomes(books, "approve", "exp_000003") == {"exp_000003": "refused"}
    for _ in range(2):
        await books.ask("DELETE", f"/api/policies/{made['id']}")
    assert (await books.ask("GET", "/api/policies"))["items"] == []
    assert await outcomes(books, "approve", "exp_000003") == {"exp_000003": "done"}
    for asked, field in (
        ({"name": "A", "effect": "warn", "above": "5"}, "above"),
        ({"name": "A", "effect": "warn", "person": "usr_other"}, "person"),
        ({"name": "A", "effect": "warn", "currency": "XQQ", "above": "5"}, "currency"),
    ):
        refused = await books.answer("POST", "/api/policies", asked)
        assert [each["field"] for each in refused.json()["errors"]] == [field]


async def test_only_owners_decide(books: Books) -> None:
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    for path, body in (
        ("/api/expenses/approve", {"ids": ["exp_000001"]}),
        ("/api/expenses/unapprove", {"ids": ["exp_000001"]}),
        ("/api/expenses/reject", {"ids": ["exp_000001"], "reason": "No"}),
        ("/api/policies", {"name": "A", "effect": "warn"}),
    ):
        assert (await books.answer("POST", path, body)).status_code == 403
