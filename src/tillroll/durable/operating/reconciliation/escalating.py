"""Telling a person of a run: whose deadline has passed, or that nothing here can bring on."""

from tillroll.durable.errors import ESCALATED, LostGuard
from tillroll.durable.operating.reconciliation.bounds import ACTOR
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import Run, log_fields
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform import log
from tillroll.platform.bindings.database import statement
from tillroll.platform.services import Platform


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
