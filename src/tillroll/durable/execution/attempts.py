"""What a step was given, as it is kept, and what is kept and logged of an attempt that failed."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from tillroll.durable.contract import Step
from tillroll.durable.errors import NeedsReview, one_line
from tillroll.durable.execution.steps import Commit, StepContext
from tillroll.durable.explanation.views import withhold
from tillroll.durable.record.runs import NO_MORE, Run, log_fields
from tillroll.durable.record.steps import OMITTED, UnfitOutput, as_stored
from tillroll.platform import log
from tillroll.platform.bindings.database import Database, DatabaseError, Statement, statement
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.clock import milliseconds_between, to_text
from tillroll.platform.json import dump, load
from tillroll.platform.services import Platform

LARGEST_INPUT_BYTES: Final = 16 * 1024
# Of each of two inputs that differ, so much is shown, from shortly before the place where they do.
_SHOWN: Final = 60
_BEFORE: Final = 20


@dataclass(frozen=True)
class Given:
    """`kept` is JSON text, None where it is given nothing; `digest` is that of all of it."""

    kept: str | None
    digest: str


def given(run_id: str, step: Step, inputs: Sequence[object]) -> Given:
    """What a step is given."""
    return given_text(run_id, step.name, _as_text(step, inputs) if inputs else None, step.withheld)


def given_text(run_id: str, name: str, whole: str | None, withheld: Collection[str] = ()) -> Given:
    """The same, of canonical JSON text."""
    # The run's id keeps two runs that were given the same secret from being told so by their digests.
    digest = hashlib.sha256(f"{run_id}:{name}:{whole or ''}".encode()).hexdigest()
    return Given(None if whole is None else _kept(whole, withheld), digest)


def as_given(step: Step, inputs: Sequence[object]) -> str | None:
    """The inputs as the JSON text of a list; None where there are none.

    A model stands as its values, what is no JSON as the name of its type, and all of them as their size where they
    exceed LARGEST_INPUT_BYTES. What is withheld is not even kept: an input is for reading only, nothing goes on by it.
    """
    return _kept(_as_text(step, inputs), step.withheld) if inputs else None


def side_by_side(before: str | None, now: str | None) -> str:
    """Two inputs, as they are kept, in a sentence that shows where they differ."""
    one, other = before or "nothing", now or "nothing"
    if one == other:
        return "They differ in what is withheld, or too large to be kept"
    same = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), 0)
    return f"It was given {_around(one, same)}, and is given {_around(other, same)} now"


def _around(text: str, place: int) -> str:
    begin = max(0, place - _BEFORE)
    shown = text[begin : begin + _SHOWN]
    return f"{'…' if begin else ''}{shown}{'…' if begin + _SHOWN < len(text) else ''}"


def _kept(whole: str, withheld: Collection[str]) -> str:
    kept = dump(withhold(load(whole), withheld)) if withheld else whole
    size = len(kept.encode())
    return kept if size <= LARGEST_INPUT_BYTES else dump({OMITTED: size})


def _as_text(step: Step, inputs: Sequence[object]) -> str:
    return f"[{','.join(_one_as_text(step, each) for each in inputs)}]"


def _one_as_text(step: Step, value: object) -> str:
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    try:
        return as_stored(step.name, plain)  # pyright: ignore[reportArgumentType] - it finds out
    except UnfitOutput:
        return dump({"$type": type(value).__name__})


@dataclass(frozen=True)
class Failure:
    """A failed attempt. `given` is what the step was given, as it is kept. `reason` is set where the step refused for
    good, `next_retry_at` where the engine repeats it; `statements` are written along."""

    attempt: int
    started_at: str
    at: str
    error_class: str
    summary: str
    reason: str | None = None
    next_retry_at: str | None = None
    statements: Sequence[Statement] = ()
    given: str | None = None


async def keep(platform: Platform, context: StepContext) -> None:
    """Write what an attempt leaves behind that came too late."""
    if not context.kept:
        return
    try:
        await platform.database.batch(context.kept)
    except DatabaseError as failed:
        log.warning("step.not_recorded", **log_fields(context.run), step=context.step, error=failed)


async def record_failed(platform: Platform, context: StepContext, step: Step, begun: Commit, error: Exception) -> None:
    """Keep a failed attempt on the record; where even that fails, the attempt's own error goes on."""
    run, now, attempt = context.run, platform.clock.now(), begun.attempt
    is_last = isinstance(error, NeedsReview | NonRetryable) or attempt > step.retries.limit
    failure = Failure(
        attempt=attempt,
        started_at=begun.started_at,
        at=to_text(now),
        error_class=type(error).__name__,
        summary=one_line(str(error)),
        reason=error.reason if isinstance(error, NeedsReview) else None,
        next_retry_at=None if is_last else to_text(now + timedelta(seconds=step.retries.delay_after(attempt))),
        given=begun.given,
        statements=[*(error.statements if isinstance(error, NeedsReview) else ()), *context.kept],
    )
    _tell(run, step, failure)
    try:
        await record_attempt(platform.database, run, step, failure)
    except DatabaseError as failed:
        log.warning("step.not_recorded", **log_fields(run), step=step.name, attempt=attempt, error=failed)


