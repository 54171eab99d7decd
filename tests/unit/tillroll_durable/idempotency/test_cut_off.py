"""A request that died between its effect and its answer is sent again: it is answered, and nothing
is done twice.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest

from tests.support.dying import Dying, Killed
from tests.support.expenses import Given
from tests.support.host_api import api_client
from tests.support.sql import sql
from tests.support.uploads import MemoryFile, MemoryUpload
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.receipts.native import receive
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement

# Requests that make rows, with what they are to find: of each room one, and those that are refused
# when done twice.
_REQUESTS: Final[dict[str, Any]] = {
    "POST /api/tokens": {"name": "script"},
    "POST /api/people": {"name": "Bob"},
    "POST /api/categories/starters": {"set": "freelancer"},
    "POST /api/categories/accounts": {"chart": "skr03"},
    "POST /api/expense-views": {"name": "Lunches", "filter": {"q": "teo"}},
    "POST /api/acts": {"kind": "tags", "ids": ["exp_000001"], "add": ["lunch"]},
    "POST /api/exports": {"format": "csv"},
    "POST /api/expenses/approve": {"ids": ["exp_000001", "exp_000002"], "versions": [1, 1]},
    "POST /api/duplicates/apart": {"first": "exp_000001", "second": "exp_000002"},
    "PATCH /api/expenses/exp_000001": {"note": "mine"},
    "POST /api/vouchers": {
        "date": "2026-02-14", "merchant": "City parking", "total": "4.50", "currency": "EUR",
        "reason": "No paper",
    },
}  # fmt: skip
_MOST_POINTS: Final = 40


async def opened() -> Books:
    books = await open_books(
        Given(1, merchant="TEO HENG", category="Meals"), Given(2, merchant="TEO HENG")
    )
    await books.run("UPDATE expenses SET status = 'ready'")
    return books


async def send(books: Books, name: str, body: Any, database: Any = None) -> httpx.Response:
    platform = (
        books.host.platform if database is None else replace(books.host.platform, database=database)
    )
    method, _, path = name.partition(" ")
    headers = {"idempotency-key": "k1"} | ({"if-match": '"2"'} if method == "PATCH" else {})
    async with api_client(platform) as client:
        return await client.request(method, path, json=body, headers=headers)


async def counted(books: Books) -> dict[str, Any]:
    """How many rows each table has, but for the keys' own."""
    tables = await books.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'idempotency%'"
    )
    counts: dict[str, Any] = {}
    for table in tables:
        name = str(table["name"])
        [row] = await books.rows(sql(f'SELECT COUNT(*) AS n FROM "{name}"'))
        counts[name] = row["n"]
    return counts


# Ids and times are others in each world, and a secret is in no answer that was kept.
_OF_ITS_WORLD: Final = re.compile(
    r"(?<=_)[0-9A-HJKMNP-TV-Z]{20,}|\d{4}-\d\d-\d\dT[\d:.]+Z"
    r'|(?<="token": )("[^"]+"|null)|(?<="url": )("[^"]+"|null)'
)


def said(answer: httpx.Response) -> tuple[int, str]:
    """The answer, without what is another in each world."""
    if not answer.content:
        return answer.status_code, ""
    text = json.dumps(answer.json(), sort_keys=True)
    return answer.status_code, _OF_ITS_WORLD.sub("…", text)


_BROKEN: Final = ("POST /api/expense-views", "PATCH /api/expenses/exp_000001", "POST /api/acts")


@pytest.mark.parametrize(
    ("name", "error"),
    [*((name, Killed) for name in _REQUESTS), *((name, DatabaseError) for name in _BROKEN)],
)
async def test_wherever_it_is_cut_off_it_is_done_once(
    name: str, error: type[BaseException]
) -> None:
    control = await opened()
    answer = await send(control, name, _REQUESTS[name])
    assert answer.is_success, answer.text
    wanted, points = (said(answer), await counted(control)), 0
    for at in range(_MOST_POINTS):
        books = await opened()
        dying = Dying(books.host.database, at, error)
        try:
            await send(books, name, _REQUESTS[name], dying)
        except Killed:
            assert error is Killed
        if not dying.has_died:
            break
        books.host.pieces.clock.advance(timedelta(seconds=61))
        again = await send(books, name, _REQUESTS[name])
        assert (said(again), await counted(books)) == wanted, f"cut off at point {at}"
        last = await send(books, name, _REQUESTS[name])
        assert (said(last), last.headers["idempotent-replayed"]) == (wanted[0], "true")
        assert not await books.rows("SELECT * FROM idempotency_effects")
        points += 1
    assert 6 < points < _MOST_POINTS


async def test_an_upload_that_was_cut_off_is_one_receipt() -> None:
    photo = b"%PDF-1.7 one"

    async def upload(books: Books, database: Any) -> Any:
        platform = replace(books.host.platform, database=database)
        headers = {"authorization": "Bearer till_first", "idempotency-key": "u1"}
        return await receive(
            platform, MemoryUpload([MemoryFile(photo, books.host.pieces.objects, "a.jpg")], headers)
        )

    points = 0
    for at in range(_MOST_POINTS):
        books = await opened()
        dying = Dying(books.host.database, at)
        try:
            await upload(books, dying)
        except Killed:
            points += 1
        if not dying.has_died:
            break
        books.host.pieces.clock.advance(timedelta(seconds=61))
        again = await upload(books, books.host.database)
        (receipt,) = await books.rows(
            "SELECT id, run_id FROM receipts WHERE id LIKE 'rec_0___%' AND LENGTH(id) > 12"
        )
        assert (again.status, again.body["receiptId"], again.body["runId"]) == (
            202,
            receipt["id"],
            receipt["run_id"],
        )
    assert points > 4


async def test_whoever_was_taken_over_writes_nothing_more() -> None:
    """The first attempt is slow, not dead: it stands before its write when the second one does
    it.
    """
    books = await opened()
    beneath = books.host.database

    class Slow(Dying):
        async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
            if any("INSERT INTO expense_views" in each.sql for each in statements):
                books.host.pieces.clock.advance(timedelta(seconds=61))
                self.second = await send(books, name, _REQUESTS[name])
            return await super().batch(statements)

    name = "POST /api/expense-views"
    slow = Slow(beneath, 1_000)
    first = await send(books, name, _REQUESTS[name], slow)
    assert slow.second.status_code == 201
    assert (first.status_code, first.json()["type"]) == (
        409,
        "urn:tillroll:problem:request-in-flight",
    )
    assert len(await books.rows("SELECT id FROM expense_views")) == 1
    replayed = await send(books, name, _REQUESTS[name])
    assert replayed.json() == slow.second.json()
