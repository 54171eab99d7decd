"""A death at every moment of payouts and claims on the genuine engine, and a claim that is late;
`make money` goes through more of them.
"""

from pathlib import Path

import pytest

from tests.money import claims, payouts
from tests.money.rounds import run_rounds

pytestmark = pytest.mark.long


def test_a_death_at_every_moment_loses_and_doubles_no_money(tmp_path: Path) -> None:
    figures = run_rounds(tmp_path, rounds=1, seed=2026, say=print)
    assert (len(figures.payouts), len(figures.claims)) == (
        len(payouts.MOMENTS),
        len(claims.MOMENTS),
    )
    assert figures.lost > 0, "no call was lost"
    assert figures.waited_days > 30, "no claim was late"
