"""Events of every run: which endpoints want one, its body, and the message that nudges its delivery."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from tillroll.durable.contract import Status
from tillroll.durable.declared import Topic
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, Statement, statement, text
from tillroll.platform.bindings.engine import QueueUnavailable
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.models import Model
from tillroll.platform.services import Platform

RUN_COMPLETED: Final = "run.completed"
RUN_REJECTED: Final = "run.rejected"
RUN_FAILED: Final = "run.failed"
RUN_CANCELLED: Final = "run.cancelled"
REVIEW_REQUESTED: Final = "review.requested"
REVIEW_OVERDUE: Final = "review.overdue"
REVIEW_DECIDED: Final = "review.decided"
OF_RUNS: Final = (
    RUN_COMPLETED,
    RUN_REJECTED,
    RUN_FAILED,
    RUN_CANCELLED,
    REVIEW_REQUESTED,
    REVIEW_OVERDUE,
    REVIEW_DECIDED,
)
"""The topics of all runs, whatever their kind."""

_OF_RUNS: Final = ", ".join(f"'{topic}'" for topic in OF_RUNS)


def wants(topic: str) -> str:
    """SQL for whether an endpoint `e` that gets events wants the topic that the expression `topic` names: where it
    lists it, or the beginning of it, or nothing at all. The deployment's gets what the kinds tell of, and what is any
    run's only where it lists that."""
    return f"""(e.deleted_at IS NULL AND e.disabled_at IS NULL AND (
      e.topics = '[]' AND (e.origin = 'account' OR {topic} NOT IN ({_OF_RUNS}))
      OR EXISTS (
        SELECT 1 FROM json_each(e.topics) AS wanted
        WHERE wanted.value = {topic}
          OR substr(wanted.value, -2) = '.*' AND instr({topic}, substr(wanted.value, 1, length(wanted.value) - 1)) = 1
      )))"""  # noqa: S608 - constants


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


class RunData(Model):
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


class ReviewData(Model):
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


# The specification asks for "less than 20kb".
LARGEST_BODY_BYTES: Final = 20_000
_LONGEST_ID: Final = 100


class ThinData(Model):
    """What stands in place of the data of an event that is larger than 20 kB: its ids, and where the whole is."""

    is_thin: bool
    link: str


@dataclass(frozen=True)
class Body:
    """A body as it is sent. `whole` is what it stands for, where that is larger than may be sent."""

    sent: str
    whole: str | None = None


def body_of(event_id: str, body: JsonObject) -> Body:
    """The body of an event: itself, or where it is too large, its ids with a link (a path of the API) to the whole."""
    whole = dump(body)
    if len(whole.encode()) <= LARGEST_BODY_BYTES:
        return Body(whole)
    data = body["data"] if isinstance(body["data"], dict) else {}
    ids: JsonObject = {
        name: value
        for name, value in data.items()
        if name.endswith("Id") and isinstance(value, str) and len(value) <= _LONGEST_ID
    }
    thin: JsonObject = {**ids, "isThin": True, "link": f"/api/events/{event_id}"}
    return Body(dump({**body, "data": thin}), whole)


async def nudge(platform: Platform, run_id: str, event_ids: Iterable[str]) -> None:
    """Have events of a run delivered now; where a message is lost, the reconciler sends it later."""
    for event_id in event_ids:
        try:
            await platform.queue.send({"outboxId": event_id})
        except QueueUnavailable as error:
            log.warning("delivery.nudge_lost", run=run_id, delivery=event_id, error=error)
