"""All that a body gathers has come to its end, each once, whatever comes between and whatever ended
first.
"""

from datetime import timedelta

from tests.simulation.author import ANN, Deployed, Faults, Scene, Story, open_world
from tests.simulation.verbs.races.workflow import NOTE, RUNNER, RaceParams, note
from tillroll_durable import Contract, Workflow, WorkflowRun, begin
from tillroll_testing.fixtures import Disturbed, Repeated, Undisturbed

_DAY = 86400


async def meet(run: WorkflowRun) -> str:
    slow = await run.child(RUNNER, RaceParams(rests_seconds=3 * _DAY), "slow")
    fast = await run.child(RUNNER, RaceParams(rests_seconds=_DAY), "fast")
    one, other, noted = await run.gather(
        run.join(slow), run.join(fast), run.step(NOTE, note, "noted")
    )
    return f"{one.output}, {other.output}, {noted}"


MEET = Workflow(Contract("meet", 1, steps=(NOTE,)), meet, gives=str)


async def _opened(faults: Faults) -> Scene:
    world = await open_world(faults, Deployed(MEET, beside=[RUNNER]))
    world.aims_at = MEET.contract.kind

    async def begun() -> None:
        await begin(world.host.platform, MEET, {}, ANN, key="one")

    async def later() -> None:
        await world.settle()
        for days in (2, 2, 2):
            await world.let_pass(timedelta(days=days))

    async def check() -> None:
        sql = (
            "SELECT output FROM run_steps JOIN runs ON runs.id = run_id WHERE kind = 'meet' "
            "AND step LIKE 'return%'"
        )
        given = [row["output"] for row in await world.rows(sql)]
        assert given in ([], ['"ran, ran, noted"'])

    return Scene(world, begun, check, afterwards=later)


STORY = Story("two joins and a step", _opened, "completed")


async def test_all_have_ended(undisturbed: Undisturbed, repeated: Repeated) -> None:
    await repeated((await undisturbed(STORY)).world)


async def test_what_is_gathered_ends_once_whatever_comes_between(disturbed: Disturbed) -> None:
    await disturbed(STORY)
