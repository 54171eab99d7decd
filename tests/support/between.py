"""Two who do something at once: what the second does comes between the first one's reading and
their writing.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tillroll_durable.platform.bindings.database import Database, Row, Statement


@dataclass
class Between:
    """A database in front of another. Before the first batch with a statement that contains
    `marker`, `other` is done, once; `was_there` says whether it came to that.
    """

    database: Database
    marker: str
    other: Callable[[], Awaitable[object]]
    was_there: bool = False

    async def all(self, query: Statement) -> list[Row]:
        return await self.database.all(query)

    async def first(self, query: Statement) -> Row | None:
        return await self.database.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if not self.was_there and any(self.marker in each.sql for each in statements):
            self.was_there = True
            await self.other()
        return await self.database.batch(statements)
