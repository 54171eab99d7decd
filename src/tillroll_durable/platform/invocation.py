"""The platform and the engine as one invocation has them: counted, and refused where Cloudflare
would refuse."""

import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, Final, cast

from tillroll_durable.platform import limits, shards
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    GuardFailed,
    Row,
    Statement,
)
from tillroll_durable.platform.bindings.engine import (
    Engine,
    EngineUnavailable,
    Instances,
    NonRetryable,
    Queue,
    QueueUnavailable,
    Retries,
    StepError,
)
from tillroll_durable.platform.bindings.http import Downloads, Exchange, Http, HttpFailed
from tillroll_durable.platform.bindings.models import ModelError, Models
from tillroll_durable.platform.bindings.moved import all_live_here, check_all_live_here
from tillroll_durable.platform.bindings.objects import Objects, ObjectsUnavailable
from tillroll_durable.platform.bindings.vectors import Vectors, VectorsUnavailable
from tillroll_durable.platform.bindings.whose_rows import accounts_of, check_says_whose, is_write
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.limits import PAID, Plan, Spending, Turn, bytes_of
from tillroll_durable.platform.services import InstancesByKind, Platform

_NAME: Final = re.compile(limits.NAME_PATTERN)
# Characters of a row, of which each has four bytes at most.
_SURELY_FITS: Final = limits.ROW_BYTES // 4


class LimitExceeded(ValueError):
    """What is asked is larger or longer than Cloudflare takes. Nothing was sent, and asking again
    changes nothing."""


class TooLargeForD1(DatabaseError, LimitExceeded):
    """A statement, its values or a row is larger than D1 takes."""


def invocation(platform: Platform, plan: Plan = PAID) -> Platform:
    """The platform with counts of its own, from 0, as each invocation of the Worker begins with."""
    bare = platform.bare or platform
    spending = Spending(plan)
    return replace(
        bare,
        bare=bare,
        spending=spending,
        turn=Turn(spending),
        database=_counted_database(bare, spending),
        objects=cast(
            "Objects",
            _Counted(
                bare.objects,
                spending,
                refused=ObjectsUnavailable,
                key=("key", limits.OBJECT_KEY_BYTES),
            ),
        ),
        http=cast("Http", _Counted(bare.http, spending, HttpFailed)),
        downloads=cast("Downloads", _Counted(bare.downloads, spending, HttpFailed)),
        exchange=cast("Exchange", _Counted(bare.exchange, spending, HttpFailed)),
        models=cast("Models", _Counted(bare.models, spending, _no_answer)),
        vectors=cast("Vectors", _Counted(bare.vectors, spending, VectorsUnavailable)),
        queue=cast("Queue", _CountedQueue(bare.queue, spending, QueueUnavailable)),
        deliveries=cast("Queue", _CountedQueue(bare.deliveries, spending, QueueUnavailable)),
        slow_deliveries=cast(
            "Queue", _CountedQueue(bare.slow_deliveries, spending, QueueUnavailable)
        ),
        ticks=cast("Queue", _CountedQueue(bare.ticks, spending, QueueUnavailable)),
        instances=_CountedInstances(bare.instances, spending),
    )


def enter(platform: Platform, shard: int) -> Platform:
    """The platform on a database of the deployment, for all that this task does from here on: what
    it makes says that database. Where no such database is bound it is the first."""
    bare = platform.bare or platform
    if shard not in bare.databases:
        shard = shards.FIRST
    shards.make_here(shard)
    return _on(platform, shard)


def over_all(platform: Platform) -> list[Platform]:
    """The platform on each database of the deployment, the first one first: for what looks at all
    of them. What this task makes goes on saying its own database."""
    return [_on(platform, shard) for shard in platform.shards]


def _on(platform: Platform, shard: int) -> Platform:
    if shard == platform.shard:
        return platform
    bare = platform.bare or platform
    entered = replace(bare, database=bare.databases[shard], shard=shard)
    if platform.bare is None:
        return entered
    return replace(
        platform,
        bare=entered,
        database=_counted_database(entered, platform.spending),
        shard=shard,
    )


def in_session(platform: Platform, session: Database) -> Platform:
    """The platform whose database is a session of it."""
    entered = replace(platform.bare or platform, database=session)
    if platform.bare is None:
        return entered
    return replace(platform, bare=entered, database=_counted_database(entered, platform.spending))


