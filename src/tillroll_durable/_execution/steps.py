"""A step's one batch: the guarded change of state, its audit event, its effect and its stored
output, or nothing.

The guard is the run's generation and state, that nobody asked it to end, and that the step is not
completed yet. An overlapping attempt, an older generation or a second delivery of the same work
loses the guard, and its whole batch is rolled back. What an attempt was given, and how it failed,
is kept beside it.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import isawaitable
from typing import Any, Final, Generic, cast

from pydantic import BaseModel
from typing_extensions import TypeVar

from tillroll_durable._record import beats
from tillroll_durable._record.beats import Beat, Pulse
from tillroll_durable._record.changes import RunChange, new_version
from tillroll_durable._record.deaths import ended
from tillroll_durable._record.loading import load_run_and_step
from tillroll_durable.attributes import Attribute, write_attributes, write_external_id
from tillroll_durable.audit import COMMON, event_of_run, guarded_batch
from tillroll_durable.errors import ChangedMeanwhile, LostGuard, NeedsReview, summary_of
from tillroll_durable.outbox import of_transition, written_events
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    DatabaseError,
    Statement,
    statement,
)
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.clock import milliseconds_between, to_text
from tillroll_durable.platform.json import (
    GivenJson,
    GivenObject,
    Json,
    JsonObject,
    as_object,
    dump,
    load,
)
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import ItemCounts, Prefetch, Prefetched, Run, StoredStep, log_fields
from tillroll_durable.states import LIVE, State, Status
from tillroll_durable.step import Step
from tillroll_durable.step_records import OMITTED, UnfitOutput, as_stored, withhold

# A bare `Outcome` says nothing of the output: the step's `gives` does.
Output_co = TypeVar("Output_co", covariant=True, default=Any)
NOTHING: Any = None  # what a step gives that gives nothing


@dataclass(frozen=True)
class CallContext:
    """What a call receives, whether a step makes it or the rollback of a step.

    Attributes:
        platform: the database, HTTP, the clock, objects and settings.
        run: the run as its row has it: `id`, `account_id`, `state` and more.
        attempt: from 1.
        idempotency_key: the key that its effects must carry.
        step: the step's name; of what undoes it, too.
        origin: where the call's `host` is asked: where it was sent before, else where it is now.
            Empty without a host.
        waits: how often it has waited: by the step's `retry`, or until what it sent was late.
    """

    platform: Platform
    run: Run
    attempt: int
    idempotency_key: str
    step: str
    origin: str = field(default="", kw_only=True)
    waits: int = field(default=0, kw_only=True)


@dataclass(frozen=True)
class StepContext(CallContext):
    """What a step's function receives: where it runs, whose run it is, which attempt (from 1), and
    the key its effects must carry. `kept` takes idempotent statements, which are written with the
    attempt's end, whether it succeeds or fails; `late` makes those that are written only where it
    comes too late. `prefetched` has what another batch has read for it, if any did. `pulse` decides
    when its next beat is due.
    """

    kept: list[Statement] = field(default_factory=list[Statement])
    prefetched: Prefetched = field(default_factory=Prefetched)
    pulse: Pulse = field(default_factory=Pulse)
    late: list[Callable[[], Sequence[Statement]]] = field(
        default_factory=list[Callable[[], Sequence[Statement]]]
    )

    async def beat(
        self, done: int | None = None, of: int | None = None, cursor: GivenJson = None
    ) -> None:
        """Say that the step is alive, and how far it is: `done` of so many. `cursor` is at most
        1,000 bytes of JSON, by which a later attempt goes on (`last_beat`). At most one beat in
        five seconds is written, and a beat that the database does not take is lost.
        Raises LostGuard: the run is to end, or has gone on: let it pass, and this attempt ends;
        UnfitOutput: the cursor is too large, or no JSON.
        """
        place = beats.check_cursor(self.step, cursor)
        now = self.platform.clock.now()
        if not self.pulse.is_due(now):
            return
        beat = Beat(done, of, cursor=place, at=to_text(now))
        try:
            is_own = await beats.write(
                self.platform.database,
                self.run,
                step=self.step,
                input_digest=self.pulse.given,
                beat=beat,
            )
        except DatabaseError as failed:
            log.warning("step.beat_lost", **log_fields(self.run), step=self.step, error=failed)
            return
        if not is_own:
            raise LostGuard(
                f"the run is to end, or has gone on without this attempt of {self.step}"
            )

    async def last_beat(self) -> Beat | None:
        """The last beat of an earlier attempt that was given the same; None where none was written.
        What was done within five seconds behind it may be done again.
        """
        return await beats.load_last(
            self.platform.database, self.run, step=self.step, input_digest=self.pulse.given
        )


@dataclass(frozen=True)
class Outcome(Generic[Output_co]):
    """What a step's function returns to be committed, where that is more than its output.

    Attributes:
        output: stored and replayed, as the step's `gives` declares it; at most 4 MiB of JSON; over
            64 KiB it lies in the object store.
        statements: the step's effect, in the same transaction as the change of state.
        state: the state it leads to, one of the step's `on_success`; None for the first of them.
        reason: why, where the state wants one.
        external_id: the id that another system has for what the step did there.
        nudge: called after the commit; what it does may be lost, since the rows are the truth.
        prefetch: what a later step will want to know, read with the commit.
        told: ids that the audit event names beside the step; never personal data.
        attributes: what the run is found by from now on, of the contract's `attributes`.
    """

    output: Output_co = NOTHING
    statements: Sequence[Statement] = ()
    state: str | None = None
    reason: str | None = None
    external_id: str | None = None
    nudge: Callable[[], Awaitable[None]] | None = None
    prefetch: Prefetch | None = None
    told: GivenObject = field(default_factory=dict[str, GivenJson])
    attributes: Mapping[str, Attribute] = field(default_factory=dict[str, Attribute])


@dataclass(frozen=True)
class RollbackContext(CallContext):
    """What a compensation receives of the step that it undoes: as a `StepContext`, it has the
    platform and the run.

    Attributes:
        attempt: the compensation's own attempt, from 1.
        idempotency_key: the compensation's own key; its effects must carry it.
        step, step_key, step_attempts, retries, timeout_seconds: the original step's name, key,
            number of attempts, and configuration with its defaults.
        output: what the step returned; None where it failed, or where nobody knows whether it
            happened.
        error: its last error in one line, where it failed.
    """

    step_key: str
    step_attempts: int
    retries: Retries
    timeout_seconds: int
    output: Json
    error: str | None


Rollback = Callable[[RollbackContext], Awaitable[Outcome[Any]]]


# How a non-retryable failure begins that is the body's.
OFF_CONTRACT: Final = "off contract"


def off_contract(what: str) -> NonRetryable:
    """What a step raises where the body does what its contract does not have."""
    return NonRetryable(f"{OFF_CONTRACT}: {what}")


async def outcome_of(step: str, returned: object, *, gives: bool = False) -> Outcome[Any]:
    """What a step's function comes to, from what calling it gave; `gives`: its step declares what
    it returns, so a plain value is its output. Raises NonRetryable: that is nothing to await, or no
    Outcome.
    """
    if not isawaitable(returned):
        raise off_contract(f"the function of {step!r} is no coroutine: write it with `async def`")
    outcome = await cast("Awaitable[object]", returned)
    if isinstance(outcome, Outcome):
        return cast("Outcome[Any]", outcome)
    if gives:
        return Outcome(output=outcome)
    if outcome is None:
        what = "nothing"
    else:
        what = f"a {type(outcome).__name__}"
    raise off_contract(
        f"the function of {step!r} returns {what}: declare it in the step's `gives`, or return "
        "`Outcome(output=…)`"
    )


@dataclass(frozen=True)
class Commit:
    """One completed step, ready to be written.

    Attributes:
        attempt: its number, from 1; `started_at` and `now` are UTC text.
        key: the step's idempotency key where it is not {run_id}:{step}.
        is_undoing: it belongs to the run's early end, so neither a cancellation nor what has failed
            is in its way.
        has_happened: its effect stands elsewhere already, so a cancellation comes too late for it,
            until it is undone.
        given: what it was given, as it is kept: JSON text; `given_digest` is that of all of it.
        output: the output as it is kept: JSON text.
        is_told: whether endpoints are notified of the status that the run comes into.
        has_rollback: whether its contract can undo it.
        attributes: what the run is found by from now on.
        counts: what the maps came to that the body has behind it.
    """

    step: str
    action: Action
    attempt: int
    started_at: str
    now: str
    key: str | None = None
    is_undoing: bool = False
    has_happened: bool = False
    given: str | None = None
    given_digest: str | None = None
    output: str = "null"
    is_told: bool = True
    has_rollback: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    counts: ItemCounts = field(default_factory=ItemCounts)


@dataclass(frozen=True)
class Committed:
    """What a batch has come to: the run's new version, and the ids of the events that tell of its
    new status.
    """

    version: int
    events: Sequence[str]


async def commit_step(
    database: Database, run: Run, to: State, commit: Commit, outcome: Outcome[Any]
) -> Committed:
    """Write a completed step.

    Raises:
        LostGuard: the run was not where `run` says, or the step is completed already; nothing was
            written.
        ChangedMeanwhile: a guard of the outcome's own does not hold; nothing was written.
    """
    key = f"{commit.step}:completed"
    if commit.action not in COMMON:
        key = f"{run.id}:{key}"
    event = event_of_run(
        run,
        commit.action,
        key,
        actor=f"workflow:{run.kind}",
        at=commit.now,
        detail={
            "step": commit.step,
            "attempt": commit.attempt,
            "generation": run.generation,
            "startedAt": commit.started_at,
            "from": run.state,
            "to": to.name,
            **({} if outcome.reason is None else {"reason": outcome.reason}),
            **_failed_items(run, to, commit.counts),
            **as_object(outcome.told),
        },
    )
    change = RunChange(run, commit.now).completed(
        to,
        commit.step,
        commit.attempt,
        reason=outcome.reason,
        counts=commit.counts,
        is_undoing=commit.is_undoing,
        has_happened=commit.has_happened,
    )
    notices = (
        of_transition(run.id, run.status, after=to.status, now=commit.now) if commit.is_told else []
    )
    found_by = [
        *write_attributes(run.account_id, run.id, commit.attributes),
        *write_external_id(run.account_id, run.id, outcome.external_id),
    ]
    written = [*outcome.statements, _store(run, commit, outcome.external_id), *found_by, *notices]
    queries = outcome.prefetch.queries if outcome.prefetch else ()
    try:
        rows = await guarded_batch(database, change, event, *written, *queries)
    except LostGuard as lost:
        # A guard among the outcome's own statements refuses the batch in the same way.
        if outcome.statements and await _is_still_at(database, run, commit):
            raise ChangedMeanwhile("what it looked at was changed meanwhile") from lost
        raise
    own = len(rows) - len(queries)
    if outcome.prefetch:
        outcome.prefetch.take(rows[own:])
    return Committed(new_version(rows[0]), written_events(rows[:own]))


async def _is_still_at(database: Database, run: Run, commit: Commit) -> bool:
    """Whether the run stands where an attempt found it, and may be moved on by it."""
    loaded = await load_run_and_step(database, run.id, commit.step)
    if loaded is None:
        return False
    newest, stored = loaded
    if stored is not None and _is_over(stored, run):
        return False
    if (newest.generation, newest.state) != (run.generation, run.state):
        return False
    if commit.is_undoing:
        return True
    return newest.cancel_kind is None and not newest.has_given_up_slot


def _is_over(stored: StoredStep, run: Run) -> bool:
    """Whether a step is done, or has failed for good in the generation that `run` is of."""
    if stored.outcome == "failed":
        return stored.generation == run.generation
    return stored.outcome == "completed"


def _failed_items(run: Run, to: State, counts: ItemCounts) -> JsonObject:
    """What the event tells by which a run comes to its result without some items of its maps."""
    comes_to_result = to.status is Status.COMPLETE and run.status in LIVE
    if not counts.failed or not comes_to_result:
        return {}
    return {"items": counts.items, "itemsFailed": counts.failed}


def _store(run: Run, commit: Commit, external_id: str | None) -> Statement:
    sql = """
      INSERT INTO run_steps (
        run_id, step, idempotency_key, outcome, generation, attempts, started_at, ended_at, output,
        input, has_rollback, input_digest, external_id, at_version)
      VALUES (?1, ?2, NULLIF(?3, ?1 || ':' || ?2), 'completed',
        ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, (SELECT state_version FROM runs WHERE id = ?1))
      ON CONFLICT (run_id, step) DO UPDATE SET
        outcome = 'completed', generation = excluded.generation, attempts = excluded.attempts,
        attempt_started_at = excluded.started_at, ended_at = excluded.ended_at,
        output = excluded.output,
        input = excluded.input, input_digest = excluded.input_digest,
        has_rollback = excluded.has_rollback,
        external_id = excluded.external_id, reason = NULL, error_class = NULL, error_summary = NULL
    """
    own = (
        run.id,
        commit.step,
        commit.key,
        run.generation,
        commit.attempt,
        commit.started_at,
        commit.now,
    )
    has_rollback = int(commit.has_rollback)
    result = (commit.output, commit.given, has_rollback, commit.given_digest, external_id)
    return statement(sql, [*own, *result])


LARGEST_INPUT_BYTES: Final = 16 * 1024
# Of each of two inputs that differ, so much is shown, from shortly before the place where they do.
_LONGEST_EXCERPT: Final = 60
_BEFORE: Final = 20


@dataclass(frozen=True)
class Given:
    """`kept` is JSON text, None where it is given nothing; `digest` is that of all of it, which
    `inputs` are.
    """

    kept: str | None
    digest: str
    inputs: Sequence[object] = field(default=(), repr=False, compare=False)


def given(run_id: str, step: Step[Any], inputs: Sequence[object]) -> Given:
    """What a step is given, as the JSON text of a list. A model stands as its values, what is no
    JSON as the name of its type, and all of them as their size where they exceed
    LARGEST_INPUT_BYTES. What is withheld is not even kept: an input is for reading only, nothing
    goes on by it.
    """
    return given_text(
        run_id,
        step.name,
        whole=_as_text(step, inputs) if inputs else None,
        withheld=step.withheld,
        inputs=inputs,
    )


def given_text(
    run_id: str,
    name: str,
    whole: str | None,
    withheld: Collection[str] = (),
    inputs: Sequence[object] = (),
) -> Given:
    """A digest as `given` makes it, of canonical JSON text."""
    # The run's id is part of it, so digests do not show that two runs were given the same secret.
    # It is compared within a step alone, so 128 bits do.
    digest = hashlib.sha256(f"{run_id}:{name}:{whole or ''}".encode()).hexdigest()[:32]
    if whole is None:
        return Given(None, digest, inputs)
    return Given(_withheld(whole, withheld), digest, inputs)


def side_by_side(before: str | None, now: str | None) -> str:
    """Two inputs, as they are kept, in a sentence that shows where they differ."""
    one = before or "nothing"
    other = now or "nothing"
    if one == other:
        return "They differ in what is withheld, or too large to be kept"
    same = next(
        (at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0
    )
    return f"It was given {_around(one, same)}, and is given {_around(other, same)} now"


def _around(text: str, place: int) -> str:
    begin = max(0, place - _BEFORE)
    excerpt = text[begin : begin + _LONGEST_EXCERPT]
    return f"{'…' if begin else ''}{excerpt}{'…' if begin + _LONGEST_EXCERPT < len(text) else ''}"


def _withheld(whole: str, withheld: Collection[str]) -> str:
    stored = dump(withhold(load(whole), withheld)) if withheld else whole
    size = len(stored.encode())
    if size <= LARGEST_INPUT_BYTES:
        return stored
    return dump({OMITTED: size})


def _as_text(step: Step[Any], inputs: Sequence[object]) -> str:
    return f"[{','.join(_one_as_text(step, each) for each in inputs)}]"


def _one_as_text(step: Step[Any], value: object) -> str:
    if isinstance(value, BaseModel):
        plain = value.model_dump(mode="json")
    else:
        plain = value
    try:
        return as_stored(step.name, plain)  # pyright: ignore[reportArgumentType] - it finds out
    except UnfitOutput:
        return dump({"$type": type(value).__name__})


async def keep(platform: Platform, context: StepContext) -> None:
    """Write what an attempt that came too late leaves behind."""
    statements = [*context.kept]
    for settle in context.late:
        statements.extend(settle())
    if not statements:
        return
    try:
        await platform.database.batch(statements)
    except DatabaseError as failed:
        log.warning("step.not_recorded", **log_fields(context.run), step=context.step, error=failed)


async def record_failed(
    platform: Platform,
    context: StepContext,
    step: Step[Any],
    commit: Commit,
    error: Exception,
    seconds: int | None = None,
) -> bool:
    """Keep a failed attempt on the step and on the run, unless the step is completed or the run
    taken over. The next attempt comes in `seconds`, or as the step's `retries` say. Where even that
    fails, it is False, and the attempt's own error goes on.
    """
    run = context.run
    now = platform.clock.now()
    attempt = commit.attempt
    at = to_text(now)
    error_class = type(error).__name__
    summary = summary_of(error_class, str(error))
    review = error if isinstance(error, NeedsReview) else None
    reason = review.reason if review else None  # where the step refused for good
    is_last = isinstance(error, NeedsReview | NonRetryable) or attempt > step.retries.limit
    if seconds is None and not is_last:
        seconds = step.retries.delay_after(attempt)
    next_at = None if seconds is None else to_text(now + timedelta(seconds=seconds))
    duration = milliseconds_between(commit.started_at, at)
    log_entry = log.OfAttempt(
        **log_fields(run), step=step.name, attempt=attempt, duration_ms=duration
    )
    if reason:
        log.info("step.needs_review", **log_entry, reason=reason)
    else:
        log.warning("step.attempt_failed", **log_entry, error_class=error_class)
    sql = """
      INSERT INTO run_steps (
        run_id, step, idempotency_key, outcome, generation, attempts, started_at, ended_at, reason,
        error_class, error_summary, input, at_version)
      VALUES (?1, ?2, NULLIF(?3, ?1 || ':' || ?2), ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12,
        (SELECT state_version + 1 FROM runs WHERE id = ?1))
      ON CONFLICT (run_id, step) DO UPDATE SET
        outcome = excluded.outcome, generation = excluded.generation, attempts = excluded.attempts,
        ended_at = excluded.ended_at, reason = excluded.reason, error_class = excluded.error_class,
        error_summary = excluded.error_summary, input = excluded.input
      WHERE run_steps.generation < excluded.generation AND run_steps.outcome <> 'completed'
        OR run_steps.generation = excluded.generation AND run_steps.outcome = 'retrying'
          AND run_steps.attempts < excluded.attempts
    """
    own = (
        run.id,
        step.name,
        step.record_key_for(run.id),
        "failed" if reason else "retrying",
        run.generation,
        attempt,
    )
    on_step = statement(
        sql, [*own, commit.started_at, at, reason, error_class, summary, commit.given]
    )
    # The attempt by itself: the next one does not write over it.
    sql = """
      INSERT INTO step_attempts (
        run_id, step, generation, attempt, started_at, ended_at, reason, error_class, error_summary,
        next_retry_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
    """
    own = (run.id, step.name, run.generation, attempt, commit.started_at, at)
    by_itself = statement(sql, [*own, reason, error_class, summary, next_at])
    # Before the step's own row: that may have it as failed.
    on_run = RunChange(run, at).attempted(step.name, attempt, (error_class, summary), next_at)
    statements = [
        *(review.statements if review else ()),
        *context.kept,
        ended(run, step.name),
    ]
    try:
        await platform.database.batch([on_run, on_step, by_itself, *statements])
    except DatabaseError as failed:
        log.warning(
            "step.not_recorded", **log_fields(run), step=step.name, attempt=attempt, error=failed
        )
        return False
    return True
