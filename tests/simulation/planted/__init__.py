"""Deliberately broken variants of what is tested, each with the stories in which it must be
found.
"""

from tests.simulation.planted import of_endings, of_the_core
from tests.simulation.planted.planted import Planted

PLANTED = (*of_the_core.PLANTED, *of_endings.PLANTED)

__all__ = ["PLANTED", "Planted"]
