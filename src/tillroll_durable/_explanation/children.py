"""What became of the runs that a run began."""

from collections.abc import Sequence
from typing import Final

from tillroll_durable._explanation.effects import UNDONE
from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import Row, optional_text, text
from tillroll_durable.states import Status
from tillroll_durable.step import ROLLBACK

# In SQL, what is told of a child, a row of `runs`, beside its id, kind and status. `stands`: the
# steps whose effects elsewhere stand, or may, no matter whom they reach.
TOLD_OF_CHILD: Final = f"""
  runs.cancel_kind, runs.failure_class, runs.escalated_at, runs.undoing,
  (SELECT group_concat(did.step, ', ') FROM effect_intents AS did
   WHERE did.run_id = runs.id AND did.outcome IS NOT 'refused' AND did.step NOT LIKE '{ROLLBACK}%'
     AND NOT EXISTS ({UNDONE})) AS stands
"""  # noqa: S608 - a constant

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


def is_not_undone(run: Row) -> bool:
    """Whether something that a run (a row of `runs`) did was to be undone, and is not: a person has
    to see to it.
    """
    return run["failure_class"] == FailureClass.ROLLBACK_FAILED and run["escalated_at"] is not None
