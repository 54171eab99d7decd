"""A second attempt at an operation: what it hears of the first one, what it does itself, and
where it stops.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from tests.support.host_platform import assemble, migrated_database
from tillroll_durable.idempotency.journal import (
    Attempt,
    NotResumable,
    Superseded,
    begin,
)
from tillroll_durable.idempotency.keys import OutcomeUnknown, Sent
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    DatabaseUnavailable,
    GuardFailed,
    Row,
    RowConflict,
    Statement,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.ids import drawn_by, new_id
from tillroll_durable.platform.services import without_journal
from tillroll_testing.host.platform import ACCOUNT, HostPlatform
from tillroll_testing.host.sqlite import SqliteDatabase

NAMES: Final = statement("CREATE TABLE names (name TEXT PRIMARY KEY) STRICT")
ALL_NAMES: Final = statement("SELECT name FROM names ORDER BY name")
HOW_MANY: Final = statement("SELECT COUNT(*) AS n FROM names")
SENT: Final = Sent(ACCOUNT, "user:ann", "POST /names", key="k1", fingerprint="f1")
# What an attempt may see before a write, as JSON.
MOST_CHARACTERS: Final = 500_000


@pytest.fixture
async def host() -> HostPlatform:
    return assemble(await migrated_database(NAMES), {})


async def attempt_on(host: HostPlatform, database: Database | None = None) -> Attempt:
    """The next attempt, once the one before it is taken for dead."""
    host.pieces.clock.advance(timedelta(seconds=61))
    platform = host.platform
    if database is not None:
        platform = replace(platform, database=database)
    attempt = await begin(platform, SENT)
    assert isinstance(attempt, Attempt)
    return attempt


def adding(name: str) -> Statement:
    return statement("INSERT INTO names (name) VALUES (?)", [name])


async def names_of(host: HostPlatform) -> list[str]:
    return [str(row["name"]) for row in await host.database.all(ALL_NAMES)]


async def test_each_attempt_goes_on_behind_the_last_write() -> None:
    host = assemble(await migrated_database(NAMES), {})
    for count in range(1, 5):
        attempt = await attempt_on(host)
        database = attempt.platform.database
        for number in range(1, count + 1):
            await database.all(adding(f"name {number}"))
            assert len(await database.all(ALL_NAMES)) == number
        assert len(await names_of(host)) == count


async def test_two_writes_of_one_attempt_and_one_of_the_next_are_three(host: HostPlatform) -> None:
    first = await attempt_on(host)
    await first.platform.database.all(adding("a"))
    await first.platform.database.all(adding("b"))
    second = await attempt_on(host)
    for name in ("a", "b", "c"):
        await second.platform.database.all(adding(name))
    assert await names_of(host) == ["a", "b", "c"]


async def test_a_batch_gives_the_rows_of_each_statement(host: HostPlatform) -> None:
    for _ in range(2):
        attempt = await attempt_on(host)
        database = attempt.platform.database
        seen = await database.batch([ALL_NAMES, HOW_MANY])
        assert seen == [[], [{"n": 0}]]
        await database.all(adding("a"))
    assert await names_of(host) == ["a"]


async def test_a_write_gives_its_own_rows(host: HostPlatform) -> None:
    attempt = await attempt_on(host)
    write = statement("INSERT INTO names (name) VALUES ('a') RETURNING name")
    assert await attempt.platform.database.batch([write, HOW_MANY]) == [[{"name": "a"}], [{"n": 1}]]


async def test_time_and_ids_are_those_of_the_first_attempt(host: HostPlatform) -> None:
    first = await attempt_on(host)
    seen = (first.journal.now(), first.journal.draw())
    await first.platform.database.all(adding("a"))
    second = await attempt_on(host)
    assert (second.journal.now(), second.journal.draw()) == seen
    await second.platform.database.all(adding("a"))
    assert second.journal.now() > seen[0]
    assert second.journal.draw() > seen[1]


async def test_what_was_refused_is_refused_again_the_same_way(host: HostPlatform) -> None:
    """Also where what stood in its way is gone."""
    await host.database.all(adding("taken"))
    first = await attempt_on(host)
    with pytest.raises(RowConflict) as refused:
        await first.platform.database.all(adding("taken"))
    await first.platform.database.all(adding("another"))

    await host.database.all(statement("DELETE FROM names WHERE name = 'taken'"))
    second = await attempt_on(host)
    with pytest.raises(RowConflict) as again:
        await second.platform.database.all(adding("taken"))
    assert str(again.value) == str(refused.value)
    await second.platform.database.all(adding("another"))
    assert await names_of(host) == ["another"]


async def test_whoever_sees_something_else_than_then_is_stopped(host: HostPlatform) -> None:
    first = await attempt_on(host)
    await first.platform.database.all(ALL_NAMES)
    await first.platform.database.all(adding("a"))

    second = await attempt_on(host)
    with pytest.raises(NotResumable):
        await second.platform.database.all(HOW_MANY)
    third = await attempt_on(host)
    with pytest.raises(NotResumable):
        third.journal.now()


async def test_another_write_than_then_is_stopped(host: HostPlatform) -> None:
    first = await attempt_on(host)
    await first.platform.database.all(adding("a"))

    second = await attempt_on(host)
    with pytest.raises(NotResumable):
        await second.platform.database.all(statement("DELETE FROM names"))
    assert await names_of(host) == ["a"]


async def write_bearing_faults(attempt: Attempt, query: Statement) -> None:
    """As a scan does: whatever is wrong with one row, the others have their turn."""
    try:
        await attempt.platform.database.all(query)
    except Exception:  # noqa: BLE001 - see above
        await attempt.platform.database.all(adding("set aside"))


async def test_nobody_takes_the_end_of_an_attempt_for_a_fault_of_one_row(
    host: HostPlatform,
) -> None:
    first = await attempt_on(host)
    await first.platform.database.all(adding("a"))
    second = await attempt_on(host)
    with pytest.raises(NotResumable):
        await write_bearing_faults(second, statement("DELETE FROM names"))
    with pytest.raises(Superseded):
        await write_bearing_faults(first, adding("b"))
    assert await names_of(host) == ["a"]


class Unread:
    """`Database` that answers no read."""

    def __init__(self, beneath: SqliteDatabase) -> None:
        self._beneath = beneath

    async def all(self, query: Statement) -> list[Row]:
        raise DatabaseUnavailable(f"Network connection lost: {query.sql}", "lost")

    async def first(self, query: Statement) -> Row | None:
        raise DatabaseUnavailable(f"Network connection lost: {query.sql}", "lost")

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return await self._beneath.batch(statements)


async def test_what_failed_and_was_borne_fails_again_the_same_way(host: HostPlatform) -> None:
    """Also where the database answers by then: whoever bears it goes on as before."""

    async def see_or_bear_it(attempt: Attempt) -> str:
        database = attempt.platform.database
        try:
            await database.all(ALL_NAMES)
        except DatabaseUnavailable as error:
            await database.batch([adding("unseen")])
            return error.reason
        await database.batch([adding("seen")])
        return ""

    first = await attempt_on(host, Unread(host.database))
    assert await see_or_bear_it(first) == "lost"
    second = await attempt_on(host)
    assert await see_or_bear_it(second) == "lost"
    assert await names_of(host) == ["unseen"]


async def test_a_job_beside_the_operation_is_no_part_of_it(host: HostPlatform) -> None:
    """It writes now this, now that; what is written behind it is written once."""
    for number in (1, 2):
        attempt = await attempt_on(host)
        with drawn_by(attempt.journal.draw):
            first_id = new_id("thing")
            await attempt.platform.database.all(adding("before"))
            with without_journal(attempt.platform) as here:
                assert here.database is host.database
                assert here.clock is host.platform.clock
                assert new_id("thing") > first_id
                await here.database.all(adding(f"job {number}"))
            await attempt.platform.database.all(adding("behind"))
    assert await names_of(host) == ["before", "behind", "job 1", "job 2"]


async def test_a_job_without_an_operation_is_done_on_its_platform(host: HostPlatform) -> None:
    with without_journal(host.platform) as here:
        assert here is host.platform


async def overhead(host: HostPlatform) -> int:
    """How many characters of JSON are kept of a read, beside its text."""
    attempt = await attempt_on(host)
    await attempt.platform.database.all(statement("SELECT ?1 AS text", [""]))
    await attempt.platform.database.all(adding("first"))
    [row] = await host.database.all(statement("SELECT LENGTH(seen) AS n FROM idempotency_effects"))
    await host.database.all(statement("DELETE FROM idempotency_keys"))
    return int(row["n"] or 0)


async def see_and_write(host: HostPlatform, characters: int) -> None:
    attempt = await attempt_on(host)
    text = "x" * characters
    await attempt.platform.database.all(statement("SELECT ?1 AS text", [text]))
    await attempt.platform.database.all(adding("a"))


async def test_as_much_as_may_be_kept_is_resumed(host: HostPlatform) -> None:
    length = MOST_CHARACTERS - await overhead(host)
    await see_and_write(host, length)
    await see_and_write(host, length)
    assert await names_of(host) == ["a", "first"]


async def test_more_than_may_be_kept_is_not_resumed(host: HostPlatform) -> None:
    await see_and_write(host, MOST_CHARACTERS - await overhead(host) + 1)
    with pytest.raises(OutcomeUnknown):
        await attempt_on(host)


def test_an_unknown_outcome_is_a_conflict() -> None:
    assert OutcomeUnknown.kind.status == 409
    assert OutcomeUnknown.kind.may_pass


class BreakingOnce:
    """`Database` whose connection breaks once, behind a batch that was written."""

    def __init__(self, beneath: SqliteDatabase) -> None:
        self._beneath = beneath
        self.is_broken = False

    async def all(self, query: Statement) -> list[Row]:
        return await self._beneath.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self._beneath.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        rows = await self._beneath.batch(statements)
        if any("INSERT INTO names" in each.sql for each in statements) and not self.is_broken:
            self.is_broken = True
            raise DatabaseError("Network connection lost")
        return rows


async def test_a_write_is_done_once_where_its_answer_was_lost(host: HostPlatform) -> None:
    attempt = await attempt_on(host, BreakingOnce(host.database))
    database = attempt.platform.database
    with pytest.raises(DatabaseError):
        await database.batch([adding("a"), HOW_MANY])
    assert await database.batch([adding("a"), HOW_MANY]) == [[], [{"n": 1}]]
    await database.all(adding("b"))
    assert await names_of(host) == ["a", "b"]


async def test_another_write_in_place_of_the_lost_one_is_not_taken_for_it(
    host: HostPlatform,
) -> None:
    attempt = await attempt_on(host, BreakingOnce(host.database))
    with pytest.raises(DatabaseError):
        await attempt.platform.database.all(adding("a"))
    with pytest.raises(Superseded):
        await attempt.platform.database.all(statement("DELETE FROM names"))
    assert await names_of(host) == ["a"]


async def test_what_has_a_key_of_its_own_leaves_no_trace(host: HostPlatform) -> None:
    first = await attempt_on(host)
    operation = first.journal.turn_off()
    assert operation.startswith("idk_")
    await first.platform.database.all(adding("a"))

    second = await attempt_on(host)
    assert not second.journal.has_resumed
    assert second.journal.turn_off() == operation
    with pytest.raises(RowConflict):
        await second.platform.database.all(adding("a"))


ADD_TWO: Final = statement(
    'INSERT INTO names (name) SELECT value FROM json_each(\'["a", "b"]\') RETURNING name'
)
ADD_ONE: Final = statement("INSERT INTO names (name) VALUES ('e') RETURNING name")
DROP_BOTH: Final = statement("DELETE FROM names WHERE name IN ('a', 'b') RETURNING name")
DROP_ONE: Final = statement("DELETE FROM names WHERE name = 'a' RETURNING name")
DROP_NONE: Final = statement("DELETE FROM names WHERE name = 'z' RETURNING name")


async def test_how_many_rows_the_last_write_returned_is_known_for_good(host: HostPlatform) -> None:
    """Also to the attempt behind the one that heard no more of them."""
    batch = [ADD_TWO, HOW_MANY, DROP_ONE, DROP_NONE]
    first = await attempt_on(host)
    await first.platform.database.all(adding("c"))
    assert list(map(len, await first.platform.database.batch(batch))) == [2, 1, 1, 0]
    for _ in range(2):
        attempt = await attempt_on(host)
        await attempt.platform.database.all(adding("c"))
        results = await attempt.platform.database.batch(batch)
        assert [len(results[position]) for position in (0, 2, 3)] == [2, 1, 0]
        assert all(results[0])
        with pytest.raises(NotResumable):
            text(results[0][0], "name")
        with pytest.raises(NotResumable):
            results[0][0].get("name")
        await attempt.platform.database.all(adding("d"))
    assert await names_of(host) == ["b", "c", "d"]


async def test_what_is_noted_of_a_write_stands_in_no_guards_way(host: HostPlatform) -> None:
    attempt = await attempt_on(host)
    changed = statement("SELECT changes() AS n")
    *_, last = await attempt.platform.database.batch([ADD_TWO, *must_hit(ADD_ONE, 1), changed])
    assert last == [{"n": 0}]
    await attempt.platform.database.batch([*must_hit(DROP_BOTH, 2)])
    with pytest.raises(GuardFailed):
        await attempt.platform.database.batch([*must_hit(DROP_BOTH, 1)])


async def test_what_a_write_returned_is_known_where_the_connection_broke(
    host: HostPlatform,
) -> None:
    class Breaking:
        def __init__(self) -> None:
            self.is_broken = False

        async def all(self, query: Statement) -> list[Row]:
            return await host.database.all(query)

        async def first(self, query: Statement) -> Row | None:
            return await host.database.first(query)

        async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
            rows = await host.database.batch(statements)
            if self.is_broken:
                return await host.database.batch(statements)
            return rows

    breaking = Breaking()
    attempt = await attempt_on(host, breaking)
    breaking.is_broken = True
    assert len(await attempt.platform.database.all(ADD_TWO)) == 2
