"""What became of what a run had done before it failed or was asked to end: it stands, or it was undone."""

from collections.abc import Iterable, Sequence
from typing import Final

from tillroll.durable.contract import Contract, Effect, Status, rollback_name
from tillroll.durable.record.runs import insist
from tillroll.platform.bindings.database import Database, Row, optional_text, statement, text

_UNDONE: Final = """
  SELECT 1 FROM run_steps AS undone
  WHERE undone.run_id = did.run_id AND undone.step = 'rollback: ' || did.step AND undone.outcome = 'completed'
"""
# In SQL, with {run} for the run's id: the steps that are completed, and the effects elsewhere that may have happened,
# which could be undone when they were done, and whose undoing is not completed. `is_open`, then `place`: first begun
# first, since a run does one step at a time, so one that is not completed was begun last.
WHAT_STANDS: Final = f"""
  SELECT did.step, 0 AS is_open, did.rowid AS place FROM run_steps AS did
  WHERE did.run_id = {{run}} AND did.outcome = 'completed' AND did.has_rollback = 1 AND NOT EXISTS ({_UNDONE})
  UNION ALL
  SELECT did.step, 1, did.rowid FROM effect_intents AS did
  WHERE did.run_id = {{run}} AND did.outcome IS NOT 'refused' AND did.has_rollback = 1 AND NOT EXISTS ({_UNDONE})
"""  # noqa: S608 - a constant


def is_completed(steps: Iterable[Row], name: str) -> bool:
    """Whether a step, of the contract or of the core, is completed; `steps` are rows of `run_steps`."""
    return any(step["step"] == name and step["outcome"] == "completed" for step in steps)


def what_became(contract: Contract, steps: Sequence[Row]) -> str:
    """A sentence about what a run had done that has ended before its end; empty where that was nothing. Only what the
    contract can undo was undone: the rest is named, for it stands."""
    did = [step.name for step in contract.steps if step.effect is not Effect.READ and is_completed(steps, step.name)]
    stands = [name for name in did if not is_completed(steps, rollback_name(name))]
    undone = [name for name in did if name not in stands]
    if not stands:
        return "What the run had done before was undone." if undone else ""
    if not undone:
        return f"What {_listed(stands)} had done stands."
    return f"What {_listed(undone)} had done was undone; what {_listed(stands)} had done stands."


# In SQL, of a row of `runs`: the steps whose effects elsewhere stand, or may, whoever they are told to.
STANDS_ELSEWHERE: Final = f"""
  (SELECT group_concat(did.step, ', ') FROM effect_intents AS did
   WHERE did.run_id = runs.id AND did.outcome IS NOT 'refused' AND NOT EXISTS ({_UNDONE})) AS stands
"""  # noqa: S608 - a constant
_MOST_CHILDREN: Final = 5


def what_became_of_children(children: Sequence[Row]) -> str:
    """What became of the runs that a run began, which was asked to end: rows of `runs` with STANDS_ELSEWHERE."""
    told = [_child_told(row) for row in children[:_MOST_CHILDREN]]
    more = len(children) - len(told)
    return " ".join([*told, *([f"It began {more} more."] if more else [])])


def _child_told(row: Row) -> str:
    name = f"The run {text(row, 'id')} ({text(row, 'kind')}), which it began,"
    stands = optional_text(row, "stands")
    match Status(text(row, "status")):
        case Status.COMPLETE:
            return f"{name} has completed, and what it did stands."
        case Status.FAILED:
            left = "waits for an operator"
        case Status.REJECTED:
            left = "was rejected"
        case Status.CANCELLED:
            left = "was cancelled"
        case Status.PROCESSING | Status.NEEDS_REVIEW:
            left = "has not ended yet"
    return f"{name} {left}; what {stands} did elsewhere stands." if stands else f"{name} {left}."


async def what_stands(database: Database, run_id: str) -> list[str]:
    """The steps of a run that are to be undone where it ends early, whatever its body passes today, first begun
    first."""
    query = statement(f"{WHAT_STANDS.format(run='?1')} ORDER BY is_open, place", run_id)
    rows = await insist(lambda: database.all(query))
    return [*dict.fromkeys(text(row, "step") for row in rows)]


def is_left_standing(steps: Sequence[Row], intents: Sequence[Row]) -> bool:
    """Whether a step, or an effect elsewhere that may have happened, could be undone, and is not: as
    WHAT_STANDS, of rows of a run."""
    did = [step for step in steps if step["outcome"] == "completed"]
    did += [intent for intent in intents if intent["outcome"] != "refused"]
    return any(row["has_rollback"] and not is_completed(steps, rollback_name(text(row, "step"))) for row in did)


def _listed(names: Sequence[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
