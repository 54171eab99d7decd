"""What a body draws, and the time it sees, are the same in each of its replays."""

from datetime import timedelta

from tests.simulation.author import ANN, Deployed, Faults, open_world
from tillroll_durable import (
    Contract,
    Effect,
    NoParams,
    Step,
    StepContext,
    Timer,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_testing.fixtures import Repeated

DRAW = Step("draw", Effect.READ, gives=list[str])
REST = Timer("rest")
_SEEN: list[list[str]] = []


async def drawing(run: WorkflowRun[NoParams]) -> list[str]:
    drawn = [run.now().isoformat(), str(run.uuid()), str(run.uuid()), str(run.random.random())]
    await run.sleep(REST, 3600)
    drawn += [run.now().isoformat(), str(run.random.random())]
    _SEEN.append(drawn)
    kept = await run.step(DRAW, draw, drawn)
    await run.sleep(REST, 60)
    return kept


async def draw(_context: StepContext, drawn: list[str]) -> list[str]:
    return drawn


DRAWING = Workflow(Contract("drawing", 1, steps=(DRAW,), timers=(REST,)), drawing, gives=list[str])


async def test_they_are_the_same_in_each_replay(repeated: Repeated) -> None:
    _SEEN.clear()
    world = await open_world(Faults(), Deployed(DRAWING))
    await begin(world.host.platform, DRAWING, NoParams(), ANN, key="one")
    for _ in range(3):
        await world.settle()
        world.host.pieces.clock.advance(timedelta(hours=1, minutes=11))
    await world.settle()
    run = await world.run()
    assert run is not None
    assert run.state == "completed"
    assert len(_SEEN) >= 2
    assert all(seen == _SEEN[0] for seen in _SEEN)
    began, first, second, _, rested, _ = _SEEN[0]
    assert first != second
    assert rested > began
    await repeated(world)
