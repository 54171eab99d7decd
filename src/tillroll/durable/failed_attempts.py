"""An attempt that failed, or came too late: what is kept of it, and told in the log."""

from datetime import timedelta

from tillroll.durable.contract import Step
from tillroll.durable.errors import NeedsReview
from tillroll.durable.failures import Failure, one_line, record_attempt
from tillroll.durable.runs import Run, told_of
from tillroll.durable.steps import Commit, StepContext
from tillroll.platform import log
from tillroll.platform.clock import milliseconds_between, to_text
from tillroll.platform.database import DatabaseError
from tillroll.platform.engine import NonRetryable
from tillroll.platform.services import Platform


async def keep(platform: Platform, context: StepContext) -> None:
    """Write what an attempt leaves behind that came too late."""
    if not context.kept:
        return
    try:
        await platform.database.batch(context.kept)
    except DatabaseError as failed:
        log.warning("step.not_recorded", **told_of(context.run), step=context.step, error=failed)


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
        statements=[*(error.statements if isinstance(error, NeedsReview) else ()), *context.kept],
    )
    _tell(run, step, failure)
    try:
        await record_attempt(platform.database, run, step, failure)
    except DatabaseError as failed:
        log.warning("step.not_recorded", **told_of(run), step=step.name, attempt=attempt, error=failed)


def _tell(run: Run, step: Step, failure: Failure) -> None:
    duration = milliseconds_between(failure.started_at, failure.at)
    told = log.OfAttempt(**told_of(run), step=step.name, attempt=failure.attempt, duration_ms=duration)
    if failure.reason:
        log.info("step.needs_review", **told, reason=failure.reason)
    else:
        log.warning("step.attempt_failed", **told, error_class=failure.error_class)
