"""A workflow that asks another side, whose address and key the deployment tells it."""

from dataclasses import dataclass, field
from typing import Self

from tillroll.durable import (
    Allowed,
    Contract,
    Effect,
    NoParams,
    OnFailure,
    Outcome,
    State,
    Status,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
)
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.json import JsonObject, load_object
from tillroll.platform.settings import InvalidSetting, Variable, read_address

LOOK_UP = Step("look-up", Effect.READ, ("completed",), OnFailure("unanswered"))
RATES_V1 = Contract(
    kind="rates",
    version=1,
    initial="begun",
    states=(
        State.processing("begun", "The rate is being asked for."),
        State.ended("completed", Status.COMPLETE, "The rate is known."),
        State.ended("cancelled", Status.CANCELLED, "{reason}"),
        State.ended("abandoned", Status.CANCELLED, "{reason}"),
        State.dead_letter("unanswered", "Nobody said the rate."),
    ),
    steps=(LOOK_UP,),
)


@dataclass(frozen=True)
class RatesSettings:
    """`key` is a secret: it is in no repr, and so in no log."""

    url: str = ""
    key: str = field(default="", repr=False)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        settings = cls(read_address("RATES_URL", variable), variable("RATES_KEY"))
        if settings.url and not settings.key:
            raise InvalidSetting("RATES_URL is set, so RATES_KEY must be the key that its provider gave you")
        return settings


async def look_up_rate(context: StepContext) -> Outcome:
    settings = context.platform.settings.of(RatesSettings)
    if not settings.url:
        raise NonRetryable("RATES_URL is not set, so nobody can be asked")
    headers = {"authorization": f"Bearer {settings.key}"}
    answer = await context.platform.http.get(settings.url, 10, 64 * 1024, headers)
    return Outcome(output=load_object(answer.body))


async def rates(run: WorkflowRun[NoParams]) -> JsonObject:
    output = await run.step(LOOK_UP, look_up_rate)
    assert isinstance(output, dict)
    return output


RATES = Workflow(
    contract=RATES_V1,
    body=rates,
    params=NoParams,
    subject=lambda _: "rates",
    allowed=Allowed(decide="approve", operate="operate"),
)
