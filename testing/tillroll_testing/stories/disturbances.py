"""What can happen at any point of a story."""

from datetime import timedelta
from functools import partial

from tillroll_testing.simulation.astray import Mutant, Mutation
from tillroll_testing.simulation.other_side import BEFORE, Trouble
from tillroll_testing.simulation.world import SignalGoes, World
from tillroll_testing.stories.playing import Disturbance


async def kill(world: World) -> None:
    await world.faults.kill()


async def overlap(world: World) -> None:
    """The attempt hangs; it goes on when the next one begins, beside it."""
    world.faults.when.append((lambda name: ": before attempt" in name, world.faults.let_go))
    await world.faults.stall()


async def overlap_late(world: World) -> None:
    """The attempt hangs, and goes on when the next one has done its work."""
    world.faults.when.append(
        (lambda name: name.endswith(": after the response"), world.faults.release)
    )
    await world.faults.stall()


async def hang_to_the_end(world: World) -> None:
    """The attempt hangs, and goes on when the run is at rest."""
    await world.faults.stall()


async def hang_to_the_retry(world: World) -> None:
    """The attempt hangs, and goes on when the next generation has begun."""
    world.faults.when.append((lambda name: name == "instance: created", world.faults.let_go))
    await world.faults.stall()


async def forget(world: World) -> None:
    """The engine forgets the instance; what ran of it runs on."""
    run = await world.run()
    if run:
        world.instances.forget(run.instance_id)


async def lose_sight(world: World) -> None:
    """The engine says `unknown` of the instance; what ran of it runs on."""
    run = await world.run()
    if run:
        world.instances.lose_sight_of(run.instance_id)


async def pause_and_forget(world: World) -> None:
    """A person pauses the run, and the engine forgets its instance while it is paused."""
    await world.pause()
    run = await world.run()
    if run and run.paused_at is not None:
        await forget(world)


async def step_back(world: World) -> None:
    """The clock was fast, and is put right."""
    world.host.pieces.clock.advance(timedelta(minutes=-7))


async def roll_back(world: World) -> None:
    """For a while a deployment stands that lacks the workflow."""
    world.turns_rolled_back = 5


async def deploy_astray(world: World, mutant: Mutant | None = None) -> None:
    """A deployment breaks the body of the workflow; a later one puts it right, and a person resumes
    the run.
    """
    world.was_astray = True
    world.mutant = mutant or world.mutant
    world.may_be_stranded = world.may_be_stranded or world.mutant.leaves_the_way
    world.turns_astray = 5
    await world.faults.kill()


def broken(mutation: Mutation, at: int) -> Disturbance:
    """The same with a body that is broken so at one of its steps."""
    mutant = Mutant(mutation, at)
    act = partial(deploy_astray, mutant=mutant)
    return Disturbance(str(mutant), act, keeps_ending=False, needs_mending=True)


async def cancel_astray(world: World) -> None:
    """A broken body, and the run was cancelled before."""
    await world.cancel()
    await deploy_astray(world)


async def double(world: World) -> None:
    """From here on two crons fire at once, and two consumers get each message."""
    world.copies = 2


async def hang_elsewhere(world: World) -> None:
    """The attempt hangs in an isolate that outlives this one, and goes on when the run is at
    rest.
    """
    world.faults.outlives_death = True
    await world.faults.stall()


async def trouble(world: World, what: Trouble) -> None:
    """The other side does this with the request that comes here."""
    world.other_side.trouble = what


async def signal_goes(world: World, how: SignalGoes) -> None:
    world.signals_go = how


def of_the_other_side(name: str, what: Trouble, *, keeps_ending: bool = False) -> Disturbance:
    """What is done, or found, happens to writes alone; a DELETE of what is not found is done."""
    of = {
        Trouble.THROTTLED: _ALL,
        Trouble.DOWN: _ALL,
        Trouble.NOT_LET_IN: _ALL,
        Trouble.REQUEST_LOST: _ALL,
    }
    methods = _WRITES[:-1] if what is Trouble.NOT_FOUND else of.get(what, _WRITES)
    only_at = tuple(f"{BEFORE}{method}" for method in methods)
    return Disturbance(
        name, partial(trouble, what=what), keeps_ending=keeps_ending, only_at=only_at
    )


