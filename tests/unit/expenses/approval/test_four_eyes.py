"""Four eyes on own expenses: from the second person who can approve, by every way to an
approval.
"""

from typing import Any

import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.support.roles import roles_given
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.identity.authentication import secret_hash
from tillroll_durable.platform.bindings.database import statement

ONE, TWO = "exp_000001", "exp_000002"
REFUSAL = "You handed it in, or changed it: somebody else approves it."


@pytest.fixture
async def books() -> Books:
    """Ann is an owner. The first expense is hers, the second is Sue's."""
    books = await open_books(Given(1), Given(2))
    await books.run("UPDATE expenses SET person = 'usr_first' WHERE id = 'exp_000001'")
    await add_person(books, "usr_sue", "submitter")
    await books.run("UPDATE expenses SET person = 'usr_sue' WHERE id = 'exp_000002'")
    return books


async def add_person(books: Books, user_id: str, role: str) -> None:
    user = "INSERT INTO users (id, account_id, name, created_at) VALUES (?, 'acc_first', ?, '')"
    token = "INSERT INTO tokens (id, user_id, hash, name, created_at) VALUES (?, ?, ?, 't', '')"
    await books.host.database.batch(
        [
            statement(user, [user_id, user_id]),
            statement(token, [f"tok_{user_id}", user_id, secret_hash(f"till_{user_id}")]),
            *roles_given(user_id, role),
        ]
    )


async def ask(books: Books, path: str, body: object, who: str | None = None) -> Any:
    async with api_client(books.host.platform, *([] if who is None else [f"till_{who}"])) as client:
        answer = await client.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()


async def approve(books: Books, expense_id: str, who: str | None = None) -> tuple[str, str | None]:
    seen = await as_seen(books.host.database, [expense_id])
    [outcome] = (await ask(books, "/api/expenses/approve", seen, who))["items"]
    return outcome["outcome"], outcome["reason"]


async def correct(books: Books, expense_id: str, token: str) -> None:
    path = f"/api/expenses/{expense_id}"
    async with api_client(books.host.platform, token) as client:
        tag = (await client.get(path)).headers["etag"]
        change = {"total": "9.00", "reason": "misread"}
        answer = await client.patch(path, json=change, headers={"If-Match": tag})
        assert answer.is_success, answer.text


async def test_a_person_alone_approves_their_own(books: Books) -> None:
    assert await approve(books, ONE) == ("done", None)


async def test_from_the_second_approver_the_other_one_approves(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    assert await approve(books, ONE) == ("refused", REFUSAL)
    assert await approve(books, TWO) == ("done", None)
    assert await approve(books, ONE, "usr_ben") == ("done", None)


async def test_a_second_approver_who_left_is_none(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    await books.run("UPDATE users SET removed_at = '2026-01-01T00:00:00.000Z' WHERE id = 'usr_ben'")
    assert await approve(books, ONE) == ("done", None)


async def test_who_changed_the_money_does_not_approve_it(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    await correct(books, TWO, "till_first")
    assert await approve(books, TWO) == ("refused", REFUSAL)
    assert await approve(books, TWO, "usr_ben") == ("done", None)


async def test_where_both_had_a_hand_in_it_either_approves(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    await correct(books, ONE, "till_usr_ben")
    assert await approve(books, ONE) == ("done", None)


async def test_a_second_approver_who_may_be_the_first_is_none(books: Books) -> None:
    """Ann made the link that Ben came by, and saw it: Ben does not approve for her, nor she for
    Ben.
    """
    await add_person(books, "usr_ben", "approver")
    await books.run("INSERT INTO let_in VALUES ('usr_ben', 'usr_first', '', 1, NULL)")
    assert await approve(books, ONE, "usr_ben") == ("done", None), (
        "the two count as one, who is alone"
    )
    await add_person(books, "usr_cy", "approver")
    await ask(books, "/api/expenses/unapprove", {"ids": [ONE]})
    outcome, reason = await approve(books, ONE, "usr_ben")
    assert outcome == "refused"
    assert reason is not None
    assert reason.startswith("You may be the person who handed it in")
    assert await approve(books, ONE, "usr_cy") == ("done", None)


async def test_an_act_on_many_leaves_out_what_is_ones_own(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    act = {"kind": "approve", **await as_seen(books.host.database, [ONE, TWO])}
    preview = await ask(books, "/api/acts/preview", act)
    assert preview["changes"] == 1
    assert preview["refused"] == [{"reason": REFUSAL, "count": 1}]


async def test_the_switch_turns_it_off_for_the_account(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    account = await books.ask("PATCH", "/api/account", {"fourEyes": False})
    assert account["fourEyes"] is False
    assert await approve(books, ONE) == ("done", None)
    told = await books.rows(
        "SELECT detail FROM audit_events WHERE action = 'account.four_eyes_set'"
    )
    detail = '{"after":{"fourEyes":0},"before":{"fourEyes":null},"fourEyes":0}'
    assert [row["detail"] for row in told] == [detail]


async def test_only_who_administers_turns_it_off(books: Books) -> None:
    await add_person(books, "usr_ben", "approver")
    async with api_client(books.host.platform, "till_usr_ben") as client:
        answer = await client.patch("/api/account", json={"fourEyes": False})
    assert answer.status_code == 403
