"""What a run did that stands, as its record has it: what is to be undone, and what must not be
repeated.
"""

from collections.abc import Collection, Sequence
from typing import Final

from tillroll_durable.errors import FailureClass
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    digits,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.runs import insist
from tillroll_durable.step import ROLLBACK, rollback_name
from tillroll_durable.step_records import may_have_come_twice

UNDONE: Final = """
  SELECT 1 FROM run_steps AS undone
  WHERE undone.run_id = did.run_id AND undone.step = 'rollback: ' || did.step
    AND undone.outcome = 'completed'
"""
# In SQL, with {run} for the run's id: the steps that are completed, and the effects elsewhere that
# may have happened, which could be undone when they were done, and whose undoing is not completed.
# `place`, then `begun`: first begun first. What has no row was begun last: an item of a map that
# has failed has one, and steps behind it.
_LAST: Final = 2**53
WHAT_STANDS: Final = f"""
  SELECT did.step, did.at_version AS place, 0 AS begun FROM run_steps AS did
  WHERE did.run_id = {{run}} AND did.outcome = 'completed' AND did.has_rollback = 1
    AND NOT EXISTS ({UNDONE})
  UNION ALL
  SELECT did.step, COALESCE((SELECT at_version FROM run_steps WHERE run_id = did.run_id
      AND step = did.step), {digits(_LAST)}),
    did.rowid FROM effect_intents AS did
  WHERE did.run_id = {{run}} AND did.outcome IS NOT 'refused' AND did.has_rollback = 1
    AND NOT EXISTS ({UNDONE})
"""

# How many failed steps are named.
MOST_NAMED: Final = 3

# SQL for what an explanation says of a child, a row of `runs`, beside its id, kind and status.
# `stands`: the steps whose effects elsewhere stand, or may, no matter whom they reach.
TOLD_OF_CHILD: Final = f"""
  runs.cancel_kind, runs.failure_class, runs.escalated_at, runs.undoing,
  (SELECT group_concat(did.step, ', ') FROM effect_intents AS did
   WHERE did.run_id = runs.id AND did.outcome IS NOT 'refused' AND did.step NOT LIKE '{ROLLBACK}%'
     AND NOT EXISTS ({UNDONE})) AS stands
"""


async def what_stands(database: Database, run_id: str) -> list[str]:
    """The steps that are to be undone where a run ends early, first begun first, whatever its body
    passes today.
    """
    query = statement(f"{WHAT_STANDS.format(run='?1')} ORDER BY place, begun", [run_id])
    rows = await insist(lambda: database.all(query))
    return [*dict.fromkeys(text(row, "step") for row in rows)]


def is_left_standing(steps: Sequence[Row], intents: Sequence[Row]) -> bool:
    """Whether something that could be undone is not: as WHAT_STANDS, of rows of a run."""
    did = [step for step in steps if step["outcome"] == "completed"]
    did += [intent for intent in intents if intent["outcome"] != "refused"]
    completed = _completed_names(steps)
    undoable = [rollback_name(text(row, "step")) for row in did if row["has_rollback"]]
    return not completed.issuperset(undoable)


def _completed_names(steps: Sequence[Row]) -> frozenset[str]:
    """The names of the completed steps: a run may have thousands."""
    return frozenset(text(step, "step") for step in steps if step["outcome"] == "completed")


def external_ids_of(steps: Sequence[Row]) -> dict[str, str]:
    """The ids that other systems have for what was done there, by the step."""
    done = [step for step in steps if step.get("external_id") is not None]
    return {text(step, "step"): text(step, "external_id") for step in done}


def must_not_repeat_of(steps: Sequence[Row], intents: Sequence[Row]) -> list[str]:
    """Say what must not be done again, a line for each intent that the other side did not
    refuse.
    """
    completed = _completed_names(steps)
    return [_not_again(intent, completed) for intent in intents if intent["outcome"] != "refused"]


def _not_again(intent: Row, completed: Collection[str]) -> str:
    what = f"{text(intent, 'step')} (idempotency key {text(intent, 'idempotency_key')})"
    external_id = optional_text(intent, "external_id")
    if may_have_come_twice(intent):
        times = integer(intent, "sends")
        sent = f"{what} may have been sent {times} times"
        if times == 2:
            sent = f"{what} may have been sent twice"
        if intent["outcome"]:
            line = f"{sent}, the last time as {external_id}"
        else:
            line = f"{sent}, its outcome is unknown"
    elif intent["outcome"] == "done":
        line = f"{what} was done as {external_id}"
    else:
        line = f"{what} was sent, its outcome is unknown"
    if rollback_name(text(intent, "step")) in completed:
        return f"{line}, and was undone"
    return line


def is_outcome_unknown(steps: Sequence[Row], intents: Sequence[Row]) -> bool:
    """Whether nobody knows of an effect of a run whether it happened, and it was not undone
    since.
    """
    completed = _completed_names(steps)
    return any(
        intent["outcome"] is None and rollback_name(text(intent, "step")) not in completed
        for intent in intents
    )


def is_not_undone(run: Row) -> bool:
    """Whether something that a run (a row of `runs`) did was to be undone, and is not: a person has
    to see to it.
    """
    return run["failure_class"] == FailureClass.ROLLBACK_FAILED and run["escalated_at"] is not None


def what_became_of_failed(names: Collection[str], intents: Sequence[Row]) -> str:
    """Say of failed steps what the other side did all the same, and of which nobody knows; empty
    for nothing. `intents` are rows of `effect_intents`.
    """
    own = [intent for intent in intents if text(intent, "step") in names]
    done = [intent for intent in own if intent["outcome"] == "done"]
    is_open = [text(intent, "step") for intent in own if intent["outcome"] is None]
    sentences = [
        f"The other side did {text(intent, 'step')} after all{_as_id(intent)}."
        for intent in done[:MOST_NAMED]
    ]
    if len(done) > MOST_NAMED:
        sentences.append(f"So it did {len(done) - MOST_NAMED} more.")
    if is_open:
        sentences.append(f"Whether the other side did {named(is_open)} is unknown.")
    return " ".join(sentences)


def done_after_all(step: str, intents: Sequence[Row]) -> str | None:
    """Say that the other side did what a failed step asked for; None where that is not known."""
    for intent in intents:
        if intent["step"] == step and intent["outcome"] == "done":
            return f"The other side did it after all{_as_id(intent)}."
    return None


def _as_id(intent: Row) -> str:
    external_id = optional_text(intent, "external_id")
    if external_id:
        return f": {external_id}"
    return ""


def named(names: Sequence[str]) -> str:
    """Name some steps, and say how many there are beyond them."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more"
    return ", ".join(names)
