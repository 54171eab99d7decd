"""The short, fixed part of `make fuzz`."""

from pathlib import Path

import pytest

from tests.fuzz.campaign import Size, run_campaign
from tests.fuzz.description import FUZZING
from tests.support.own_stack import own_stack

pytestmark = pytest.mark.long

SEED = 20261120
# schemathesis' coverage phase alone takes 40 s; `make fuzz` has it.
SIZE = Size(examples=2, requests=60, files=12, crafted=14, phases=(FUZZING,))


def test_a_short_campaign_finds_nothing(tmp_path: Path) -> None:
    """On a stack of its own, since what it leaves behind would be in every other test's lists."""
    with own_stack(tmp_path / "fuzz") as (stack, _):
        outcome = run_campaign(stack, tmp_path, SEED, SIZE)
    assert outcome.operations > 30
    assert outcome.runs > SIZE.files / 2, "too few files came past the door"
    assert len(outcome.described.requests) == 8, "somebody did not ask"
    assert outcome.health_asked > 10  # and each was answered: a silence is told by HealthWatch
