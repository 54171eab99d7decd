"""Fixtures of the simulation: those that authors of workflows use, and that nothing in it waits in
real time.
"""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.simulation.author.fixtures import disturbed, repeated, undisturbed, world_of
from tillroll_durable import runs

__all__ = ["disturbed", "no_pause_in_real_time", "repeated", "undisturbed", "world_of"]


@pytest.fixture
async def office() -> AsyncIterator[object]:
    """Books that are kept elsewhere. Imported when it is asked for: a project may have none, and
    needs the others.
    """
    from tests.simulation.office import open_office  # noqa: PLC0415

    async with open_office() as opened:
        yield opened


@pytest.fixture(scope="session", autouse=True)
def no_pause_in_real_time() -> Iterator[None]:
    """A read that fails is repeated without a pause: the simulation has a clock of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "_PAUSES", (0.0, 0.0))
        yield
