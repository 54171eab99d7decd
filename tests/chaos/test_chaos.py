"""Three rounds of chaos; `make chaos` runs more of them, with more runs in flight and other seeds."""

from pathlib import Path

import pytest

from tests.chaos.rounds import run_rounds

pytestmark = pytest.mark.long


def test_three_rounds_lose_and_double_nothing(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, rounds=3, in_flight=25, seed=2026, say=print)
    assert sum(figures.states.values()) >= 25
