"""Fixtures of the simulation: those that authors of workflows use, and what its worlds stand on."""

from collections.abc import AsyncIterator

import pytest

from tests.simulation.ground import GROUND
from tests.simulation.office import open_office
from tillroll_testing.fixtures import (
    disturbed,
    no_pause_in_real_time,
    repeated,
    undisturbed,
    world_of,
)
from tillroll_testing.simulation.ground import Ground

__all__ = ["disturbed", "no_pause_in_real_time", "repeated", "undisturbed", "world_of"]


@pytest.fixture(scope="session")
def ground() -> Ground:
    """The product's tables, settings and rules."""
    return GROUND


@pytest.fixture
async def office() -> AsyncIterator[object]:
    """Books that are kept elsewhere."""
    async with open_office() as opened:
        yield opened
