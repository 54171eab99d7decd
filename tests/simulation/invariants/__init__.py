"""What must always hold."""

from tests.simulation.invariants.of_runs import check

__all__ = ["check"]
