"""What must always hold."""

from tillroll_testing.invariants.of_runs import check

__all__ = ["check"]
