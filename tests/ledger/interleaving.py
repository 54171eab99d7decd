"""Many transfers by many clients at once, while batches fail before they are written, or their
answer is lost.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from local.places import MIGRATIONS
from tests.ledger.books import ACCOUNTS, TriedBooks, open_books
from tests.ledger.checking import check_books
from tillroll.ledger.posting import Answer
from tillroll.ledger.repository import totals_at
from tillroll.ledger.transfers import (
    AnyTransfer,
    Post,
    Reversal,
    Transaction,
    Transfer,
    Void,
    single,
)
from tillroll_durable.platform.bindings.database import (
    ByBatch,
    Database,
    DatabaseError,
    Row,
    Statement,
)
from tillroll_testing.host.sqlite import SqliteDatabase

_CLIENTS: Final = 64
_BATCH_FAILS: Final = 0.15
_ANSWER_IS_LOST: Final = 0.15
# Adding up takes longer than a transfer: so often that it does not take most of the time.
_EVERY: Final = 3


class ConnectionBroken(DatabaseError):
    """Nobody knows whether the batch was written."""


class BrokenDatabase(ByBatch):
    """A database whose batches fail: some before they are carried out, some after."""

    def __init__(self, database: Database, chance: random.Random) -> None:
        self._database = database
        self._chance = chance
        self.failures = 0

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        drawn = self._chance.random()
        for _ in range(self._chance.randrange(3)):
            await asyncio.sleep(0)
        if drawn < _BATCH_FAILS:
            self.failures += 1
            raise ConnectionBroken("before")
        rows = await self._database.batch(statements)
        if drawn < _BATCH_FAILS + _ANSWER_IS_LOST:
            self.failures += 1
            raise ConnectionBroken("after")
        return rows


@dataclass
class Told:
    """What the clients were told in the end, and what went wrong on the way. `moments` counts how
    often the books were added up while others wrote.
    """

    answers: "Counter[Answer]" = field(default_factory=Counter[Answer])
    failures: int = 0
    moments: int = 0
    applied: int = 0


async def interleave(transfers: int, seed: int) -> Told:
    """Have 64 clients carry so many transactions out, each until it is answered; check the books
    meanwhile and after.

    Raises:
        AssertionError: something does not hold.
    """
    chance = random.Random(seed)
    database = SqliteDatabase()
    database.migrate(MIGRATIONS)
    books = await open_books(database)
    for name in ("cash", "ann", "bob"):
        await books.post(_in(name, 20_000))
    broken = BrokenDatabase(database, chance)
    told = Told()
    is_over = asyncio.Event()
    await asyncio.gather(
        _watch(books, is_over, told),
        _carry_out(TriedBooks(broken, books.account_id), _asked(transfers, chance), is_over, told),
    )
    told.failures = broken.failures
    told.applied = await check_books(books)
    # Whoever lost an answer was told of a duplicate, so each is there once, whatever became of it.
    [row] = await books.rows("SELECT COUNT(*) AS n FROM ledger_transactions WHERE account_id = ?1")
    assert (told.answers.total(), row["n"]) == (transfers, transfers + 3)
    database.close()
    return told


async def _carry_out(
    books: TriedBooks, transactions: Sequence[Transaction], is_over: asyncio.Event, told: Told
) -> None:
    left = iter(transactions)

    async def client() -> None:
        for transaction in left:
            told.answers[await _until_answered(books, transaction)] += 1

    try:
        await asyncio.gather(*[client() for _ in range(_CLIENTS)])
    finally:
        is_over.set()


async def _until_answered(books: TriedBooks, transaction: Transaction) -> Answer:
    while True:
        try:
            return (await books.apply(transaction)).answer
        except ConnectionBroken:
            continue


async def _watch(books: TriedBooks, is_over: asyncio.Event, told: Told) -> None:
    """Add the books up again and again, between whatever the clients do."""
    while not is_over.is_set():
        totals = await totals_at(books.database, books.account_id, None)
        assert all(each.is_balanced for each in totals), totals
        told.moments += 1
        for _ in range(_EVERY):
            await asyncio.sleep(0)


def _in(name: str, amount: int) -> AnyTransfer:
    """Money from the bank for an account."""
    is_asset = name == "cash"
    return Transfer(
        f"in-{name}", name if is_asset else "bank", "bank" if is_asset else name, "EUR", amount
    )


def _asked(transfers: int, chance: random.Random) -> list[Transaction]:
    """Transactions of every kind, of which many name an earlier one and some come to nothing."""
    earlier: list[str] = ["in-ann", "in-bob"]
    made: list[Transaction] = []
    for number in range(transfers):
        size = chance.choice((1, 1, 1, 1, 2))
        asked = [_one(f"t{number}-{part}", earlier, chance) for part in range(size)]
        made.append(single(asked[0]) if size == 1 else Transaction(f"l{number}", tuple(asked)))
        earlier += [each.id for each in asked]
    return made


def _one(id_: str, earlier: Sequence[str], chance: random.Random) -> AnyTransfer:
    kind = chance.choices(("transfer", "pending", "post", "void", "reversal"), (50, 20, 12, 6, 12))[
        0
    ]
    target = earlier[-chance.randint(1, min(len(earlier), 200))]
    if kind == "post":
        return Post(id_, target, chance.choice((None, chance.randint(1, 400))))
    if kind == "void":
        return Void(id_, target)
    if kind == "reversal":
        return Reversal(id_, target)
    currency = chance.choice(("EUR", "EUR", "EUR", "USD"))
    among = [each.id for each in ACCOUNTS if each.currency == currency]
    debit, credit = chance.sample(among, 2)
    timeout = chance.choice((None, 1, 60_000)) if kind == "pending" else None
    amount = chance.randint(1, 400)
    return Transfer(
        id_, debit, credit, currency, amount, is_pending=kind == "pending", timeout_ms=timeout
    )
