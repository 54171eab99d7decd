"""Charge, then tell; where that is refused, refund. Each call is asked for before it is sent
again.
"""

from http import HTTPStatus
from typing import Final, TypeVar
from urllib.parse import quote

from tillroll_durable import (
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NextSafeAction,
    NotDone,
    OnFailure,
    Params,
    Refused,
    RollbackConfig,
    RollbackContext,
    State,
    Status,
    Step,
    StepContext,
    Then,
    Unknown,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.bindings.http import Http, HttpFailed
from tillroll_durable.platform.json import JsonObject, dump, load_object

_TIMEOUT_SECONDS = 20.0
_LONGEST_ANSWER_BYTES = 1024
# As the peers repeat theirs.
_RETRIES = Retries(limit=5, delay_seconds=1)


Context = TypeVar("Context", StepContext, RollbackContext)


class OrderParams(Params):
    """`side` is the URL of the other side; `order` names it there."""

    side: str
    order: str


CHARGE: Final = Step(
    "charges",
    Effect.EXTERNAL,
    on_success=("charged",),
    on_failure=OnFailure("not_charged"),
    retries=_RETRIES,
    timeout_seconds=30,
    rollback_config=RollbackConfig(retries=_RETRIES, timeout_seconds=30),
)
TELL: Final = Step(
    "notices",
    Effect.EXTERNAL,
    on_success=("told",),
    on_failure=OnFailure("refunded", then=Then.COMPENSATE),
    retries=_RETRIES,
    timeout_seconds=30,
)
ORDER_V1: Final = Contract(
    "order",
    1,
    initial="requested",
    steps=(CHARGE, TELL),
    states=(
        *(
            State.processing(name, "Your order is on its way.")
            for name in ("requested", "charged", "refunding")
        ),
        State.ended("told", Status.COMPLETE, "Your order is done."),
        State.ended("cancelled", Status.CANCELLED, "Stopped: {reason}"),
        State.ended("abandoned", Status.CANCELLED, "Given up: {reason}"),
        State("refunded", Status.FAILED, "Your order was refunded.", NextSafeAction.NONE),
        State.dead_letter("not_charged", "Your order could not be charged."),
    ),
    compensating="refunding",
)


async def order(run: WorkflowRun[OrderParams]) -> JsonObject:
    await run.call(CHARGE, _call(run.params, "charges"), rollback=_call(run.params, "refunds"))
    await run.call(TELL, _call(run.params, "notices"))
    return {"state": run.state}


def _call(params: OrderParams, effect: str) -> ExternalCall[Context]:
    """Forward, or for undoing."""

    async def send(context: Context) -> Done:
        return await _send(context.platform.http, params, effect, context.idempotency_key)

    async def reconcile(context: Context) -> Done | NotDone | Unknown:
        return await _look_up(context.platform.http, params, effect)

    return ExternalCall(
        request={"effect": effect}, send=send, reconcile=reconcile, honours_key=True
    )


async def _send(http: Http, params: OrderParams, effect: str, key: str) -> Done:
    """Raises Refused: the other side said no. HttpFailed: nobody knows what it did."""
    headers = {"content-type": "application/json", "idempotency-key": key}
    answer = await http.post(
        f"{params.side}/{effect}", headers, dump({"reference": params.order}), _TIMEOUT_SECONDS
    )
    if answer.status == HTTPStatus.UNPROCESSABLE_ENTITY:
        raise Refused(answer.body)
    if not answer.is_success:
        raise HttpFailed(f"the other side answered {answer.status}")
    return Done(str(load_object(answer.body)["id"]))


async def _look_up(http: Http, params: OrderParams, effect: str) -> Done | NotDone | Unknown:
    answer = await http.get(
        f"{params.side}/{effect}/{quote(params.order)}", _TIMEOUT_SECONDS, _LONGEST_ANSWER_BYTES
    )
    if answer.status == HTTPStatus.NOT_FOUND:
        return NotDone()
    if not answer.is_success:
        return Unknown(f"the other side answered {answer.status}")
    return Done(str(load_object(answer.body)["id"]))


ORDER: Final = Workflow(
    ORDER_V1, order, params=OrderParams, allowed=Allowed(), subject=lambda params: params.order
)
