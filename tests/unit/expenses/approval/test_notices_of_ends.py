"""Who can approve an expense hears that its approval has ended, wherever the Worker dies."""

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from tests.support.dying import Dying, Killed
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.unit.expenses.approval.test_changes_after_approval import (
    BEN,
    DAN,
    ONE,
    SUE,
    now,
    policy,
    told,
)
from tests.unit.expenses.approval.test_four_eyes import add_person, approve
from tests.unit.expenses.sorting.sorted_books import Books, open_books

_POINTS = 80
_EDIT = ("PATCH", f"/api/expenses/{ONE}", {"category": "Gifts"})
_ACT = ("POST", "/api/acts", {"kind": "category", "ids": [ONE], "category": "Gifts"})
_PROPOSAL = ("POST", "/api/proposals/apply", {"merchant": "Green Garden Cafe", "category": "Gifts"})


async def _opened(category: str | None) -> Books:
    books = await open_books(Given(1, category=category))
    await add_person(books, SUE, "submitter")
    await add_person(books, BEN, "approver")
    await add_person(books, DAN, "approver")
    await books.run("UPDATE expenses SET person = 'usr_sue'")
    await policy(books, "Gifts")
    assert await approve(books, ONE, BEN) == ("done", None)
    return books


@pytest.mark.parametrize(
    ("request_of", "category"), [(_EDIT, "Other"), (_ACT, "Other"), (_PROPOSAL, None)]
)
async def test_an_end_and_its_notice_are_one(
    request_of: tuple[str, str, dict[str, Any]], category: str | None
) -> None:
    """Nothing of it happened before a point, and all of it behind that."""
    method, path, body = request_of
    seen: set[bool] = set()
    has_died = True
    for at in range(_POINTS):
        books = await _opened(category)
        dying = Dying(books.host.platform.database, at)
        platform = replace(books.host.platform, database=dying)
        with suppress(Killed):
            async with api_client(platform, f"till_{DAN}") as client:
                answer = await client.request(method, path, json=body)
                assert answer.is_success, answer.text
        has_ended = (await now(books))["status"] == "ready"
        assert await told(books) == (["usr_ben", "usr_first"] if has_ended else []), at
        seen.add(has_ended)
        has_died = dying.has_died
        if not has_died:
            break
    assert seen == {True, False}
    assert not has_died
