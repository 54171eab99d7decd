"""The reconciler: what was promised and did not happen is done, set aside, or shown to a person."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from tillroll.durable.objects import ObjectsInUse
from tillroll.durable.operating.admitting import admit_waiting
from tillroll.durable.operating.reconciliation.instances import create_missing, escalate_overdue, resume_lost
from tillroll.durable.operating.reconciliation.messages import announce_decisions, resend_deliveries
from tillroll.durable.operating.reconciliation.objects import sweep_objects
from tillroll.durable.operating.reconciliation.undeployed import escalate_undeployed
from tillroll.durable.operating.reconciliation.waits import cancel_orphaned, wake_overdue
from tillroll.durable.record.versions import Contracts
from tillroll.jobs.job import Job
from tillroll.jobs.setbacks import forget_old
from tillroll.platform import log
from tillroll.platform.limits.spending import Turn
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Mended:
    """What one tick made good."""

    runs_admitted: int = 0
    instances_created: int = 0
    runs_resumed: int = 0
    runs_escalated: int = 0
    deliveries_resent: int = 0
    decisions_announced: int = 0
    objects_quarantined: int = 0
    objects_restored: int = 0
    waits_woken: int = 0
    children_cancelled: int = 0
    objects_deleted: int = 0


def reconciler_jobs(contracts: Contracts, in_use: ObjectsInUse) -> tuple[Job, ...]:
    """Each mends up to 50 of its kind in a turn, and counts what it made good in `platform.turn.done`, by the names of
    `Mended`. `in_use`: see `sweep_objects`."""

    async def admit(platform: Platform) -> int:
        return await admit_waiting(platform, contracts)

    async def resume(platform: Platform) -> int:
        return await resume_lost(platform, contracts)

    async def escalate(platform: Platform) -> int:
        # A run is told of once: that its body is missing says more than that it is late.
        return await escalate_undeployed(platform, contracts) + await escalate_overdue(platform)

    async def sweep(platform: Platform) -> None:
        swept = await sweep_objects(platform, in_use)
        _add(
            platform,
            objects_quarantined=swept.quarantined,
            objects_restored=swept.restored,
            objects_deleted=swept.deleted,
        )

    return (
        Job("lines", _counted("runs_admitted", admit), 25),
        Job("instances never created", _counted("instances_created", create_missing), 30),
        Job("instances lost", _counted("runs_resumed", resume), 40),
        Job("deadlines", _counted("runs_escalated", escalate), 15),
        Job("events out", _counted("deliveries_resent", resend_deliveries), 5),
        Job("decisions", _counted("decisions_announced", announce_decisions), 15),
        Job("waits", _counted("waits_woken", wake_overdue), 30),
        Job("children", _counted("children_cancelled", cancel_orphaned), 10),
        Job("objects", sweep, 20),
        Job("setbacks", forget_old, 5),
    )


def _counted(what: str, mend: Callable[[Platform], Awaitable[int]]) -> Callable[[Platform], Awaitable[None]]:
    async def work(platform: Platform) -> None:
        _add(platform, **{what: await mend(platform)})

    return work


def _add(platform: Platform, **made_good: int) -> None:
    for what, number in made_good.items():
        if number:
            platform.turn.done[what] += number


async def reconcile(platform: Platform, contracts: Contracts, in_use: ObjectsInUse) -> Mended:
    """Every job of the reconciler once, without an end to its share, whatever becomes of the others; what was made
    good."""
    turn = Turn(platform.spending)
    for job in reconciler_jobs(contracts, in_use):
        try:
            await job.work(replace(platform, turn=turn))
        except Exception as error:  # noqa: BLE001 - the next tick does it again; the other jobs must still run
            log.crash("cron.failed", error, source=job.name)
    return Mended(**turn.done)
