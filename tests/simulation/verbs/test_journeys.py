"""Sleeps, signals, children and continuations under what can happen to a process, its engine and
its cron.
"""

import pytest

from tests.simulation.verbs.journey import JourneyParams
from tests.simulation.verbs.playing import JOURNEYS, Journey, cancel_first, play
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, Traces, some_of

CANCEL_PARENT = Disturbance("cancel the first run", cancel_first, keeps_ending=False)
_DISTURBANCES = (
    by.KILL,
    by.TERMINATE,
    by.PAUSE,
    CANCEL_PARENT,
    by.STRAY_EVENTS,
    by.OVERLAP,
    by.OVERLAP_LATE,
    by.HANG_TO_THE_END,
    by.FORGET,
    by.DOUBLE,
)


# What happens around a process is played over the story with most in it: a deployment without the
# workflow, an engine that has lost sight of a run, a clock that is put right, an attempt that goes
# on in another isolate.
_SURROUNDINGS = (by.ROLL_BACK, by.LOSE_SIGHT, by.PAUSE_AND_FORGET, by.STEP_BACK, by.HANG_ELSEWHERE)


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_undisturbed(journey: Journey) -> None:
    world = await play(journey)
    assert not await world.rows(
        "SELECT seq FROM audit_events WHERE action IN ('run.resumed', 'run.woken')"
    )


# The story with most in it.
_THOROUGH = JOURNEYS[2]


async def _undisturbed(journey: Journey) -> Faults:
    return (await play(journey)).faults


_traces = Traces(_undisturbed)


@pytest.mark.parametrize("disturbance", _DISTURBANCES, ids=lambda disturbance: disturbance.name)
@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
async def test_a_journey_comes_to_its_end_whatever_comes_between(
    journey: Journey, disturbance: Disturbance
) -> None:
    trace = await _traces.of(journey)
    for at, name in some_of(trace.points, _DISTURBANCES.index(disturbance), disturbance):
        with disturbance.at(at, name):
            await play(journey, disturbance, at)


@pytest.mark.parametrize("disturbance", _SURROUNDINGS, ids=lambda disturbance: disturbance.name)
async def test_in_its_surroundings(disturbance: Disturbance) -> None:
    trace = await _traces.of(_THOROUGH)
    for at, name in some_of(trace.points, _SURROUNDINGS.index(disturbance), disturbance):
        with disturbance.at(at, name):
            await play(_THOROUGH, disturbance, at)


async def test_a_chain_of_a_hundred_is_one_line_of_runs() -> None:
    world = await play(Journey("a chain", (), "continued", JourneyParams(way="chain", left=100)))
    runs = await world.rows("SELECT id, previous_run_id, state FROM runs ORDER BY id")
    assert [run["previous_run_id"] for run in runs] == [None, *(run["id"] for run in runs[:-1])]
    assert [run["state"] for run in runs] == ["continued"] * 100 + ["closed"]


async def test_a_parent_hears_how_its_children_ended() -> None:
    world = await play(JOURNEYS[0])
    (row,) = await world.rows(
        "SELECT output FROM run_steps WHERE step = 'close' ORDER BY at_version DESC LIMIT 1"
    )
    assert row["output"] == '"Ann: closed, closed"'
