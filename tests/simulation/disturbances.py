"""What can happen at any point of a story."""

from tests.simulation.playing import Disturbance
from tests.simulation.world import World


async def kill(world: World) -> None:
    await world.faults.kill()


async def overlap(world: World) -> None:
    """The attempt hangs; it goes on when the next one begins, beside it."""
    world.faults.when.append((lambda name: ": before attempt" in name, world.faults.let_go))
    await world.faults.stall()


async def overlap_late(world: World) -> None:
    """The attempt hangs, and goes on when the next one has done its work."""
    world.faults.when.append((lambda name: name.endswith(": after the response"), world.faults.release))
    await world.faults.stall()


async def hang_to_the_end(world: World) -> None:
    """The attempt hangs, and goes on when the run is at rest."""
    await world.faults.stall()


async def hang_to_the_retry(world: World) -> None:
    """The attempt hangs, and goes on when the next generation has begun."""
    world.faults.when.append((lambda name: name == "instance: created", world.faults.let_go))
    await world.faults.stall()


KILL = Disturbance("kill", kill)
STRAY_EVENTS = Disturbance("stray events", World.stray_events)
CANCEL = Disturbance("cancel", World.cancel, keeps_ending=False)
OVERLAP = Disturbance("overlap", overlap, keeps_ending=False, is_of_attempts=True)
OVERLAP_LATE = Disturbance("overlap, late", overlap_late, keeps_ending=False, is_of_attempts=True)
HANG_TO_THE_END = Disturbance("hang to the end", hang_to_the_end, keeps_ending=False, is_of_attempts=True)
HANG_TO_THE_RETRY = Disturbance("hang to the retry", hang_to_the_retry, keeps_ending=False, is_of_attempts=True)
TERMINATE = Disturbance("terminate", World.terminate, needs_mending=True)
PAUSE = Disturbance("pause", World.pause)
DISTURBANCES = (
    KILL,
    TERMINATE,
    PAUSE,
    CANCEL,
    STRAY_EVENTS,
    OVERLAP,
    OVERLAP_LATE,
    HANG_TO_THE_END,
    HANG_TO_THE_RETRY,
)