def _counted_database(bare: Platform, spending: Spending) -> "CountedDatabase":
    shard = None
    if len(bare.databases) > 1:
        shard = bare.shard
    return CountedDatabase(
        bare.database, spending, tables_of_accounts=bare.tables_of_accounts, shard=shard
    )


class CountedDatabase:
    """`Database`: a batch is one query, and each of its statements keeps to D1's sizes. A batch
    that writes a table of accounts says whose rows. Of several databases, one takes writes about
    accounts that live in it alone: where its number (`shard`) is given, the batch itself holds
    that."""

    def __init__(
        self,
        inner: Database,
        spending: Spending,
        *,
        tables_of_accounts: Collection[str] = (),
        shard: int | None = None,
    ) -> None:
        self._inner = inner
        self._spending = spending
        self._tables_of_accounts = tables_of_accounts
        self._shard = shard

    async def all(self, query: Statement) -> list[Row]:
        if self._shard is not None and is_write(query):
            [rows] = await self.batch([query])
            return rows
        check_says_whose([query], self._tables_of_accounts)
        self._count([query])
        return await self._inner.all(query)

    async def first(self, query: Statement) -> Row | None:
        if self._shard is not None and is_write(query):
            [rows] = await self.batch([query])
            if not rows:
                return None
            return rows[0]
        check_says_whose([query], self._tables_of_accounts)
        self._count([query])
        return await self._inner.first(query)

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        check_says_whose(statements, self._tables_of_accounts)
        shard = self._shard
        accounts = set[str]()
        if shard is not None:
            accounts = accounts_of(statements)
        if shard is None or not accounts:
            self._count(statements)
            return await self._inner.batch(statements)
        home = sorted(each for each in accounts if shards.of_id(each) == shard)
        guests = sorted(accounts.difference(home))
        guarded = [all_live_here(home, guests), *statements]
        self._count(guarded)
        try:
            return (await self._inner.batch(guarded))[1:]
        except GuardFailed:
            self._spending.query(1)
            await check_all_live_here(self._inner, shard, home=home, guests=guests)
            raise

    def _count(self, statements: Sequence[Statement]) -> None:
        for item in statements:
            _check_size(item)
        self._spending.query(len(statements))


def _check_size(item: Statement) -> None:
    if len(item.parameters) > limits.PARAMETERS:
        raise TooLargeForD1(
            f"D1 binds {limits.PARAMETERS} values to a statement, and this has "
            f"{len(item.parameters)}"
        )
    if bytes_of(item.sql) > limits.STATEMENT_BYTES:
        raise TooLargeForD1(
            f"D1 takes statements of {limits.STATEMENT_BYTES:,} bytes, and this has "
            f"{bytes_of(item.sql):,}"
        )
    # Each step asks for it: the text of all values is no shorter than they are, and made at once.
    if len(repr(item.parameters)) <= _SURELY_FITS:
        return
    sizes = [bytes_of(value) for value in item.parameters if isinstance(value, str)]
    largest = max(sizes, default=0)
    # A statement that reads JSON writes many rows of one value: of that, only the value itself is
    # bounded.
    if is_write(item) and "json_each" not in item.sql:
        whole = sum(sizes)
    else:
        whole = 0
    if max(largest, whole) > limits.ROW_BYTES:
        raise TooLargeForD1(
            f"D1 takes values and rows of {limits.ROW_BYTES:,} bytes, and this has "
            f"{max(largest, whole):,}"
        )


class _Counted:
    """Any adapter, each call of which is a subrequest. `key` bounds the first argument: its name,
    and its bytes."""

    def __init__(
        self, inner: Any, spending: Spending, refused: Any, key: tuple[str, int] | None = None
    ) -> None:
        self._inner = inner
        self._spending = spending
        self._refused = refused
        self._key = key

    def __getattr__(self, name: str) -> Any:
        called = getattr(self._inner, name)

        async def call(*arguments: Any, **more: Any) -> Any:
            if self._key is not None and arguments:
                _check(self._key[0], str(arguments[0]), self._key[1])
            self._spending.subrequest(self._refused)
            doing = called(*arguments, **more)
            # Megabytes at times, which the adapter need not hold until it has answered.
            del arguments, more
            return await doing

        return call


def _no_answer(message: str) -> ModelError:
    return ModelError(None, message)


