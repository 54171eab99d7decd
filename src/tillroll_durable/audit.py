"""The audit: append-only events of who did what, when, with which outcome.

An event is written in the same batch as what it tells of. `seq` counts within its stream and is
assigned in SQL, so that no writer needs to know the head; `digest` is the SHA-256 of the content.
`event_key` makes each event unique; for events that every run has (`COMMON`), the row that they
tell of does.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, LiteralString, Protocol

from pydantic.alias_generators import to_camel

from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    GuardFailed,
    Row,
    Statement,
    statement,
)
from tillroll_durable.platform.json import Json, JsonObject, dump

# Where the object store has the copies of what is sealed. They are written once and never deleted.
SEALED_COPIES = "audit/"
# The cursor that names a seal which did not verify, {number}:{flaw}, until it does.
BAD_SEAL = "audit: bad seal"
# The columns of audit_events, and what they are called in the line of a sealed event.
NAMES: Final[Mapping[str, str]] = {
    **{
        column: to_camel(column)
        for column in ("id", "stream", "seq", "event_key", "account_id", "actor", "action")
    },
    **{
        column: to_camel(column)
        for column in ("outcome", "contract_version", "at", "detail", "digest")
    },
}


@dataclass(frozen=True)
class AuditEvent:
    """
    Attributes:
        stream: the run's id, or account:{id} for what happens outside of runs.
        event_key: unique for ever, for instance {run}:cancelled; of COMMON ones within the stream:
            {step}:completed.
        actor: who, for instance user:usr_…, token:tok_…, workflow:payout, system:reconciler.
        action: what, for instance step.completed.
        outcome: success, failure, or the state it led to.
        at: UTC, ISO 8601.
        detail: ids and codes only; personal data is referenced, never copied, so that erasure stays
            possible. `before` and `after` are as `values_changed` makes them.
    """

    stream: str
    event_key: str
    account_id: str
    actor: str
    action: Action
    outcome: str
    at: str
    contract_version: int | None = None
    detail: JsonObject = field(default_factory=dict[str, Json])

    def content(self) -> JsonObject:
        """What the digest covers: everything that is not assigned by the database."""
        return {NAMES[column]: value for column, value in vars(self).items()}

    def digest(self) -> str:
        return digest_of(self.content())


COMMON: Final = ("run.created", "step.completed", "delivery.delivered")
"""What happens in every run: no index has these events by their keys, or by what they tell of."""
HAS_KEY: Final = "action NOT IN ('run.created', 'step.completed', 'delivery.delivered')"
"""SQL that stands beside `event_key = …`, as the index of keys has it, so that it leads there."""


class OfRun(Protocol):
    """What an event says of its run."""

    @property
    def id(self) -> str: ...
    @property
    def account_id(self) -> str: ...
    @property
    def contract_version(self) -> int: ...


def event_of_run(
    run: OfRun,
    action: Action,
    event_key: str,
    *,
    actor: str,
    at: str,
    outcome: str = "success",
    detail: JsonObject | None = None,
) -> AuditEvent:
    """An event in the run's stream; the arguments are AuditEvent's."""
    own = detail or {}
    return AuditEvent(
        run.id,
        event_key,
        account_id=run.account_id,
        actor=actor,
        action=action,
        outcome=outcome,
        at=at,
        contract_version=run.contract_version,
        detail=own,
    )


def event_of_account(
    account_id: str,
    action: Action,
    event_key: str,
    *,
    actor: str,
    at: str,
    detail: JsonObject | None = None,
) -> AuditEvent:
    """Make the event of an act in an account, outside of its runs."""
    stream = f"account:{account_id}"
    return AuditEvent(
        stream,
        event_key,
        account_id=account_id,
        actor=actor,
        action=action,
        outcome="success",
        at=at,
        detail=detail or {},
    )


def values_changed(before: Mapping[str, Json], after: Mapping[str, Json]) -> JsonObject:
    """What an event's detail says of values that became others: `before` and `after`, each by the
    value's name. Give no secret and no personal data.
    """
    names = [name for name in after if before.get(name) != after[name]]
    if not names:
        return {}
    return {
        "before": {name: before.get(name) for name in names},
        "after": {name: after[name] for name in names},
    }


def digest_of(content: JsonObject) -> str:
    """SHA-256 of an event's canonical content, in hexadecimal digits."""
    return hashlib.sha256(dump(content).encode()).hexdigest()


