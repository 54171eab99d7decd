"""Acts over many expenses: done in batches, once, undone as a whole, and left half done by nobody
for ever.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from tests.support.expenses import Given
from tests.support.host_platform import ACCOUNT
from tests.unit.expenses.sorting.sorted_books import Books, open_books
from tillroll.expenses.sorting import acts
from tillroll.expenses.sorting.acts import continue_acts, go_on
from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement
from tillroll_durable.sight import all_of

ANN = "token:tok_usr_first"


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "_CHANGED", 2)
    monkeypatch.setattr(acts, "_LOOKED_AT", 3)
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 2)


def meals(many: int) -> list[Given]:
    return [Given(number, category="Meals") for number in range(1, many + 1)]


async def renamed(books: Books, name: str = "Food", key: str | None = None) -> dict[str, object]:
    return await books.ask(
        "POST", f"/api/categories/{await books.category_id('Meals')}/rename", {"name": name}, key
    )


async def to_the_end(
    books: Books, act: dict[str, object], verb: str = "continue"
) -> dict[str, object]:
    for _ in range(20):
        if act["state"] in {"applied", "undone"}:
            return act
        act = await books.ask("POST", f"/api/acts/{act['id']}/{verb}")
        verb = "continue"
    raise AssertionError(act)


async def test_many_expenses_take_many_requests_and_each_is_changed_once() -> None:
    books = await open_books(*meals(11))
    act = await renamed(books)
    assert (act["state"], act["changed"], (await books.column("category")).count("Food")) == (
        "applying",
        4,
        4,
    )
    act = await to_the_end(books, act)
    assert (act["changed"], set(await books.column("category"))) == (11, {"Food"})
    assert len(await books.rows("SELECT * FROM bulk_act_changes")) == 11
    again = await books.ask("POST", f"/api/acts/{act['id']}/continue")
    assert again == act


async def test_an_act_is_undone_as_a_whole_and_exactly() -> None:
    books = await open_books(*meals(7))
    before = await books.snapshot()
    act = await to_the_end(books, await renamed(books))
    undone = await to_the_end(books, await books.ask("POST", f"/api/acts/{act['id']}/undo"))
    assert (undone["state"], undone["restored"], undone["kept"]) == ("undone", 7, 0)
    assert await books.snapshot() == before
    assert await books.ask("POST", f"/api/acts/{act['id']}/undo") == undone


async def test_an_act_that_is_half_done_can_be_undone_too() -> None:
    books = await open_books(*meals(9))
    before = await books.snapshot()
    act = await renamed(books)
    assert act["state"] == "applying"
    await to_the_end(books, await books.ask("POST", f"/api/acts/{act['id']}/undo"))
    assert await books.snapshot() == before


async def test_what_a_person_changed_since_stays() -> None:
    books = await open_books(*meals(3))
    act = await to_the_end(books, await renamed(books))
    await books.run(
        "UPDATE expenses SET category = 'Travel', category_by = 'user:usr_first' "
        "WHERE id = 'exp_000002'"
    )
    undone = await to_the_end(books, await books.ask("POST", f"/api/acts/{act['id']}/undo"))
    assert (undone["restored"], undone["kept"]) == (2, 1)
    assert await books.column("category") == ["Meals", "Travel", "Meals"]


async def test_the_same_key_is_the_same_act_and_another_request_under_it_is_refused() -> None:
    books = await open_books(*meals(2))
    category = await books.category_id("Meals")
    first = await to_the_end(books, await renamed(books, key="once"))
    path = f"/api/categories/{category}/rename"
    assert await books.ask("POST", path, {"name": "Food"}, key="once") == first
    refused = await books.answer("POST", path, {"name": "Drinks"}, key="once")
    assert (refused.status_code, refused.json()["type"]) == (422, "urn:tillroll:problem:key-reused")
    assert len(await books.rows("SELECT * FROM bulk_acts")) == 1


class _Dying:
    """A database whose connection breaks at the n-th batch, before or after it was written."""

    def __init__(self, books: Books, at: int, *, after: bool) -> None:
        self.inner, self.left, self.after = books.host.database, at, after

    async def all(self, query: Statement) -> list[Row]:
        return await self.inner.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self.inner.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self.left -= 1
        if self.left == 0 and not self.after:
            raise DatabaseError("gone")
        rows = await self.inner.batch(statements)
        if self.left == 0:
            raise DatabaseError("gone")
        return rows


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", [1, 2, 3])
async def test_a_crash_in_the_middle_loses_nothing_and_repeats_nothing(
    at: int, monkeypatch: pytest.MonkeyPatch, *, after: bool
) -> None:
    books = await open_books(*meals(6))
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 1)
    act = await renamed(books)
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 20)
    dying = replace(books.host.platform, database=_Dying(books, at, after=after))
    with suppress(DatabaseError):
        await go_on(dying, all_of(ACCOUNT), str(act["id"]), ANN)
    ended = await to_the_end(books, await books.ask("GET", f"/api/acts/{act['id']}"))
    assert (ended["changed"], set(await books.column("category"))) == (6, {"Food"})
    told = await books.rows("SELECT detail FROM audit_events WHERE action LIKE 'act.a%'")
    listed = " ".join(str(row["detail"]) for row in told)
    assert [listed.count(f"exp_00000{number}") for number in range(1, 7)] == [1] * 6


async def test_an_expense_that_changes_under_an_act_is_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    books = await open_books(*meals(1))
    inner, meddled = books.host.database, list[bool]()

    class Meddled(_Dying):
        async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
            if not meddled and "step = step + 1" in statements[0].sql:
                meddled.append(True)
                await books.run("UPDATE expenses SET category = 'Travel' WHERE id = 'exp_000001'")
            return await inner.batch(statements)

    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 0)
    act = await renamed(books)
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 5)
    seen = replace(books.host.platform, database=Meddled(books, 99, after=False))
    ended = await go_on(seen, all_of(ACCOUNT), str(act["id"]), ANN)
    assert (ended.state, ended.changed, await books.column("category")) == (
        "applied",
        0,
        ["Travel"],
    )


async def test_two_that_go_on_at_once_write_each_batch_once() -> None:
    books = await open_books(*meals(5))
    act = await renamed(books)
    both = [books.ask("POST", f"/api/acts/{act['id']}/continue") for _ in range(2)]
    await asyncio.gather(*both)
    ended = await to_the_end(books, await books.ask("GET", f"/api/acts/{act['id']}"))
    assert (ended["changed"], set(await books.column("category"))) == (5, {"Food"})


async def _ticks(books: Books, many: int) -> list[int]:
    """How many acts each of so many ticks goes on with, a minute apart."""
    written: list[int] = []
    for _ in range(many):
        books.host.pieces.clock.advance(timedelta(seconds=61))
        written.append(await continue_acts(books.host.platform))
    return written


async def test_an_act_that_nobody_goes_on_with_is_finished_by_the_cron() -> None:
    books = await open_books(*meals(11))
    act = await renamed(books)
    assert await continue_acts(books.host.platform) == 0  # whoever began it may be about to
    assert (await _ticks(books, 8))[-1] == 0
    ended = await books.ask("GET", f"/api/acts/{act['id']}")
    assert (ended["state"], ended["changed"], set(await books.column("category"))) == (
        "applied",
        11,
        {"Food"},
    )
    (last,) = await books.rows("SELECT actor FROM audit_events WHERE action = 'act.applied'")
    assert last["actor"] == "system:acts"


async def test_an_undoing_that_nobody_goes_on_with_is_finished_too() -> None:
    books = await open_books(*meals(11))
    before = await books.snapshot()
    act = await to_the_end(books, await renamed(books))
    assert (await books.ask("POST", f"/api/acts/{act['id']}/undo"))["state"] == "undoing"
    await _ticks(books, 8)
    assert (await books.ask("GET", f"/api/acts/{act['id']}"))["state"] == "undone"
    assert await books.snapshot() == before


async def test_an_act_that_fails_keeps_no_other_from_its_turn(
    caplog: pytest.LogCaptureFixture,
) -> None:
    books = await open_books(*meals(11))
    act = await renamed(books)
    await books.run(
        "INSERT INTO bulk_acts (id, account_id, kind, begin_key, asked, created_at, created_by)"
        " SELECT 'act_0', account_id, 'unknown', 'x', '{}', created_at, created_by FROM bulk_acts"
    )
    await _ticks(books, 8)
    assert (await books.ask("GET", f"/api/acts/{act['id']}"))["state"] == "applied"
    assert "job.set_aside" in caplog.text


async def test_no_act_is_begun_while_ten_are_not_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 0)
    books = await open_books(*meals(3))

    async def begin(number: int) -> httpx.Response:
        asked = {"names": ["Green Garden Cafe"], "to": f"Cafe {number}"}
        return await books.answer("POST", "/api/merchants/rename", asked, f"key-{number}")

    answers = [await begin(number) for number in range(12)]
    assert [answer.status_code for answer in answers] == [200] * 10 + [409] * 2
    refused = answers[-1].json()
    assert refused["type"].endswith(":acts-unfinished")
    assert refused["acts"] == [answer.json()["id"] for answer in answers[:10]]
    assert (await begin(0)).json()["id"] == refused["acts"][0], (
        "the same again is the act that there is"
    )
    [unfinished] = await books.rows(
        "SELECT COUNT(*) AS acts FROM bulk_acts WHERE state = 'applying'"
    )
    assert unfinished["acts"] == 10
    monkeypatch.setattr(acts, "BATCHES_A_REQUEST", 5)
    await to_the_end(books, answers[0].json())
    assert (await begin(12)).status_code == 200
