"""What is done each minute: the jobs of all modules. Wiring only, apart from entry.py since no request needs what it
imports."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from tillroll.app import load
from tillroll.durable.registry import Registry
from tillroll.jobs.job import Job
from tillroll.jobs.tick import tick
from tillroll.platform import log
from tillroll.platform.bindings.engine import TICK, QueueUnavailable
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.encryption import reencrypt
from tillroll.platform.limits import PAID
from tillroll.platform.services import Platform
from tillroll.workflows.registry import KEPT_SECRETS, REGISTRY


async def _reencrypt(platform: Platform) -> None:
    await reencrypt(platform, KEPT_SECRETS)


def _jobs() -> Iterator[Job]:
    for found in load(lambda module: module.jobs):
        make = cast("Callable[[Registry], Sequence[Job]] | Sequence[Job]", found)
        yield from make(REGISTRY) if callable(make) else make
    yield Job("secrets", _reencrypt, 15)


JOBS: Final = tuple(_jobs())
"""The one list."""


_GOES_ON_FOR: Final = timedelta(seconds=50)


async def do_each_minute(platform: Platform, began: str | None = None) -> None:
    """One tick of all jobs. Where they left rows, a message of the queue has another invocation go on, which may ask as
    often as this one: until the minute that `began` is over. A lost message leaves the rest to the next minute."""
    left = replace(PAID, queries=PAID.queries - platform.spending.statements)
    now = platform.clock.now()
    if await tick(platform, JOBS, left, goes_on=began is not None):
        began = began or to_text(now)
        if platform.clock.now() < from_text(began) + _GOES_ON_FOR:
            try:
                await platform.queue.send({TICK: began})
            except QueueUnavailable as error:
                log.warning("cron.not_continued", error=error)
