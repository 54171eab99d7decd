"""The fifteen things that a system which keeps money must hold, each as a case that is run on any
database.

What they are comes from the public Ledger Conformance Kit; the cases are our own.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from tests.ledger.books import ACCOUNTS, TriedBooks
from tests.ledger.checking import check_books, journal
from tests.ledger.plans import Plan
from tests.support.sql import sql
from tillroll.ledger.posting import AnotherBody, Answer, Posted, post_all
from tillroll.ledger.repository import balance_at, totals_at
from tillroll.ledger.rules import Refusal
from tillroll.ledger.transfers import Post, Reversal, Transfer, digest_of, single
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import SystemClock
from tillroll_durable.platform.json import load_object
from tillroll_durable.sealing.repository import COLUMNS, entry_of_row

Case: TypeAlias = Callable[[TriedBooks, Plan], Awaitable[None]]

DUPLICATES, CONCURRENT, SMALL_MOVES = 64, 500, 1000


async def carry_out(books: TriedBooks, plan: Plan) -> list[Posted]:
    """All of a plan, one after another."""
    return [await books.apply(each) for each in plan]


async def each_currency_balances(books: TriedBooks, plan: Plan) -> None:
    """1. Debits are credits in every currency, posted and pending."""
    await carry_out(books, plan)
    totals = await totals_at(books.database, books.account_id, None)
    assert {each.currency for each in totals} == {"EUR", "USD"}
    assert all(each.is_balanced for each in totals), totals


async def facts_are_append_only(books: TriedBooks, plan: Plan) -> None:
    """2. No fact is updated, deleted or replaced."""
    await carry_out(books, plan)
    before = await journal(books)
    for table in ("ledger_transactions", "ledger_transfers", "ledger_entries"):
        for change in (
            "UPDATE {table} SET at = '2000' WHERE account_id = ?1",
            "DELETE FROM {table} WHERE account_id = ?1",
            "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE account_id = ?1",
        ):
            await refused(books.database, statement(change.format(table=table), [books.account_id]))
    assert await journal(books) == before


async def facts_are_chained_to_the_audit(books: TriedBooks, plan: Plan) -> None:
    """3. Each transaction has one event in the audit, in an unbroken row, whose true digest covers
    body and outcome.
    """
    await carry_out(books, plan)
    events = await books.rows(
        f"SELECT {COLUMNS} FROM audit_events WHERE account_id = ?1 ORDER BY seq"
    )
    assert [integer(row, "seq") for row in events] == [*range(1, len(events) + 1)]
    assert all(entry_of_row(row).has_true_digest() for row in events), (
        "an event's digest is not that of its content"
    )
    said = {
        str(detail["transaction"]): (detail["body"], text(row, "outcome"))
        for row in events
        for detail in [load_object(text(row, "detail"))]
    }
    transactions = await books.rows(
        "SELECT id, body, outcome, reason FROM ledger_transactions WHERE account_id = ?1"
    )
    assert len(events) == len(transactions)
    for row in transactions:
        outcome = text(row, "outcome") if row["reason"] is None else f"refused: {row['reason']}"
        assert said[text(row, "id")] == (digest_of(text(row, "body")), outcome)


async def a_replay_is_a_no_op(books: TriedBooks, plan: Plan) -> None:
    """4. Whoever asks for all of it once more is told the same, and nothing is written."""
    first = await carry_out(books, plan)
    before = await journal(books)
    again = await carry_out(books, plan)
    assert await journal(books) == before
    assert [each.refusal for each in again] == [each.refusal for each in first]
    assert Answer.APPLIED not in {each.answer for each in again}


async def duplicates_at_once_give_one(books: TriedBooks, plan: Plan) -> None:
    """5. Of 64 that come at once under one id, one is applied, and 63 are told so."""
    del plan
    transfer = Transfer("once", "bank", "ann", "EUR", 100)
    answers = Counter(
        each.answer
        for each in await asyncio.gather(*[books.post(transfer) for _ in range(DUPLICATES)])
    )
    assert answers == {Answer.APPLIED: 1, Answer.DUPLICATE: DUPLICATES - 1}
    assert await posted(books, "ann") == 100


async def no_update_is_lost(books: TriedBooks, plan: Plan) -> None:
    """6. Of 500 that come at once, each counts."""
    del plan
    transfers = [
        Transfer(f"c{number}", "bank", "ann", "EUR", number + 1) for number in range(CONCURRENT)
    ]
    answers = await books.at_once(transfers)
    assert {each.answer for each in answers} == {Answer.APPLIED}
    assert (
        await posted(books, "ann")
        == await posted(books, "bank")
        == sum(each.amount for each in transfers)
    )


async def money_is_conserved(books: TriedBooks, plan: Plan) -> None:
    """7. After each transaction, the sums of all accounts of a currency are zero, and so is what is
    pending.
    """
    for each in plan:
        await books.apply(each)
        for total in await totals_at(books.database, books.account_id, None):
            assert total.debits_posted == total.credits_posted, total
            assert total.debits_pending == total.credits_pending, total


async def balances_are_what_the_journal_says(books: TriedBooks, plan: Plan) -> None:
    """8. Each account's balance is the sum of its entries."""
    await carry_out(books, plan)
    for account in ACCOUNTS:
        rows = await books.rows(
            "SELECT side, posted FROM ledger_entries WHERE account_id = ?1 AND "
            f"ledger_account_id = '{sql(account.id)}'"
        )
        summed = sum(
            integer(row, "posted") * (1 if text(row, "side") == account.normal_side.value else -1)
            for row in rows
        )
        assert await posted(books, account.id) == summed, account.id


