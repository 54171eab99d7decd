"""Events of every run, whatever its kind: what became of it, and that it waits for a person.

Each is written in the batch that it tells of, from the rows as that batch leaves them, and only where an endpoint of
the account wants it. Its id is the run's and the topic's with the run's state version, or with the review's number:
a batch that comes again is refused by its guard, and no transition has two.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from tillroll.durable.contract import Status
from tillroll.durable.declared import Topic
from tillroll.durable.record.events.wanting import (
    REVIEW_DECIDED,
    REVIEW_OVERDUE,
    REVIEW_REQUESTED,
    RUN_CANCELLED,
    RUN_COMPLETED,
    RUN_FAILED,
    RUN_REJECTED,
    wants,
)
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.shape import Shape

# What a status tells of that a run comes into; nothing is told of a run that goes on.
_BY_STATUS: Final[Mapping[str, str]] = {
    Status.COMPLETE: RUN_COMPLETED,
    Status.REJECTED: RUN_REJECTED,
    Status.FAILED: RUN_FAILED,
    Status.CANCELLED: RUN_CANCELLED,
    Status.NEEDS_REVIEW: REVIEW_REQUESTED,
}
_LONGEST_SUBJECT: Final = 200
_RUN: Final = f"""
  'runId', r.id, 'kind', r.kind, 'subject', substr(r.subject, 1, {_LONGEST_SUBJECT}), 'state', r.state,
  'stateVersion', r.state_version, 'link', '/api/runs/' || r.id
"""
_OF_RUN: Final = f"""
  {_RUN}, 'previousRunId', r.previous_run_id, 'parentRunId', r.parent_run_id, 'failedStep', r.failed_step,
  'failureClass', r.failure_class, 'nextSafeAction', r.next_safe_action
"""
_OF_REVIEW: Final = f"""
  {_RUN}, 'reviewId', v.id, 'reason', substr(v.reason, 1, {_LONGEST_SUBJECT}), 'requestedAt', v.requested_at,
  'deadline', v.deadline,
  'decision', (SELECT decision FROM review_decisions WHERE review_id = v.id)
"""  # noqa: S608 - constants
_INSERT: Final = """
  INSERT INTO outbox (id, account_id, run_id, topic, payload, state, next_attempt_at, created_at)
  SELECT 'evt_' || substr(r.id, 5) || '_' || ?2 || '_' || {number}, r.account_id, r.id, ?2,
    json_object('type', ?2, 'timestamp', ?3, 'data', json_object({data})), 'pending', ?3, ?3
  FROM {rows}
  WHERE r.id = ?1 AND {moved} AND EXISTS (SELECT 1 FROM endpoints AS e WHERE e.account_id = r.account_id AND {wanted})
  -- Nothing that tells of a run may be in its way.
  ON CONFLICT (id) DO NOTHING
  RETURNING id AS written_event
"""
_NEWEST_REVIEW: Final = """
  runs r JOIN reviews v ON v.run_id = r.id AND v.number = (SELECT MAX(number) FROM reviews WHERE run_id = r.id)
"""


class RunData(Shape):
    """A run as it stands. `subject` is the id of what it is about; `state_version` orders the events of one run; `link`
    is the path that shows it. `failed_step` and `failure_class` are null where nothing failed; `next_safe_action` says
    what is safe to do."""

    run_id: str
    kind: str
    subject: str
    state: str
    state_version: int
    link: str
    previous_run_id: str | None
    parent_run_id: str | None
    failed_step: str | None
    failure_class: str | None
    next_safe_action: str


class ReviewData(Shape):
    """A question to a person, and its run as it stands. `reason` is a code, `decision` approve or reject, null until
    somebody decides."""

    run_id: str
    kind: str
    subject: str
    state: str
    state_version: int
    link: str
    review_id: str
    reason: str
    requested_at: str
    deadline: str
    decision: str | None


TOPICS: Final = (
    Topic(RUN_COMPLETED, RunData, "A run has done what it was made for."),
    Topic(RUN_REJECTED, RunData, "A run has ended since what it is about was refused."),
    Topic(RUN_FAILED, RunData, "A step has failed for good: the run waits for somebody to retry or abandon it."),
    Topic(RUN_CANCELLED, RunData, "A run was cancelled or abandoned, and what it did is undone by its contract."),
    Topic(REVIEW_REQUESTED, ReviewData, "A run waits for a person's decision."),
    Topic(REVIEW_OVERDUE, ReviewData, "The deadline of a review has passed; the run goes on waiting."),
    Topic(REVIEW_DECIDED, ReviewData, "A person has decided; the run takes that up."),
)


def of_transition(run_id: str, before: str, after: str, now: str, *, if_changed: bool = False) -> list[Statement]:
    """What is written in the batch that brings a run from the status `before` to `after`; `if_changed`: right behind
    the UPDATE, and only where that has hit the run."""
    topic = None if before == after else _BY_STATUS.get(after)
    if topic is None:
        return []
    moved = "changes() = 1" if if_changed else "TRUE"
    if topic == REVIEW_REQUESTED:
        return [of_review(run_id, topic, now, moved)]
    sql = _INSERT.format(number="r.state_version", data=_OF_RUN, rows="runs r", moved=moved, wanted=wants("?2"))
    return [statement(sql, run_id, topic, now)]


def of_review(run_id: str, topic: str, now: str, moved: str = "TRUE") -> Statement:
    """The event of a topic of the run's newest review; `moved` is SQL for a condition."""
    sql = _INSERT.format(number="v.number", data=_OF_REVIEW, rows=_NEWEST_REVIEW, moved=moved, wanted=wants("?2"))
    return statement(sql, run_id, topic, now)


def written_events(results: Iterable[Iterable[Row]]) -> list[str]:
    """The ids of the events that a batch has written, by the rows of its statements."""
    return [text(row, "written_event") for rows in results for row in rows if "written_event" in row]
