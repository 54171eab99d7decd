"""Starting an instance for a recorded run."""

from tillroll.durable.record.runs import instance_id, instance_params
from tillroll.platform import log
from tillroll.platform.bindings.engine import EngineUnavailable, InstanceExists
from tillroll.platform.services import Platform


async def start_instance(platform: Platform, kind: str, run_id: str, generation: int) -> bool:
    """Create the engine's instance of a run. The run is recorded, so a failure here loses nothing: the reconciler
    creates what is missing. True where the instance now exists."""
    try:
        await platform.instances_of(kind).create(instance_id(run_id, generation), instance_params(run_id, generation))
    except InstanceExists:
        return True
    except EngineUnavailable as error:
        log.warning("instance.not_created", run=run_id, kind=kind, generation=generation, error=error)
        return False
    return True
