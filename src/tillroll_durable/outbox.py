"""The outbox: events for the world outside, as rows. A row is the truth; the queue's message only
points at it.

held -> pending -> delivered | given_up, or held -> no_receiver; what a body tells by itself begins
as pending, or as no_receiver. An event keeps its id through every attempt, so a receiver that
remembers ids sees each event once.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, LiteralString

from tillroll_durable.contract import Settlement
from tillroll_durable.declared import Topic
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    Statement,
    of_row,
    statement,
    text,
    word,
)
from tillroll_durable.platform.bindings.engine import QueueUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run
from tillroll_durable.states import Status

RUN_COMPLETED: Final = "run.completed"
RUN_REJECTED: Final = "run.rejected"
RUN_FAILED: Final = "run.failed"
RUN_CANCELLED: Final = "run.cancelled"
REVIEW_REQUESTED: Final = "review.requested"
REVIEW_OVERDUE: Final = "review.overdue"
REVIEW_DECIDED: Final = "review.decided"


def wants(topic: LiteralString) -> LiteralString:
    """SQL for whether an endpoint `e` wants the topic that the expression names: it lists it, its
    beginning, or nothing. The deployment's gets topics of all runs only where it lists them.
    """
    return f"""(e.deleted_at IS NULL AND e.disabled_at IS NULL AND (
      e.topics = '[]' AND (e.origin = 'account' OR {topic} NOT IN ({_OF_RUNS}))
      OR EXISTS (
        SELECT 1 FROM json_each(e.topics) AS wanted
        WHERE wanted.value = {topic}
          OR substr(wanted.value, -2) = '.*'
          AND instr({topic}, substr(wanted.value, 1, length(wanted.value) - 1)) = 1
      )))"""


# The topic of the event that a run sends when it comes into a status. A run that goes on sends
# none.
_BY_STATUS: Final[Mapping[str, str]] = {
    Status.COMPLETE: RUN_COMPLETED,
    Status.REJECTED: RUN_REJECTED,
    Status.FAILED: RUN_FAILED,
    Status.CANCELLED: RUN_CANCELLED,
    Status.NEEDS_REVIEW: REVIEW_REQUESTED,
}
_LONGEST_SUBJECT: Final = "200"
_RUN: Final = f"""
  'runId', r.id, 'kind', r.kind, 'subject', substr(r.subject, 1, {_LONGEST_SUBJECT}), 'state',
  r.state,
  'stateVersion', r.state_version, 'link', '/api/runs/' || r.id
"""
_OF_RUN: Final = f"""
  {_RUN}, 'previousRunId', r.previous_run_id, 'parentRunId', r.parent_run_id, 'failedStep',
  r.failed_step,
  'failureClass', r.failure_class, 'nextSafeAction', r.next_safe_action
"""
_OF_REVIEW: Final = f"""
  {_RUN}, 'reviewId', v.id, 'reason', substr(v.reason, 1, {_LONGEST_SUBJECT}), 'requestedAt',
      v.requested_at,
  'deadline', v.deadline,
  'decision', (SELECT decision FROM review_decisions WHERE review_id = v.id)
"""
_INSERT: Final = """
  INSERT INTO outbox (id, account_id, run_id, topic, payload, state, next_attempt_at, created_at)
  SELECT 'evt_' || substr(r.id, 5) || '_' || ?2 || '_' || {number}, r.account_id, r.id, ?2,
    json_object('type', ?2, 'timestamp', ?3, 'data', json_object({data})), 'pending', ?3, ?3
  FROM {rows}
  WHERE r.id = ?1 AND {moved} AND EXISTS (SELECT 1 FROM endpoints AS e
      WHERE e.account_id = r.account_id AND {wanted})
  -- Nothing that tells of a run may be in its way.
  ON CONFLICT (id) DO NOTHING
  RETURNING id AS written_event
"""
_NEWEST_REVIEW: Final = """
  runs r JOIN reviews v ON v.run_id = r.id AND v.number = (SELECT MAX(number) FROM reviews
      WHERE run_id = r.id)
