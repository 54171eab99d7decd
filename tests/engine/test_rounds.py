"""A death and a save at every moment of a payout, on the genuine engine; `make engine` goes through
more of them.
"""

from pathlib import Path

import pytest

from tests.engine.moments import MOMENTS
from tests.engine.rounds import KILL, SAVE, run_rounds

pytestmark = pytest.mark.long


def test_a_death_and_a_save_at_every_moment_lose_and_double_nothing(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, [KILL, SAVE], seed=2026, say=print)
    assert figures.payouts == 2 * len(MOMENTS)
    assert figures.dropped > 0, "no request was lost"
    assert figures.looked_up > 0, "nobody asked what became of a call"