def _tell(run: Run, step: Step, failure: Failure) -> None:
    duration = milliseconds_between(failure.started_at, failure.at)
    told = log.OfAttempt(**log_fields(run), step=step.name, attempt=failure.attempt, duration_ms=duration)
    if failure.reason:
        log.info("step.needs_review", **told, reason=failure.reason)
    else:
        log.warning("step.attempt_failed", **told, error_class=failure.error_class)


async def record_attempt(database: Database, run: Run, step: Step, failure: Failure) -> None:
    """Keep a failed attempt on the step and on the run, unless the step is completed or the run taken over. A run that
    stands still goes on saying why: of two steps at once, one may fail behind that."""
    outcome = "failed" if failure.reason else "retrying"
    await database.batch(
        [
            statement(
                """
                INSERT INTO run_steps (run_id, step, idempotency_key, outcome, generation, attempts, started_at,
                                       ended_at, reason, error_class, error_summary, input)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)
                ON CONFLICT (run_id, step) DO UPDATE SET
                  outcome = excluded.outcome, generation = excluded.generation, attempts = excluded.attempts,
                  ended_at = excluded.ended_at, reason = excluded.reason, error_class = excluded.error_class,
                  error_summary = excluded.error_summary, input = excluded.input
                WHERE run_steps.generation < excluded.generation AND run_steps.outcome <> 'completed'
                  OR run_steps.generation = excluded.generation AND run_steps.outcome = 'retrying'
                    AND run_steps.attempts < excluded.attempts
                """,
                run.id,
                step.name,
                step.key_for(run.id),
                outcome,
                run.generation,
                failure.attempt,
                failure.started_at,
                failure.at,
                failure.reason,
                failure.error_class,
                failure.summary,
                failure.given,
            ),
            _keep(run, step, failure),
            statement(
                f"""
                UPDATE runs SET attempt_count = ?1, next_retry_at = ?2, error_class = ?3, error_summary = ?4,
                  updated_at = ?5, instance_confirmed_at = COALESCE(instance_confirmed_at, ?5)
                WHERE id = ?6 AND generation = ?7 AND state = ?8 AND resumptions <> {NO_MORE}
                """,  # noqa: S608 - a constant
                failure.attempt,
                failure.next_retry_at,
                failure.error_class,
                failure.summary,
                failure.at,
                run.id,
                run.generation,
                run.state,
            ),
            *failure.statements,
        ]
    )


def _keep(run: Run, step: Step, failure: Failure) -> Statement:
    """The attempt by itself: the next one does not write over it."""
    return statement(
        """
        INSERT INTO step_attempts (run_id, step, generation, attempt, started_at, ended_at, reason, error_class,
                                   error_summary, next_retry_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
        """,
        run.id,
        step.name,
        run.generation,
        failure.attempt,
        failure.started_at,
        failure.at,
        failure.reason,
        failure.error_class,
        failure.summary,
        failure.next_retry_at,
    )
