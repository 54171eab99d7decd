"""Starting an instance for a recorded run, and what is known of one that the engine did not take."""

from tillroll.durable.contract import LIVE
from tillroll.durable.record.runs import instance_id, instance_params
from tillroll.platform import log
from tillroll.platform.bindings.database import DatabaseError, Row, optional_text, statement, text
from tillroll.platform.bindings.engine import EngineUnavailable, InstanceExists
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform


async def start_instance(platform: Platform, kind: str, run_id: str, generation: int) -> bool:
    """Create the engine's instance of a run. The run is recorded, so a failure here loses nothing: the reconciler
    creates what is missing, and until then the run says that it waits for the engine. True where the instance now
    exists."""
    try:
        await platform.instances_of(kind).create(instance_id(run_id, generation), instance_params(run_id, generation))
    except InstanceExists:
        return True
    except EngineUnavailable as error:
        log.warning("instance.not_created", run=run_id, kind=kind, generation=generation, error=error)
        await _note_refusal(platform, run_id, generation)
        return False
    return True


def creation_refused_at(run: Row) -> str | None:
    """Since when a run (a row of `runs`) waits for the engine to take it; None where it does not. What happened to the
    run afterwards says that the engine has it: its answer may have been lost."""
    since = optional_text(run, "creation_refused_at")
    is_live = run["status"] in LIVE and run["paused_at"] is None
    is_this_one = run["creation_refused_generation"] == run["generation"] and run["instance_confirmed_at"] is None
    return since if since is not None and is_live and is_this_one and text(run, "updated_at") <= since else None


async def _note_refusal(platform: Platform, run_id: str, generation: int) -> None:
    """Note when it was refused first. Only what is shown depends on it, so a database that fails stops nothing."""
    note = statement(
        """
        UPDATE runs SET creation_refused_generation = ?2, creation_refused_at =
          CASE WHEN creation_refused_generation = ?2 AND creation_refused_at >= updated_at THEN creation_refused_at
            ELSE ?3 END
        WHERE id = ?1 AND generation = ?2
        """,
        *(run_id, generation, to_text(platform.clock.now())),
    )
    try:
        await platform.database.batch([note])
    except DatabaseError as error:
        log.warning("instance.refusal_not_noted", run=run_id, error=error)
