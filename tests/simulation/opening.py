"""Worlds of the product."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from tests.simulation.ground import GROUND
from tests.support.host_platform import CLEAR_RECEIPT, settings_of
from tillroll.workflows.account_tables import TABLES_OF_ACCOUNTS
from tillroll_durable.platform.bindings.database import Statement
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.opening import open_bare_world
from tillroll_testing.simulation.world import Deployed, World


async def open_world(
    faults: Faults,
    deployed: Deployed,
    *,
    tables: Sequence[Statement] = (),
    transcript: str = CLEAR_RECEIPT,
    webhook: bool = True,
    language_models: tuple[str, str] = ("", ""),
    ai_daily_budget: int | None = None,
) -> World:
    """A world in which `deployed` runs; `tables` are made on top of the migrations."""
    settings = partial(
        settings_of, language_models=language_models, ai_daily_budget=ai_daily_budget
    )
    world = await open_bare_world(
        replace(GROUND, settings=settings),
        faults,
        deployed,
        tables=tables,
        transcript=transcript,
        webhook_url="https://receiver.test/hook" if webhook else "",
    )
    world.host.platform = replace(world.host.platform, tables_of_accounts=TABLES_OF_ACCOUNTS)
    return world
