"""As many queries as the Worker counts on are asked of the database, in one invocation."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.simulation.receipts import open_receipts
from tests.support.host_api import api_client
from tests.support.host_platform import OTHER_TOKEN, assemble, migrated_database
from tests.support.replicated import LaggingDatabase
from tillroll.api.near import NearSettings
from tillroll.observability.query_check import check_queries, check_sessions
from tillroll_durable.platform.bindings.database import ByBatch, DatabaseError, Row, Statement
from tillroll_durable.platform.invocation import CountedDatabase
from tillroll_durable.platform.limits import FREE, PAID, Plan, Spending
from tillroll_testing.simulation.faults import Faults


class _OfStatements(ByBatch):
    """A database that counts each statement of a batch, and refuses what is more than `most`."""

    def __init__(self, inner: ByBatch, most: int) -> None:
        self._inner = inner
        self._left = most

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        self._left -= len(statements)
        if self._left < 0:
            raise DatabaseError("D1_ERROR: Too many API requests by single worker invocation.")
        return await self._inner.batch(statements)


async def _checked(plan: Plan, most: int | None) -> tuple[int, int | None, str | None]:
    spending = Spending(plan)
    inner = await migrated_database()
    database = inner if most is None else _OfStatements(inner, most)
    check = await check_queries(CountedDatabase(database, spending), spending)
    assert check.limit == plan.queries
    return check.queries, check.refused_after, check.refusal


async def test_all_are_asked_but_a_few_for_the_rest_of_the_request() -> None:
    assert await _checked(PAID, None) == (990, None, None)
    assert await _checked(FREE, None) == (40, None, None)


async def test_a_database_that_counts_statements_is_seen() -> None:
    refusal = "D1_ERROR: Too many API requests by single worker invocation."
    assert await _checked(FREE, FREE.queries) == (30, 25, refusal)


async def test_operators_ask_for_it_and_nobody_else() -> None:
    world = await open_receipts(Faults())
    async with api_client(world.host.platform) as client:
        check = (await client.get("/api/query-check")).raise_for_status().json()
    assert check["refusedAfter"] is None
    assert check["limit"] - check["queries"] >= 10
    async with api_client(world.host.platform, OTHER_TOKEN) as client:
        assert (await client.get("/api/query-check")).status_code == 403


@pytest.mark.parametrize(("is_on", "works"), [(False, None), (True, True)])
async def test_it_says_whether_a_session_gives_a_bookmark(
    *, is_on: bool, works: bool | None
) -> None:
    database = LaggingDatabase(await migrated_database())
    platform = assemble(database.primary, {}).platform
    settings = platform.settings.changed(NearSettings(is_on))
    assert await check_sessions(replace(platform, database=database, settings=settings)) is works


async def test_a_database_without_sessions_is_not_read_near_people() -> None:
    platform = assemble(await migrated_database(), {}).platform
    settings = platform.settings.changed(NearSettings(reads_near=True))
    assert await check_sessions(replace(platform, settings=settings)) is False
