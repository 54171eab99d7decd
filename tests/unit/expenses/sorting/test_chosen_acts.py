"""Acts on what a list has chosen: each expense changed once, or left with a reason; tried before,
undone after.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.roles import MEMBER, roles_given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.sorting import acts, moving
from tillroll.expenses.sorting.acts import PLANS
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement

_FIRST, _SECOND, _THIRD, _FOURTH = "exp_000001", "exp_000002", "exp_000003", "exp_000004"
_ALL = [
    Given(1),
    Given(2, date="2026-02-05"),
    Given(3, currency="MYR"),
    Given(4, merchant="Paper World"),
]
_CLOSED = (
    "INSERT INTO closed_periods (id, account_id, first_day, last_day, export_id, closed_by, "
    "closed_at) "
    "VALUES ('per_1', 'acc_first', '2026-02-01', '2026-02-28', 'xpt_1', 'usr_first', '2026-03-01')"
)
_EXPORT = (
    (
        "INSERT INTO runs (id, account_id, kind, contract_version, subject, state, status, "
        "next_safe_action, created_at, updated_at) "
        "VALUES ('run_x', 'acc_first', 'export', 1, 'xpt_1', 'stored', "
        "'complete', 'none', '', '')"
    ),
    (
        "INSERT INTO exports (id, account_id, run_id, format, filter, requested_by, expected, "
        "created_at) "
        "VALUES ('xpt_1', 'acc_first', 'run_x', 'jsonl', '{}', 'usr_first', 2, '')"
    ),
)


async def begun(books: Books, **asked: Any) -> dict[str, Any]:
    if asked["kind"] == "approve":
        tried = await books.ask("POST", "/api/acts/preview", asked)
        asked["seenAt"] = tried["seenAt"]
    act = await books.ask("POST", "/api/acts", asked)
    while act["state"] not in {"applied", "undone"}:
        act = await books.ask("POST", f"/api/acts/{act['id']}/continue")
    return act


async def undone(books: Books, act: dict[str, Any]) -> dict[str, Any]:
    act = await books.ask("POST", f"/api/acts/{act['id']}/undo")
    while act["state"] != "undone":
        act = await books.ask("POST", f"/api/acts/{act['id']}/continue")
    return act


async def left_out(books: Books, act: dict[str, Any]) -> dict[str, str]:
    items = (await books.ask("GET", f"/api/acts/{act['id']}/left-out"))["items"]
    return {each["expenseId"]: each["reason"] for each in items}


async def close_february(books: Books) -> None:
    for sql in (*_EXPORT, _CLOSED):
        await books.run(sql)


async def test_all_that_is_found_gets_a_category_and_each_refusal_has_its_reason() -> None:
    books = await open_books(*_ALL)
    await close_february(books)
    await books.approve(_FIRST)
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    asked = {"kind": "category", "filter": {"currency": "EUR"}, "category": " Office  supplies "}
    tried = await books.ask("POST", "/api/acts/preview", asked)
    assert (tried["changes"], tried["asAsked"], tried["isWhole"]) == (1, 0, True)
    assert [each["id"] for each in tried["sample"]] == [_FOURTH]
    assert await books.rows("SELECT * FROM bulk_acts") == []
    act = await begun(books, **asked)
    assert (act["changed"], act["leftOut"]) == (1, 2)
    assert await books.column("category") == [None, None, None, "Office supplies"]
    reasons = await left_out(books, act)
    assert reasons == {
        _FIRST: "It is approved.",
        _SECOND: (
            "It is in a closed period (2026-02-01 to 2026-02-28): change it by itself, or open "
            "the period again."
        ),
    }
    assert {each["reason"]: each["count"] for each in tried["refused"]} == dict.fromkeys(
        reasons.values(), 1
    )
    # What leaves the filter by the act itself is met once, and nothing else is left out for it.
    missing = await begun(
        books, kind="category", filter={"missing": "category", "currency": "MYR"}, category="Office"
    )
    assert missing["changed"] == 1
    assert (await undone(books, act))["restored"] == 1
    assert await books.column("category") == [None, None, "Office", None]


async def test_all_proposed_categories_are_taken_at_once_and_given_back() -> None:
    books = await open_books(*_ALL)
    proposal = '{"category": "Fuel", "source": "print", "reason": "It says Diesel.", "score": 0.9}'
    await books.run(
        f"UPDATE expenses SET proposed_category = '{proposal}' WHERE id <> 'exp_000004'"
    )
    await books.run(
        "UPDATE expenses SET category = 'Travel', category_by = 'usr_first' WHERE id = 'exp_000002'"
    )
    await books.approve(_THIRD)
    asked: dict[str, Any] = {"kind": "proposed_category", "filter": {}}
    tried = await books.ask("POST", "/api/acts/preview", asked)
    assert (tried["changes"], tried["asAsked"], [each["count"] for each in tried["refused"]]) == (
        2,
        2,
        [],
    )
    act = await begun(books, **asked)
    assert (act["changed"], act["leftOut"]) == (2, 0)
    assert await books.column("category") == ["Fuel", "Travel", "Fuel", None]
    assert (await books.column("category_by"))[0] == act["createdBy"]
    await undone(books, act)
    assert await books.column("category") == [None, "Travel", None, None]


async def test_tags_come_and_go_and_are_undone_exactly() -> None:
    books = await open_books(*_ALL)
    await begun(books, kind="tags", ids=[_FIRST, _SECOND], add=["Travel", "2026"])
    before = await books.snapshot()
    act = await begun(
        books, kind="tags", ids=[_FIRST, _THIRD], add=["travel", "trip"], remove=["2026"]
    )
    shown = {
        each["id"]: each["tags"] for each in (await books.ask("GET", "/api/expenses"))["items"]
    }
    assert (shown[_FIRST], shown[_SECOND], shown[_THIRD]) == (
        ["Travel", "trip"],
        ["2026", "Travel"],
        ["travel", "trip"],
    )
    history = (await books.ask("GET", f"/api/expenses/{_FIRST}/history"))["items"][0]
    assert [(each["field"], each["old"], each["new"]) for each in history["values"]] == [
        ("tags", [], ["trip"]),
        ("tags", ["2026"], []),
    ]
    assert (await undone(books, act))["restored"] == 2
    assert await books.snapshot() == before


async def test_voiding_is_a_change_of_each_and_undone_where_nobody_touched_it_since() -> None:
    books = await open_books(*_ALL)
    await close_february(books)
    act = await begun(
        books, kind="void", ids=[_FIRST, _SECOND, _THIRD, "exp_none"], reason="  paid   twice "
    )
    assert (act["changed"], act["leftOut"]) == (2, 1)
    assert "closed period" in (await left_out(books, act))[_SECOND]
    assert await books.column("status") == ["voided", "ready", "voided", "ready"]
    [change] = (await books.ask("GET", f"/api/expenses/{_FIRST}/history"))["items"]
    assert (change["kind"], change["reason"], change["actor"]) == (
        "voided",
        "paid twice",
        "token:tok_usr_first",
    )
    told = await books.rows("SELECT topic FROM outbox ORDER BY id")
    assert [row["topic"] for row in told] == ["expense.voided", "expense.voided"]
    await books.ask("POST", f"/api/expenses/{_THIRD}/restore", {})
    await books.ask("POST", f"/api/expenses/{_THIRD}/void", {"reason": "indeed"})
    back = await undone(books, act)
    assert (back["restored"], back["kept"]) == (1, 1)
    assert await books.column("status") == ["ready", "ready", "voided", "ready"]
    undoing, voided = (await books.ask("GET", f"/api/expenses/{_FIRST}/history"))["items"]
    assert (undoing["kind"], undoing["undoes"]) == ("undone", voided["id"])


async def test_sending_back_brings_no_approval_back_when_it_is_undone() -> None:
    books = await open_books(*_ALL)
    await books.approve(_FIRST)
    act = await begun(books, kind="send_back", filter={}, reason="Which project?")
    assert (act["changed"], set(await books.column("status"))) == (4, {"in_review"})
    back = await undone(books, act)
    assert (back["restored"], back["kept"]) == (3, 1)
    assert await books.column("status") == ["in_review", "ready", "ready", "ready"]


async def test_approving_asks_the_policies_and_is_undone() -> None:
    books = await open_books(Given(1), Given(2), Given(3, total_minor=90_000), Given(4))
    await books.ask(
        "POST",
        "/api/policies",
        {"name": "Dear", "effect": "refuse", "currency": "EUR", "above": "100.00"},
    )
    act = await begun(books, kind="approve", filter={})
    assert (act["changed"], act["leftOut"]) == (3, 1)
    assert [*await left_out(books, act)] == [_THIRD]
    assert (
        len(await books.rows("SELECT * FROM approval_decisions WHERE decision = 'approved'")) == 3
    )
    again = await begun(books, kind="approve", filter={})
    assert (again["changed"], again["leftOut"]) == (0, 1)
    assert (await undone(books, act))["restored"] == 3
    assert set(await books.column("status")) == {"ready"}
    taken = await begun(books, kind="unapprove", filter={})
    assert (taken["changed"], taken["leftOut"]) == (0, 0)


async def test_an_owner_decides_and_a_member_is_told_why_not() -> None:
    books = await open_books(*_ALL)
    await books.approve(_FIRST)
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    for kind in ("approve", "unapprove"):
        refused = await books.answer("POST", "/api/acts", {"kind": kind, "filter": {}})
        assert (refused.status_code, refused.json()["permission"]) == (403, "approve")
    assert len(await books.rows("SELECT * FROM expenses WHERE status = 'approved'")) == 1
    act = await begun(books, kind="send_back", filter={}, reason="Look again")
    assert (act["changed"], act["leftOut"]) == (3, 1)
    assert "ask an owner" in (await left_out(books, act))[_FIRST]


async def test_an_approval_by_a_filter_reaches_only_what_the_preview_looked_at() -> None:
    books = await open_books(*_ALL)
    asked: dict[str, Any] = {"kind": "approve", "filter": {}}
    tried = await books.ask("POST", "/api/acts/preview", asked)
    assert tried["changes"] == 4
    await books.ask("PATCH", f"/api/expenses/{_SECOND}", {"paidBy": "employee"})
    answer = await books.answer("POST", "/api/acts", asked)
    assert (answer.status_code, answer.json()["type"]) == (
        428,
        "urn:tillroll:problem:version-needed",
    )
    # Whatever is sent, nothing counts as seen that lies ahead.
    for seen_at in (tried["seenAt"], "2099-01-01T00:00:00Z"):
        act = await books.ask("POST", "/api/acts", {**asked, "seenAt": seen_at})
        assert await left_out(books, act) == {
            _SECOND: "It was changed meanwhile: look at it again."
        }
    assert (await books.column("status")).count("approved") == 3


async def test_an_approval_by_ids_reaches_only_the_versions_that_were_looked_at() -> None:
    books = await open_books(*_ALL)
    seen = await as_seen(books.host.database, [_FIRST, _SECOND])
    await books.ask("PATCH", f"/api/expenses/{_SECOND}", {"paidBy": "employee"})
    answer = await books.answer("POST", "/api/acts", {"kind": "approve", "ids": [_FIRST]})
    assert (answer.status_code, answer.json()["type"]) == (
        428,
        "urn:tillroll:problem:version-needed",
    )
    act = await books.ask("POST", "/api/acts", {"kind": "approve", **seen})
    assert (act["changed"], [*await left_out(books, act)]) == (1, [_SECOND])


_SORTED: list[dict[str, Any]] = [
    {"kind": "category", "category": "Office"},
    {"kind": "tags", "add": ["trip"]},
    {"kind": "billable", "billable": True},
    {"kind": "note", "note": "Trip to Rome"},
    {"kind": "cost_center", "costCenter": "K 7"},
]


@pytest.mark.parametrize("asked", _SORTED, ids=lambda asked: asked["kind"])
async def test_approved_expenses_are_sorted_until_they_are_handed_on(asked: dict[str, Any]) -> None:
    books = await open_books(*_ALL)
    for each in (_FIRST, _SECOND, _THIRD, _FOURTH):
        await books.approve(each)
    await close_february(books)  # the second
    await books.run("UPDATE exports SET finished_at = '2026-03-01' WHERE id = 'xpt_1'")
    await books.run(
        "INSERT INTO export_items (export_id, part, place, account_id, series, expense_id, "
        "version, content) "
        "VALUES ('xpt_1', 1, 1, 'acc_first', 'x', 'exp_000003', 1, '{}')"
    )
    before = await books.snapshot()
    act = await begun(books, **asked, filter={})
    reasons = await left_out(books, act)
    assert (act["changed"], reasons.keys()) == (2, {_SECOND, _THIRD})
    assert "closed period" in reasons[_SECOND]
    assert "was exported or billed" in reasons[_THIRD]
    assert await books.column("status") == ["approved"] * 4
    assert (await undone(books, act))["restored"] == 2
    assert (await books.snapshot())[:-1] == before[:-1]  # the category itself stays


async def test_a_preview_names_what_only_an_approval_locks() -> None:
    books = await open_books(*_ALL)
    for each in (_FIRST, _SECOND, _THIRD):
        await books.approve(each)
    await close_february(books)  # the second
    asked: dict[str, Any] = {"kind": "paid_by", "paidBy": "employee", "filter": {}}
    tried = await books.ask("POST", "/api/acts/preview", asked)
    assert tried["reopenable"] == [_FIRST, _THIRD]
    assert tried["changes"] == 1
    await begun(books, kind="unapprove", ids=tried["reopenable"])
    act = await begun(books, **asked)
    assert (act["changed"], (await left_out(books, act)).keys()) == (3, {_SECOND})
    tried = await books.ask("POST", "/api/acts/preview", {"kind": "unapprove", "filter": {}})
    assert tried["reopenable"] == []


async def test_who_may_not_sort_neither_changes_approved_expenses_nor_takes_that_back() -> None:
    books = await open_books(*_ALL)
    await books.approve(_FIRST)
    act = await begun(books, kind="category", category="Office", filter={})
    assert act["changed"] == 4
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    assert (await undone(books, act))["restored"] == 3
    assert await books.column("category") == ["Office", None, None, None]
    refused = await begun(books, kind="tags", add=["trip"], ids=[_FIRST])
    assert await left_out(books, refused) == {_FIRST: "It is approved."}


async def test_what_approvers_did_to_many_is_taken_back_by_approvers() -> None:
    books = await open_books(*_ALL)
    act = await begun(books, kind="approve", filter={})
    await books.host.database.batch(roles_given("usr_first", *MEMBER))
    refused = await books.answer("POST", f"/api/acts/{act['id']}/undo")
    assert (refused.status_code, refused.json()["type"]) == (
        403,
        "urn:tillroll:problem:not-permitted",
    )


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"kind": "category", "category": "Office"}, "ids"),
        ({"kind": "category", "category": "Office", "ids": [_FIRST], "filter": {}}, "ids"),
        ({"kind": "category", "ids": [_FIRST]}, "category"),
        ({"kind": "category", "ids": [_FIRST], "category": " "}, "category"),
        ({"kind": "category", "ids": [_FIRST], "category": "x" * 61}, "category"),
        ({"kind": "category", "ids": [_FIRST], "category": "Office", "reason": "why"}, "reason"),
        ({"kind": "tags", "ids": [_FIRST]}, "add"),
        ({"kind": "tags", "ids": [_FIRST], "add": [" "]}, "add"),
        ({"kind": "tags", "ids": [_FIRST], "add": ["trip"], "remove": ["Trip"]}, "remove"),
        ({"kind": "void", "ids": [_FIRST]}, "reason"),
        ({"kind": "void", "ids": [_FIRST], "reason": "x" * 501}, "reason"),
        ({"kind": "burn", "ids": [_FIRST]}, "kind"),
        ({"kind": "approve", "filter": {"colour": "red"}}, "filter.colour"),
        ({"kind": "approve", "filter": {"from": "yesterday"}}, "filter.from"),
        ({"kind": "approve", "filter": {}, "versions": [1]}, "versions"),
        ({"kind": "approve", "ids": [_FIRST], "seenAt": "2026-02-20T00:00:00Z"}, "seenAt"),
        ({"kind": "unapprove", "ids": [_FIRST], "versions": [1]}, "versions"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_the_field(
    asked: dict[str, Any], field: str
) -> None:
    books = await open_books(*_ALL)
    for path in ("/api/acts", "/api/acts/preview"):
        answer = await books.answer("POST", path, asked)
        assert answer.status_code == 422, answer.text
        assert field in [each["field"] for each in answer.json()["errors"]], answer.text


async def test_the_same_request_is_the_same_act() -> None:
    books = await open_books(*_ALL)
    asked: dict[str, Any] = {"kind": "void", "filter": {}, "reason": "a test"}
    first = await books.ask("POST", "/api/acts", asked, "k1")
    assert (await books.ask("POST", "/api/acts", asked, "k1"))["id"] == first["id"]
    other = await books.answer("POST", "/api/acts", {**asked, "reason": "another"}, "k1")
    assert (other.status_code, other.json()["type"]) == (422, "urn:tillroll:problem:key-reused")
    assert len(await books.rows("SELECT * FROM expense_changes")) == 4


@pytest.mark.parametrize("at", range(1, 8))
async def test_a_crash_in_the_middle_moves_each_expense_once(
    monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 2)
    monkeypatch.setattr(moving, "MOST", 2)
    for kind in ("void", "approve"):
        monkeypatch.setitem(PLANS, kind, replace(PLANS[kind], most=2))
    books = await open_books(*_ALL, Given(5), Given(6), Given(7))
    database, batches = books.host.database, 0
    batch = database.batch

    async def crashing(statements: Sequence[Statement]) -> list[list[Row]]:
        nonlocal batches
        batches += 1
        if batches == at:
            raise DatabaseError("the connection went away")
        return await batch(statements)

    monkeypatch.setattr(database, "batch", crashing)
    with suppress(AssertionError):
        await books.ask(
            "POST", "/api/acts", {"kind": "void", "filter": {}, "reason": "a test"}, "k1"
        )
    act = await begun_again(books)
    assert (act["changed"], act["leftOut"], set(await books.column("status"))) == (7, 0, {"voided"})
    assert len(await books.rows("SELECT * FROM expense_changes")) == 7
    assert len(await books.rows("SELECT * FROM outbox")) == 7


async def begun_again(books: Books) -> dict[str, Any]:
    """The same request once more, under its key, and on to the end."""
    act = await books.ask(
        "POST", "/api/acts", {"kind": "void", "filter": {}, "reason": "a test"}, "k1"
    )
    while act["state"] != "applied":
        act = await books.ask("POST", f"/api/acts/{act['id']}/continue")
    return act


async def test_a_client_and_who_paid_are_given_and_taken_back() -> None:
    books = await open_books(*_ALL)
    await books.approve(_FIRST)
    acme = (await books.ask("POST", "/api/clients", {"name": "ACME AG"}))["id"]
    client = await begun(books, kind="client", filter={}, clientId=acme)
    assert (client["changed"], await left_out(books, client)) == (4, {})
    assert await books.column("client") == ["ACME AG"] * 4
    assert await books.column("client_id") == [acme] * 4
    assert await books.column("billable") == [1] * 4  # who selects a client bills it
    found = await books.ask("GET", "/api/expenses?client=ACME AG&q=client:acme")
    assert len(found["items"]) == 4
    payer = await begun(books, kind="paid_by", ids=[_FIRST, _SECOND, _THIRD], paidBy="employee")
    assert (payer["changed"], await left_out(books, payer)) == (2, {_FIRST: "It is approved."})
    assert await books.column("paid_by") == ["company", "employee", "employee", "company"]
    history = await books.ask("GET", f"/api/expenses/{_SECOND}/history")
    assert [each["values"][0]["field"] for each in history["items"]] == ["paidBy", "client"]
    assert (await undone(books, payer))["restored"] == 2
    assert (await undone(books, client))["restored"] == 4
    assert (await books.column("status"))[0] == "approved"
    assert await books.column("client") == await books.column("client_id") == [None] * 4
    assert await books.column("billable") == [0] * 4
    assert await books.column("paid_by") == ["company"] * 4
    wrong = (
        ({"kind": "client"}, "clientId"),
        ({"kind": "client", "clientId": "cli_none"}, "clientId"),
        ({"kind": "paid_by", "paidBy": "nobody"}, "paidBy"),
    )
    for asked, field in wrong:
        refused = await books.answer("POST", "/api/acts", {**asked, "ids": [_FIRST]})
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def test_another_client_takes_the_project_away_until_it_is_undone() -> None:
    books = await open_books(*_ALL)
    one, other = [
        (await books.ask("POST", "/api/clients", {"name": name}))["id"]
        for name in ("ACME AG", "Other Ltd")
    ]
    project = (await books.ask("POST", f"/api/clients/{one}/projects", {"name": "Roof"}))["id"]
    await books.ask("PATCH", f"/api/expenses/{_SECOND}", {"projectId": project})
    act = await begun(books, kind="client", ids=[_SECOND], clientId=other)
    expense = await books.ask("GET", f"/api/expenses/{_SECOND}")
    assert (expense["client"], expense["projectId"], expense["project"]) == (
        "Other Ltd",
        None,
        None,
    )
    await undone(books, act)
    expense = await books.ask("GET", f"/api/expenses/{_SECOND}")
    assert (expense["clientId"], expense["projectId"], expense["project"]) == (one, project, "Roof")


async def test_what_is_billable_is_said_of_many_and_taken_back() -> None:
    books = await open_books(*_ALL)
    act = await begun(books, kind="billable", ids=[_SECOND, _THIRD], billable=True)
    assert (act["changed"], await books.column("billable")) == (2, [0, 1, 1, 0])
    history = await books.ask("GET", f"/api/expenses/{_SECOND}/history")
    [value] = history["items"][0]["values"]
    assert (value["field"], value["old"], value["new"]) == ("billable", False, True)
    assert (await begun(books, kind="billable", ids=[_SECOND], billable=True))["changed"] == 0
    await undone(books, act)
    assert await books.column("billable") == [0, 0, 0, 0]
    refused = await books.answer("POST", "/api/acts", {"kind": "billable", "ids": [_FIRST]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "billable")


async def _history_of(books: Books, expense_id: str, kind: str) -> list[dict[str, Any]]:
    """What the one act of this kind changed of an expense."""
    history = await books.ask("GET", f"/api/expenses/{expense_id}/history")
    [change] = [each for each in history["items"] if each["kind"] == kind]
    return change["values"]


@pytest.mark.parametrize(
    ("kind", "field", "longest"), [("note", "note", 2_000), ("cost_center", "costCenter", 36)]
)
async def test_a_text_is_set_of_many_and_taken_back(kind: str, field: str, longest: int) -> None:
    books = await open_books(*_ALL)
    await books.ask("PATCH", f"/api/expenses/{_SECOND}", {field: "Mine"})
    act = await begun(books, **{"kind": kind, "ids": [_SECOND, _THIRD], field: " Trip to Rome "})
    assert (act["changed"], await books.column(kind)) == (
        2,
        [None, "Trip to Rome", "Trip to Rome", None],
    )
    [value] = await _history_of(books, _SECOND, kind)
    assert (value["field"], value["old"], value["new"]) == (field, "Mine", "Trip to Rome")
    # What a person wrote since stays.
    await books.ask("PATCH", f"/api/expenses/{_THIRD}", {field: "Otherwise"})
    assert (await undone(books, act))["restored"] == 1
    assert await books.column(kind) == [None, "Mine", "Otherwise", None]
    assert (await begun(books, **{"kind": kind, "ids": [_THIRD], field: None}))["changed"] == 1
    assert await books.column(kind) == [None, "Mine", None, None]
    for body in (
        {"kind": kind, "ids": [_FIRST]},
        {"kind": kind, "ids": [_FIRST], field: "x" * (longest + 1)},
    ):
        refused = await books.answer("POST", "/api/acts", body)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)


async def _projects(books: Books) -> tuple[str, str, str]:
    """A client with a project, and another client: their ids."""
    one, other = [
        (await books.ask("POST", "/api/clients", {"name": name}))["id"]
        for name in ("ACME AG", "Other Ltd")
    ]
    project = (await books.ask("POST", f"/api/clients/{one}/projects", {"name": "Roof"}))["id"]
    return one, other, project


async def test_a_project_brings_its_client_along_until_it_is_undone() -> None:
    books = await open_books(*_ALL)
    one, other, project = await _projects(books)
    await books.ask("PATCH", f"/api/expenses/{_SECOND}", {"clientId": other, "billable": False})
    await books.ask("PATCH", f"/api/expenses/{_THIRD}", {"clientId": one, "billable": False})
    act = await begun(books, kind="project", ids=[_SECOND, _THIRD], projectId=project)
    assert act["changed"] == 2
    assert await books.column("project") == [None, "Roof", "Roof", None]
    assert (await books.column("client_id"))[1:3] == [one, one]
    # A client that is new is billed; of one that was there a person has said whether it is.
    assert await books.column("billable") == [0, 1, 0, 0]
    assert (await begun(books, kind="project", ids=[_SECOND], projectId=project))["changed"] == 0
    await undone(books, act)
    assert await books.column("project_id") == [None] * 4
    assert (await books.column("client_id"))[1:3] == [other, one]
    assert await books.column("billable") == [0, 0, 0, 0]


async def test_a_project_of_approved_expenses_is_set_and_taken_away() -> None:
    books = await open_books(*_ALL)
    one, _, project = await _projects(books)
    for each in (_FIRST, _SECOND):
        await books.approve(each)
    await close_february(books)  # the second
    act = await begun(books, kind="project", ids=[_FIRST, _SECOND], projectId=project)
    assert (act["changed"], [*await left_out(books, act)]) == (1, [_SECOND])
    fields = {each["field"] for each in await _history_of(books, _FIRST, "project")}
    assert fields == {"project", "client", "billable"}
    assert (await begun(books, kind="project", ids=[_FIRST], projectId=None))["changed"] == 1
    expense = await books.ask("GET", f"/api/expenses/{_FIRST}")
    assert (expense["status"], expense["projectId"], expense["clientId"]) == ("approved", None, one)


@pytest.mark.parametrize(
    "body", [{"kind": "project"}, {"kind": "project", "projectId": "prj_none"}]
)
async def test_a_project_that_there_is_not_is_refused(body: dict[str, Any]) -> None:
    books = await open_books(*_ALL)
    refused = await books.answer("POST", "/api/acts", {**body, "ids": [_FIRST]})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "projectId")


async def test_a_project_that_is_archived_meanwhile_is_given_to_no_other() -> None:
    books = await open_books(*_ALL)
    _, _, project = await _projects(books)
    act = await books.ask(
        "POST", "/api/acts", {"kind": "project", "ids": [_FIRST], "projectId": project}
    )
    await books.run("UPDATE projects SET closed_at = '2026-03-01'")
    await books.run("UPDATE bulk_acts SET state = 'applying', cursor = '', finished_at = NULL")
    await books.run(
        "UPDATE expenses SET project_id = NULL, project = NULL, client_id = NULL, client = NULL"
    )
    await books.ask("POST", f"/api/acts/{act['id']}/continue")
    assert await books.column("project_id") == [None] * 4
    assert await left_out(books, act) == {_FIRST: "The project was archived or deleted meanwhile."}
