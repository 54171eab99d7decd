"""Live runs whose contract version is not deployed: their old body was removed too early."""

from tillroll.durable.reconciliation.bounds import BATCH
from tillroll.durable.reconciliation.instances import escalate
from tillroll.durable.runs import run_from_row
from tillroll.durable.versions import Contracts, live_versions, not_deployed
from tillroll.platform.clock import to_text
from tillroll.platform.database import statement
from tillroll.platform.services import Platform


async def escalate_undeployed(platform: Platform, contracts: Contracts) -> int:
    """Tell a person of runs under way that nothing deployed can go on with."""
    missing = [each for each in await live_versions(platform.database) if (each.kind, each.version) not in contracts]
    now = to_text(platform.clock.now())
    escalated = 0
    for each in missing:
        rows = await platform.database.all(
            statement(
                """
                SELECT * FROM runs WHERE kind = ? AND contract_version = ? AND escalated_at IS NULL
                  AND status IN ('processing', 'needs_review')
                LIMIT ?
                """,
                each.kind,
                each.version,
                BATCH,
            )
        )
        for run in map(run_from_row, rows):
            await escalate(platform, run, not_deployed(run), now)
        escalated += len(rows)
    return escalated
