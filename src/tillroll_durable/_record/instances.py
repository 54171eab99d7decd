"""The engine's instance of a run: made, or noted as refused."""

from tillroll_durable import runs
from tillroll_durable._record.changes import creation_refused
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import DatabaseError
from tillroll_durable.platform.bindings.engine import EngineUnavailable, InstanceExists
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.services import Platform, without_journal


async def start_instance(platform: Platform, kind: str, run_id: str, generation: int) -> bool:
    """Create the engine's instance of a run; True where it exists now. The reconciler creates what
    could not be.
    """
    try:
        await platform.instances_of(kind).create(
            runs.instance_id(run_id, generation),
            runs.instance_params(run_id, generation, kind),
        )
    except InstanceExists:
        return True
    except EngineUnavailable as error:
        log.warning(
            "instance.not_created", run=run_id, kind=kind, generation=generation, error=error
        )
        await _note_refusal(platform, run_id, generation)
        return False
    return True


async def _note_refusal(platform: Platform, run_id: str, generation: int) -> None:
    """Note when it was refused first. Only what is shown depends on it, so a database that fails
    stops nothing, and a request that resumes, and is not refused any more, has not to note it.
    """
    note = creation_refused(run_id, generation, to_text(platform.clock.now()))
    try:
        with without_journal(platform) as direct:
            await direct.database.batch([note])
    except DatabaseError as error:
        log.warning("instance.refusal_not_noted", run=run_id, error=error)
