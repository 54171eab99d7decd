"""What a step appends is there with the step or not at all; what has timed out is available at
once, and told later.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import LiteralString

import pytest

from tests.support.host_platform import ACCOUNT, assemble, migrated_database
from tests.support.watching import WatchedDatabase
from tillroll.ledger.models import Kind, LedgerAccount
from tillroll.ledger.posting import (
    NOW,
    AnotherBody,
    Answer,
    append_fact,
    expire_due,
    find_fact,
    post,
)
from tillroll.ledger.repository import balance_at, create, list_facts
from tillroll.ledger.rules import Refusal
from tillroll.ledger.transfers import AnyTransfer, Post, Side, Transfer, Void, expiry_id, single
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import ConstraintFailed, statement, text
from tillroll_durable.platform.clock import from_text
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.sqlite import SqliteDatabase

BOOKS = Actor(ACCOUNT, "workflow:payout")


@pytest.fixture
async def platform() -> Platform:
    platform = assemble(await migrated_database(), {}).platform
    bank = LedgerAccount(id="bank", name="Bank", currency="EUR", normal_side=Side.DEBIT)
    owed = LedgerAccount(
        id="owed", name="Owed", currency="EUR", normal_side=Side.CREDIT, least_available=0
    )
    for account in (bank, owed):
        await create(platform, Actor(ACCOUNT, "user:usr_first"), account)
    return platform


async def answer(platform: Platform, asked: AnyTransfer) -> tuple[Answer, Refusal | None]:
    posted = await post(platform.database, platform.clock, BOOKS, single(asked))
    return posted.answer, posted.refusal


def paid(amount: int) -> Transfer:
    return Transfer("run_1:debit", "bank", "owed", "EUR", amount)


async def test_a_fact_is_in_the_batch_of_its_step(platform: Platform) -> None:
    fact = await append_fact(platform.database, platform.clock, BOOKS, single(paid(100)))
    assert fact.existing is None
    lost_guard = statement("INSERT INTO audit_events (id) VALUES (NULL)")
    with pytest.raises(ConstraintFailed):
        await platform.database.batch([*fact.statements, lost_guard])
    assert await find_fact(platform.database, ACCOUNT, "run_1:debit") is None
    await platform.database.batch(fact.statements)
    await platform.database.batch(fact.statements)
    found = await find_fact(platform.database, ACCOUNT, "run_1:debit")
    assert found is not None
    assert found.answer is Answer.DUPLICATE
    balance = await balance_at(platform.database, ACCOUNT, "owed", None)
    assert balance is not None
    assert balance.posted == 100


async def test_a_key_that_exists_gives_the_fact_there_is(platform: Platform) -> None:
    await platform.database.batch(
        (await append_fact(platform.database, platform.clock, BOOKS, single(paid(100)))).statements
    )
    again = await append_fact(platform.database, platform.clock, BOOKS, single(paid(100)))
    assert again.existing is not None
    assert (again.existing.answer, again.statements) == (Answer.DUPLICATE, [])
    with pytest.raises(AnotherBody):
        await append_fact(platform.database, platform.clock, BOOKS, single(paid(101)))


async def test_of_two_bodies_prepared_at_once_the_second_fails_its_batch(
    platform: Platform,
) -> None:
    first, second = [
        await append_fact(platform.database, platform.clock, BOOKS, single(paid(amount)))
        for amount in (100, 101)
    ]
    await platform.database.batch(first.statements)
    with pytest.raises(ConstraintFailed):
        await platform.database.batch(second.statements)


async def test_what_timed_out_is_available_before_anything_is_written_about_it(
    platform: Platform,
) -> None:
    await answer(platform, Transfer("t1", "bank", "owed", "EUR", 100))
    await answer(
        platform, Transfer("p1", "owed", "bank", "EUR", 100, is_pending=True, timeout_ms=1)
    )
    await has_passed(platform, "p1")
    balance = await balance_at(platform.database, ACCOUNT, "owed", None)
    assert balance is not None
    assert (balance.available, balance.debits_pending) == (100, 0)
    assert await answer(platform, Post("x1", "p1")) == (Answer.REFUSED, Refusal.PENDING_EXPIRED)
    assert await answer(platform, Transfer("t2", "owed", "bank", "EUR", 100)) == (
        Answer.APPLIED,
        None,
    )
    assert await expire_due(platform) == 1
    assert await expire_due(platform) == 0
    assert await answer(platform, Post("x2", "p1")) == (Answer.REFUSED, Refusal.PENDING_RESOLVED)
    assert await platform.database.all(statement("SELECT transfer_id FROM ledger_open")) == []


async def test_a_balance_of_the_past_knows_what_had_timed_out_then(platform: Platform) -> None:
    await answer(platform, Transfer("t1", "bank", "owed", "EUR", 100))
    await answer(
        platform, Transfer("p1", "owed", "bank", "EUR", 100, is_pending=True, timeout_ms=1)
    )
    await has_passed(platform, "p1")
    # A moment between its end and the fact that tells of it.
    [row] = await platform.database.all(statement(f"SELECT {NOW} AS at"))
    moment = text(row, "at")
    while text((await platform.database.all(statement(f"SELECT {NOW} AS at")))[0], "at") <= moment:
        pass
    before = await available_at(platform, moment)
    assert await expire_due(platform) == 1
    assert (before, await available_at(platform, moment), await available_at(platform, None)) == (
        100,
        100,
        100,
    )


async def available_at(platform: Platform, moment: str | None) -> int:
    balance = await balance_at(platform.database, ACCOUNT, "owed", moment)
    assert balance is not None
    return balance.available


async def test_an_expiry_that_a_clock_refused_that_went_back_is_said_under_another_id(
    platform: Platform,
) -> None:
    await answer(platform, Transfer("t1", "bank", "owed", "EUR", 100))
    await answer(
        platform, Transfer("p1", "owed", "bank", "EUR", 100, is_pending=True, timeout_ms=300)
    )
    too_early = Void(expiry_id("p1"), "p1", is_expiry=True)
    assert await answer(platform, too_early) == (Answer.REFUSED, Refusal.PENDING_NOT_DUE)
    await has_passed(platform, "p1")
    assert [await expire_due(platform), await expire_due(platform)] == [1, 0]
    assert await platform.database.all(statement("SELECT transfer_id FROM ledger_open")) == []


async def test_nothing_expires_before_its_time(platform: Platform) -> None:
    await answer(platform, Transfer("t1", "bank", "owed", "EUR", 100))
    await answer(
        platform, Transfer("p1", "owed", "bank", "EUR", 100, is_pending=True, timeout_ms=60_000)
    )
    assert await expire_due(platform) == 0
    assert await answer(platform, Post("x1", "p1", 40)) == (Answer.APPLIED, None)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE {table} SET at = at",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
        "REPLACE INTO {table} SELECT * FROM {table} LIMIT 1",
    ],
)
@pytest.mark.parametrize("table", ["ledger_transactions", "ledger_transfers", "ledger_entries"])
async def test_no_fact_is_changed(
    platform: Platform, table: LiteralString, sql: LiteralString
) -> None:
    await answer(platform, Transfer("t1", "bank", "owed", "EUR", 100))
    with pytest.raises(ConstraintFailed, match="append-only"):
        await platform.database.all(statement(sql.format(table=table)))


async def test_of_an_account_only_the_name_can_be_erased(platform: Platform) -> None:
    await platform.database.all(statement("UPDATE ledger_accounts SET name = 'erased'"))
    for sql in (
        "UPDATE ledger_accounts SET least_available = -5",
        "DELETE FROM ledger_accounts",
        "REPLACE INTO ledger_accounts SELECT * FROM ledger_accounts LIMIT 1",
    ):
        with pytest.raises(ConstraintFailed, match="append-only"):
            await platform.database.all(statement(sql))


async def has_passed(platform: Platform, pending: str) -> None:
    """Wait for the database's clock."""
    database = platform.database
    assert isinstance(database, SqliteDatabase)
    passed = statement(
        f"SELECT 1 FROM ledger_open WHERE transfer_id = ? AND expires_at < {NOW}",
        [pending],
    )

    deadline = time.monotonic() + 10
    while await database.first(passed) is None:
        assert time.monotonic() < deadline, "the database's clock stands still"