"""


class _OfRun(Model):
    run_id: str
    kind: str
    subject: str
    state: str
    state_version: int
    link: str


class RunData(_OfRun):
    """A run as it stands. `subject` is the id of what it is about; `state_version` orders the
    events of one run; `link` is the path that shows it. `failed_step` and `failure_class` are null
    where nothing failed; `next_safe_action` says what is safe to do.
    """

    previous_run_id: str | None
    parent_run_id: str | None
    failed_step: str | None
    failure_class: str | None
    next_safe_action: str


class ReviewData(_OfRun):
    """A question to a person, and its run as it stands. `reason` is a code, `decision` approve or
    reject, null until somebody decides.
    """

    review_id: str
    reason: str
    requested_at: str
    deadline: str
    decision: str | None


TOPICS: Final = (
    Topic(RUN_COMPLETED, RunData, "A run has done what it was made for."),
    Topic(RUN_REJECTED, RunData, "A run has ended since what it is about was refused."),
    Topic(
        RUN_FAILED,
        RunData,
        "A step has failed for good: the run waits for somebody to retry or abandon it.",
    ),
    Topic(
        RUN_CANCELLED,
        RunData,
        "A run was cancelled or abandoned, and what it did is undone by its contract.",
    ),
    Topic(REVIEW_REQUESTED, ReviewData, "A run waits for a person's decision."),
    Topic(
        REVIEW_OVERDUE, ReviewData, "The deadline of a review has passed; the run goes on waiting."
    ),
    Topic(REVIEW_DECIDED, ReviewData, "A person has decided; the run takes that up."),
)
OF_RUNS: Final = tuple(topic.name for topic in TOPICS)
"""The topics of all runs, whatever their kind."""
_OF_RUNS: Final = ", ".join(f"'{word(topic)}'" for topic in OF_RUNS)


def of_transition(
    run_id: str, before: str, after: str, now: str, *, if_changed: bool = False
) -> list[Statement]:
    """What is written when a run's status changes; `if_changed`: only where the UPDATE right before
    hit the run.
    """
    topic = None if before == after else _BY_STATUS.get(after)
    if topic is None:
        return []
    moved = "changes() = 1" if if_changed else "TRUE"
    if topic == REVIEW_REQUESTED:
        return [of_review(run_id, topic, now=now, moved=moved)]
    sql = _INSERT.format(
        number="r.state_version", data=_OF_RUN, rows="runs r", moved=moved, wanted=wants("?2")
    )
    return [statement(sql, [run_id, topic, now])]


def of_review(run_id: str, topic: str, now: str, moved: LiteralString = "TRUE") -> Statement:
    """The event of a topic of the run's newest review; `moved` is SQL for a condition."""
    sql = _INSERT.format(
        number="v.number", data=_OF_REVIEW, rows=_NEWEST_REVIEW, moved=moved, wanted=wants("?2")
    )
    return statement(sql, [run_id, topic, now])


def written_events(results: Iterable[Iterable[Row]]) -> list[str]:
    """The ids of the events that a batch has written, by the rows of its statements."""
    return [
        text(row, "written_event") for rows in results for row in rows if "written_event" in row
    ]


# The specification asks for "less than 20kb".
LARGEST_BODY_BYTES: Final = 20_000
_LONGEST_ID: Final = 100


class ThinData(Model):
    """What stands in place of the data of an event that is larger than 20 kB: its ids, and where
    the whole is.
    """

    is_thin: bool
    link: str


@dataclass(frozen=True)
class Body:
    """A body as it is sent. `whole` is what it stands for, where that is larger than may be
    sent.
    """

    sent: str
    whole: str | None = None


def body_of(event_id: str, body: JsonObject) -> Body:
    """The body of an event: itself, or where it is too large, its ids with a link (a path of the
    API) to the whole.
    """
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
    """Have events of a run delivered now. Where a message is lost, the reconciler sends it later;
    without a queue, the reconciler delivers.
    """
    if not platform.has_queue:
        return
    for event_id in event_ids:
        try:
            await platform.deliveries.send({"outboxId": event_id})
        except QueueUnavailable as error:
            log.warning("delivery.nudge_lost", run=run_id, delivery=event_id, error=error)


# What the end of a delivery means for its run, by topic: None where it means nothing. What is not
# in it, nobody sends.
Settlements = Mapping[str, Settlement | None]

