"""Whose word is the last on two expenses that may be one: four eyes hold of it, as of approval."""

from typing import Any, LiteralString

import pytest

from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.approval.test_four_eyes import add_person
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, holders
from tillroll_durable.platform.bindings.database import statement, word

_APART = {"first": "exp_000001", "second": "exp_000002"}


@pytest.fixture
async def books() -> Books:
    """Ann is an owner, Ben an approver; Cid handed in the same receipt twice."""
    books = await open_books(Given(1, merchant="Nando's"), Given(2, merchant="Nando's"))
    await add_person(books, "usr_ben", "approver")
    await add_person(books, "usr_cid", "submitter")
    await books.run("UPDATE expenses SET person = 'usr_cid'")
    return books


async def ask(
    books: Books, method: str, path: str, who: str | None = None, body: object = None
) -> Any:
    async with api_client(books.host.platform, *([] if who is None else [f"till_{who}"])) as client:
        answer = await client.request(method, path, json=body)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None


async def tell_apart(books: Books, who: str | None = None) -> None:
    await ask(books, "POST", "/api/duplicates/apart", who, _APART)


async def asked(books: Books, who: str | None = None) -> list[str | None]:
    """Of each pair that a person is asked about, who said already that it is none."""
    pairs = (await ask(books, "GET", "/api/duplicates", who))["items"]
    count = await ask(books, "GET", "/api/duplicates/count", who)
    waiting = await ask(books, "GET", "/api/home/waiting", who)
    assert count["pairs"] == waiting["duplicates"] == len(pairs)
    return [pair["toldApartBy"] for pair in pairs]


async def confirm(books: Books, actor: str) -> None:
    """Somebody confirms the second receipt, which was asked about as a duplicate."""
    review = """
      INSERT INTO reviews (id, run_id, number, reason, proposed, event_type, deadline, requested_at)
      VALUES ('rev_1', 'run_000002', 1, 'possible_duplicate', '{"duplicateOf": "run_000001"}',
        'x', '', '')
    """
    decided = "INSERT INTO review_decisions VALUES ('rev_1', 'approve', '{}', NULL, ?, '2026-11')"
    await books.host.database.batch([statement(review), statement(decided, [actor])])


async def test_an_employee_alone_silences_no_duplicate(books: Books) -> None:
    await tell_apart(books, "usr_cid")
    assert await asked(books, "usr_cid") == []
    assert await asked(books) == await asked(books, "usr_ben") == ["usr_cid"]
    queue = (await ask(books, "GET", "/api/approvals/queue?limit=10", "usr_ben"))["items"]
    assert [[twin["toldApartBy"] for twin in each["twins"]] for each in queue] == [["usr_cid"]] * 2


async def test_confirming_a_receipt_silences_it_no_more_than_that(books: Books) -> None:
    await confirm(books, "user:usr_cid")
    assert await asked(books, "usr_cid") == []
    assert await asked(books, "usr_ben") == ["usr_cid"]


async def test_what_a_review_took_for_one_is_asked_though_a_name_was_misread(books: Books) -> None:
    await books.run("UPDATE expenses SET merchant = 'N4ndo5' WHERE id = 'exp_000002'")
    assert await asked(books) == []
    await confirm(books, "user:usr_cid")
    assert await asked(books) == ["usr_cid"]


async def test_an_approver_has_the_last_word(books: Books) -> None:
    await tell_apart(books, "usr_cid")
    await tell_apart(books, "usr_ben")
    assert (
        await asked(books) == await asked(books, "usr_ben") == await asked(books, "usr_cid") == []
    )
    # Said once more by somebody whose word it is not, it stays.
    await tell_apart(books, "usr_cid")
    assert await asked(books) == []


async def test_an_approver_who_confirms_the_receipt_has_it_too(books: Books) -> None:
    await confirm(books, "user:usr_ben")
    assert await asked(books) == []


@pytest.mark.parametrize("lost", ["DELETE FROM user_roles", "UPDATE user_roles SET given_at = '3'"])
async def test_a_word_that_was_given_rightly_stands(books: Books, lost: LiteralString) -> None:
    """Also where the role is lost since, or lost and given again."""
    await confirm(books, "user:usr_ben")
    await books.run(f"{lost} WHERE user_id = 'usr_ben'")
    assert await asked(books) == []


