"""What is done each minute: the jobs of all modules. Wiring only, apart from entry.py since no
request needs what it imports.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from tillroll.app import load
from tillroll.workflows import registry
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.tick import tick
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.engine import JOB, TICK, QueueUnavailable
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.kept_secrets import check_secrets, reencrypt
from tillroll_durable.platform.limits import PAID
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry


async def _look_after_secrets(platform: Platform) -> None:
    turn = await reencrypt(platform, registry.KEPT_SECRETS)
    has_keys = bool(platform.settings.of(EncryptionSettings).keys)
    # While secrets are renewed, each of them is read anyway.
    if turn.unreadable or not turn.tried:
        is_suspicious = turn.unreadable > 0 or not has_keys
        await check_secrets(platform, registry.KEPT_SECRETS, is_suspicious=is_suspicious)


def _jobs() -> Iterator[Job]:
    for found in load(lambda module: module.jobs):
        make = cast("Callable[[Registry], Sequence[Job]] | Sequence[Job]", found)
        yield from make(registry.REGISTRY) if callable(make) else make
    yield Job("secrets", _look_after_secrets, 15)


JOBS: Final = tuple(_jobs())
"""The one list."""


_GOES_ON_FOR: Final = timedelta(seconds=50)


async def do_each_minute(
    platform: Platform, began: str | None = None, only: Collection[str] | None = None
) -> None:
    """One tick of all jobs, or of those that go `only` on. For each that left rows, a message of
    the queue has another invocation go on, which may ask as often as this one: until the minute
    that `began` is over. A message that is lost or late leaves the rest to the next minute.
    """
    began = began or to_text(platform.clock.now())
    if _is_over(platform, began):
        return
    left = replace(PAID, queries=PAID.queries - platform.spending.statements)
    for name in await tick(platform, JOBS, plan=left, only=only):
        if _is_over(platform, began):
            return
        try:
            await platform.ticks.send({TICK: began, JOB: name})
        except QueueUnavailable as error:
            log.warning("cron.not_continued", error=error)
            return


def _is_over(platform: Platform, began: str) -> bool:
    return platform.clock.now() >= from_text(began) + _GOES_ON_FOR