# Whether an account has an endpoint that gets events.
_HAS_ENDPOINT: Final = """EXISTS (SELECT 1 FROM endpoints AS e
  WHERE e.account_id = {account} AND e.deleted_at IS NULL AND e.disabled_at IS NULL)"""
_CLAIMED = ("id", "account_id", "run_id", "topic", "payload", "lease_until")
# A worker that claims an event has this long to settle it before another may claim it.
LEASE_SECONDS = 60
# Seconds until the next attempt, after the first, second, … failed one: the schedule that Standard
# Webhooks recommends, about three days in all, then it is given up.
RETRY_AFTER_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400)
MOST_ATTEMPTS = len(RETRY_AFTER_SECONDS) + 1
# Where nobody knows why an attempt has no end, the next one waits no longer than this.
_LONGEST_AFTER_DEATH = 1800


@dataclass(frozen=True)
class OutboxEvent:
    """A claimed event. `attempt` counts from 1; `payload` is the JSON text that is delivered."""

    id: str
    account_id: str
    run_id: str
    topic: str
    payload: str
    attempt: int


def is_failing(row: Row) -> bool:
    """Whether an event (a row of `outbox`) was tried in vain and is to be tried again."""
    return (
        row["state"] == "pending"
        and row["last_error"] is not None
        and row["next_attempt_at"] is not None
    )


def event_id(run_id: str, topic: str) -> str:
    """Make the id of a run's only event of a topic: the database refuses a second one."""
    return f"evt_{run_id.removeprefix('run_')}_{topic}"


def run_of_event(event_id: str) -> str:
    """The run that an event is of, by its id; of what is no event's id, one that no run has."""
    return f"run_{event_id.removeprefix('evt_').partition('_')[0]}"


async def has_endpoint(database: Database, account_id: str) -> bool:
    """Whether an account has an endpoint that gets events."""
    query = f"SELECT {_HAS_ENDPOINT.format(account='?1')} AS found"
    row = await database.first(statement(query, [account_id]))
    return row is not None and row["found"] == 1


def with_endpoint(account: LiteralString) -> LiteralString:
    """SQL for a column `has_endpoint`: whether the account of that column has one that gets
    events.
    """
    return f"{_HAS_ENDPOINT.format(account=account)} AS has_endpoint"


@dataclass(frozen=True)
class Told:
    """An event that a body tells: its id, and the statement that writes it."""

    id: str
    insert: Statement


def told(
    run_id: str,
    account_id: str,
    topic: str,
    key: str,
    data: JsonObject,
    now: str,
    has_receiver: bool,
) -> Told:
    """Make an event that is delivered as soon as it is written, or settled where nobody receives
    it: neither the deployment (`has_receiver`) nor an endpoint of the account. A run's events of a
    topic differ by their keys.
    """
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    id_ = f"{event_id(run_id, topic)}_{digest}"
    body = body_of(id_, {"type": topic, "timestamp": now, "data": data})
    sql = f"""
      INSERT INTO outbox (
        id, account_id, run_id, topic, payload, state, next_attempt_at, created_at, whole)
      SELECT ?1, ?2, ?3, ?4, ?5, CASE WHEN received THEN 'pending' ELSE 'no_receiver' END,
        CASE WHEN received THEN ?7 END, ?7, ?8
      FROM (SELECT ?6 = 1 OR {_HAS_ENDPOINT.format(account="?2")} AS received)
    """
    insert = statement(
        sql, [id_, account_id, run_id, topic, body.sent, int(has_receiver), now, body.whole]
    )
    return Told(id_, insert)


def hold(run: Run, topic: str, payload: JsonObject, now: str) -> Statement:
    """Write an event in the batch of what it says. A later step releases it for delivery."""
    id_ = event_id(run.id, topic)
    body = body_of(id_, payload)
    sql = """
      INSERT INTO outbox (id, account_id, run_id, topic, payload, state, created_at, whole)
      VALUES (?, ?, ?, ?, ?, 'held', ?, ?)
    """
    values = (id_, run.account_id, run.id, topic, body.sent, now, body.whole)
    return statement(sql, [*values])


