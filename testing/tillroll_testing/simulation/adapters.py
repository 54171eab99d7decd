"""The adapters of a simulated process. Before and behind whatever leaves something behind the
process can die; at every call, also one that only reads, the adapter can raise its own honest
error, on the way there or on the way back.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from typing import TypeVar

from tillroll_durable.platform.bindings.database import DatabaseError, Row, Statement
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.bindings.http import HttpAnswer, HttpFailed
from tillroll_durable.platform.bindings.objects import LargeObject, ObjectsUnavailable, StoredObject
from tillroll_durable.platform.json import JsonObject
from tillroll_testing.host.memory import MemoryObjects, MemoryQueue, WebhookReceiver
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.faults import ATTEMPT, Attempt, Faults

Result = TypeVar("Result")


@cache
def _name_of(sql: str) -> str:
    """A statement as points and calls name it."""
    return " ".join(sql.split())[:60]


@cache
def _is_read(sql: str) -> bool:
    return sql.lstrip().upper().startswith("SELECT")


class FaultyDatabase:
    """A batch with a statement that contains one of `refuses` fails, as one that the database
    cannot take.
    """

    def __init__(self, database: SqliteDatabase, faults: Faults) -> None:
        self._database = database
        self._faults = faults
        self.refuses: set[str] = set()
        # What steps have written, and what they have read, by the attempt that did.
        self.written: list[tuple[Attempt, Sequence[Statement]]] = []
        self.read: list[tuple[Attempt, Sequence[Statement]]] = []

    async def all(self, query: Statement) -> list[Row]:
        return await self._around(lambda: self._database.all(query), [query])

    async def first(self, query: Statement) -> Row | None:
        return await self._around(lambda: self._database.first(query), [query])

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return await self._around(lambda: self._database.batch(statements), statements)

    async def _around(
        self, call: Callable[[], Awaitable[Result]], statements: Sequence[Statement]
    ) -> Result:
        what = _name_of(statements[0].sql)
        if self.refuses and any(mark in item.sql for item in statements for mark in self.refuses):
            raise DatabaseError("D1 is overloaded")
        if all(_is_read(item.sql) for item in statements):
            self._faults.may_err(
                f"database: read {what}", DatabaseError("D1_ERROR: Network connection lost.")
            )
            if attempt := ATTEMPT.get():
                self.read.append((attempt, statements))
            # a read leaves nothing behind: dying around it is dying at the next point
            return await call()
        self._faults.may_err(
            f"database: write {what}", DatabaseError("D1_ERROR: Network connection lost.")
        )
        await self._faults.point("database: before the batch")
        result = await call()
        if attempt := ATTEMPT.get():
            self.written.append((attempt, statements))
        await self._faults.point("database: after the commit")
        self._faults.may_err(
            f"database: answer to {what}", DatabaseError("D1_ERROR: Network connection lost.")
        )
        return result


class FaultyObjects(MemoryObjects):
    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        await self._before("put")
        await super().put_text(key, content, content_type)
        await self._after("put")

    async def put_bytes(self, key: str, content: bytes, content_type: str) -> None:
        await self._before("put")
        await super().put_bytes(key, content, content_type)
        await self._after("put")

    async def begin_large(self, key: str, content_type: str) -> LargeObject:
        await self._before("begin large")
        return await super().begin_large(key, content_type)

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        await self._before("put")
        was_absent = await super().put_text_if_absent(key, content, content_type)
        await self._after("put")
        return was_absent

    async def get_text(self, key: str) -> str | None:
        self._may_err("read")
        return await super().get_text(key)

    async def get_bytes(self, key: str) -> bytes | None:
        self._may_err("read")
        return await super().get_bytes(key)

    async def get_piece(self, key: str, offset: int, length: int) -> bytes | None:
        self._may_err("read")
        return await super().get_piece(key, offset, length)

    async def head(self, key: str) -> StoredObject | None:
        self._may_err("head")
        return await super().head(key)

    async def page(self, after: str, limit: int) -> Sequence[StoredObject]:
        self._may_err("list")
        return await super().page(after, limit)

    async def delete(self, key: str) -> None:
        self._may_err("delete")
        await super().delete(key)
        self._may_err("answer to delete")

    async def _before(self, what: str) -> None:
        self._may_err(what)
        await self._faults.point(f"objects: before {what}")

    async def _after(self, what: str) -> None:
        await self._faults.point(f"objects: after {what}")
        self._may_err(f"answer to {what}")

    def _may_err(self, what: str) -> None:
        self._faults.may_err(f"objects: {what}", ObjectsUnavailable("the store did not answer"))


class FaultyQueue(MemoryQueue):
    """A death takes the messages that waited with it: `lose_all`."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        self._faults.may_err("queue: send", QueueUnavailable("the queue did not answer"))
        await self._faults.point("queue: before send")
        await super().send(message, delay_seconds=delay_seconds)
        await self._faults.point("queue: after send")
        self._faults.may_err("queue: answer to send", QueueUnavailable("the queue did not answer"))


class FaultyReceiver(WebhookReceiver):
    """The process can die when the receiver has got an event and nobody knows it yet."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def post(
        self,
        url: str,
        headers: Mapping[str, str],
        body: str,
        timeout_seconds: float,
        **_limits: int,
    ) -> HttpAnswer:
        self._faults.may_err("webhook: call", HttpFailed(f"{url} did not answer"))
        await self._faults.point("webhook: before the call")
        answer = await super().post(url, headers, body, timeout_seconds)
        await self._faults.point("webhook: after the answer")
        self._faults.may_err("webhook: answer", HttpFailed(f"the answer of {url} was lost"))
        return answer
