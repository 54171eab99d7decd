"""A final no: an approver voids another person's expense with a reason, and that person is told."""

from typing import Any

import httpx
import pytest

from tests.support.approving import as_seen
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.approval.test_four_eyes import add_person
from tests.unit.expenses.sorting.sorted_books import Books, open_books

_PATH = "/api/expenses/exp_000001"
_LOCKED = 409


@pytest.fixture
async def books() -> Books:
    """Ann is an owner, Ben an approver; the expense is Cid's."""
    books = await open_books(Given(1))
    await add_person(books, "usr_ben", "approver")
    await add_person(books, "usr_cid", "submitter")
    await books.run("UPDATE expenses SET person = 'usr_cid'")
    return books


async def ask(
    books: Books, who: str, method: str, path: str, body: object = None
) -> httpx.Response:
    async with api_client(books.host.platform, f"till_{who}") as client:
        return await client.request(method, path, json=body)


async def move(books: Books, who: str, name: str, reason: str | None = None) -> httpx.Response:
    return await ask(books, who, "POST", f"{_PATH}/{name}", {"reason": reason})


async def told(books: Books) -> list[tuple[Any, Any, Any]]:
    rows = await books.rows(
        "SELECT n.topic, n.about, t.user_id FROM notification_recipients t "
        "JOIN notifications n ON n.id = t.notification_id WHERE n.topic LIKE 'expense.%ed' "
        "ORDER BY n.created_at, n.id"
    )
    return [(row["topic"], row["about"], row["user_id"]) for row in rows]


async def test_the_person_is_told_and_cannot_take_it_back(books: Books) -> None:
    assert (await move(books, "usr_ben", "void", "private")).json()["status"] == "voided"
    assert await told(books) == [("expense.rejected", "private", "usr_cid")]
    for name in ("restore", "confirm"):
        assert (await move(books, "usr_cid", name)).status_code == _LOCKED
    [newest] = (await ask(books, "usr_cid", "GET", f"{_PATH}/history?limit=1")).json()["items"]
    undone = await ask(books, "usr_cid", "POST", f"{_PATH}/undo", {"change": newest["id"]})
    assert undone.status_code == _LOCKED
    assert await books.column("status") == ["voided"]


async def test_an_approver_takes_it_back(books: Books) -> None:
    await move(books, "usr_ben", "void", "private")
    assert (await move(books, "usr_ben", "restore")).json()["status"] == "ready"
    # What they void themselves later is theirs to restore.
    await move(books, "usr_cid", "void", "a slip")
    assert (await move(books, "usr_cid", "restore")).json()["status"] == "ready"


async def test_who_voids_their_own_restores_it(books: Books) -> None:
    await move(books, "usr_cid", "void", "a slip")
    assert (await move(books, "usr_cid", "restore")).json()["status"] == "ready"


async def test_many_are_rejected_as_one_is(books: Books) -> None:
    act = {"kind": "void", "ids": ["exp_000001"], "reason": "private"}
    (await ask(books, "usr_ben", "POST", "/api/acts", act)).raise_for_status()
    assert await told(books) == [("expense.rejected", "private", "usr_cid")]
    assert (await move(books, "usr_cid", "restore")).status_code == _LOCKED


async def test_the_answer_to_what_was_asked_is_shown_to_approvers(books: Books) -> None:
    seen = await as_seen(books.host.database, ["exp_000001"])
    question = {**seen, "reason": "Who was there?"}
    await ask(books, "usr_ben", "POST", "/api/expenses/reject", question)
    await move(books, "usr_cid", "confirm", "Ann and I")
    [queued] = (await ask(books, "usr_ben", "GET", "/api/approvals/queue?limit=5")).json()["items"]
    decided = queued["approval"]["decided"]
    assert (decided["reason"], decided["answer"]) == ("Who was there?", "Ann and I")


async def needing(books: Books, who: str) -> int:
    return int((await ask(books, who, "GET", "/api/notices")).json()["needsYou"])


async def test_a_notice_of_what_is_settled_needs_nobody(books: Books) -> None:
    await move(books, "usr_ben", "send-back", "Who was there?")
    assert await needing(books, "usr_cid") == 1
    await move(books, "usr_cid", "confirm", "Ann and I")
    assert await needing(books, "usr_cid") == 0
    assert await needing(books, "usr_ben") == 1
    seen = await as_seen(books.host.database, ["exp_000001"])
    await ask(books, "usr_ben", "POST", "/api/expenses/approve", seen)
    assert await needing(books, "usr_ben") == 0


async def test_what_was_sent_back_waits_for_its_person(books: Books) -> None:
    await move(books, "usr_ben", "send-back", "Who was there?")
    for who, count in (("usr_ben", 0), ("usr_cid", 1)):
        waiting = (await ask(books, who, "GET", "/api/home/waiting")).json()
        assert waiting["runs"]["sentBack"] == count
    # Nobody answers for who has left, but those who are there.
    await books.run("UPDATE users SET removed_at = '2020' WHERE id = 'usr_cid'")
    waiting = (await ask(books, "usr_ben", "GET", "/api/home/waiting")).json()
    assert waiting["runs"]["sentBack"] == 1
