"""What the product's worlds stand on: its tables, its settings, and what must hold of it beside."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from cli.pages.audit_page import vocabularies
from local.places import ROOT
from tests.support.host_platform import ACCOUNT, migrated_database, settings_of
from tillroll.observability.alert_rules import DEPLOYMENT, Rule, lasts
from tillroll.workflows.registry import NUDGES, work_off_nudged
from tillroll_durable.ai.totals import PAID_BY_STEP
from tillroll_durable.platform.bindings.database import Statement, integer, text
from tillroll_durable.platform.services import Platform
from tillroll_testing.host.sqlite import SqliteDatabase
from tillroll_testing.simulation.ground import Ground
from tillroll_testing.simulation.world import World

_ACTIONS: Final = {action.value for _, actions in vocabularies() for action in actions}
_ENDED_EARLY: Final = "('run.cancelled', 'run.abandoned', 'run.compensated')"


async def _open_database(tables: Sequence[Statement]) -> SqliteDatabase:
    return await migrated_database(*tables)


async def audit_says_what_it_can_say(world: World) -> None:
    """Each event of the audit has an action of its vocabulary."""
    rows = await world.rows("SELECT DISTINCT action FROM audit_events")
    unknown = {text(row, "action") for row in rows} - _ACTIONS
    assert not unknown, f"the audit says {unknown}, which is not in its vocabulary"


async def no_alert_is_raised(world: World) -> None:
    """No run that has ended early raises the alert of what was not undone."""
    alert = lasts(Rule.RUN_NOT_UNDONE, "runs.id")
    query = f"""
      SELECT state FROM runs WHERE kind = ? AND {alert} AND EXISTS (
        SELECT 1 FROM audit_events e WHERE e.stream = runs.id AND e.action IN {_ENDED_EARLY}
      )
    """
    for run in await world.rows(query, world.deployed.contract.kind):
        raise AssertionError(f"it ended as {run['state']}, and the alert would be raised")


async def _paid_calls(world: World, run_id: str) -> Mapping[str, int]:
    rows = await world.rows(PAID_BY_STEP, run_id)
    return {text(row, "step"): integer(row, "calls") for row in rows}


def _work_off(key: str) -> Callable[[Platform, str], Awaitable[None]]:
    async def work_off(platform: Platform, row_id: str) -> None:
        await work_off_nudged(platform, key, row_id)

    return work_off


GROUND: Final = Ground(
    open_database=_open_database,
    settings=settings_of,
    assets=ROOT / "public",
    nudges={key: _work_off(key) for key in NUDGES},
    invariants=(audit_says_what_it_can_say, no_alert_is_raised),
    paid_calls=_paid_calls,
    owned=(
        "runs",
        "audit_events",
        "outbox",
        "receipts",
        "expenses",
        "notifications",
        "merchant_sightings",
    ),
    accounts=(ACCOUNT, DEPLOYMENT),
    kinds="tillroll.workflows.",
)
