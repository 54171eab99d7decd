"""What is done each minute: the jobs of all modules. Wiring only, apart from entry.py since no
request needs what it imports.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Final, cast

from tillroll.app import load
from tillroll.workflows import registry
from tillroll_durable.jobs import minute
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.secrets import secrets_job
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry


def _jobs() -> Iterator[Job]:
    for found in load(lambda module: module.jobs):
        make = cast("Callable[[Registry], Sequence[Job]] | Sequence[Job]", found)
        yield from make(registry.REGISTRY) if callable(make) else make
    yield secrets_job(registry.KEPT_SECRETS)


JOBS: Final = tuple(_jobs())
"""The one list."""


async def do_each_minute(
    platform: Platform, began: str | None = None, only: Collection[str] | None = None
) -> None:
    """One tick of all jobs in each database. What a message of the queue says when it `began` is
    one of the platform's database, or of those jobs that go `only` on there.
    """
    if began is None:
        await minute.do_in_all_databases(platform, JOBS)
    else:
        await minute.do_each_minute(platform, JOBS, start=began, only=only)