async def an_account_is_drained_to_its_limit_and_no_further(books: TriedBooks, plan: Plan) -> None:
    """9. Of many withdrawals at once, as many are applied as the limit allows; also with a declared
    overdraft.
    """
    del plan
    await books.post(Transfer("in", "bank", "ann", "EUR", 100))
    await books.post(Transfer("held", "ann", "bank", "EUR", 30, is_pending=True))
    for name, there in (("ann", 70), ("bob", 500)):
        withdrawals = [
            Transfer(f"{name}-{number}", name, "bank", "EUR", 20) for number in range(40)
        ]
        answers = await asyncio.gather(*[books.post(each) for each in withdrawals])
        counts = Counter(each.answer for each in answers)
        assert counts[Answer.APPLIED] == there // 20, (name, counts)
        assert {each.refusal for each in answers} == {None, Refusal.INSUFFICIENT}
    assert (await posted(books, "ann"), await posted(books, "bob")) == (40, -500)


async def small_moves_add_up_exactly(books: TriedBooks, plan: Plan) -> None:
    """10. A thousand moves of one to three minor units leave no rest and lose none; nor do the
    largest sums.
    """
    del plan
    amounts = [number % 3 + 1 for number in range(SMALL_MOVES)]
    moves = [
        single(Transfer(f"m{number}", "bank", "ann", "EUR", amount))
        for number, amount in enumerate(amounts)
    ]
    for start in range(0, SMALL_MOVES, 100):
        await post_all(books.database, SystemClock(), books.books, moves[start : start + 100])
    assert await posted(books, "ann") == sum(amounts)
    # Up to 2^53 - 1, and not a unit further.
    [row] = await books.rows(
        "SELECT MAX(debits_posted) AS sum FROM ledger_entries WHERE account_id = ?1"
    )
    rest = 2**53 - 1 - integer(row, "sum")
    assert (await books.post(Transfer("most", "bank", "ann", "EUR", rest))).answer is Answer.APPLIED
    assert (
        await books.post(Transfer("more", "bank", "ann", "EUR", 1))
    ).refusal is Refusal.TOTAL_TOO_LARGE
    assert await posted(books, "ann") == 2**53 - 1


async def currencies_never_mix(books: TriedBooks, plan: Plan) -> None:
    """11. No transfer leaves its currency: asked for, or written past the ledger's statements."""
    del plan
    mixed = Transfer("mix", "bank", "usd:ann", "EUR", 100)
    assert (await books.post(mixed)).refusal is Refusal.OTHER_CURRENCY
    await books.post(Transfer("true", "bank", "ann", "EUR", 100))
    forged = statement(
        """
        INSERT INTO ledger_transfers (account_id, id, transaction_id, position, kind, debit_id,
            credit_id, currency,
                                      posted, pending, at)
        VALUES (?1, 'forged', 'true', 1, 'transfer', 'bank', 'usd:ann', 'EUR', 5, 0, '9')
        """,
        [books.account_id],
    )
    await refused(books.database, forged)
    rows = await books.rows(
        """
        SELECT 1 FROM ledger_entries entry
        JOIN ledger_transfers transfer ON transfer.account_id = entry.account_id
            AND transfer.id = entry.transfer_id
        JOIN ledger_accounts account ON account.account_id = entry.account_id
            AND account.id = entry.ledger_account_id
        WHERE entry.account_id = ?1 AND account.currency <> transfer.currency
        """
    )
    assert rows == []