def append(event: AuditEvent) -> Statement:
    """The statement that appends the event."""
    return _insert(event, "?2")


def append_if_changed(event: AuditEvent) -> Statement:
    """Write an event right behind a guarded UPDATE. Where that hit no row, this puts NULL into a
    NOT NULL column. An UPDATE that hits nothing does not fail a batch by itself; this makes the
    whole batch fail and roll back."""
    return _insert(event, "CASE WHEN changes() = 1 THEN ?2 END")


def append_where(event: AuditEvent, where: LiteralString, value: str) -> Statement:
    """Write an event where an SQL expression holds, in which ?11 is `value`; else nothing is
    written."""
    plain = _insert(event, "?2")
    return statement(f"{plain.sql} HAVING {where}", [*plain.parameters, value])


def append_outcome(events: Sequence[AuditEvent], outcomes: LiteralString, value: str) -> Statement:
    """Write one of several events that differ by their outcomes: that of the outcome which the
    database knows. An event whose key is written already is not written again.

    `outcomes` is a query for one row with `outcome`, in which ?1 is `value` and ?4 the account. It
    picks among digests that are given, since SQL computes none.
    """
    event = events[0]
    digests: JsonObject = {each.outcome: each.digest() for each in events}
    query = f"""
      INSERT INTO audit_events
        (stream, seq, event_key, account_id, actor, action, outcome, contract_version, at, detail,
            digest)
      SELECT ?2, COALESCE((SELECT MAX(seq) FROM audit_events WHERE stream = ?2), 0) + 1, ?3, ?4, ?5,
        ?6, came.outcome, NULL, ?7, ?8, json_extract(?9, '$."' || came.outcome || '"')
      FROM ({outcomes}) came
      WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE event_key = ?3 AND {HAS_KEY})
    """
    return statement(
        query,
        [
            value,
            event.stream,
            event.event_key,
            event.account_id,
            event.actor,
            event.action.value,
            event.at,
            dump(event.detail),
            dump(digests),
        ],
    )


async def events_before(
    database: Database, account_id: str, *, stream: str | None, before: int, most: int
) -> list[Row]:
    """The newest events of an account, or of one stream of it, with ids below `before`."""
    query = """
      SELECT id, at, actor, action, stream, seq, outcome, detail FROM audit_events
      WHERE account_id = ?1 AND id < CAST(?2 AS INTEGER) AND (?3 IS NULL OR stream = ?3)
      ORDER BY id DESC LIMIT CAST(?4 AS INTEGER)
    """
    values = (account_id, before, stream, most)
    return await database.all(statement(query, [*values]))


async def guarded_batch(
    database: Database, guard: Statement, event: AuditEvent, *more: Statement
) -> list[list[Row]]:
    """Run `guard`, an UPDATE, its event and the rest as one batch, and return the rows of each.
    Raises LostGuard: the guard hit no row, or the event is written already; ConstraintFailed:
    another statement of the batch was refused.
    """
    try:
        return await database.batch([guard, append_if_changed(event), *more])
    except ConstraintFailed as error:
        if isinstance(error, GuardFailed) or "audit_events" in str(error):
            raise LostGuard(
                f"{event.event_key}: another attempt or generation was first"
            ) from error
        raise


