"""A race: a signal, the end of a child, or the time."""

from datetime import timedelta

from tillroll_durable import (
    Allowed,
    ChildEnd,
    Contract,
    Effect,
    Params,
    Signal,
    Step,
    StepContext,
    Timer,
    Trigger,
    Workflow,
    WorkflowRun,
)

NOTE = Step("note", Effect.WRITE, gives=str)
REST = Timer("rest")
WITHIN = timedelta(days=7)


class RaceParams(Params):
    rests_seconds: int


class Word(Params):
    says: str


SAY = Signal("say", Word)
RUNNER_V1 = Contract("runner", 1, steps=(NOTE,), timers=(REST,))
RACE_V1 = Contract("race", 1, steps=(NOTE,), signals=(SAY,))


async def run_on(run: WorkflowRun[RaceParams]) -> str:
    await run.sleep(REST, run.params.rests_seconds)
    return await run.step(NOTE, note, "ran")


async def race(run: WorkflowRun[RaceParams]) -> str:
    child = await run.child(RUNNER, run.params, "runner")
    match await run.first(SAY, child, WITHIN):
        case Word(says=said):
            return await run.step(NOTE, note, f"heard {said}")
        case ChildEnd(output=output):
            return await run.step(NOTE, note, f"joined {output}")
        case None:
            return await run.step(NOTE, note, "late")


async def note(_context: StepContext, said: str) -> str:
    return said


RUNNER = Workflow(RUNNER_V1, run_on, params=RaceParams, gives=str, allowed=Allowed())
RACE = Workflow(
    RACE_V1,
    race,
    params=RaceParams,
    gives=str,
    allowed=Allowed(trigger="operate"),
    trigger=Trigger(),
)
