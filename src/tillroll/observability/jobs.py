"""Jobs of observability: counts, alerts and traces, behind the reconciler. A failure waits a
minute.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from tillroll.observability.alert_rounds import raised_by, tell_operators, watch
from tillroll.observability.counts import JOB, add, advance
from tillroll.observability.events import statuses_of
from tillroll.observability.settings import TraceSettings
from tillroll_durable.jobs.job import Job
from tillroll_durable.jobs.scans import note_position
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError, Statement
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform
from tillroll_durable.registry import Registry

_LAST_TICK: Final = "reconciler: last tick"


async def observe(platform: Platform, registry: Registry) -> None:
    """Note a tick, count what happened, and tell of it. What fails keeps no other from its turn.
    Raises Exception: the first that was none of the database's.
    """
    now = to_text(platform.clock.now())
    parts: list[Callable[[], Awaitable[object]]] = [
        partial(platform.database.batch, [note_position(_LAST_TICK, now, now)]),
        partial(_count, platform, registry),
        partial(watch, platform),
        partial(tell_operators, platform),
    ]
    if platform.settings.of(TraceSettings).endpoint:
        # Few deployments need it.
        from tillroll.observability.trace_export import export_traces  # noqa: PLC0415

        parts.append(partial(export_traces, platform, registry.contracts))
    unexpected: list[Exception] = []
    for part in parts:
        try:
            await part()
        except DatabaseError as error:
            log.warning("observation.failed", error=error)
        except Exception as error:  # noqa: BLE001 - raised below
            unexpected.append(error)
    if unexpected:
        raise unexpected[0]


async def _count(platform: Platform, registry: Registry) -> None:
    """With half of the turn, however many events there are: the rest is for those who must hear of
    them.
    """
    turn = platform.turn.half()
    try:
        await advance(replace(platform, turn=turn), statuses_of(registry), raised_by)
    finally:
        platform.turn.has_more(where=turn.is_cut)


def mended(done: Mapping[str, int]) -> Statement:
    """Count what the reconciler made good."""
    return add("reconciler_mended", done)


def observability_jobs(registry: Registry) -> tuple[Job, ...]:
    async def watch(platform: Platform) -> None:
        await observe(platform, registry)

    return (Job(JOB, watch, 50, comes_last=True, counts=mended),)
