"""Slots, and the line before them, as expressions in the statement that decides: nobody looks first and acts then.

A run holds a slot while it is under way: from its beginning, or its turn, until its status says that it has ended or
failed. So the statement that ends a run is the one that frees its slot, and nothing can be left behind by a crash.
"""

from typing import Final

from tillroll.platform.bindings.database import Row, Statement, integer, optional_text, statement

# As the index `runs_in_slots` has it, word for word: otherwise it is not used.
_HOLDS: Final = "concurrency_key IS NOT NULL AND queue_number IS NULL AND status IN ('processing', 'needs_review')"
# Who goes on beside the run `mine`, and who waits with it.
_BESIDE: Final = "kind = mine.kind AND account_id = mine.account_id AND concurrency_key = mine.concurrency_key"

# How many go on under the key of `mine`.
LIVE_BESIDE: Final = f"(SELECT count(*) FROM runs WHERE {_BESIDE} AND {_HOLDS})"  # noqa: S608 - constants
# The number at the end of the line of `mine`; NULL where it may go on at once: a slot is free, and nobody was there
# before. {limit} is how many may go on.
NUMBER_IN_LINE: Final = f"""
  CASE WHEN mine.concurrency_key IS NOT NULL AND (
    {LIVE_BESIDE} >= {{limit}}
    OR EXISTS (SELECT 1 FROM runs WHERE {_BESIDE} AND queue_number IS NOT NULL)
  ) THEN 1 + (SELECT COALESCE(MAX(queue_number), 0) FROM runs WHERE {_BESIDE} AND queue_number IS NOT NULL) END
"""  # noqa: S608 - constants
# Whether a run under way above `mine` holds a slot of the same key: it waits for what it has begun, so that goes on
# within its slot.
IS_WITHIN_ITS_PARENTS: Final = f"""
  EXISTS (
    WITH RECURSIVE above (id) AS (
      SELECT mine.parent_run_id
      UNION
      SELECT parent_run_id FROM above JOIN runs ON runs.id = above.id WHERE parent_run_id IS NOT NULL
    )
    SELECT 1 FROM above JOIN runs ON runs.id = above.id WHERE {_BESIDE} AND {_HOLDS}
  )
"""  # noqa: S608 - constants
# The place in the line of a row of `runs`, from 1; NULL for one that is in none.
PLACE_IN_LINE: Final = """
  CASE WHEN runs.queue_number IS NOT NULL THEN (
    SELECT count(*) FROM runs AS before
    WHERE before.kind = runs.kind AND before.account_id = runs.account_id
      AND before.concurrency_key = runs.concurrency_key
      AND before.queue_number IS NOT NULL AND before.queue_number <= runs.queue_number
  ) END
"""


def is_in_line(run: Row) -> bool:
    """Whether a run (a row of `runs`) waits for its turn."""
    return run["queue_number"] is not None


def number_of(run_id: str) -> Statement:
    """Reads whether a run waits in line, behind the statement that has decided it."""
    return statement("SELECT queue_number FROM runs WHERE id = ?", run_id)


def place_of(run: Row) -> tuple[int, str] | None:
    """A run's place in its line, from 1, and since when it is there; None where it is in none. The row has
    PLACE_IN_LINE as `place_in_line`."""
    since = optional_text(run, "queued_at")
    return None if run["place_in_line"] is None or since is None else (integer(run, "place_in_line"), since)