def settle_unreceived(run_id: str, topic: str, now: datetime) -> Statement:
    """Settle an event that nobody received when its run was begun. Where there is a receiver by
    now, it is due.
    """
    has_endpoint = _HAS_ENDPOINT.format(account="outbox.account_id")
    sql = f"""
      UPDATE outbox SET (state, next_attempt_at) = (
        SELECT iif(is_received, 'pending', 'no_receiver'), iif(is_received, ?1, NULL)
        FROM (SELECT {has_endpoint} AS is_received)
      )
      WHERE id = ?2 AND state = 'held'
    """
    return statement(sql, [to_text(now), event_id(run_id, topic)])


def release(run_id: str, topic: str, now: datetime) -> Statement:
    """Let an event be delivered; its row is for `handed_over`. Its first attempt is claimed for
    that message; where it is lost, the second begins when the claim is over.
    """
    sql = f"""
      UPDATE outbox SET state = 'pending', next_attempt_at = ?1, lease_until = ?2, attempts = 1
      WHERE id = ?3 AND state = 'held' RETURNING {", ".join(_CLAIMED)}
    """
    until = to_text(now + timedelta(seconds=LEASE_SECONDS))
    values = (to_text(now), until, event_id(run_id, topic))
    return statement(sql, [*values])


def handed_over(row: Row) -> JsonObject:
    """The queue's message of a released event: with it, the consumer has the claim and need not ask
    for it.
    """
    return {"outboxId": text(row, "id"), "claimed": {name: text(row, name) for name in _CLAIMED}}


def claim_in(message: JsonObject, now: datetime) -> OutboxEvent | None:
    """The first attempt's claim in a message; None where there is none, or it is over. A message
    that came before must not be asked.
    """
    match message.get("claimed"):
        case {
            "id": str(id_),
            "account_id": str(account),
            "run_id": str(run),
            "topic": str(topic),
            "payload": str(payload),
            "lease_until": str(until),
        } if until > to_text(now):
            return OutboxEvent(id_, account, run_id=run, topic=topic, payload=payload, attempt=1)
        case _:
            return None


async def claim(database: Database, outbox_id: str, now: datetime) -> OutboxEvent | None:
    """Take an event that is due, for LEASE_SECONDS; None where it is settled, not due, or somebody
    else has it. When it is due again is written at once, so that one that kills its consumer is no
    busier than one that fails.
    """
    retry_times = [
        to_text(now + timedelta(seconds=min(seconds, _LONGEST_AFTER_DEATH)))
        for seconds in RETRY_AFTER_SECONDS
    ]
    sql = """
      UPDATE outbox SET attempts = attempts + 1, lease_until = ?1,
        next_attempt_at = ?4 ->> MIN(attempts, json_array_length(?4) - 1)
      WHERE id = ?2 AND state = 'pending' AND next_attempt_at <= ?3
        AND (lease_until IS NULL OR lease_until <= ?3)
      RETURNING id, account_id, run_id, topic, payload, attempts AS attempt
    """
    # Whose it is comes with its row. A row that moves refuses to be written.
    rows = await database.all(
        statement(
            sql,
            [
                to_text(now + timedelta(seconds=LEASE_SECONDS)),
                outbox_id,
                to_text(now),
                dump([*retry_times]),
            ],
            account=EVERYBODY,
        )
    )
    if rows:
        return of_row(OutboxEvent, rows[0])
    return None


def settle(event: OutboxEvent, state: str, now: str, error: str | None) -> Statement:
    """Mark a claimed event as delivered or given_up; hits no row where it is settled, or a later
    attempt has it.
    """
    sql = """
      UPDATE outbox
      SET state = ?, settled_at = ?, last_error = ?, lease_until = NULL, next_attempt_at = NULL
      WHERE id = ? AND state = 'pending' AND attempts = ?
    """
    values = (state, now, error, event.id, event.attempt)
    return statement(sql, [*values], account=event.account_id)


def postpone(event: OutboxEvent, until: str, error: str | None) -> Statement:
    """Give a claimed event back, to be tried again at `until`, unless a later attempt has it."""
    sql = """
      UPDATE outbox SET next_attempt_at = ?, last_error = ?, lease_until = NULL
      WHERE id = ? AND state = 'pending' AND attempts = ?
    """
    values = (until, error, event.id, event.attempt)
    return statement(sql, [*values], account=event.account_id)
