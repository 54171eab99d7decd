"""Fixtures of the simulation: those that authors of workflows use, and that nothing in it waits in real time."""

from collections.abc import Iterator

import pytest

from tests.simulation.author.fixtures import disturbed, repeated, undisturbed, world_of
from tests.simulation.office import office
from tillroll.durable.record import runs

__all__ = ["disturbed", "no_pause_in_real_time", "office", "repeated", "undisturbed", "world_of"]


@pytest.fixture(scope="session", autouse=True)
def no_pause_in_real_time() -> Iterator[None]:
    """A read that fails is repeated without a pause: the simulation has a clock of its own."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(runs, "_PAUSES", (0.0, 0.0))
        yield
