"""What a body logs is written once and in its order, whatever comes between."""

import logging
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, World, open_world
from tillroll_durable import (
    Contract,
    Effect,
    NonRetryable,
    Step,
    StepContext,
    Timer,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._execution.lines import Lines
from tillroll_durable.platform.json import load_object
from tillroll_testing.fixtures import Undisturbed
from tillroll_testing.play.every_play import play_one, what_it_passes
from tillroll_testing.play.plays import singles

COUNT = Step("count", Effect.READ, gives=int)
REST = Timer("rest")
TALLY_V1 = Contract("tally", 1, steps=(COUNT,), timers=(REST,))
_SEED = 7


async def tally(run: WorkflowRun) -> int:
    run.log("it begins", run=run.id)
    number = await run.step(COUNT, count, 3)
    run.log("it has counted", number=number, run=run.id)
    run.log("it rests", run=run.id)
    await run.sleep(REST, 60)
    run.log("it has rested", run=run.id)
    return number


async def count(_: StepContext, number: int) -> int:
    return number


TALLY = Workflow(TALLY_V1, tally, gives=int)
_ALL = ["it begins", "it has counted", "it rests", "it has rested"]


class _Log(logging.Handler):
    """What bodies have logged, as it was written."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = load_object(record.getMessage())
        if line["event"] == "run.logged":
            self.lines.append((str(line["run"]), str(line["message"])))


@contextmanager
def _listening() -> Generator[_Log]:
    logger = logging.getLogger("tillroll")
    handler = _Log()
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)


async def _begun(world: World) -> None:
    await begin(world.host.platform, TALLY, {}, ANN, key="one")


async def _opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(TALLY))

    async def rest() -> None:
        await world.settle()
        await world.let_pass(timedelta(days=2))

    async def check() -> None:
        """Nothing beside what is on the record."""

    return Scene(world, lambda: _begun(world), check, afterwards=rest)


STORY = Story("a tally", _opened, "completed")


async def test_each_line_is_written_once_and_in_its_order(undisturbed: Undisturbed) -> None:
    with _listening() as log:
        await undisturbed(STORY)
    assert [message for _, message in log.lines] == _ALL


def _keep(_: Lines) -> None:
    """Drops nothing."""


def _twice_in_any_play() -> list[tuple[str, str]]:
    """The lines that came twice, in plays with everything that can come between."""
    passed = what_it_passes([STORY], _SEED)
    assert isinstance(passed, list)
    plays = singles(passed, _SEED)
    assert len(plays) > 20
    repeated: list[tuple[str, str]] = []
    for each in plays[:60]:
        with _listening() as log:
            assert play_one([STORY], each, _SEED) is None
        repeated += [line for line, times in Counter(log.lines).items() if times > 1]
    return repeated


def test_no_line_comes_twice_whatever_comes_between() -> None:
    assert _twice_in_any_play() == []


def test_lines_that_a_replay_writes_again_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: what is answered from the record writes its lines all the same."""
    monkeypatch.setattr(Lines, "drop", _keep)
    assert _twice_in_any_play() != []


async def test_a_step_that_fails_writes_what_came_before_it_once() -> None:
    async def refuse(_: StepContext, number: int) -> int:
        raise NonRetryable(f"no {number}")

    async def body(run: WorkflowRun) -> None:
        run.log("before")
        await run.step(COUNT, refuse, 1)

    workflow = Workflow(TALLY_V1, body)
    with _listening() as log:
        world = await open_world(Faults(), Deployed(workflow))
        await begin(world.host.platform, workflow, {}, ANN, key="one")
        await world.settle()
    assert [message for _, message in log.lines] == ["before"]