async def a_reversal_compensates(books: TriedBooks, plan: Plan) -> None:
    """12. A reversal is a further fact the other way round, once; the original stays as it is."""
    del plan
    await books.post(Transfer("first", "bank", "ann", "EUR", 100))
    await books.post(Transfer("held", "ann", "bank", "EUR", 60, is_pending=True))
    await books.post(Post("part", "held", 25))
    before = await journal(books)
    assert (await books.post(Reversal("back-part", "part"))).answer is Answer.APPLIED
    assert (await books.post(Reversal("back", "first"))).answer is Answer.APPLIED
    assert (await books.post(Reversal("back-again", "first"))).refusal is Refusal.ALREADY_REVERSED
    assert (await books.post(Reversal("no-money", "held"))).refusal is Refusal.ORIGINAL_NOT_FOUND
    assert (await journal(books))[: len(before)] == before
    assert (await posted(books, "ann"), await posted(books, "bank")) == (0, 0)


async def everything_can_be_rebuilt(books: TriedBooks, plan: Plan) -> None:
    """13. From the transfers alone come every entry, every running sum, and what is open."""
    await carry_out(books, plan)
    await check_books(books)


async def order_is_monotonic(books: TriedBooks, plan: Plan) -> None:
    """14. Numbers rise, an account's entries have no gap, and time never goes back, also where the
    clock does.
    """
    await carry_out(books, plan)
    earlier = TriedBooks(_ClockTurnedBack(books.database), books.account_id)
    await earlier.post(Transfer("later", "bank", "ann", "EUR", 1))
    rows = await books.rows(
        "SELECT number, at FROM ledger_transactions WHERE account_id = ?1 ORDER BY number"
    )
    times = [text(row, "at") for row in rows]
    assert times == sorted(times), "time went back"
    for account in ACCOUNTS:
        entries = await books.rows(
            f"""
            SELECT entry.seq, entry.at, transfer.number FROM ledger_entries entry
            JOIN ledger_transfers transfer
              ON transfer.account_id = entry.account_id AND transfer.id = entry.transfer_id
            WHERE entry.account_id = ?1 AND entry.ledger_account_id = '{sql(account.id)}'
                ORDER BY transfer.number
            """
        )
        assert [integer(row, "seq") for row in entries] == [*range(1, len(entries) + 1)]
        assert [text(row, "at") for row in entries] == sorted(text(row, "at") for row in entries)


async def a_repetition_of_a_refused_one_is_refused(books: TriedBooks, plan: Plan) -> None:
    """15. It is told as refused, by the same reason, also when it would be possible by now; another
    body is neither.
    """
    del plan
    drain = Transfer("drain", "ann", "bank", "EUR", 50)
    assert (await books.post(drain)).refusal is Refusal.INSUFFICIENT
    await books.post(Transfer("in", "bank", "ann", "EUR", 50))
    again = await books.post(drain)
    assert (again.answer, again.refusal, again.is_new) == (
        Answer.REFUSED,
        Refusal.INSUFFICIENT,
        False,
    )
    assert await posted(books, "ann") == 50
    try:
        await books.post(Transfer("drain", "ann", "bank", "EUR", 49))
    except AnotherBody:
        return
    raise AssertionError("another body was taken under a used id")


INVARIANTS: tuple[Case, ...] = (
    each_currency_balances,
    facts_are_append_only,
    facts_are_chained_to_the_audit,
    a_replay_is_a_no_op,
    duplicates_at_once_give_one,
    no_update_is_lost,
    money_is_conserved,
    balances_are_what_the_journal_says,
    an_account_is_drained_to_its_limit_and_no_further,
    small_moves_add_up_exactly,
    currencies_never_mix,
    a_reversal_compensates,
    everything_can_be_rebuilt,
    order_is_monotonic,
    a_repetition_of_a_refused_one_is_refused,
)
# Those that a plan is drawn for; the others have one of their own.
OF_PLANS: frozenset[Case] = frozenset(
    {
        each_currency_balances,
        facts_are_append_only,
        facts_are_chained_to_the_audit,
        a_replay_is_a_no_op,
        money_is_conserved,
        balances_are_what_the_journal_says,
        everything_can_be_rebuilt,
        order_is_monotonic,
    }
)


class _ClockTurnedBack:
    """A database whose clock shows the year 2020."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self, query: Statement) -> list[Row]:
        return await self._database.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self._database.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        turned = [
            Statement(each.sql.replace("'now'", "'2020-01-01'"), each.parameters)
            for each in statements
        ]
        return await self._database.batch(turned)


async def posted(books: TriedBooks, account: str) -> int:
    """An account's posted balance."""
    balance = await balance_at(books.database, books.account_id, account, None)
    assert balance is not None
    return balance.posted


async def refused(database: Database, query: Statement) -> None:
    """Assert that the database refuses a write."""
    try:
        await database.all(query)
    except ConstraintFailed:
        return
    raise AssertionError(f"this was taken: {query.sql[:80]}")
