"""What others did with an expense after a person looked at it, and before they decided on it."""

from dataclasses import dataclass
from typing import Final

from tillroll.expenses.approval.judged import Looked
from tillroll.expenses.approval.moves import Move
from tillroll_durable.platform.bindings.database import integer, text

CHANGED: Final = "It was changed meanwhile: look at it again."


@dataclass(frozen=True)
class View:
    """An expense as a person saw it: its `version`, and the `step` of its chain that was waited
    for, from 0. Each is None where the decision does not name it.
    """

    version: int | None = None
    step: int | None = None


def is_repeated(looked: Looked, move: Move, view: View) -> bool:
    """Whether this person made this decision already, and nobody made another after it."""
    if view.version is None:
        return looked.status == move.to
    if looked.status == move.to:
        is_own = looked.decided_by == looked.user_id
        return is_own or view.version == integer(looked.row, "version")
    return move.to == "approved" and _gave_step(looked, view.step)


def _gave_step(looked: Looked, number: int | None) -> bool:
    if number is None or looked.chain is None or number >= len(looked.chain.given):
        return False
    return looked.chain.given[number]["user_id"] == looked.user_id


def done_meanwhile(looked: Looked, view: View) -> str | None:
    """Who did what with an expense since it was seen; None where it is as it was seen."""
    if view.version is not None and view.version != integer(looked.row, "version"):
        if looked.decided_from is None or looked.decided_from < view.version:
            return CHANGED
        return _decision_of(looked)
    if view.step is None or looked.chain is None or looked.chain.turn is None:
        return None
    if looked.chain.turn.number == view.step:
        return None
    return _step_of(looked)


def _decision_of(looked: Looked) -> str:
    """Who made the newest decision."""
    decided = looked.decided
    if decided is None:
        return CHANGED
    who = decided.by or "Somebody who has left"
    if decided.decision == "approved":
        return f"{who} approved it meanwhile: look at it again."
    if decided.decision == "rejected":
        return f"{who} sent it back meanwhile: look at it again."
    if decided.decision == "unapproved":
        return f"{who} took its approval back meanwhile: look at it again."
    return f"{who} withdrew the refusal meanwhile: look at it again."


def _step_of(looked: Looked) -> str:
    """Who approved the newest step of its chain."""
    if looked.chain is None or not looked.chain.given:
        return CHANGED
    who = looked.chain.circle.name(text(looked.chain.given[-1], "user_id"))
    return f"{who} approved a step of it meanwhile: look at it again."