def _insert(event: AuditEvent, event_key: LiteralString) -> Statement:
    return statement(
        f"""
        INSERT INTO audit_events
          (stream, seq, event_key, account_id, actor, action, outcome, contract_version, at, detail,
              digest)
        SELECT ?1, max(COALESCE(MAX(seq), 0),
                       COALESCE((SELECT last_seq FROM archived_runs WHERE run_id = ?1), 0)) + 1,
          {event_key}, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
        FROM audit_events WHERE stream = ?1
        """,
        [
            event.stream,
            event.event_key,
            event.account_id,
            event.actor,
            event.action.value,
            event.outcome,
            event.contract_version,
            event.at,
            dump(event.detail),
            event.digest(),
        ],
    )


class Audited(Action):
    RUN_CREATED = (
        "run.created",
        "a run was begun; `subject` is what it is about, `previousRun` the run that it follows",
    )
    STEP_COMPLETED = (
        "step.completed",
        "a step's batch was committed: `from` which state `to` which, in which `attempt`",
    )
    STEP_FAILED = (
        "step.failed",
        "a step failed for good; `failureClass` says what that leaves behind",
    )
    EFFECT_INTENDED = (
        "effect.intended",
        (
            "an effect on another system is about to be asked for; its digest says for what, "
            "`origin` where"
        ),
    )
    EFFECT_SETTLED = (
        "effect.settled",
        "an answer that came too late for its step says that the other system did it",
    )
    STEP_ROLLED_BACK = "step.rolled_back", "what a step did was undone, or needed no undoing"
    ROLLBACK_FAILED = "rollback.failed", "a rollback failed, so an effect still stands, or may"
    RUN_COMPENSATED = "run.compensated", "all that a failed run had done was tried to be undone"
    REVIEW_REQUESTED = "review.requested", "the run waits for a person's decision"
    REVIEW_REMINDED = "review.reminded", "half of the time for a decision has passed"
    REVIEW_ESCALATED = "review.escalated", "the time for a decision has passed"
    REVIEW_DECIDED = (
        "review.decided",
        "a person decided; `corrected` names the values that were given",
    )
    REVIEW_TAKEN_UP = "review.taken_up", "the run has taken the decision up"
    TIMER_BEGAN = "timer.began", "the run sleeps"
    TIMER_OVER = "timer.over", "the run has slept"
    SIGNAL_AWAITED = "signal.awaited", "the run waits for a signal"
    SIGNAL_RECEIVED = "signal.received", "a signal was sent to the run"
    SIGNAL_TAKEN_UP = "signal.taken_up", "the run has taken a signal"
    SIGNAL_TIMED_OUT = "signal.timed_out", "no signal came in time"
    CHILD_BEGUN = "child.begun", "the run began another; `run` is its id"
    CHILD_AWAITED = "child.awaited", "the run waits for one that it began"
    CHILD_JOINED = "child.joined", "the run has heard how one that it began has ended"
    RUN_CONTINUED = "run.continued", "the run ended, and goes on as another; `run` is its id"
    TOOLS_OFFERED = (
        "tools.offered",
        "the run said which tools a model may ask for; `tools` are their names",
    )
    TOOL_ASKED = (
        "tool.asked",
        "a model asked for a call; `verdict` says whether it was offered, else `why` it was not",
    )
    TOOL_DECIDED = (
        "tool.decided",
        "a person allowed a dangerous call or forbade it, by its `verdict`; `by` says who",
    )
    TOOL_APPROVAL_REFUSED = (
        "tool.approval_refused",
        "somebody without the tool's `permission` was to decide on a call; nothing was decided",
    )
    EVENT_TOLD = "event.told", "the run told the world outside of something on its way"
    DELIVERY_DELIVERED = "delivery.delivered", "a receiver took an event"
    DELIVERY_GIVEN_UP = "delivery.given_up", "an event was tried as often as it may be"
    DELIVERY_NO_RECEIVER = (
        "delivery.no_receiver",
        "no endpoint wanted an event, or wants it any more",
    )
    DELIVERY_RESENT = "delivery.resent", "a person had an event delivered anew"
    DELIVERY_HASTENED = "delivery.hastened", "a person had an event delivered now"
    ENDPOINT_DISABLED = (
        "endpoint.disabled",
        "an endpoint gets no events any more; `why` says on whose word",
    )
    RUN_ADMITTED = (
        "run.admitted",
        "a run that waited in line goes on: it is its turn; `queuedAt` says since when it waited",
    )
    RUN_RETRIED = "run.retried", "a person let a run go on from the step that failed"
    RUN_RESTARTED = (
        "run.restarted",
        "a person had a run begun from a `step` of another `run`; `repeats` may happen again",
    )
    RUN_RESUMED = "run.resumed", "a run got a new instance, and goes on where it stands"
    RUN_HANDED_ON = (
        "run.handed_on",
        "a run goes on in a new instance, since this one had made nearly all calls that it may",
    )
    RUN_WOKEN = "run.woken", "a run that slept got a new instance, to look at what there is"
    RUN_PAUSED = "run.paused", "a run was stopped until it is resumed"
    RUN_UNPAUSED = "run.unpaused", "a paused run goes on"
    RUN_CANCEL_REQUESTED = "run.cancel_requested", "a run was asked to end"
    RUN_CANCELLED = "run.cancelled", "a run that was asked to end has ended"
    RUN_ABANDONING = "run.abandoning", "a person gave a failed run up"
    RUN_ABANDONED = "run.abandoned", "a run that was given up has ended"
    RUN_UNDOING = "run.undoing", "a completed run is to be undone with the run that began it"
    RUN_UNDONE = "run.undone", "a completed run was undone, and has ended"
    RUN_ESCALATED = (
        "run.escalated",
        "a run stands still and needs a person; `why` says what for",
    )
    INSTANCE_CREATED = "instance.created", "the reconciler started a run whose instance was missing"
    RUN_RESTORED = (
        "run.restored",
        "what an archived run left was brought back; `bundle` is where it was",
    )
    ARCHIVE_RUN_ERASED = (
        "archive.run_erased",
        "what an erased run left was cut out of an archive; `bundle` is the archive",
    )
    ARCHIVE_RUNS_TAKEN = (
        "archive.runs_taken",
        (
            "what runs left that ended long ago was moved into an archive; `bundle` is the "
            "archive, `runs` says how many, and `pieces` has the SHA-256 of what each run left"
        ),
    )
    SCHEDULE_CREATED = (
        "schedule.created",
        "a schedule was made; `kind` is of the runs that it begins",
    )
    SCHEDULE_CHANGED = "schedule.changed", "a schedule was changed; `fields` are those that were"
    SCHEDULE_PAUSED = "schedule.paused", "a schedule was stopped until it is resumed"
    SCHEDULE_RESUMED = "schedule.resumed", "a paused schedule goes on"
    SCHEDULE_HASTENED = (
        "schedule.hastened",
        "a person had a schedule of all accounts begin its runs now",
    )
    SCHEDULE_REMOVED = "schedule.removed", "a schedule was removed; the runs that it began stay"
    SCHEDULE_REFUSED = (
        "schedule.refused",
        "a schedule was due and began nothing; the schedule shows why, `tick` is its time",
    )
    SCHEDULE_OVERLAPPED = (
        "schedule.overlapped",
        "a schedule was due while the run before went on; `decided` says what became of it",
    )
    SCHEDULE_SKIPPED = (
        "schedule.skipped",
        "times of a schedule that were missed were left out; from `from` on, before `until`",
    )
    OBJECT_QUARANTINED = "object.quarantined", "nothing refers to an object"
    OBJECT_RESTORED = (
        "object.restored",
        "an object left the quarantine: it is referred to again, or was asked for",
    )
    OBJECT_DELETED = "object.deleted", "an object's time in quarantine was over"
    OBJECT_GONE = "object.gone", "an object in quarantine is not there any more"
