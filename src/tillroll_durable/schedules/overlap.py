"""What becomes of a schedule's tick while an earlier run of the schedule goes on.

A schedule that lets nothing overlap puts each tick first into line: it is `queued`, and an index
lets one alone be, for a schedule and an account. It begins once no run of the schedule goes on.
"""

from dataclasses import dataclass
from typing import Final, Literal

from tillroll_durable.declared import Overlap
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Row,
    Statement,
    optional_text,
    statement,
)

Decided = Literal["begins", "skipped", "queued", "cancels"]

# The words of the index `runs_live_of_schedule`.
_GOES_ON: Final = """
  SELECT MIN(id) FROM runs INDEXED BY runs_live_of_schedule
  WHERE account_id = {account} AND schedule_id = {schedule} AND schedule_id IS NOT NULL
    AND status IN ('processing', 'needs_review')
"""
_HAS_BEGUN: Final = """
  EXISTS (SELECT 1 FROM runs WHERE account_id = queued.account_id AND kind = schedules.kind
    AND begin_key = queued.begin_key)
"""
# What stands in line, and either may begin now or is behind a run that nobody has asked to end yet.
_IN_LINE: Final = f"""
  WITH queued AS (
    SELECT schedule_id, account_id, begin_key, tick, recorded_at FROM schedule_ticks
    WHERE outcome = 'queued'
  )
  SELECT schedules.*, queued.account_id AS of_account, queued.begin_key, queued.tick AS queued_tick,
    ({_GOES_ON.format(account="queued.account_id", schedule="queued.schedule_id")}) AS behind,
    {_HAS_BEGUN} AS has_begun
  FROM queued JOIN schedules ON schedules.id = queued.schedule_id
    JOIN accounts ON accounts.id = queued.account_id
  WHERE schedules.removed_at IS NULL AND accounts.closed_at IS NULL
"""
SELECT_IN_LINE: Final = f"""
  {_IN_LINE} AND schedules.paused_at IS NULL AND (behind IS NULL OR has_begun
    OR schedules.overlap = 'cancel-older' AND EXISTS (
      SELECT 1 FROM runs INDEXED BY runs_live_of_schedule
      WHERE account_id = queued.account_id AND schedule_id = schedules.id
        AND schedule_id IS NOT NULL
        AND status IN ('processing', 'needs_review') AND cancel_requested_at IS NULL))
  ORDER BY queued.recorded_at LIMIT ?1
"""
_ONE_IN_LINE: Final = f"""
  {_IN_LINE} AND schedules.id = ?1 AND queued.account_id = ?2 AND queued.begin_key = ?3
"""
SELECT_OLDER: Final = """
  SELECT * FROM runs INDEXED BY runs_live_of_schedule
  WHERE account_id = ?1 AND schedule_id = ?2 AND schedule_id IS NOT NULL
    AND status IN ('processing', 'needs_review') AND cancel_requested_at IS NULL
  ORDER BY id LIMIT 20
"""


@dataclass(frozen=True)
class Before:
    """What stands before a tick: the id of an earlier run that goes on, and the tick in line with
    its key. `own` is what became of the tick itself already.
    """

    goes_on: str | None
    tick: str | None
    key: str | None
    own: str | None


@dataclass(frozen=True)
class Decision:
    """What becomes of a tick, and why, for a person. `makes_room`: the tick in line is skipped for
    it.
    """

    decided: Decided
    reason: str | None = None
    makes_room: bool = False


def look(schedule_id: str, account_id: str, key: str) -> Statement:
    """What stands before the tick of that key: one row, for `before_from`."""
    goes_on = _GOES_ON.format(account="?2", schedule="?1")
    sql = f"""
      SELECT ({goes_on}) AS goes_on, queued.tick, queued.begin_key,
        (SELECT outcome FROM schedule_ticks
         WHERE schedule_id = ?1 AND account_id = ?2 AND begin_key = ?3) AS own
      FROM (SELECT 1) LEFT JOIN schedule_ticks AS queued
        ON queued.schedule_id = ?1 AND queued.account_id = ?2 AND queued.outcome = 'queued'
    """
    return statement(sql, [schedule_id, account_id, key])


def outcome_of(schedule_id: str, account_id: str, key: str) -> Statement:
    """Read what became of the tick of that key, and why."""
    sql = """
      SELECT outcome, reason FROM schedule_ticks
      WHERE schedule_id = ?1 AND account_id = ?2 AND begin_key = ?3
    """
    return statement(sql, [schedule_id, account_id, key])


def in_line(schedule_id: str, account_id: str, key: str) -> Statement:
    """The tick of that key, where it is in line: at most one row, as SELECT_IN_LINE has them."""
    return statement(_ONE_IN_LINE, [schedule_id, account_id, key])


def before_from(row: Row) -> Before:
    """Read what a row has of the run before."""
    return Before(
        optional_text(row, "goes_on"),
        tick=optional_text(row, "tick"),
        key=optional_text(row, "begin_key"),
        own=optional_text(row, "own"),
    )


def decide(overlap: Overlap, before: Before) -> Decision:
    """What becomes of a tick that is due."""
    if before.goes_on is None and before.key is None:
        return Decision("begins")
    if overlap == "cancel-older":
        reason = "It begins once the schedule's earlier run has ended; that run was asked to end."
        return Decision("cancels", reason, makes_room=before.key is not None)
    if before.key is not None:
        return Decision("skipped", f"That of {before.tick} is still in line, and one alone may be.")
    if overlap == "queue-one":
        return Decision("queued", f"It begins once the run {before.goes_on} has ended.")
    return Decision("skipped", f"The run {before.goes_on} that it began before still goes on.")


def make_room(schedule_id: str, account_id: str, key: str) -> Statement:
    """Skip the tick in line for a newer one."""
    sql = """
      UPDATE schedule_ticks SET outcome = 'skipped', reason = ?4
      WHERE schedule_id = ?1 AND account_id = ?2 AND begin_key = ?3 AND outcome = 'queued'
    """
    reason = "A newer one came before the run before it had ended."
    return statement(sql, [schedule_id, account_id, key, reason])


def leave_line(schedule_id: str, account_id: str | None) -> Statement:
    """Skip what stands in line of a schedule that is removed, which is of an account, or of
    all."""
    sql = """
      UPDATE schedule_ticks SET outcome = 'skipped', reason = ?2
      WHERE schedule_id = ?1 AND outcome = 'queued'
    """
    values = (schedule_id, "The schedule was removed.")
    return statement(sql, [*values], account=account_id or EVERYBODY)
