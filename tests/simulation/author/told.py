"""A workflow that asks another side, whose address and key the deployment tells it."""

from dataclasses import dataclass, field
from typing import Self

from pydantic import BaseModel

from tillroll_durable import (
    Allowed,
    Contract,
    Effect,
    NonRetryable,
    NoParams,
    Step,
    StepContext,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.settings import InvalidSetting, Variable, read_address


class Rate(BaseModel):
    rate: float


LOOK_UP = Step("look-up", Effect.READ, gives=Rate)
RATES_V1 = Contract("rates", 1, steps=(LOOK_UP,))


@dataclass(frozen=True)
class RatesSettings:
    """`key` is a secret: it is in no repr, and so in no log."""

    url: str = ""
    key: str = field(default="", repr=False)

    @classmethod
    def read(cls, variable: Variable) -> Self:
        settings = cls(read_address("RATES_URL", variable), variable("RATES_KEY"))
        if settings.url and not settings.key:
            raise InvalidSetting(
                "RATES_URL is set, so RATES_KEY must be the key that its provider gave you"
            )
        return settings


async def look_up_rate(context: StepContext) -> Rate:
    settings = context.platform.settings.of(RatesSettings)
    if not settings.url:
        raise NonRetryable("RATES_URL is not set, so nobody can be asked")
    headers = {"authorization": f"Bearer {settings.key}"}
    answer = await context.platform.http.get(settings.url, 10, 64 * 1024, headers)
    return Rate.model_validate_json(answer.body)


async def rates(run: WorkflowRun[NoParams]) -> Rate:
    return await run.step(LOOK_UP, look_up_rate)


RATES = Workflow(
    RATES_V1, rates, gives=Rate, subject=lambda _: "rates", allowed=Allowed(decide="approve")
)
