"""A message that nobody can be asked about: never lost, and said so where it may have come twice;
who is not let in.
"""

from collections import Counter
from functools import partial

import pytest

from tests.simulation import bank
from tests.simulation.opening import open_world
from tests.support.host_platform import ACCOUNT
from tillroll_durable import (
    AccessDenied,
    Actor,
    Contract,
    ContractError,
    Done,
    Effect,
    ExternalCall,
    NextSafeAction,
    OnFailure,
    Refused,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
    begin,
)
from tillroll_durable._execution.external import as_step_function
from tillroll_durable.errors import FailureClass
from tillroll_durable.explanation.summary import explain
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.bindings.http import HttpFailed
from tillroll_durable.platform.json import JsonObject
from tillroll_testing import invariants
from tillroll_testing.simulation.faults import Faults
from tillroll_testing.simulation.world import Deployed, World
from tillroll_testing.stories import disturbances as by
from tillroll_testing.stories.playing import Disturbance, some_of

DENIED = "denied"


class PostOffice:
    """It takes letters without keys, so that each that arrives is a letter. `moods` are used up one
    a call.
    """

    def __init__(self, faults: Faults, moods: tuple[str, ...], always: str = bank.WELL) -> None:
        self.faults, self._moods, self.always = faults, [*moods], always
        self.arrived: Counter[str] = Counter()

    async def send(self, context: StepContext) -> Done:
        mood = self._moods.pop(0) if self._moods else self.always
        await self.faults.point("bank: before the letter")
        if mood == DENIED:
            raise AccessDenied("the provider answered 401")
        if mood == bank.REFUSED:
            raise Refused("there is no such address")
        if mood == bank.LOST_BEFORE:
            raise HttpFailed("the post office does not answer")
        self.arrived[context.idempotency_key] += 1
        await self.faults.point("bank: after the letter")
        if mood == bank.LOST_AFTER:
            raise HttpFailed("the answer was lost")
        return Done(f"letter-{self.arrived.total()}")


GREET = Step(
    "greet",
    Effect.EXTERNAL,
    ("greeted",),
    OnFailure("greeting_failed"),
    Retries(limit=2, delay_seconds=1, backoff="constant"),
    60,
)
GREETING_V1 = Contract(
    kind="greeting",
    version=1,
    initial="begun",
    states=(
        State("begun", Status.PROCESSING, "On its way.", NextSafeAction.WAIT),
        State("greeted", Status.COMPLETE, "Welcome.", NextSafeAction.NONE, is_terminal=True),
        State("greeting_failed", Status.FAILED, "It did not go.", NextSafeAction.RETRY_FROM_STEP),
        State("cancelled", Status.CANCELLED, "{reason}", NextSafeAction.NONE, is_terminal=True),
        State("abandoned", Status.CANCELLED, "{reason}", NextSafeAction.NONE, is_terminal=True),
    ),
    steps=(GREET,),
)


async def greeting(
    office_moods: tuple[str, ...], faults: Faults, always: str = bank.WELL
) -> tuple[World, PostOffice]:
    office = PostOffice(faults, office_moods, always)

    async def body(run: WorkflowRun) -> JsonObject:
        await run.call(GREET, ExternalCall(request={"say": "welcome"}, send=office.send))
        return {"state": run.state}

    return await open_world(faults, Deployed(Workflow(GREETING_V1, body))), office


async def play(
    moods: tuple[str, ...], disturbance: Disturbance | None = None, at: int = 0
) -> list[str]:
    """Play a greeting, and check what must hold of it; return the points that were passed."""
    faults = Faults()
    world, office = await greeting(moods, faults)
    if disturbance:
        faults.plan[at] = partial(disturbance.act, world)
    actor = Actor(ACCOUNT, "user:usr_first")
    await world.surviving(
        lambda: begin(world.host.platform, world.deployed.workflow, {}, actor, key="greeting")
    )
    await world.settle()
    if await world.is_paused():
        await world.surviving(world.unpause)
        await world.settle()
    await faults.release()
    await world.settle()
    await invariants.check(world)
    (run,) = await world.rows("SELECT * FROM runs")
    intents = await world.rows("SELECT * FROM effect_intents")
    told = explain(GREETING_V1, run, await world.rows("SELECT * FROM run_steps"), intents)
    letters = office.arrived.total()
    if run["state"] == "greeted":
        assert letters, "it is done, and no letter arrived"
    if letters > 1:
        assert any("may have been sent" in line for line in told.must_not_repeat), (
            told.must_not_repeat
        )
        assert "twice" in told.what_happened or run["status"] == "cancelled", told.what_happened
    if letters:
        assert told.must_not_repeat, "a letter arrived, and nobody says so"
    if disturbance is None or disturbance.keeps_ending:
        assert run["state"] == "greeted", f"it ended as {run['state']}"
    return faults.passed