def of_a_signal(name: str, how: SignalGoes, *, keeps_ending: bool = True) -> Disturbance:
    return Disturbance(
        name, partial(signal_goes, how=how), keeps_ending=keeps_ending, only_at=("signal: before",)
    )


_WRITES = ("POST", "PUT", "PATCH", "DELETE")
_ALL = ("GET", *_WRITES)
KILL = Disturbance("kill", kill)
STRAY_EVENTS = Disturbance("stray events", World.stray_events)
CANCEL = Disturbance("cancel", World.cancel, keeps_ending=False)
OVERLAP = Disturbance("overlap", overlap, keeps_ending=False, is_of_attempts=True)
OVERLAP_LATE = Disturbance("overlap, late", overlap_late, keeps_ending=False, is_of_attempts=True)
HANG_TO_THE_END = Disturbance(
    "hang to the end", hang_to_the_end, keeps_ending=False, is_of_attempts=True
)
HANG_TO_THE_RETRY = Disturbance(
    "hang to the retry", hang_to_the_retry, keeps_ending=False, is_of_attempts=True
)
TERMINATE = Disturbance("terminate", World.terminate, needs_mending=True)
PAUSE = Disturbance("pause", World.pause)
FORGET = Disturbance("forget", forget, needs_mending=True)
LOSE_SIGHT = Disturbance("unknown", lose_sight, needs_mending=True)
PAUSE_AND_FORGET = Disturbance("pause, then forget", pause_and_forget, needs_mending=True)
STEP_BACK = Disturbance("the clock steps back", step_back)
ROLL_BACK = Disturbance("a rollback to code without it", roll_back, needs_mending=True)
DOUBLE = Disturbance("two crons, two consumers", double)
GO_ASTRAY = Disturbance("a deployment whose body is broken", deploy_astray, needs_mending=True)
CANCEL_ASTRAY = Disturbance(
    "cancelled under a broken body", cancel_astray, keeps_ending=False, needs_mending=True
)
HANG_ELSEWHERE = Disturbance(
    "hang in another isolate", hang_elsewhere, keeps_ending=False, is_of_attempts=True
)
# A run that a right body began goes on with one of these, then with the right one again. What it
# leaves out may be how the story ends.
MUTANTS = tuple(broken(mutation, at) for at in (1, 2, 3) for mutation in Mutation)
# At points of every story: some in `make test`, all in `make points`.
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
# These too in `make pairs`, and at every point of some stories in `make test`.
OF_THE_SURROUNDINGS = (
    FORGET,
    LOSE_SIGHT,
    PAUSE_AND_FORGET,
    STEP_BACK,
    ROLL_BACK,
    DOUBLE,
    HANG_ELSEWHERE,
    GO_ASTRAY,
    CANCEL_ASTRAY,
)
# What an author's world has by itself: another side that goes wrong, and signals that come at
# another time.
REFUSALS = (
    of_the_other_side("refused", Trouble.REFUSED),
    of_the_other_side("not found", Trouble.NOT_FOUND),
    of_the_other_side("not let in", Trouble.NOT_LET_IN),
    of_the_other_side("throttled", Trouble.THROTTLED, keeps_ending=True),
    of_the_other_side("down", Trouble.DOWN),
    of_the_other_side("done, and answered by a gateway", Trouble.BAD_GATEWAY, keeps_ending=True),
)
ANSWER_LOST = of_the_other_side("the answer is lost", Trouble.ANSWER_LOST, keeps_ending=True)
LOST_ANSWERS = (
    of_the_other_side("the request is lost", Trouble.REQUEST_LOST, keeps_ending=True),
    ANSWER_LOST,
    of_the_other_side("the answer is lost, and the next", Trouble.ANSWERS_LOST, keeps_ending=True),
    of_the_other_side("done late", Trouble.LATE, keeps_ending=True),
    of_the_other_side("comes twice", Trouble.TWICE, keeps_ending=True),
)
OF_SIGNALS = (
    of_a_signal("a signal is held back", SignalGoes.HELD_BACK),
    of_a_signal("a signal comes twice", SignalGoes.TWICE),
    of_a_signal("a signal is too late", SignalGoes.TOO_LATE, keeps_ending=False),
)
