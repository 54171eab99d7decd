"""What is done each minute: one tick of all jobs, and what goes on within that minute."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.tick import tick
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.engine import JOB, TICK, QueueMissing, QueueUnavailable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.limits import PAID
from tillroll_durable.platform.services import Platform

_GOES_ON_FOR: Final = timedelta(seconds=50)


async def do_each_minute(
    platform: Platform,
    jobs: Sequence[Job],
    start: str | None = None,
    only: Collection[str] | None = None,
) -> None:
    """One tick of all jobs, or of those that go `only` on. For each that left rows, a message of
    the queue has another invocation go on, which may ask as often as this one: until the minute
    that begins at `start` is over. A message that is lost or late leaves the rest to the next
    minute.
    """
    start = start or to_text(platform.clock.now())
    if _is_over(platform, start):
        return
    plan = replace(PAID, queries=PAID.queries - platform.spending.statements)
    for name in await tick(platform, jobs, plan=plan, only=only):
        if _is_over(platform, start):
            return
        try:
            await platform.ticks.send({TICK: start, JOB: name})
        except QueueMissing:
            return
        except QueueUnavailable as error:
            log.warning("cron.not_continued", error=error)
            return


def _is_over(platform: Platform, start: str) -> bool:
    return platform.clock.now() >= from_text(start) + _GOES_ON_FOR
