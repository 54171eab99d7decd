"""What observability does each minute, behind the reconciler: counts and alerts. A failure waits a minute."""

from collections.abc import Mapping

from tillroll.durable.record.versions import Contracts
from tillroll.observability.alerts.evaluating import raised_by, watch
from tillroll.observability.rollup import add, advance
from tillroll.observability.settings import TraceSettings
from tillroll.observability.statuses import statuses_of
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError, Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

_TICKED = """
  INSERT INTO reconciler_cursors (name, position, updated_at) VALUES ('reconciler: last tick', ?1, ?1)
  ON CONFLICT (name) DO UPDATE SET position = ?1, updated_at = ?1
"""


async def observe(platform: Platform, contracts: Contracts, mended: Mapping[str, int] | None) -> None:
    """Note a tick with what it made good, None where nothing is known of that; count what happened, and tell of what
    somebody must hear."""
    try:
        if mended is not None:
            await platform.database.batch(_ticked(platform, mended))
        await advance(platform, statuses_of(contracts), raised_by)
        await watch(platform)
        if platform.settings.of(TraceSettings).endpoint:
            from tillroll.observability.traces.exporting import export_traces  # noqa: PLC0415 - few deployments need it

            await export_traces(platform, contracts)
    except DatabaseError as error:
        log.warning("observation.failed", error=error)


def _ticked(platform: Platform, mended: Mapping[str, int]) -> list[Statement]:
    noted = statement(_TICKED, to_text(platform.clock.now()))
    made_good = {what: number for what, number in mended.items() if number}
    return [noted, add("reconciler_mended", made_good)] if made_good else [noted]
