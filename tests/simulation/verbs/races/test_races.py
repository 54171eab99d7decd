"""A signal, the end of a child, or the time: whichever comes first ends the wait, once, whatever
comes between.
"""

import contextlib
from datetime import timedelta

import pytest

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tests.simulation.verbs.races.workflow import RACE, RACE_V1, RUNNER, SAY, RaceParams
from tillroll_durable import begin
from tillroll_durable.runs import Run
from tillroll_durable.signals import NotListening, send_signal
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed

_DAY = 86400


def _story(name: str, came: str, *, rests_days: int, is_told: bool = False) -> Story:
    async def opened(faults: Faults) -> Scene:
        world = await open_world(faults, Deployed(RACE, beside=[RUNNER]))
        world.aims_at = RACE.contract.kind

        async def begun() -> None:
            await begin(
                world.host.platform,
                RACE,
                RaceParams(rests_seconds=rests_days * _DAY),
                ANN,
                key="one",
            )

        async def later() -> None:
            run = await world.run()
            if run is not None and is_told:
                with contextlib.suppress(NotListening):
                    await world.surviving(lambda: _say(run))
            await world.settle()
            for days in (3, 5, 30):
                await world.let_pass(timedelta(days=days, minutes=30))

        async def _say(run: Run) -> bool:
            payload = {"says": "stop"}
            return await send_signal(
                world.host.platform, RACE_V1, run, SAY.name, "one", {**payload}, "user:usr_first"
            )

        async def check() -> None:
            sql = (
                "SELECT output FROM run_steps JOIN runs ON runs.id = run_id WHERE kind = 'race' "
                "AND step = 'note'"
            )
            noted = [row["output"] for row in await world.rows(f"{sql} AND outcome = 'completed'")]
            assert noted in ([], [f'"{came}"'])

        return Scene(world, begun, check, afterwards=later)

    return Story(name, opened, "completed")


STORIES = (
    _story("the signal", "heard stop", rests_days=1, is_told=True),
    _story("the child", "joined ran", rests_days=1),
    _story("the time", "late", rests_days=30),
)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_what_comes_first_ends_it(
    story: Story, undisturbed: Undisturbed, repeated: Repeated
) -> None:
    await repeated((await undisturbed(story)).world)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
async def test_a_race_is_won_once_whatever_comes_between(
    story: Story, disturbed: Disturbed
) -> None:
    await disturbed(story)