async def test_a_step_reads_facts_by_kind_and_time(platform: Platform) -> None:
    for number in range(3):
        await answer(platform, Transfer(f"t{number}", "bank", "owed", "EUR", 100))
    await answer(platform, Transfer("held", "owed", "bank", "EUR", 50, is_pending=True))
    await answer(platform, Transfer("too much", "owed", "bank", "EUR", 10**9))
    first, *_ = found = await list_facts(platform.database, ACCOUNT, kind="transfer")
    assert [(each.id, each.posted, each.debit) for each in found] == [
        (f"t{number}", 100, "bank") for number in range(3)
    ]
    assert [
        each.id for each in await list_facts(platform.database, ACCOUNT, after=first.number)
    ] == [
        "t1",
        "t2",
        "held",
    ]
    assert await list_facts(platform.database, ACCOUNT, until=from_text(first.at)) == []
    later = from_text(found[-1].at) + timedelta(days=1)
    assert await list_facts(platform.database, ACCOUNT, since=later) == []
    assert await list_facts(platform.database, "acc_other") == []


@pytest.mark.parametrize(
    ("kind", "index"),
    [
        (None, "ledger_transfers_by_time (account_id=? AND at>?"),
        ("post", "ledger_transfers_by_kind (account_id=? AND kind=? AND at>?"),
    ],
)
@pytest.mark.parametrize("until", [None, datetime(2027, 1, 1, tzinfo=UTC)])
async def test_an_index_leads_in_the_order_of_facts(
    kind: Kind | None, until: datetime | None, index: str
) -> None:
    """So that a page reads as many as it shows, whatever the books hold."""
    watched = WatchedDatabase(await migrated_database())
    await list_facts(
        watched, ACCOUNT, kind=kind, since=datetime(2026, 1, 1, tzinfo=UTC), until=until, after=7
    )
    [asked] = watched.seen
    rows = await watched.all(statement(f"EXPLAIN QUERY PLAN {asked.sql}", [*asked.parameters]))
    plan = [text(row, "detail") for row in rows]
    bound = ")" if until is None else " AND at<?)"
    assert plan[0] == f"SEARCH transfer USING INDEX {index}{bound}"
    assert not any(
        "TEMP B-TREE" in step or step.startswith("SCAN")
        for step in plan
        if "CONSTANT ROW" not in step
    )


async def test_a_transfer_costs_the_same_in_long_books(platform: Platform) -> None:
    database = platform.database
    assert isinstance(database, SqliteDatabase)

    async def instructions(name: str) -> int:
        done = 0

        def count() -> bool:
            nonlocal done
            done += 1
            return False

        database.connection.set_progress_handler(count, 1)
        try:
            assert await answer(platform, Transfer(name, "bank", "owed", "EUR", 1)) == (
                Answer.APPLIED,
                None,
            )
        finally:
            database.connection.set_progress_handler(None)
        return done

    await answer(platform, paid(1))
    before = await instructions("second")
    for number in range(300):
        await answer(platform, Transfer(f"more-{number}", "bank", "owed", "EUR", 1))
    assert await instructions("last") < 1.2 * before
