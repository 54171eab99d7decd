"""What is worked off in order: each once, whatever is wrong with one, and that one is tried
again.
"""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.jobs.scans import FEW, Followed, done_until, try_again, work_off
from tillroll_durable.platform.bindings.database import (
    DatabaseError,
    Row,
    Statement,
    integer,
    statement,
)
from tillroll_testing.host.platform import HostPlatform

CURSOR, ROWS = "told events", 100


class Book:
    """Writes each row's id down; `bad` ones fail."""

    def __init__(self, host: HostPlatform, *bad: int) -> None:
        self.host = host
        self.bad = {*bad}
        self.followed = Followed("a job", CURSOR, self.writes)

    def writes(self, rows: Sequence[Row]) -> list[Statement]:
        if self.bad & {integer(row, "id") for row in rows}:
            raise ValueError("a fault")
        add = """
          INSERT INTO metric_counters (name, labels, value) VALUES (?, '[]', 1)
          ON CONFLICT (name, labels) DO UPDATE SET value = value + 1
        """
        return [statement(add, [str(row["id"])]) for row in rows]

    async def go_on(self) -> bool:
        position = await done_until(self.host.database, CURSOR)
        rows: list[Row] = [{"id": number} for number in range(position + 1, ROWS + 1)]
        return await work_off(self.host.platform, self.followed, position, rows, ROWS)

    async def again(self) -> None:
        async def load(id_: int) -> Sequence[Row]:
            return [{"id": id_}]

        self.host.pieces.clock.advance(timedelta(minutes=2))
        await try_again(self.host.platform, self.followed, load)

    async def written(self) -> dict[int, int]:
        rows = await self.host.database.all(statement("SELECT name, value FROM metric_counters"))
        return {int(str(row["name"])): integer(row, "value") for row in rows}


async def opened(*bad: int) -> Book:
    return Book(assemble(await migrated_database(), {}), *bad)


async def test_what_is_wrong_with_one_holds_up_few_and_all_are_written_once() -> None:
    book = await opened(57)
    assert await book.go_on()
    assert await done_until(book.host.database, CURSOR) == ROWS
    assert ROWS - FEW <= len(await book.written()) < ROWS
    await book.again()
    assert {*range(1, ROWS + 1)} - {*await book.written()} == {57}
    book.bad.clear()
    for _ in range(2):
        await book.again()
    assert await book.written() == dict.fromkeys(range(1, ROWS + 1), 1)


async def test_where_another_tick_is_at_it_nothing_is_written() -> None:
    book = await opened()
    rows: list[Row] = [{"id": number} for number in range(1, ROWS + 1)]
    moved = "UPDATE reconciler_cursors SET position = '5' WHERE name = ?"
    await book.host.database.all(statement(moved, [CURSOR]))
    assert not await work_off(book.host.platform, book.followed, 0, rows, ROWS)
    assert await book.written() == {}
    assert await done_until(book.host.database, CURSOR) == 5


async def test_a_database_that_takes_nothing_sets_nothing_aside() -> None:
    book = await opened()

    async def fail(statements: Sequence[Statement]) -> list[list[Row]]:
        del statements
        raise DatabaseError("D1_ERROR: it is overloaded")

    whole, book.host.database.batch = book.host.database.batch, fail
    with pytest.raises(DatabaseError):
        await book.go_on()
    book.host.database.batch = whole
    assert await done_until(book.host.database, CURSOR) == 0
    assert not await book.host.database.all(statement("SELECT 1 FROM reconciler_setbacks"))
    assert await book.go_on()
