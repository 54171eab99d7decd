"""Chains of approval over HTTP: steps in order, four eyes, substitutes, changes meanwhile, and
deaths in between.
"""

from collections.abc import Sequence
from typing import Any

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.support.roles import roles_given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.approval.decisions import approve as approve_seen
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.expenses.approval.meanwhile import View
from tillroll.identity.authentication import secret_hash
from tillroll.notifications.channels import added_up
from tillroll_durable.platform.bindings.database import ConstraintFailed, Row, Statement, statement

ONE = "exp_000001"
PEOPLE = {"usr_ben": "approver", "usr_cy": "approver", "usr_sue": "submitter"}
NAMES = {"usr_ben": "Ben", "usr_cy": "Cy", "usr_sue": "Sue"}


@pytest.fixture
async def books() -> Books:
    """Two expenses of Sue's; Ann is an owner, Ben and Cy approve."""
    books = await open_books(Given(1, total_minor=60_000), Given(2))
    await books.run("UPDATE accounts SET base_currency = 'EUR'")
    for id_, role in PEOPLE.items():
        await books.host.database.batch(
            [
                statement(
                    "INSERT INTO users (id, account_id, name, created_at) "
                    "VALUES (?, 'acc_first', ?, '')",
                    [id_, NAMES[id_]],
                ),
                statement(
                    "INSERT INTO tokens (id, user_id, hash, name, created_at) "
                    "VALUES (?, ?, ?, 't', '')",
                    [f"tok_{id_}", id_, secret_hash(f"till_{id_}")],
                ),
                *roles_given(id_, role),
            ]
        )
    await books.run("UPDATE expenses SET person = 'usr_sue'")
    return books