_MOODS = {
    "well": (),
    "the answer is lost": (bank.LOST_AFTER,),
    "the letter is lost": (bank.LOST_BEFORE,),
}


@pytest.mark.parametrize("name", _MOODS)
@pytest.mark.parametrize(
    "disturbance",
    [by.KILL, by.TERMINATE, by.CANCEL, by.PAUSE, by.OVERLAP, by.OVERLAP_LATE, by.HANG_TO_THE_END],
    ids=lambda disturbance: disturbance.name,
)
async def test_a_message_arrives_and_says_where_it_may_have_come_twice(
    name: str, disturbance: Disturbance
) -> None:
    moods = _MOODS[name]
    for at, point in some_of(await play(moods), [*_MOODS].index(name), disturbance):
        with disturbance.at(at, point):
            await play(moods, disturbance, at)


@pytest.mark.parametrize(
    ("always", "failure", "letters"),
    [
        (bank.LOST_AFTER, FailureClass.MESSAGE_UNKNOWN, 3),
        (bank.LOST_BEFORE, FailureClass.MESSAGE_UNKNOWN, 0),
        (bank.REFUSED, FailureClass.EXTERNAL_REFUSED, 0),
        (DENIED, FailureClass.ACCESS_DENIED, 0),
    ],
)
async def test_what_its_final_failure_means(
    always: str, failure: FailureClass, letters: int
) -> None:
    world, office = await greeting((), Faults(), always)
    await begin(
        world.host.platform,
        world.deployed.workflow,
        {},
        Actor(ACCOUNT, "user:usr_first"),
        key="greeting",
    )
    await world.settle()
    (run,) = await world.rows("SELECT * FROM runs")
    assert (run["state"], run["failure_class"], office.arrived.total()) == (
        "greeting_failed",
        failure,
        letters,
    )
    assert run["requires_human_review"] == int(failure != FailureClass.EXTERNAL_REFUSED)
    told = explain(
        GREETING_V1,
        run,
        await world.rows("SELECT * FROM run_steps"),
        await world.rows("SELECT * FROM effect_intents"),
    )
    assert told.next_safe_action is NextSafeAction.RETRY_FROM_STEP
    assert told.safe_to_retry is (failure != FailureClass.MESSAGE_UNKNOWN)
    assert ("Mend the credentials" in told.what_happened) is (failure == FailureClass.ACCESS_DENIED)
    assert ("it may come twice" in told.what_happened) is (failure == FailureClass.MESSAGE_UNKNOWN)
    office.always = bank.WELL
    await world.retry()
    await world.settle()
    (run,) = await world.rows("SELECT state, failure_class FROM runs")
    assert run == {"state": "greeted", "failure_class": None}


async def test_a_refused_repetition_does_not_deny_the_first_time() -> None:
    world, office = await greeting((bank.LOST_AFTER,), Faults(), bank.REFUSED)
    await begin(
        world.host.platform,
        world.deployed.workflow,
        {},
        Actor(ACCOUNT, "user:usr_first"),
        key="greeting",
    )
    await world.settle()
    (run,) = await world.rows("SELECT failure_class FROM runs")
    assert (run["failure_class"], office.arrived.total()) == (FailureClass.MESSAGE_UNKNOWN, 1)


def test_what_cannot_be_undone_must_be_asked_for() -> None:
    step = Step("file", Effect.IRREVERSIBLE, ("greeted",), OnFailure("greeting_failed"))
    office = PostOffice(Faults(), ())
    with pytest.raises(ContractError, match="give its call `reconcile`"):
        # It ends before it asks the run.
        as_step_function(None, step, ExternalCall(request={}, send=office.send))  # type: ignore[arg-type]
