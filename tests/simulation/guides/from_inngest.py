"""Onboarding: a welcome, a day's rest, and a nudge where the person did not get on within three days."""

from datetime import timedelta

from tests.simulation.guides.other_side import OtherSide
from tillroll.durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Params,
    Signal,
    State,
    Status,
    Step,
    Timer,
    Workflow,
    WorkflowRun,
)
from tillroll.platform.json import JsonObject


class OnboardingParams(Params):
    user: str


class Completed(Params):
    at: str


WELCOME = Step("welcome", Effect.EXTERNAL, ("welcomed",), OnFailure("failed"))
NUDGE = Step("nudge", Effect.EXTERNAL, ("nudged",), OnFailure("failed"), begins_in=("late",))
REST = Timer("rest", waiting="resting", over="rested")
COMPLETED = Signal("completed", Completed, waiting="awaiting", received="onboarded", timed_out="late")
ONBOARDING_V1 = Contract(
    kind="onboarding",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "A welcome is being sent."),
        State.processing("welcomed", "Welcomed."),
        State.processing("resting", "A day passes.", deadline_seconds=2 * 86400),
        State.processing("rested", "A day has passed."),
        State.processing("awaiting", "Three days to get on.", deadline_seconds=4 * 86400),
        State.processing("late", "Did not get on yet; a nudge is being sent."),
        State.ended("onboarded", Status.COMPLETE, "Got on."),
        State.ended("nudged", Status.COMPLETE, "Nudged."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("failed", "A mail could not be sent."),
    ),
    steps=(WELCOME, NUDGE),
    timers=(REST,),
    signals=(COMPLETED,),
)


def onboarding(mail: OtherSide) -> Workflow:
    async def body(run: WorkflowRun[OnboardingParams]) -> JsonObject:
        request: JsonObject = {"to": run.params.user}
        await run.call(WELCOME, ExternalCall(request, mail.send_mail))
        await run.sleep(REST, 86400)
        if await run.wait(COMPLETED, timedelta(days=3)) is None:
            await run.call(NUDGE, ExternalCall(request, mail.send_mail))
        return {"state": run.state}

    return Workflow(ONBOARDING_V1, body, params=OnboardingParams)
