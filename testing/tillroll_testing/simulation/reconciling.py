"""Every job of the reconciler at once, and what it made good."""

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from tillroll_durable.contract import Contracts
from tillroll_durable.declared import ObjectsInUse
from tillroll_durable.outbox import Settlements
from tillroll_durable.platform import log
from tillroll_durable.platform.limits import Turn
from tillroll_durable.platform.services import Platform
from tillroll_durable.upkeep.reconciliation import reconciler_jobs

NO_SETTLEMENTS: Final[Settlements] = MappingProxyType({})
"""For a world with a queue: its consumer delivers, not the reconciler."""


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


async def reconcile(
    platform: Platform,
    contracts: Contracts,
    in_use: ObjectsInUse,
    settlements: Settlements = NO_SETTLEMENTS,
) -> Mended:
    """Every job of the reconciler once, without an end to its share, whatever becomes of the
    others; what was made good.
    """
    turn = Turn(platform.spending)
    within = replace(platform, turn=turn)
    for job in reconciler_jobs(contracts, in_use, settlements):
        try:
            await job.work(within)
        except Exception as error:  # noqa: BLE001
            # The next tick does it again; the other jobs must still run.
            log.crash("cron.failed", error, source=job.name)
    return Mended(**turn.done)
