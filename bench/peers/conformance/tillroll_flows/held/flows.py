"""The workflows of the suite, as an author writes them."""

from datetime import timedelta
from typing import Any, Final

from pydantic import BaseModel

from tillroll_durable import (
    CallContext,
    Contract,
    Done,
    Effect,
    ExternalCall,
    HttpFailed,
    NotDone,
    OnFailure,
    Params,
    RollbackConfig,
    Signal,
    Step,
    Then,
    Workflow,
    WorkflowRun,
    http,
)
from tillroll_durable.platform.bindings.engine import Retries

RETRIES = Retries(limit=5, delay_seconds=1, backoff="constant")
_NOT_FOUND = 404


class FlowParams(Params):
    """`side` is where the other side is."""

    side: str
    run: str


class Quote(BaseModel):
    amount: int


class Go(BaseModel):
    value: str


def keyed(params: FlowParams, effect: str, **more: Any) -> ExternalCall[CallContext, None]:
    """A call that the other side does once a key."""
    url = f"{params.side}/{effect}"
    return http.post(url, {"run": params.run, **more}, look_up=url + "/{key}")


def shipping(params: FlowParams, **more: Any) -> ExternalCall[CallContext, None]:
    """A shipment knows no key, so it is looked up by the run."""
    url = f"{params.side}/shipments"

    async def look_up(context: CallContext) -> Done[Any] | NotDone:
        answer = await context.platform.http.get(f"{url}/{params.run}", 20, max_bytes=4096)
        if answer.status == _NOT_FOUND:
            return NotDone()
        if not answer.is_success:
            raise HttpFailed(f"the other side answered {answer.status}")
        return Done(params.run)

    return http.post(url, {"run": params.run, **more}, look_up=look_up)


CHARGE = Step("charges", Effect.EXTERNAL, retries=RETRIES)
# A shipment knows no key, so what was sent may still arrive for so long, and is not sent again.
SHIPS_WITHIN: Final = 30
SHIP = Step("shipments", Effect.EXTERNAL, retries=RETRIES, timeout_seconds=SHIPS_WITHIN)
TWO_CALLS_V1 = Contract("two-calls", 1, steps=(CHARGE, SHIP))


async def call_both(run: WorkflowRun[FlowParams]) -> None:
    await run.call(CHARGE, keyed(run.params, "charges"))
    await run.call(SHIP, shipping(run.params))


QUOTE = Step("quotes", Effect.READ, retries=RETRIES)
QUOTED_V1 = Contract("quoted", 1, steps=(QUOTE, CHARGE))


async def charge_quote(run: WorkflowRun[FlowParams]) -> None:
    url = f"{run.params.side}/quotes/{run.params.run}"
    quote = await run.call(QUOTE, http.get(url, gives=Quote))
    await run.call(CHARGE, keyed(run.params, "charges", amount=quote.amount))


TELL = Step("messages", Effect.EXTERNAL, retries=RETRIES)
MESSAGE_V1 = Contract("message", 1, steps=(TELL,))


async def tell(run: WorkflowRun[FlowParams]) -> None:
    await run.call(TELL, http.post(f"{run.params.side}/messages", {"run": run.params.run}))


GO = Signal("go", Go)
WAITING_V1 = Contract("waiting", 1, steps=(CHARGE, SHIP), signals=(GO,))
SHORTLY_V1 = Contract("waiting-shortly", 1, steps=(CHARGE, SHIP), signals=(GO,))


async def wait_long(run: WorkflowRun[FlowParams]) -> None:
    await _wait(run, timedelta(hours=1))


async def wait_shortly(run: WorkflowRun[FlowParams]) -> None:
    await _wait(run, timedelta(seconds=3))


async def _wait(run: WorkflowRun[FlowParams], longest: timedelta) -> None:
    await run.call(CHARGE, keyed(run.params, "charges"))
    went = await run.wait(GO, longest)
    value = "late"
    if went is not None:
        value = went.value
    await run.call(SHIP, shipping(run.params, value=value))


UNDONE = OnFailure(then=Then.COMPENSATE)
RESERVE = Step(
    "reservations",
    Effect.EXTERNAL,
    retries=RETRIES,
    rollback_config=RollbackConfig(retries=RETRIES),
    on_failure=UNDONE,
)
CHARGE_BACK = Step(
    "charges",
    Effect.EXTERNAL,
    retries=RETRIES,
    rollback_config=RollbackConfig(retries=RETRIES),
    timeout_seconds=30,
    on_failure=UNDONE,
)
SHIP_OR_UNDO = Step(
    "shipments",
    Effect.EXTERNAL,
    retries=RETRIES,
    on_failure=UNDONE,
    timeout_seconds=SHIPS_WITHIN,
)
UNDOING_V1 = Contract("undoing", 1, steps=(RESERVE, CHARGE_BACK, SHIP_OR_UNDO))


async def buy(run: WorkflowRun[FlowParams]) -> None:
    params = run.params
    await run.call(RESERVE, keyed(params, "reservations"), rollback=keyed(params, "releases"))
    await run.call(CHARGE_BACK, keyed(params, "charges"), rollback=keyed(params, "refunds"))
    await run.call(SHIP_OR_UNDO, shipping(params))


PART_A = Step("parts-a", Effect.EXTERNAL, retries=RETRIES)
PART_B = Step("parts-b", Effect.EXTERNAL, retries=RETRIES)
PART_C = Step("parts-c", Effect.EXTERNAL, retries=RETRIES)
PARTS_V1 = Contract("side-by-side", 1, steps=(PART_A, PART_B, PART_C))


async def do_parts(run: WorkflowRun[FlowParams]) -> None:
    await run.together(
        run.call(PART_A, keyed(run.params, "parts-a")),
        run.call(PART_B, keyed(run.params, "parts-b")),
        run.call(PART_C, keyed(run.params, "parts-c")),
    )


ALL = (
    Workflow(TWO_CALLS_V1, call_both, params=FlowParams),
    Workflow(QUOTED_V1, charge_quote, params=FlowParams),
    Workflow(MESSAGE_V1, tell, params=FlowParams),
    Workflow(WAITING_V1, wait_long, params=FlowParams),
    Workflow(SHORTLY_V1, wait_shortly, params=FlowParams),
    Workflow(UNDOING_V1, buy, params=FlowParams),
    Workflow(PARTS_V1, do_parts, params=FlowParams),
)
