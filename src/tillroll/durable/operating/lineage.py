"""From a run to those above and below it: who is woken when it ends, and who ends with it."""

from tillroll.durable.operating.operations import NotPossible, Request, cancel
from tillroll.durable.operating.signals.waking import wake_waiting
from tillroll.durable.record.runs import Run, run_from_row
from tillroll.durable.running.waiting.rows import open_wait
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError, statement
from tillroll.platform.services import Platform


async def wake_parent(platform: Platform, run: Run) -> None:
    """Have the run look that has begun this one, where it waits for a child."""
    if run.parent_run_id is None:
        return
    try:
        wait = await open_wait(platform.database, run.parent_run_id)
        row = await platform.database.first(statement("SELECT * FROM runs WHERE id = ?", run.parent_run_id))
    except DatabaseError as error:  # the reconciler wakes it then
        log.warning("run.not_loaded", run=run.parent_run_id, error=error)
        return
    if wait is not None and row is not None and wait["kind"] == "child":
        await wake_waiting(platform, run_from_row(row), f"run:{run.id}", "a child has ended")


async def cancel_children(platform: Platform, run: Run, actor: str) -> int:
    """Ask all that this run has begun, and that goes on, to end as well; return how many were asked."""
    rows = await platform.database.all(
        statement(
            """
            SELECT * FROM runs
            WHERE parent_run_id = ? AND cancel_requested_at IS NULL AND status IN ('processing', 'needs_review')
            """,
            run.id,
        )
    )
    asked = 0
    for child in map(run_from_row, rows):
        try:
            await cancel(platform, child, Request(actor, f"the run {run.id} that began it was cancelled"))
        except NotPossible as error:  # it has ended in between
            log.info("run.not_cancelled", run=child.id, error=error)
            continue
        asked += 1
        await cancel_children(platform, child, actor)
    return asked
