"""Slots and lines: how many runs of a key go on at once, and in which order the others wait."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel

from tillroll_durable.contract import Contract
from tillroll_durable.declared import InvalidParams
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    digits,
    integer,
    optional_text,
    statement,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import dump, load_object

# As the index `runs_in_slots` has it, word for word: otherwise it is not used.
_HOLDS: Final = """
  concurrency_key IS NOT NULL AND queue_number IS NULL AND slot_given_up_at IS NULL
    AND status IN ('processing', 'needs_review')
"""
# Who goes on beside the run `mine`, and who waits with it.
_SAME_KEY: Final = (
    "kind = mine.kind AND account_id = mine.account_id AND concurrency_key = mine.concurrency_key"
)

# Whether no slot is free under the key of `mine`, by its `Limits` ({at_once}, {in_period} and
# {since}). In a condition, so that nothing is counted that is not limited.
IS_FULL: Final = f"""
  ({{at_once}} IS NOT NULL AND {{at_once}} <= (SELECT count(*) FROM runs WHERE {_SAME_KEY}
      AND {_HOLDS})
    OR {{in_period}} IS NOT NULL AND {{in_period}} <= (
      SELECT COALESCE(sum(admissions), 0) FROM runs
      WHERE kind = mine.kind AND account_id = mine.account_id
        AND rate_key = mine.concurrency_key AND admitted_at > {{since}}))
"""
# The numbers of one priority lie in a range of this length, behind those of all higher ones: the
# lowest goes first.
_RANGE: Final = 2**32
HIGHEST_PRIORITY: Final = 1000
# The number at the end of its priority in the line of `mine`; NULL where it may go on at once: a
# slot is free, and nobody was there before. The names are those of IS_FULL; its numbers begin
# behind {behind}.
NUMBER_IN_LINE: Final = f"""
  CASE WHEN mine.concurrency_key IS NOT NULL AND (
    {IS_FULL} OR EXISTS (SELECT 1 FROM runs WHERE {_SAME_KEY} AND queue_number IS NOT NULL)
  ) THEN 1 + CAST((
    SELECT COALESCE(MAX(queue_number), {{behind}}) FROM runs
    WHERE {_SAME_KEY} AND queue_number > {{behind}} AND queue_number < {{behind}} + {digits(_RANGE)}
  ) AS INTEGER) END
"""
# Whether a run under way above `mine` holds a slot of the same key: it waits for what it has begun,
# so that goes on within its slot. CROSS JOIN: from the few above to their rows, and not through all
# that hold slots.
IS_WITHIN_ITS_PARENTS: Final = f"""
  EXISTS (
    WITH RECURSIVE above (id) AS (
      SELECT mine.parent_run_id
      UNION
      SELECT parent_run_id FROM above JOIN runs ON runs.id = above.id
      WHERE parent_run_id IS NOT NULL
    )
    SELECT 1 FROM above CROSS JOIN runs ON runs.id = above.id WHERE {_SAME_KEY} AND {_HOLDS}
  )
"""
# The place in the line of a row of `runs`, from 1; NULL for one that is in none.
PLACE_IN_LINE: Final = """
  CASE WHEN runs.queue_number IS NOT NULL THEN (
    SELECT count(*) FROM runs AS before
    WHERE before.kind = runs.kind AND before.account_id = runs.account_id
      AND before.concurrency_key = runs.concurrency_key
      AND before.queue_number IS NOT NULL AND before.queue_number <= runs.queue_number
  ) END
"""

# Of a run in line, those that hold a slot and go on when a person has acted, the oldest first.
_HOLDERS: Final = f"""
  SELECT holder.id, holder.state, holder.paused_at IS NOT NULL AS is_paused
  FROM runs AS mine
  CROSS JOIN (SELECT * FROM runs WHERE {_HOLDS}) AS holder
  WHERE mine.id = ? AND mine.queue_number IS NOT NULL
    AND holder.kind = mine.kind AND holder.account_id = mine.account_id
    AND holder.concurrency_key = mine.concurrency_key
    AND (
      holder.status = 'needs_review'
      OR holder.paused_at IS NOT NULL
      OR holder.escalated_at IS NOT NULL
    )
  ORDER BY holder.created_at, holder.id
  LIMIT 3
"""


def holders_of_slots(run_id: str) -> Statement:
    """Reads up to three runs that a run in line waits for, and that wait for a person themselves:
    `id`, `state`, `is_paused`."""
    return statement(_HOLDERS, [run_id])


def is_in_line(run: Row) -> bool:
    """Whether a run (a row of `runs`) waits for its turn."""
    return run["queue_number"] is not None


def number_of(run_id: str) -> Statement:
    """Reads whether a run waits in line, behind the statement that has decided it."""
    return statement("SELECT queue_number FROM runs WHERE id = ?", [run_id])


def place_of(run: Row) -> tuple[int, str] | None:
    """A run's place in its line, from 1, and since when; None outside of one. The row has
    `place_in_line`.
    """
    since = optional_text(run, "queued_at")
    if run["place_in_line"] is None or since is None:
        return None
    return (integer(run, "place_in_line"), since)


_LONGEST_KEY: Final = 200


def concurrency_key(contract: Contract, params: BaseModel) -> str | None:
    """What a run with these params shares its slot and its line by; None without a limit.
    Raises InvalidParams: it is too long, or of no priority that there is.
    """
    if not contract.has_line:
        return None
    if contract.priority and abs(getattr(params, contract.priority)) > HIGHEST_PRIORITY:
        raise InvalidParams(
            f"{contract.priority}: a priority lies between -{HIGHEST_PRIORITY} and "
            f"{HIGHEST_PRIORITY}"
        )
    name = contract.line_key
    if name is None:
        return ""
    key = dump(params.model_dump(mode="json", include={name})[name])
    if len(key) > _LONGEST_KEY:
        raise InvalidParams(
            f"{name}: it limits how many runs go on, and has at most {_LONGEST_KEY} characters"
        )
    return key


@dataclass(frozen=True)
class Limits:
    """The limits of a line at a time: how many of its runs may go on `at_once`, and how many may
    have begun `since`; None of what is not limited (any more). `is_counted` is 1 where what begins
    is noted for the rate, else 0."""

    at_once: int | None
    in_period: int | None
    since: str
    is_counted: int


def limits_of(contract: Contract, now: str) -> Limits:
    """The limits of a contract at a time, which is UTC text."""
    if contract.concurrency is None:
        at_once = None
    else:
        at_once = contract.concurrency.limit
    if contract.rate is None:
        return Limits(at_once, None, now, is_counted=0)
    return Limits(
        at_once, contract.rate.limit, to_text(from_text(now) - contract.rate.per), is_counted=1
    )


def numbers_behind(contract: Contract, params: str) -> int:
    """The number after which those of a run with these params begin in line, by its priority."""
    if contract.priority:
        priority = load_object(params).get(contract.priority)
    else:
        priority = None
    if isinstance(priority, int):
        return -priority * _RANGE
    return 0
