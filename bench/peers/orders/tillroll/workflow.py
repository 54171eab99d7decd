"""An order: charged, reserved, shipped, told of by mail; undone where nobody ships it."""

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    OnFailure,
    Params,
    RollbackConfig,
    Step,
    Then,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.bindings.engine import Retries

RETRIES = Retries(limit=8, delay_seconds=1)


class BuyingParams(Params):
    """`side` is where the other side is."""

    side: str
    order: str


class Made(BaseModel):
    id: str


UNDONE = RollbackConfig(retries=RETRIES)
CHARGE = Step("charge", Effect.EXTERNAL, rollback_config=UNDONE, retries=RETRIES)
RESERVE = Step("reserve", Effect.EXTERNAL, rollback_config=UNDONE, retries=RETRIES)
SHIP = Step(
    "ship",
    Effect.EXTERNAL,
    retries=RETRIES,
    on_failure=OnFailure("undone", then=Then.COMPENSATE, says="Nobody ships it."),
)
MAIL = Step("mail", Effect.EXTERNAL, retries=RETRIES)
BUYING_V1 = Contract("buying", 1, steps=(CHARGE, RESERVE, SHIP, MAIL), attributes=("order",))


async def buy(run: WorkflowRun[BuyingParams]) -> None:
    side, order = run.params.side, run.params.order
    body = {"order": order}
    charges, refunds = f"{side}/charges", f"{side}/refunds"
    charging = http.post(charges, body, look_up=charges + "/{key}")
    refunding = http.post(refunds, body, look_up=refunds + "/{key}")
    await run.call(CHARGE, charging, rollback=refunding)
    place = f"{side}/reservations/{order}"
    await run.call(RESERVE, http.put(place, body), rollback=http.delete(place))
    # The carrier knows no key of a header, so it gets it as its reference.
    parcel = {"order": order, "reference": SHIP.key_for(run.id)}
    shipping = http.post(f"{side}/shipments", parcel, look_up=side + "/shipments/{key}")
    await run.call(SHIP, shipping)
    await run.call(MAIL, http.post(f"{side}/mails", body))


BUYING = Workflow(BUYING_V1, buy, params=BuyingParams, subject=lambda params: params.order)
