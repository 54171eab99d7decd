"""What became of the runs that a run began."""

from collections.abc import Sequence
from typing import Final

from tillroll_durable.explanation.effects import is_not_undone
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.states import Status

_MOST_CHILDREN: Final = 5


def what_became_of_children(children: Sequence[Row], *, has_ended: bool) -> str:
    """What became of the runs that a run began, which ends early: rows of `runs` with
    TOLD_OF_CHILD. What stands comes first. Until the run `has_ended`, what can be undone is still
    to be.
    """
    in_order = sorted(
        children, key=lambda row: row["status"] in {Status.REJECTED, Status.CANCELLED}
    )
    sentences = [_child_told(row, has_ended=has_ended) for row in in_order[:_MOST_CHILDREN]]
    more = len(children) - len(sentences)
    return " ".join([*sentences, *([f"It began {more} more."] if more else [])])


def _child_told(row: Row, *, has_ended: bool) -> str:
    name = f"The run {text(row, 'id')} ({text(row, 'kind')}), which it began,"
    stands = optional_text(row, "stands")
    match Status(text(row, "status")):
        case Status.COMPLETE if row["undoing"] is not None and not has_ended:
            return f"{name} is complete, and is still to be undone."
        case Status.COMPLETE:
            return f"{name} is complete and still stands."
        case Status.FAILED:
            state = "waits for an operator"
        case Status.REJECTED:
            state = "was rejected"
        case Status.CANCELLED if is_not_undone(row):
            state = "could not be undone, and waits for an operator"
        case Status.CANCELLED:
            state = "was undone" if row["cancel_kind"] == "undo" else "was cancelled"
        case Status.PROCESSING | Status.NEEDS_REVIEW:
            state = "is being undone" if row["cancel_kind"] == "undo" else "has not ended yet"
    if stands:
        return f"{name} {state}; what {stands} did elsewhere stands."
    return f"{name} {state}."