class _CountedQueue(_Counted):
    """`Queue`: messages keep to its size."""

    async def send(self, message: JsonObject, *, delay_seconds: int = 0) -> None:
        _check("message", dump(message), limits.MESSAGE_BYTES)
        self._spending.subrequest(self._refused)
        await self._inner.send(message, delay_seconds=delay_seconds)


class _CountedInstances:
    """`InstancesByKind`."""

    def __init__(self, inner: InstancesByKind, spending: Spending) -> None:
        self._inner = inner
        self._spending = spending

    def get(self, kind: str, /) -> Instances | None:
        service = self._inner.get(kind)
        if service is None:
            return None
        return cast("Instances", _CountedWorkflow(service, self._spending, EngineUnavailable))


class _CountedWorkflow(_Counted):
    """`Instances`: names and params keep to the engine's sizes."""

    async def create(self, instance_id: str, params: JsonObject) -> None:
        check_name("instance", instance_id, limits.INSTANCE_ID_LENGTH)
        _check("params", dump(params), limits.EVENT_BYTES)
        self._spending.subrequest(self._refused)
        await self._inner.create(instance_id, params)

    async def send_event(self, instance_id: str, event_type: str) -> None:
        check_name("event", event_type, limits.EVENT_TYPE_LENGTH)
        self._spending.subrequest(self._refused)
        await self._inner.send_event(instance_id, event_type)


def _check(what: str, text: str, most: int) -> None:
    size = bytes_of(text)
    if size > most:
        raise LimitExceeded(f"Cloudflare takes {most:,} bytes of {what}, and this has {size:,}")


def check_name(what: str, name: str, longest: int) -> None:
    """Raises LimitExceeded: the workflow engine takes no such name."""
    if len(name) > longest or not _NAME.fullmatch(name):
        raise LimitExceeded(
            f"The engine takes names of an {what} with letters, digits, _ and -, {longest} "
            f"at most: {name[:120]!r}"
        )


class BoundedEngine:
    """`Engine`. What it refuses is a fault of the body, so it is final: a `StepError` that no
    attempt can mend."""

    def __init__(self, engine: Engine, plan: Plan = PAID) -> None:
        self._engine = engine
        self._plan = plan
        self._steps = 0

    async def do(
        self,
        name: str,
        attempt: Callable[[int], Awaitable[Json]],
        retries: Retries,
        timeout_seconds: int,
    ) -> Json:
        self._count(name)

        async def bounded(number: int) -> Json:
            output = await attempt(number)
            size = bytes_of(dump(output))
            if size > limits.STEP_OUTPUT_BYTES:
                raise NonRetryable(
                    f"a step may return {limits.STEP_OUTPUT_BYTES:,} bytes, and {name} returned "
                    f"{size:,}: store them and return where they lie"
                )
            return output

        return await self._engine.do(
            name, bounded, retries=retries, timeout_seconds=timeout_seconds
        )

    async def sleep(self, name: str, seconds: int) -> None:
        if seconds > limits.SLEEP_SECONDS:
            raise _refusal(
                f"a run may sleep for {limits.SLEEP_SECONDS // 86_400} days at once, and "
                f"{name} is longer"
            )
        self._check_step(name)
        await self._engine.sleep(name, seconds)

    async def wait_for_event(self, name: str, event_type: str, timeout_seconds: int) -> None:
        self._count(name)
        try:
            check_name("event", event_type, limits.EVENT_TYPE_LENGTH)
        except LimitExceeded as error:
            raise _refusal(str(error)) from error
        await self._engine.wait_for_event(name, event_type, timeout_seconds)

    def _count(self, name: str) -> None:
        self._check_step(name)
        self._steps += 1
        if self._steps > self._plan.steps:
            raise _refusal(
                f"an instance may begin {self._plan.steps:,} steps ({self._plan.name}), and "
                f"{name} is one more: go on in a continuation (run.continue_as)"
            )

    def _check_step(self, name: str) -> None:
        if len(name) > limits.STEP_NAME_LENGTH:
            raise _refusal(
                f"the name of a step may have {limits.STEP_NAME_LENGTH} letters, and "
                f"this has {len(name)}"
            )


def _refusal(why: str) -> StepError:
    return StepError(LimitExceeded.__name__, why, is_non_retryable=True)
