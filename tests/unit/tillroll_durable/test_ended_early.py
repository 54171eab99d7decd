"""What a run that ended early says of what it had done: undone, standing, or unknown."""

import pytest

from tests.simulation.payout.contract import PAYOUT_V1
from tillroll_durable.explanation.progress import what_became
from tillroll_durable.platform.bindings.database import Row


def _step(name: str) -> Row:
    return {"step": name, "outcome": "completed"}


def _intent(step: str, outcome: str | None) -> Row:
    return {"step": step, "outcome": outcome}


_UNDONE = [_step("pay"), _step("rollback: pay")]


@pytest.mark.parametrize(
    ("steps", "intents", "says"),
    [
        ([], [], ""),
        (_UNDONE, [], "What the run had done before was undone."),
        (
            _UNDONE,
            [_intent("file", "done")],
            "What pay had done was undone; what file had done stands.",
        ),
        (
            _UNDONE,
            [_intent("file", None)],
            "What the run had done before was undone. Whether file was done is unknown.",
        ),
        (_UNDONE, [_intent("file", "refused")], "What the run had done before was undone."),
        # The rollback has asked what became of the call before it undid it.
        (
            [_step("rollback: pay")],
            [_intent("pay", "done")],
            "What the run had done before was undone.",
        ),
        ([_step("rollback: pay")], [_intent("pay", None)], ""),
        (
            [_step("pay[a]"), _step("rollback: pay[a]"), _step("pay[b]")],
            [],
            "What pay had done stands.",
        ),
        ([_step("check")], [], ""),
    ],
)
def test_what_a_run_had_done_is_told(steps: list[Row], intents: list[Row], says: str) -> None:
    assert what_became(PAYOUT_V1, steps, intents) == says