async def ask(
    books: Books, who: str, method: str, path: str, body: object = None, **more: Any
) -> Any:
    async with api_client(
        books.host.platform, *([] if who == "usr_first" else [f"till_{who}"])
    ) as client:
        answer = await client.request(method, path, json=body, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


async def rule(books: Books, *steps: str, **only: str) -> str:
    made = await books.ask(
        "POST", "/api/approval-chains", {"name": "Rule", "steps": [*steps], **only}
    )
    # Those of the fixture are older than any rule: they wait anew.
    await books.run("UPDATE approval_chains SET created_at = ''")
    return made["id"]


async def approve(books: Books, who: str, id_: str = ONE) -> tuple[str, str | None, str | None]:
    seen = await as_seen(books.host.database, [id_])
    [outcome] = (await ask(books, who, "POST", "/api/expenses/approve", seen))["items"]
    return outcome["outcome"], outcome["status"], outcome["reason"]


async def chain(books: Books, who: str = "usr_first", id_: str = ONE) -> Any:
    return (await ask(books, who, "POST", "/api/approvals/check", {"ids": [id_]}))["items"][0][
        "chain"
    ]


async def test_steps_are_approved_in_order_by_two_people(books: Books) -> None:
    await rule(books, "usr_ben", "owner", **{"from": "500"})
    assert await approve(books, "usr_cy") == ("refused", "ready", "It waits for Ben.")
    assert await approve(books, "usr_first") == ("refused", "ready", "It waits for Ben.")
    assert (await approve(books, "usr_ben"))[:2] == ("done", "ready")
    assert (await approve(books, "usr_ben"))[0] == "refused"
    seen = await chain(books)
    assert [(step["waitsFor"], step["approvedBy"]) for step in seen["steps"]] == [
        ("Ben", "Ben"),
        ("an owner", None),
    ]
    assert (seen["current"], seen["isMine"], seen["waitsFor"]) == (1, True, ["Ann"])
    assert (await approve(books, "usr_first"))[:2] == ("done", "approved")
    actions = await books.rows(
        "SELECT action, actor FROM audit_events WHERE action LIKE 'approval%' ORDER BY id"
    )
    assert [row["action"] for row in actions] == [
        "approval.step_given",
        "approval.step_given",
        "approval.given",
    ]
    # Below the amount, it is as without a rule.
    assert await chain(books, id_="exp_000002") is None
    assert (await approve(books, "usr_cy", "exp_000002"))[:2] == ("done", "approved")


async def test_nobody_approves_their_own_nor_two_steps(books: Books) -> None:
    await rule(books, "anyone", "anyone")
    await books.run("UPDATE expenses SET person = 'usr_ben'")
    assert "handed it in" in str((await approve(books, "usr_ben"))[2])
    assert (await approve(books, "usr_cy"))[0] == "done"
    assert "a step of it already" in str((await approve(books, "usr_cy"))[2])
    assert (await approve(books, "usr_first"))[:2] == ("done", "approved")


async def test_a_bulk_act_does_only_the_step_that_is_the_persons(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    body = {"kind": "approve", **await as_seen(books.host.database, [ONE, "exp_000002"])}
    assert (await ask(books, "usr_first", "POST", "/api/acts", body))["leftOut"] == 2
    act = await ask(books, "usr_ben", "POST", "/api/acts", body)
    assert (act["state"], act["changed"]) == ("applied", 2)
    assert await books.column("status") == ["ready", "ready"]
    undone = await ask(books, "usr_ben", "POST", f"/api/acts/{act['id']}/undo")
    assert (undone["state"], undone["restored"]) == ("undone", 2)
    assert (await chain(books))["current"] == 0
    await ask(books, "usr_ben", "POST", "/api/acts", body)
    await ask(books, "usr_first", "POST", "/api/acts", body)
    assert await books.column("status") == ["approved", "approved"]


@pytest.mark.parametrize(
    ("body", "begins_anew"),
    [
        ({"total": "700", "reason": "misread"}, True),
        ({"currency": "USD", "reason": "misread"}, True),
        ({"date": "2026-02-01", "reason": "misread"}, True),
        ({"category": "Travel"}, True),
        ({"paidBy": "employee"}, True),
        ({"billable": True}, True),
        ({"note": "seen"}, False),
    ],
)
async def test_a_change_of_amount_or_category_begins_the_chain_again(
    books: Books, body: dict[str, object], begins_anew: bool
) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    [row] = await books.rows(f"SELECT version FROM expenses WHERE id = '{ONE}'")
    await ask(
        books,
        "usr_cy",
        "PATCH",
        f"/api/expenses/{ONE}",
        body,
        headers={"if-match": f'"{row["version"]}"'},
    )
    assert (await chain(books))["current"] == (0 if begins_anew else 1)
    told = await books.rows("SELECT actor FROM audit_events WHERE action = 'approval.began_anew'")
    assert [row["actor"] for row in told] == (["token:tok_usr_cy"] if begins_anew else [])


async def test_an_act_that_gives_categories_begins_it_again(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    await books.ask("POST", "/api/acts", {"kind": "category", "category": "Travel", "ids": [ONE]})
    assert (await chain(books))["current"] == 0


@pytest.mark.parametrize(
    "given",
    [{"kind": "paid_by", "paidBy": "employee"}, {"kind": "billable", "billable": True}],
)
async def test_an_act_that_turns_who_paid_begins_it_again(
    books: Books, given: dict[str, object]
) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    await books.ask("POST", "/api/acts", {**given, "ids": [ONE]})
    assert (await chain(books))["current"] == 0


async def test_a_step_ends_where_the_client_is_another(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    client = (await books.ask("POST", "/api/clients", {"name": "ACME"}))["id"]
    await books.ask("PATCH", f"/api/expenses/{ONE}", {"clientId": client})
    assert (await chain(books))["current"] == 0


async def test_what_is_changed_by_no_known_way_is_approved_anew(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    await books.run("UPDATE expenses SET total_minor = total_minor + 1")
    assert (await chain(books))["current"] == 0
    assert (await approve(books, "usr_ben"))[0] == "done"


async def test_what_is_sent_back_is_approved_by_all_again(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    await approve(books, "usr_ben")
    seen = await as_seen(books.host.database, [ONE])
    body = {**seen, "reason": "Whose?"}
    await ask(books, "usr_first", "POST", "/api/expenses/reject", body)
    await books.ask("POST", f"/api/expenses/{ONE}/confirm", {})
    assert (await chain(books))["current"] == 0


async def test_a_substitute_decides_for_the_person_and_four_eyes_hold(books: Books) -> None:
    await rule(books, "usr_ben", "usr_cy")
    today = books.host.platform.clock.now().date().isoformat()
    days = {"from": today, "to": today}
    await ask(books, "usr_ben", "POST", "/api/substitutes", {"substitute": "usr_cy", **days})
    seen = await chain(books, "usr_cy")
    assert (seen["isMine"], seen["forPerson"], seen["waitsFor"]) == (True, "Ben", ["Ben", "Cy"])
    assert (await approve(books, "usr_cy"))[0] == "done"
    seen = await chain(books)
    assert (seen["steps"][0]["approvedBy"], seen["steps"][0]["inPlaceOf"]) == ("Cy", "Ben")
    # Cy's own step falls to the owners: Cy has decided already, and so has Ben, by them.
    assert (seen["fell"], seen["waitsFor"]) == (True, ["Ann"])
    assert (await approve(books, "usr_ben"))[0] == "refused"
    assert (await approve(books, "usr_first"))[:2] == ("done", "approved")
    [event] = await books.rows(
        "SELECT detail FROM audit_events WHERE action = 'approval.step_given' ORDER BY id LIMIT 1"
    )
    assert '"inPlaceOf":"usr_ben"' in str(event["detail"]).replace(" ", "")


async def test_a_substitute_approves_nothing_of_the_person_behind(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_ben'")
    await rule(books, "usr_ben")
    today = books.host.platform.clock.now().date().isoformat()
    await ask(
        books,
        "usr_ben",
        "POST",
        "/api/substitutes",
        {"substitute": "usr_cy", "from": today, "to": today},
    )
    assert (await approve(books, "usr_cy"))[0] == "refused"
    assert (await approve(books, "usr_first"))[:2] == ("done", "approved")


async def test_only_owners_name_substitutes_of_others_and_both_must_approve(books: Books) -> None:
    today = books.host.platform.clock.now().date().isoformat()
    days = {"from": today, "to": today}
    async with api_client(books.host.platform, "till_usr_ben") as client:
        body = {"person": "usr_cy", "substitute": "usr_ben", **days}
        assert (await client.post("/api/substitutes", json=body)).status_code == 403
        refused = await client.post("/api/substitutes", json={"substitute": "usr_sue", **days})
        assert [each["field"] for each in refused.json()["errors"]] == ["substitute"]
    made = await books.ask(
        "POST", "/api/substitutes", {"person": "usr_cy", "substitute": "usr_ben", **days}
    )
    assert (
        await books.ask(
            "POST", "/api/substitutes", {"person": "usr_cy", "substitute": "usr_ben", **days}
        )
        == made
    )
    async with api_client(books.host.platform, "till_usr_ben") as client:
        assert (await client.delete(f"/api/substitutes/{made['id']}")).status_code == 404
    await ask(books, "usr_cy", "DELETE", f"/api/substitutes/{made['id']}")
    assert (await books.ask("GET", "/api/substitutes"))["items"] == []


@pytest.mark.parametrize("gone", ["removed", "role"])
async def test_the_step_of_somebody_who_left_falls_to_the_owners(books: Books, gone: str) -> None:
    await rule(books, "usr_ben", "usr_cy")
    if gone == "removed":
        await books.run("UPDATE users SET removed_at = '2026-01-01' WHERE id = 'usr_ben'")
    else:
        await books.host.database.batch(roles_given("usr_ben", "submitter"))
    seen = await chain(books)
    assert (seen["fell"], seen["waitsFor"]) == (True, ["Ann"])
    assert (await approve(books, "usr_first"))[0] == "done"
    assert (await approve(books, "usr_cy"))[:2] == ("done", "approved")


async def test_an_owner_gives_a_step_to_another(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    body = {"ids": [ONE], "to": "usr_cy"}
    for _ in range(2):
        [outcome] = (await books.ask("POST", "/api/approvals/reassign", body))["items"]
        assert (outcome["outcome"], outcome["chain"]["waitsFor"]) == ("done", ["Cy"])
    assert len(await books.rows("SELECT * FROM approval_steps")) == 1
    assert (await approve(books, "usr_ben"))[0] == "refused"
    assert (await approve(books, "usr_cy"))[0] == "done"
    refused = await books.answer("POST", "/api/approvals/reassign", {"ids": [ONE], "to": "usr_sue"})
    assert refused.status_code == 422


async def test_a_rule_that_changes_meanwhile_changes_no_chain_until_it_begins_anew(
    books: Books,
) -> None:
    old = await rule(books, "usr_ben", "usr_first")
    await books.ask("DELETE", f"/api/approval-chains/{old}")
    assert (await chain(books))["current"] == 0, "it was handed in under the rule"
    assert (await approve(books, "usr_ben"))[0] == "done"
    await books.ask("POST", "/api/approvals/begin-anew", {"ids": [ONE]})
    assert await chain(books) is None
    assert (await approve(books, "usr_cy"))[:2] == ("done", "approved")


async def test_what_waits_for_whom_and_a_reminder_a_day(books: Books) -> None:
    await rule(books, "usr_ben", "usr_first")
    queued = await ask(books, "usr_ben", "GET", "/api/approvals/queue")
    assert (queued["count"], [each["expense"]["id"] for each in queued["items"]]) == (
        2,
        [ONE, "exp_000002"],
    )
    assert (await ask(books, "usr_cy", "GET", "/api/approvals/queue"))["count"] == 0
    [waiting] = (await books.ask("GET", "/api/approvals/waiting"))["items"]
    assert (waiting["name"], waiting["count"], waiting["people"]) == ("Ben", 2, ["Sue"])
    assert waiting["expenses"] == [ONE, "exp_000002"]
    sent = [
        (await books.ask("POST", "/api/approvals/remind", {"person": "usr_ben"}))["wasSent"]
        for _ in range(2)
    ]
    assert sent == [True, False]
    assert (
        len(await books.rows("SELECT * FROM notification_recipients WHERE user_id = 'usr_ben'"))
        == 1
    )
    assert (
        await books.answer("POST", "/api/approvals/remind", {"person": "usr_cy"})
    ).status_code == 422


async def test_who_comes_next_is_told_of_several_in_one_sentence(books: Books) -> None:
    await rule(books, "usr_ben", "usr_cy")
    seen = await as_seen(books.host.database, [ONE, "exp_000002"])
    await ask(books, "usr_ben", "POST", "/api/expenses/approve", seen)
    told = await books.rows(
        "SELECT n.topic, n.about, t.user_id FROM notification_recipients t "
        "JOIN notifications n ON n.id = t.notification_id ORDER BY n.subject"
    )
    assert [(row["topic"], row["about"], row["user_id"]) for row in told] == [
        ("approval.waits", "600.00 EUR", "usr_cy"),
        ("approval.waits", "12.90 EUR", "usr_cy"),
    ]
    assert added_up(str(row["about"]) for row in told) == "612.90 EUR"


class Death(Exception):
    pass


class Deadly:
    """A database that dies at its nth batch, before or behind writing it."""

    def __init__(self, database: Any, at: int, *, behind: bool) -> None:
        self._database, self._left, self._behind = database, at, behind

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self._left -= 1
        if self._left == 0 and not self._behind:
            raise Death
        answers = await self._database.batch(statements)
        if self._left == 0:
            raise Death
        return answers


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("at", range(1, 8))
async def test_a_death_at_any_batch_leaves_each_step_once(
    books: Books, at: int, behind: bool
) -> None:
    await rule(books, "usr_ben", "usr_first")
    platform = books.host.platform
    alive = platform.database
    [version, _] = await books.column("version")
    for user in ("usr_ben", "usr_first"):
        id_ = "usr_first" if user == "usr_first" else user
        approver = Approver("acc_first", id_, f"user:{id_}")
        object.__setattr__(platform, "database", Deadly(alive, at, behind=behind))
        try:
            await approve_seen(platform, approver, {ONE: View(version)})
        except Death:
            pass
        finally:
            object.__setattr__(platform, "database", alive)
        # Sent again: done, or done already.
        await approve_seen(platform, approver, {ONE: View(version)})
    assert (await books.column("status"))[0] == "approved"
    steps = await books.rows(
        "SELECT number, user_id FROM approval_steps WHERE what = 'approved' ORDER BY number"
    )
    assert [(row["number"], row["user_id"]) for row in steps] == [(0, "usr_ben"), (1, "usr_first")]
    given = await books.rows("SELECT id FROM audit_events WHERE action = 'approval.step_given'")
    assert len(given) == len(await books.rows("SELECT * FROM approval_decisions")) + 1


async def test_of_two_who_approve_a_step_at_once_one_is_refused(books: Books) -> None:
    await rule(books, "anyone", "owner")
    with pytest.raises(ConstraintFailed):
        await books.run(
            "INSERT INTO approval_steps (id, expense_id, chain_id, number, what, user_id, actor, "
            "of, at)"
            " SELECT value, 'exp_000001', (SELECT id "
            "FROM approval_chains), 0, 'approved', 'usr_ben', 'a', 'o', ''"
            """ FROM json_each('["stp_a", "stp_b"]')"""
        )


WARNING = {"name": "All", "effect": "warn"}
FOUR_EYES = {"name": "All", "effect": "four_eyes"}


@pytest.mark.parametrize("rules", ["none", "warn", "four_eyes", "own", "chain"])
async def test_the_count_is_of_all_that_the_queue_lists(books: Books, rules: str) -> None:
    """Without a rule that keeps anybody from approving, the database counts alone."""
    await books.run("UPDATE expenses SET person = 'usr_ben' WHERE id = 'exp_000002'")
    await books.ask("PATCH", "/api/account", {"fourEyes": rules == "own"})
    if rules == "chain":
        await rule(books, "usr_ben")
    elif rules not in ("none", "own"):
        await books.ask("POST", "/api/policies", WARNING if rules == "warn" else FOUR_EYES)
    async with api_client(books.host.platform, "till_usr_ben") as client:
        counted, listed = [
            (await client.get("/api/approvals/queue", params={"limit": limit})).json()
            for limit in (0, 50)
        ]
    waiting = 2 if rules in ("none", "warn") else 1
    assert (counted["count"], listed["count"], len(listed["items"])) == (waiting, waiting, waiting)
    assert {**listed, "items": []} == counted
    assert listed["items"][0]["mediaType"] == "image/jpeg"
