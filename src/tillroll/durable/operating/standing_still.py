"""A run that no instance can bring on before somebody has put its code right: a person is told, and nobody tries."""

from tillroll.durable.errors import ESCALATED, LostGuard
from tillroll.durable.record.audit import append_if_changed, event_of_run
from tillroll.durable.record.runs import NO_MORE, Run, log_fields
from tillroll.durable.running.steps import guarded_batch
from tillroll.platform import log
from tillroll.platform.bindings.database import statement
from tillroll.platform.services import Platform


async def stand_still(platform: Platform, run: Run, why: str, now: str, actor: str, *, in_full: str) -> None:
    """Mark a live run for a person, once in a generation; it says `in_full` why until it is resumed or ended. What is
    told elsewhere is `why`, without values of the run."""
    mark = statement(
        """
        UPDATE runs SET requires_human_review = 1, escalated_at = ?1, updated_at = ?1, error_class = ?4,
          error_summary = ?5, resumptions = ?6, next_retry_at = NULL
        WHERE id = ?2 AND generation = ?3 AND state = ?7 AND status IN ('processing', 'needs_review')
        """,
        now,
        run.id,
        run.generation,
        ESCALATED,
        in_full,
        NO_MORE,
        run.state,  # an instance that is wrong about where the run stands is wrong about the body too
    )
    key = f"{run.instance_id}:off_contract"
    event = event_of_run(run, "run.escalated", key, actor=actor, at=now, outcome="failure", detail={"why": why})
    try:
        await guarded_batch(platform.database, [mark, append_if_changed(event)], key)
    except LostGuard:  # it has ended all the same, or was told of before
        log.error("body.off_contract", **log_fields(run), reason=why)
        return
    log.error("run.escalated", **log_fields(run), reason=why)
