"""Live runs whose contract version is not deployed: their old body was removed too early."""

from tillroll.durable.operating.reconciliation.bounds import BATCH
from tillroll.durable.operating.reconciliation.escalating import escalate
from tillroll.durable.operating.reconciliation.setbacks import each
from tillroll.durable.record.runs import run_from_row
from tillroll.durable.record.versions import Contracts, live_versions, not_deployed
from tillroll.jobs.setbacks import IN_TURN, IS_DUE, JOIN
from tillroll.platform.bindings.database import Row, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_PART = "deadlines: versions not deployed"
_SETBACKS = JOIN.format(part=f"'{_PART}'", subject="runs.id")


async def escalate_undeployed(platform: Platform, contracts: Contracts) -> int:
    """Tell a person of runs under way that nothing deployed can go on with."""
    missing = [it for it in await live_versions(platform.database) if (it.kind, it.version) not in contracts]
    now = to_text(platform.clock.now())

    async def tell(row: Row) -> int:
        run = run_from_row(row)
        await escalate(platform, run, not_deployed(run), now)
        return 1

    escalated = 0
    for version in missing:
        rows = await platform.database.all(
            statement(
                f"""
                SELECT runs.*, s.failures AS setbacks FROM runs {_SETBACKS}
                WHERE kind = ?2 AND contract_version = ?3 AND escalated_at IS NULL
                  AND status IN ('processing', 'needs_review') AND {IS_DUE}
                ORDER BY {IN_TURN} LIMIT ?4
                """,  # noqa: S608 - constants
                now,
                version.kind,
                version.version,
                BATCH,
            )
        )
        escalated += await each(platform, _PART, rows, tell)
    return escalated
