"""What is done each minute: in each database one tick of all jobs, and what goes on within that
minute."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.tick import tick
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.engine import (
    JOB,
    SHARD,
    TICK,
    QueueMissing,
    QueueUnavailable,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.limits import PAID
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import FIRST

_GOES_ON_FOR: Final = timedelta(seconds=50)


async def do_in_all_databases(platform: Platform, jobs: Sequence[Job]) -> None:
    """One tick in each database. For each but the first, a message of the queue has another
    invocation do it, which may ask as often as this one. Without a queue they share this one, each
    with as much of it. Whatever becomes of one, the others have theirs.
    """
    if len(platform.shards) == 1:
        await do_each_minute(platform, jobs)
        return
    start = to_text(platform.clock.now())
    ticked_here = [
        shard for shard in platform.shards if not await _is_handed_on(platform, shard, start)
    ]
    for shard in ticked_here:
        try:
            await do_each_minute(enter(platform, shard), jobs, start=start, among=len(ticked_here))
        except Exception as error:  # noqa: BLE001 - the next minute does it again
            log.crash("cron.failed", error, source=f"database {shard}")


async def _is_handed_on(platform: Platform, shard: int, start: str) -> bool:
    """Whether another invocation does a database's tick."""
    if shard == FIRST:
        return False
    return await _send(platform, {TICK: start, SHARD: shard})


async def _send(platform: Platform, message: JsonObject) -> bool:
    """Whether another invocation gets what is to go on."""
    try:
        await platform.ticks.send(message)
    except QueueMissing:
        return False
    except QueueUnavailable as error:
        log.warning("cron.not_continued", error=error)
        return False
    return True


async def do_each_minute(
    platform: Platform,
    jobs: Sequence[Job],
    start: str | None = None,
    only: Collection[str] | None = None,
    among: int = 1,
) -> None:
    """One tick of all jobs in the platform's database, or of those that go `only` on. For each that
    left rows, a message of the queue has another invocation go on, which may ask as often as this
    one: until the minute that begins at `start` is over. A message that is lost or late leaves the
    rest to the next minute. `among` databases share this invocation.
    """
    start = start or to_text(platform.clock.now())
    if _is_over(platform, start):
        return
    queries = (PAID.queries - platform.spending.statements) // among
    for name in await tick(platform, jobs, plan=replace(PAID, queries=queries), only=only):
        if _is_over(platform, start):
            return
        message: JsonObject = {TICK: start, JOB: name}
        if platform.shard != FIRST:
            message[SHARD] = platform.shard
        if not await _send(platform, message):
            return


def _is_over(platform: Platform, start: str) -> bool:
    return platform.clock.now() >= from_text(start) + _GOES_ON_FOR
