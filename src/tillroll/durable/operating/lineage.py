"""The lineage of runs: a run that ends wakes the one that has begun it."""

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
