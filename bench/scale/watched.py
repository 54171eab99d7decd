"""Adapters that keep what is asked of them: statements with their answers, operations of R2,
messages of queues, and events of the log.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tillroll_durable.platform.bindings.database import ByBatch, Database, Row, Statement
from tillroll_durable.platform.bindings.objects import LargeObject, Objects, StoredObject
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import MemoryQueue


@dataclass(frozen=True)
class Trip:
    """One round trip: the statements of a batch, and the rows that each gave."""

    statements: Sequence[Statement]
    rows: Sequence[Sequence[Row]]


class RecordedDatabase(ByBatch):
    """A database that keeps each round trip that was applied, in order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.trips: list[Trip] = []

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        rows = await self._database.batch(statements)
        self.trips.append(Trip([*statements], rows))
        return rows


@dataclass
class CountedObjects:
    """An object store that counts what R2 bills: writes and lists are of class A, reads of B.

    What is deleted costs nothing.
    """

    inner: Objects
    content: dict[str, bytes]
    counts: Counter[str] = field(default_factory=Counter[str])

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        self.counts["r2_a"] += 1
        await self.inner.put_text(key, content, content_type)

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        self.counts["r2_a"] += 1
        await self.inner.put_bytes(key, content, content_type)

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        self.counts["r2_a"] += 3  # it is begun, has a part at least, and is completed
        return await self.inner.begin_large(key, content_type)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        self.counts["r2_a"] += 1
        return await self.inner.put_text_if_absent(key, content, content_type)

    async def get_text(self, key: str) -> str | None:
        self.counts["r2_b"] += 1
        return await self.inner.get_text(key)

    async def get_bytes(self, key: str) -> bytes | None:
        self.counts["r2_b"] += 1
        return await self.inner.get_bytes(key)

    async def get_piece(self, key: str, offset: int, length: int) -> bytes | None:
        self.counts["r2_b"] += 1
        return await self.inner.get_piece(key, offset, length)

    async def head(self, key: str) -> StoredObject | None:
        self.counts["r2_b"] += 1
        return await self.inner.head(key)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        self.counts["r2_a"] += 1
        return await self.inner.page(after, limit)

    async def delete(self, key: str) -> None:
        await self.inner.delete(key)


class CountedQueue(MemoryQueue):
    """A queue that counts the messages that are sent to it."""

    def __init__(self) -> None:
        super().__init__()
        self.sent = 0

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        await super().send(message, delay_seconds=delay_seconds)
        self.sent += 1


class CountedLog(logging.Handler):
    """Counts the events of the log, which nobody sees meanwhile."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.events = 0

    def emit(self, record: logging.LogRecord) -> Any:
        del record
        self.events += 1
