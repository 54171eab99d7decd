"""A database with a copy that lags, as Cloudflare publishes it of D1's read replication: a session
that begins at the primary sees all, one that begins with a bookmark sees at least what the bookmark
has seen, and may see no more than that.

Source: https://developers.cloudflare.com/d1/best-practices/read-replication/
"""

from collections.abc import Sequence

from tillroll_durable.platform.bindings.database import ByBatch, Row, Statement
from tillroll_durable.platform.bindings.replicas import PRIMARY
from tillroll_testing.host.sqlite import SqliteDatabase


class LaggingDatabase(ByBatch):
    """`Replicated`. The copy is as old as the last `replicate`.

    Attributes:
        begun: what each session began with.
    """

    def __init__(self, primary: SqliteDatabase) -> None:
        self.primary = primary
        self.version = 1
        self.begun: list[str] = []
        self.replicate()

    def replicate(self) -> None:
        self.copy = self.primary.copy()
        self.version_of_copy = self.version

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        rows = await self.primary.batch(statements)
        self.version += 1
        return rows

    def session(self, begin: str) -> "LaggingSession":
        self.begun.append(begin)
        return LaggingSession(self, begin)


class LaggingSession(ByBatch):
    """`DatabaseSession`."""

    def __init__(self, database: LaggingDatabase, begin: str) -> None:
        self._database = database
        self._least = database.version
        if begin != PRIMARY:
            self._least = int(begin)
        self._seen: int | None = None

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        database = self._database
        if database.version_of_copy >= self._least:
            self._seen = max(self._least, database.version_of_copy)
            return await database.copy.batch(statements)
        self._seen = database.version
        return await database.primary.batch(statements)

    def bookmark(self) -> str | None:
        if self._seen is None:
            return None
        return str(self._seen)
