"""Worlds of the product with another side, as an author's stories open them."""

from collections.abc import Sequence

from tests.simulation.ground import GROUND
from tillroll_durable import Statement
from tillroll_testing.simulation import opening
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World


async def open_world(
    faults: Faults, deployed: Deployed, *, tables: Sequence[Statement] = ()
) -> World:
    """A world in which `deployed` runs; `tables` are made on top of the migrations. All that is
    asked for by HTTP, but for webhooks, comes to `world.other_side`.
    """
    return await opening.open_world(GROUND, faults, deployed, tables=tables)
