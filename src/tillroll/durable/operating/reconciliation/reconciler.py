"""One tick of the reconciler."""

from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import TypeVar

from tillroll.durable.objects import ObjectsInUse
from tillroll.durable.operating.admitting import admit_waiting
from tillroll.durable.operating.reconciliation.instances import create_missing, escalate_overdue, resume_lost
from tillroll.durable.operating.reconciliation.messages import announce_decisions, resend_deliveries
from tillroll.durable.operating.reconciliation.objects import Swept, sweep_objects
from tillroll.durable.operating.reconciliation.setbacks import forget_old
from tillroll.durable.operating.reconciliation.undeployed import escalate_undeployed
from tillroll.durable.operating.reconciliation.waits import cancel_orphaned, wake_overdue
from tillroll.durable.record.versions import Contracts
from tillroll.platform import log
from tillroll.platform.services import Platform

Result = TypeVar("Result")


@dataclass(frozen=True)
class Mended:
    """What one tick did."""

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


async def reconcile(platform: Platform, contracts: Contracts, in_use: ObjectsInUse) -> Mended:
    """Mend up to 50 of each kind, each part whatever became of the others. `in_use`: see `sweep_objects`."""
    mended = Mended(
        runs_admitted=await _part("lines", admit_waiting(platform, contracts), 0),
        instances_created=await _part("instances never created", create_missing(platform), 0),
        runs_resumed=await _part("instances lost", resume_lost(platform, contracts), 0),
        # A run is told of once: that its body is missing says more than that it is late.
        runs_escalated=await _part("versions", escalate_undeployed(platform, contracts), 0)
        + await _part("deadlines", escalate_overdue(platform), 0),
        deliveries_resent=await _part("deliveries", resend_deliveries(platform), 0),
        decisions_announced=await _part("decisions", announce_decisions(platform), 0),
        waits_woken=await _part("waits", wake_overdue(platform), 0),
        children_cancelled=await _part("children", cancel_orphaned(platform), 0),
    )
    swept = await _part("objects", sweep_objects(platform, in_use), Swept())
    await _part("setbacks", forget_old(platform), 0)
    return replace(
        mended,
        objects_quarantined=swept.quarantined,
        objects_restored=swept.restored,
        objects_deleted=swept.deleted,
    )


async def _part(name: str, part: Awaitable[Result], otherwise: Result) -> Result:
    try:
        return await part
    except Exception as error:  # noqa: BLE001 - the next tick does it again; the other parts must still run
        log.crash("reconciler.failed", error, source=name)
        return otherwise
