"""What is done each minute: the jobs of all modules. Wiring only, apart from entry.py since no request needs what it
imports."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, cast

from tillroll.app import load
from tillroll.durable.workflow import Registry
from tillroll.jobs.job import Job
from tillroll.jobs.tick import tick
from tillroll.platform.encryption import reencrypt
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


async def do_each_minute(platform: Platform) -> None:
    """One tick of all jobs."""
    await tick(platform, JOBS)
