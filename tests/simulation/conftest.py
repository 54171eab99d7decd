"""Fixtures of the simulation: those that authors of workflows use."""

from tests.simulation.author.fixtures import disturbed, repeated, undisturbed, world_of

__all__ = ["disturbed", "repeated", "undisturbed", "world_of"]
