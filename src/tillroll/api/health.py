"""GET /api/health: that the Worker answers, and where asked, that what it stands on does."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Final, Literal, TypeVar

from fastapi import Query, Request, Response

from tillroll.access.permissions import Permission
from tillroll.api.dependencies import PlatformHere, needs
from tillroll.api.routing import Router
from tillroll_durable.jobs.job import overdue, proofs_of_writing, stands_since
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import UNREADABLE_SECRETS
from tillroll_durable.platform.invocation import over_all
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST, binding_of

router = Router(tags=["health"])

# Nobody makes the Worker look more often, however often they ask: that would be a way to wear out
# the database.
LOOKED_AT_FOR: Final = timedelta(seconds=10)
_NEXT_LOOK_SECONDS: Final = str(int(LOOKED_AT_FOR.total_seconds()))
_PATIENCE_SECONDS: Final = 3.0
_NOT_WELL: Final = 503
# The object that a look writes anew: reading finds no store that takes nothing.
_WRITTEN: Final = "health"

PartState = Literal["ok", "failing"]
JobsState = Literal["ok", "overdue", "stopped"]
SecretsState = Literal["ok", "unreadable"]
_State = TypeVar("_State")


class Parts(Model):
    """D1, R2 and the Queue. D1 and R2 are well where they take a write; of several databases, where
    each does.

    A message that is sent to look at the Queue wakes the consumer for nothing."""

    database: PartState
    objects: PartState
    queue: PartState


class Health(Model):
    """`parts`, `jobs`, `secrets` and `checked_at` only with `deep`. A look is up to ten seconds
    old. `jobs` is `overdue` where a job of the cron has no turn, or fails, and `stopped` where the
    cron has not run for fifteen minutes: requests are answered all the same. `secrets` is
    `unreadable` where the last tick met a secret that no key of ENCRYPTION_KEYS reads.
    """

    status: Literal["ok", "failing", "checking"]
    parts: Parts | None = None
    jobs: JobsState | None = None
    secrets: SecretsState | None = None
    checked_at: str | None = None


class Looks:
    """What was seen last, of one isolate. A request waits for no other's look, which Workers do not
    allow.
    """

    def __init__(self) -> None:
        self._last: Health | None = None
        self._next_at: datetime | None = None

    async def look(self, platform: Platform) -> Health:
        now = platform.clock.now()
        if self._next_at is None or now >= self._next_at:
            self._next_at = now + LOOKED_AT_FOR
            self._last = await _look(platform, now)
        return self._last or Health(status="checking")


@router.get(
    "/api/health",
    response_model_exclude_none=True,
    responses={
        _NOT_WELL: {
            "model": Health,
            "description": "A part does not answer, or not in three seconds",
        }
    },
    openapi_extra=needs(Permission.OPEN),
)
async def show_health(
    request: Request,
    response: Response,
    platform: PlatformHere,
    deep: Annotated[
        Literal["", "true", "1"] | None, Query(description="Look at D1, R2 and the Queue too")
    ] = None,
) -> Health:
    """The Worker answers. With `deep`, 503 where one of its parts does not."""
    if deep is None:
        return Health(status="ok")
    looks = await request.app.state.looks.look(platform)
    if looks.status != "ok":
        response.status_code = _NOT_WELL
        response.headers["retry-after"] = _NEXT_LOOK_SECONDS
    return looks


# The worst comes first; None is what could not be asked.
_JOBS: Final[Sequence[JobsState | None]] = ("stopped", "overdue", None, "ok")
_SECRETS: Final[Sequence[SecretsState | None]] = ("unreadable", None, "ok")


def _worst(order: Sequence[_State], states: Sequence[_State]) -> _State:
    return min(states, key=order.index)


async def _all_answer(databases: Sequence[Platform]) -> PartState:
    """Whether each database takes a write. The log names those that do not."""

    async def ask(platform: Platform) -> PartState:
        name = "database"
        if platform.shard != FIRST:
            name = binding_of(platform.shard)
        proof = proofs_of_writing(platform.clock.now())
        return await _answers(name, lambda: platform.database.batch(proof))

    states = await asyncio.gather(*map(ask, databases))
    if {*states} == {"ok"}:
        return "ok"
    return "failing"


async def _look(platform: Platform, now: datetime) -> Health:
    databases = over_all(platform)
    database, objects, queue = await asyncio.gather(
        _all_answer(databases),
        _answers("objects", lambda: platform.objects.put_text(_WRITTEN, "", "text/plain")),
        _answers("queue", lambda: platform.queue.send({"outboxId": "health"})),
    )
    parts = Parts(database=database, objects=objects, queue=queue)
    is_well = {database, objects, queue} == {"ok"}
    jobs: JobsState | None = None
    secrets: SecretsState | None = None
    if database == "ok":
        jobs = _worst(_JOBS, await asyncio.gather(*(_jobs(each, now) for each in databases)))
        secrets = _worst(_SECRETS, await asyncio.gather(*map(_secrets, databases)))
    status: Literal["ok", "failing"] = "ok" if is_well else "failing"
    return Health(status=status, parts=parts, jobs=jobs, secrets=secrets, checked_at=to_text(now))


async def _jobs(platform: Platform, now: datetime) -> JobsState | None:
    """How the cron is; None where that cannot be asked."""
    late: list[Row] = []
    standing: list[Row] = []

    async def ask() -> None:
        jobs, ticks = await platform.database.batch([overdue(now), stands_since(now)])
        late.extend(jobs)
        standing.extend(ticks)

    if await _answers("database", ask) != "ok":
        return None
    if standing:
        return "stopped"
    if late:
        return "overdue"
    return "ok"


async def _secrets(platform: Platform) -> SecretsState | None:
    """Whether all secrets could be read; None where that cannot be asked."""
    unreadable: list[Row] = []

    async def ask() -> None:
        unreadable.extend(await platform.database.all(statement(UNREADABLE_SECRETS)))

    if await _answers("database", ask) != "ok":
        return None
    if unreadable:
        return "unreadable"
    return "ok"


async def _answers(name: str, ask: Callable[[], Awaitable[object]]) -> PartState:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await ask()
    except Exception as error:  # noqa: BLE001 - whatever it is, this is where it is said
        log.warning("health.failing", source=name, error_class=type(error).__name__)
        return "failing"
    return "ok"
