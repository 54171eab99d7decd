"""A round of chaos; `make chaos` runs more of them, with more runs in flight and other seeds."""

from pathlib import Path

import pytest

from tests.chaos.rounds import run_rounds

pytestmark = [pytest.mark.essential, pytest.mark.long]


def test_a_round_loses_and_doubles_nothing(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, rounds=1, in_flight=10, seed=2026, say=print)
    assert sum(figures.states.values()) >= 10
