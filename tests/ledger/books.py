"""Books to try the ledger on: a tenant of their own, so that many stand beside each other in one
database.
"""

import asyncio
import itertools
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final, LiteralString

from tillroll.ledger.models import LedgerAccount
from tillroll.ledger.posting import Posted, post, post_all
from tillroll.ledger.transfers import AnyTransfer, Side, Transaction, single
from tillroll_durable import Actor
from tillroll_durable.platform.bindings.database import Database, Row, Statement, statement
from tillroll_durable.platform.clock import SystemClock

ACCOUNTS: Final = (
    LedgerAccount(id="bank", name="bank", currency="EUR", normal_side=Side.DEBIT),
    LedgerAccount(
        id="cash", name="cash", currency="EUR", normal_side=Side.DEBIT, least_available=0
    ),
    LedgerAccount(id="ann", name="ann", currency="EUR", normal_side=Side.CREDIT, least_available=0),
    LedgerAccount(
        id="bob", name="bob", currency="EUR", normal_side=Side.CREDIT, least_available=-500
    ),
    LedgerAccount(id="usd:bank", name="usd:bank", currency="USD", normal_side=Side.DEBIT),
    LedgerAccount(
        id="usd:ann", name="usd:ann", currency="USD", normal_side=Side.CREDIT, least_available=0
    ),
)
_NOW: Final = "2026-01-01T00:00:00.000Z"
_CLOCK: Final = SystemClock()


@dataclass
class TriedBooks:
    """`forgets_ids`: a planted fault, each request gets an id of its own, as if nobody kept them.
    `together`: how many of those that come at once are in one batch: D1 answers a request of its
    own in a tenth of a second here.
    """

    database: Database
    account_id: str
    forgets_ids: bool = False
    together: int = 1
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    async def post(self, *asked: AnyTransfer, linked: str | None = None) -> Posted:
        """Apply one transfer, or several as `linked`."""
        return await self.apply(single(asked[0]) if linked is None else Transaction(linked, asked))

    async def apply(self, transaction: Transaction) -> Posted:
        if self.forgets_ids and len(transaction.transfers) == 1:
            [asked] = transaction.transfers
            fresh = f"{asked.id}-{next(self._numbers)}"
            transaction = single(replace(asked, id=fresh))
        return await post(self.database, _CLOCK, self.books, transaction)

    async def at_once(self, asked: Sequence[AnyTransfer]) -> list[Posted]:
        """Apply all of them concurrently, `together` in a batch."""
        if self.together == 1:
            return await asyncio.gather(*[self.post(each) for each in asked])
        singles = [single(each) for each in asked]
        batches = [
            singles[start : start + self.together]
            for start in range(0, len(singles), self.together)
        ]
        answers = await asyncio.gather(
            *[post_all(self.database, _CLOCK, self.books, each) for each in batches]
        )
        return [*itertools.chain.from_iterable(answers)]

    @property
    def books(self) -> Actor:
        return Actor(self.account_id, "user:usr_first")

    async def rows(self, sql: LiteralString) -> list[Row]:
        """Rows of these books; `?1` is whose they are."""
        return await self.database.all(statement(sql, [self.account_id]))


async def open_books(
    database: Database, *, forgets_ids: bool = False, together: int = 1
) -> TriedBooks:
    """Books with ACCOUNTS and nothing in them."""
    account_id = f"acc_{secrets.token_hex(8)}"
    made: list[Statement] = [
        statement(
            "INSERT INTO accounts (id, name, created_at) VALUES (?, 'Books', ?)", [account_id, _NOW]
        )
    ]
    made += [
        statement(
            """
            INSERT INTO ledger_accounts
              (account_id, id, name, currency, normal_side, least_available, created_by, created_at)
            VALUES (?, ?, ?, ?, ?, ?, 'user:usr_first', ?)
            """,
            [
                account_id,
                each.id,
                each.name,
                each.currency,
                each.normal_side.value,
                each.least_available,
                _NOW,
            ],
        )
        for each in ACCOUNTS
    ]
    await database.batch(made)
    return TriedBooks(database, account_id, forgets_ids, together)
