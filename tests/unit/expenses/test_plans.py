"""No way to find expenses goes through a whole table: each filter alone, and pairs of them, in each
order.
"""

import itertools

import pytest

from tests.support.expenses import Given, add_expenses
from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.expenses.approval.judged import (
    Approver,
)
from tillroll.expenses.approval.queue import queue_of
from tillroll.expenses.duplicates.pairs import list_pairs
from tillroll.expenses.search.filters import SORTS, FilterQuery, Order, read_filter
from tillroll.expenses.search.pages import find_page
from tillroll.expenses.search.sums import find_totals, waiting_runs
from tillroll.expenses.search.words import index_newest, index_waiting
from tillroll.expenses.sorting.categories import list_categories
from tillroll.expenses.sorting.merchants import list_merchants
from tillroll_durable.platform.bindings.database import statement
from tillroll_durable.platform.services import Platform
from tillroll_durable.sight import Sight, all_of

FILTERS = {
    "q": "cafe",
    "from": "2026-02",
    "to": "2026-04-15",
    "min": "1",
    "max": "100",
    "currency": "EUR",
    "category": "Meals",
    "tag": "trip",
    "person": "usr_first",
    "status": "ready",
    "missing": "tax,number,rate",
    "is": "paid,claimed,-exported",
}
# Names of subqueries, which are bounded or go by an index themselves, and of JSON arrays.
_DERIVED = ("wait", "few", "stop", "given", "word", "named", "asked")
PAIRS = [
    {},
    *({name: FILTERS[name]} for name in FILTERS),
    *map(dict, itertools.combinations(FILTERS.items(), 2)),
]


async def no_lines(_platform: Platform, _run_id: str) -> list[str]:
    return []


@pytest.mark.parametrize("only", [None, "usr_first"])
@pytest.mark.parametrize("few", [3_000, 0])
async def test_every_filter_and_pair_uses_an_index(
    monkeypatch: pytest.MonkeyPatch, few: int, only: str | None
) -> None:
    monkeypatch.setattr("tillroll.expenses.search.pages.FEW", few)
    database = await migrated_database()
    watched = WatchedDatabase(database)
    host = assemble(database, {}, seen_as=watched)
    await add_expenses(database, *(Given(number, category="Meals") for number in range(1, 4)))
    for number in range(1, 4):
        await database.all(
            statement("INSERT INTO expense_tags VALUES (?, 'trip')", [f"exp_{number:06}"])
        )
    await index_newest(host.platform, no_lines, ACCOUNT)
    await index_waiting(host.platform, no_lines)
    await database.all(statement("UPDATE expenses SET person = 'usr_first'"))
    sight = Sight(ACCOUNT, only)
    for values in PAIRS:
        chosen = read_filter(FilterQuery({name: [value] for name, value in values.items()}))
        for by, is_descending in itertools.product(SORTS, (True, False)):
            await find_page(watched, sight, chosen, Order(by, is_descending), None, 2)
        await find_totals(watched, sight, chosen)
    assert len(watched.seen) > 500
    assert await watched.whole_tables(small=_DERIVED) == []


async def test_ones_own_are_led_to_by_their_person() -> None:
    """Whatever others have."""
    watched = WatchedDatabase(await migrated_database())
    sight = Sight(ACCOUNT, "usr_first")
    await list_merchants(watched, sight, "", 100)
    await list_categories(watched, sight)
    await list_pairs(watched, sight, "usr_first", before="~", limit=50)
    await waiting_runs(watched, sight, "usr_first")
    for query in [*watched.seen]:
        plan = await watched.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters]))
        assert any(
            "s_by_person (account_id=? AND person=?" in str(step["detail"]) for step in plan
        ), (query.sql, plan)


async def test_what_waits_for_anybody_is_counted_by_its_standing() -> None:
    """However many receipts and expenses wait for nobody."""
    watched = WatchedDatabase(await migrated_database())
    await waiting_runs(watched, all_of(ACCOUNT), "usr_first")
    for query in [*watched.seen]:
        plan = await watched.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters]))
        assert any("s_by_status (account_id=? AND status=?" in str(step["detail"]) for step in plan)


async def test_what_waits_for_approval_is_counted_by_one_query_that_uses_its_index() -> None:
    """However many expenses the account has that wait for nobody."""
    watched = WatchedDatabase(database := await migrated_database())
    await add_expenses(database, *map(Given, range(1, 4)))
    host = assemble(database, {}, seen_as=watched)
    assert (
        await queue_of(host.platform, Approver(ACCOUNT, "usr_first", ""), all_of(ACCOUNT), 0)
    ).count == 3
    [query] = watched.seen
    assert await watched.whole_tables(small=_DERIVED) == []
    plan = await database.all(statement(f"EXPLAIN QUERY PLAN {query.sql}", [*query.parameters]))
    assert sum("expenses_to_approve (account_id=?)" in str(step["detail"]) for step in plan) == 3, (
        plan
    )
