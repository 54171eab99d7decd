"""One tick of the reconciler."""

from dataclasses import dataclass

from tillroll.durable.reconciliation.instances import create_missing, escalate_overdue, resume_lost
from tillroll.durable.reconciliation.messages import announce_decisions, resend_deliveries
from tillroll.durable.reconciliation.objects import delete_orphans
from tillroll.durable.reconciliation.undeployed import escalate_undeployed
from tillroll.durable.versions import Contracts
from tillroll.platform.services import Platform


@dataclass(frozen=True)
class Mended:
    """What one tick did."""

    instances_created: int = 0
    runs_resumed: int = 0
    runs_escalated: int = 0
    deliveries_resent: int = 0
    decisions_announced: int = 0
    objects_deleted: int = 0


async def tick(platform: Platform, contracts: Contracts, referring_query: str) -> Mended:
    """Mend up to 50 of each kind. `referring_query`: see `delete_orphans`."""
    return Mended(
        instances_created=await create_missing(platform),
        runs_resumed=await resume_lost(platform, contracts),
        runs_escalated=await escalate_overdue(platform) + await escalate_undeployed(platform, contracts),
        deliveries_resent=await resend_deliveries(platform),
        decisions_announced=await announce_decisions(platform),
        objects_deleted=await delete_orphans(platform, referring_query),
    )
