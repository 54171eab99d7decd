"""What happens to a simulated process on its way. Every adapter passes through `point`; a plan says what happens there.

A point is passed before and after everything that leaves something behind: a batch, an object, a call, a message, what
the engine stores. Points are numbered from 1 in the order in which they are passed, so that a run without a plan lists
every place at which the next run can be disturbed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from local.host.memory import MemoryObjects, MemoryQueue, ScriptedModels, WebhookReceiver
from local.host.sqlite import SqliteDatabase
from tillroll.platform.database import DatabaseError, Row, Statement
from tillroll.platform.http import HttpAnswer
from tillroll.platform.json import JsonObject

Result = TypeVar("Result")


class Crash(BaseException):
    """kill -9: nothing in the program may catch it."""


class Faults:
    """Does at point number n what `plan[n]` says, and what `when` says at the first point whose name is meant."""

    def __init__(self, plan: Mapping[int, Callable[[], Awaitable[None]]] | None = None) -> None:
        self.plan = dict(plan or {})
        self.passed: list[str] = []
        self.when: list[tuple[Callable[[str], bool], Callable[[], Awaitable[None]]]] = []
        self.has_stalled = False
        self.has_died = False
        self.stalled: dict[asyncio.Task[object], asyncio.Event] = {}

    async def point(self, name: str) -> None:
        self.passed.append(name)
        action = self.plan.pop(len(self.passed), None)
        if action:
            await action()
        for item in [item for item in self.when if item[0](name)]:
            self.when.remove(item)
            await item[1]()

    async def kill(self) -> None:
        """An action: the process dies here."""
        self.has_died = True
        raise Crash(self.passed[-1])

    async def stall(self) -> None:
        """An action: the attempt hangs until `release`, and the engine takes it for timed out. Elsewhere: nothing."""
        task = asyncio.current_task()
        if task is not None and task.get_name().startswith("attempt"):
            self.has_stalled = True
            self.stalled[task] = asyncio.Event()
            await self.stalled[task].wait()

    def is_stalled(self, task: "asyncio.Task[object]") -> bool:
        return task in self.stalled

    async def let_go(self) -> None:
        """An action: what hung goes on from here, beside everything else."""
        for event in self.stalled.values():
            event.set()

    async def release(self) -> None:
        """An action: what hung goes on to its end before anything else does."""
        await self.let_go()
        hanging, self.stalled = self.stalled, {}
        await asyncio.gather(*hanging, return_exceptions=True)

    async def drop(self) -> None:
        """What hung dies with its process."""
        hanging, self.stalled = self.stalled, {}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)


class FaultyDatabase:
    """A database in front of which, and behind which, the process can die: before the write, after the commit.

    A batch with a statement that contains one of `refuses` fails, as one that the database cannot take.
    """

    def __init__(self, database: SqliteDatabase, faults: Faults) -> None:
        self._database = database
        self._faults = faults
        self.refuses: set[str] = set()

    async def all(self, query: Statement) -> list[Row]:
        return await self._around(lambda: self._database.all(query), [query])

    async def first(self, query: Statement) -> Row | None:
        return await self._around(lambda: self._database.first(query), [query])

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        return await self._around(lambda: self._database.batch(statements), statements)

    async def _around(self, call: Callable[[], Awaitable[Result]], statements: Sequence[Statement]) -> Result:
        if statements[0].sql.lstrip().upper().startswith("SELECT"):
            return await call()  # a read leaves nothing behind: dying around it is dying at the next point
        if any(mark in item.sql for item in statements for mark in self.refuses):
            raise DatabaseError("D1 is overloaded")
        await self._faults.point("database: before the batch")
        result = await call()
        await self._faults.point("database: after the commit")
        return result


class FaultyObjects(MemoryObjects):
    """The process can die before an object is written, and right behind it."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def put_text(self, key: str, content: str, content_type: str) -> None:
        await self._faults.point("objects: before put")
        await super().put_text(key, content, content_type)
        await self._faults.point("objects: after put")

    async def put_text_if_absent(self, key: str, content: str, content_type: str) -> bool:
        await self._faults.point("objects: before put")
        was_absent = await super().put_text_if_absent(key, content, content_type)
        await self._faults.point("objects: after put")
        return was_absent


class FaultyModels(ScriptedModels):
    """The process can die before a model is asked, and with its answer in hand: paid, and not kept yet."""

    def __init__(self, transcript: str, faults: Faults) -> None:
        super().__init__(transcript)
        self._faults = faults

    async def run(self, model: str, inputs: JsonObject) -> JsonObject:
        await self._faults.point("model: before the call")
        answer = await super().run(model, inputs)
        await self._faults.point("model: after the answer")
        return answer


class FaultyQueue(MemoryQueue):
    """The process can die around a message; `lose_all` is what that does to those that waited."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def send(self, message: JsonObject) -> None:
        await self._faults.point("queue: before send")
        await super().send(message)
        await self._faults.point("queue: after send")


class FaultyReceiver(WebhookReceiver):
    """The process can die when the receiver has got an event and nobody knows it yet."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self._faults = faults

    async def post(self, url: str, headers: Mapping[str, str], body: str, timeout_seconds: float) -> HttpAnswer:
        await self._faults.point("webhook: before the call")
        answer = await super().post(url, headers, body, timeout_seconds)
        await self._faults.point("webhook: after the answer")
        return answer
