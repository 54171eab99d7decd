"""How patient the reconciler is: runs that cannot be mended are set aside, and in the end a person is told."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from tillroll.durable.errors import ESCALATED, LostGuard, one_line
from tillroll.durable.execution.steps import guarded_batch
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import Run, log_fields, run_from_row
from tillroll.durable.record.versions import not_deployed
from tillroll.jobs.scans import forget, set_aside
from tillroll.platform import log
from tillroll.platform.bindings.database import Row, statement, text
from tillroll.platform.bindings.engine import EngineUnavailable, NotDeployed
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform

ACTOR = "system:reconciler"

# How long the ordinary path has before the reconciler steps in.
PATIENCE = timedelta(seconds=30)
# How often the engine is asked about a run that is under way.
CHECK_EVERY = timedelta(minutes=10)
# How much of each kind one tick looks at.
BATCH = 50
# How many instances one tick creates. Each is asked for, created and noted, one after the other, so that it stays below
# the 100 a second that the engine creates of a workflow, and below what one invocation may ask.
CREATED_A_TICK = 150


async def escalate(platform: Platform, run: Run, why: str, now: str) -> None:
    """Mark a run for a person, once in a generation; until somebody resumes or ends it, it says `why`."""
    mark = statement(
        """
        UPDATE runs SET requires_human_review = 1, escalated_at = ?1, updated_at = ?1,
          error_class = ?4, error_summary = ?5
        WHERE id = ?2 AND generation = ?3 AND (escalated_at IS NULL OR error_class IS NOT ?4)
        """,
        now,
        run.id,
        run.generation,
        ESCALATED,
        why,
    )
    event = event_of_run(
        run,
        "run.escalated",
        # The state's version tells a second time apart from the first: the run has gone on in between.
        f"{run.instance_id}:escalated:{run.state_version}",
        actor=ACTOR,
        at=now,
        outcome="overdue",
        detail={"why": why},
    )
    try:
        await guarded_batch(platform.database, [mark, append_if_changed(event)], event.event_key)
    except LostGuard:
        return
    log.error("run.escalated", **log_fields(run), reason=why)


# After so many setbacks in a row, half an hour in all, a person is told.
_PATIENT_WITH = 5
# An engine that does not answer for so many runs of one tick is down: the others have their turn in the next tick.
_MOST_UNANSWERED = 10


async def each(platform: Platform, part: str, rows: Sequence[Row], mend: Callable[[Row], Awaitable[int]]) -> int:
    """Mend each of these runs by itself; return how many were mended.

    `rows` are whole rows of `runs` with `setbacks`, how often it was set aside before, NULL for never. Whatever goes
    wrong with one is that one's affair: it is set aside, and a person is told where it lasts.
    """
    mended = unanswered = 0
    for row in platform.turn.take(rows):
        try:
            mended += await mend(row)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one run, the others have their turn
            await _set_aside_run(platform, part, row, error)
            unanswered += isinstance(error, EngineUnavailable) and not isinstance(error, NotDeployed)
            if unanswered >= _MOST_UNANSWERED:
                break
        else:
            if row["setbacks"] is not None:
                await forget(platform.database, part, text(row, "id"))
    return mended


async def _set_aside_run(platform: Platform, part: str, row: Row, error: Exception) -> None:
    run_id, now = text(row, "id"), to_text(platform.clock.now())
    if isinstance(error, EngineUnavailable):
        why = one_line(str(error))
        log.warning("engine.unavailable", run=run_id, source=part, error=error)
    else:  # its message can quote a file
        why = type(error).__name__
        log.crash("reconciler.set_aside", error, run=run_id, source=part)
    failures = await set_aside(platform.database, part, run_id, why, now)
    if not isinstance(error, NotDeployed) and failures < _PATIENT_WITH:
        return
    try:
        run = run_from_row(row)
        says = not_deployed(run) if isinstance(error, NotDeployed) else f"it cannot be mended ({part}): {why}"
        await escalate(platform, run, says, now)
    except Exception as unexpected:  # noqa: BLE001 - it is set aside, and told of when its next turn fails
        log.crash("reconciler.set_aside", unexpected, run=run_id, source=part)