async def test_a_role_that_comes_later_gives_no_word_weight(books: Books) -> None:
    await confirm(books, "user:usr_cid")
    await books.run("UPDATE user_roles SET role = 'owner' WHERE user_id = 'usr_cid'")
    assert await asked(books) == ["usr_cid"]


@pytest.mark.parametrize("role", list(Role))
async def test_a_word_weighs_by_the_roles_that_may_approve(books: Books, role: Role) -> None:
    await books.run(f"UPDATE user_roles SET role = '{word(role)}' WHERE user_id = 'usr_ben'")
    await confirm(books, "token:tok_usr_ben")
    [row] = await books.rows("SELECT may_settle FROM duplicate_words")
    assert bool(row["may_settle"]) == (role in holders(Permission.APPROVE))


async def test_a_token_without_the_right_gives_no_word_weight(books: Books) -> None:
    await books.run(
        """UPDATE tokens SET scopes = '["own", "read", "edit"]' WHERE user_id = 'usr_ben'"""
    )
    await confirm(books, "token:tok_usr_ben")
    await books.run("UPDATE tokens SET scopes = NULL")
    assert await asked(books) == ["usr_ben"]


async def test_an_approvers_own_is_for_the_other_one(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_ben'")
    await tell_apart(books, "usr_ben")
    assert await asked(books, "usr_ben") == []
    assert await asked(books) == ["usr_ben"]
    await tell_apart(books)
    assert await asked(books) == []


async def test_an_approver_alone_answers_for_their_own(books: Books) -> None:
    await books.run("UPDATE users SET removed_at = '2020' WHERE id = 'usr_ben'")
    await books.run("UPDATE expenses SET person = 'usr_first'")
    await tell_apart(books)
    # Somebody who comes later is not asked what was settled.
    await add_person(books, "usr_dee", "approver")
    await books.run("UPDATE user_roles SET given_at = '2999' WHERE user_id = 'usr_dee'")
    assert await asked(books, "usr_dee") == []


async def test_without_four_eyes_an_approver_answers_for_their_own(books: Books) -> None:
    await books.run("UPDATE expenses SET person = 'usr_ben'")
    await books.run("UPDATE accounts SET four_eyes = 0")
    await tell_apart(books, "usr_ben")
    assert await asked(books) == []


async def test_a_token_that_may_not_approve_does_not_settle_it(books: Books) -> None:
    await books.run(
        """UPDATE tokens SET scopes = '["own", "read", "edit"]' WHERE user_id = 'usr_ben'"""
    )
    await tell_apart(books, "usr_ben")
    assert await asked(books) == ["usr_ben"]


async def test_of_a_pair_of_two_people_either_is_approved_apart(books: Books) -> None:
    """Where nobody else may approve, each may be the other's second pair of eyes."""
    await books.run("UPDATE expenses SET person = 'usr_first' WHERE id = 'exp_000001'")
    await books.run("UPDATE expenses SET person = 'usr_ben' WHERE id = 'exp_000002'")
    await tell_apart(books, "usr_ben")
    assert await asked(books) == []


@pytest.mark.parametrize(
    ("who", "recipients"), [("usr_ben", [("exp_000002", "usr_cid")]), ("usr_cid", [])]
)
async def test_whose_expense_is_merged_hears_of_it_from_others(
    books: Books, who: str, recipients: list[tuple[str, str]]
) -> None:
    merged = {"keep": "exp_000001", "drop": "exp_000002"}
    await ask(books, "POST", "/api/duplicates/merge", who, merged)
    await ask(books, "POST", "/api/duplicates/merge", who, merged)
    rows = await books.rows(
        "SELECT n.subject, t.user_id FROM notification_recipients t "
        "JOIN notifications n ON n.id = t.notification_id WHERE n.topic = 'expense.merged'"
    )
    assert [(row["subject"], row["user_id"]) for row in rows] == recipients
