"""Onboarding: a welcome, a day's rest, and a nudge where the person did not get on within three
days.
"""

from datetime import timedelta

from tests.simulation.guides.other_side import OtherSide
from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    Params,
    Signal,
    Step,
    Timer,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.json import JsonObject


class OnboardingParams(Params):
    user: str


class Completed(Params):
    at: str


WELCOME = Step("welcome", Effect.EXTERNAL)
NUDGE = Step("nudge", Effect.EXTERNAL)
REST = Timer("rest")
COMPLETE = Signal("complete", Completed)
ONBOARDING_V1 = Contract(
    "onboarding", 1, steps=(WELCOME, NUDGE), timers=(REST,), signals=(COMPLETE,)
)


def onboarding(mail: OtherSide) -> Workflow[OnboardingParams, str]:
    async def body(run: WorkflowRun[OnboardingParams]) -> str:
        request: JsonObject = {"to": run.params.user}
        await run.call(WELCOME, ExternalCall(request, mail.send_mail))
        await run.sleep(REST, 86400)
        if await run.wait(COMPLETE, timedelta(days=3)):
            return "onboarded"
        await run.call(NUDGE, ExternalCall(request, mail.send_mail))
        return "nudged"

    return Workflow(ONBOARDING_V1, body, params=OnboardingParams, gives=str)
