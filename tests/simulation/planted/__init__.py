"""Deliberately broken variants of what is tested, each with the stories in which it must be found."""

from tests.simulation.planted.of_the_core import PLANTED
from tests.simulation.planted.planted import Planted

__all__ = ["PLANTED", "Planted"]
