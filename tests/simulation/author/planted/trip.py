"""A trip: its price is looked up, a seat is kept for each leg, each has its label by a child, and
somebody confirms.
"""

from datetime import timedelta
from functools import partial

from pydantic import BaseModel, TypeAdapter

from tillroll_durable import (
    Contract,
    Effect,
    HttpFailed,
    OnFailure,
    Outcome,
    Params,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    StepContext,
    Then,
    Workflow,
    WorkflowRun,
    statement,
)

PRICES = "https://prices.example/trips"
STANDARD_PRICE = 100


class TripParams(Params):
    trip: str
    legs: list[str]


class LabelParams(Params):
    leg: str


class Confirmation(Params):
    by: str


class Quote(BaseModel):
    price: int


QUOTE = Step(
    "quote", Effect.READ, on_failure=OnFailure(then=Then.CONTINUE), gives=TypeAdapter(Quote | None)
)
SEAT = Step("seat", Effect.WRITE, rollback_config=RollbackConfig())
BOOK = Step("book", Effect.WRITE, gives=int)
CONFIRM = Signal("confirm", Confirmation)
TRIP_V1 = Contract("trip", 1, steps=(QUOTE, SEAT, BOOK), signals=(CONFIRM,))

PRINT = Step("print", Effect.READ, gives=str)
LABEL_V1 = Contract("label", 1, steps=(PRINT,))


async def trip(run: WorkflowRun[TripParams]) -> int:
    quote = await run.step(QUOTE, look_up, run.params.trip)
    price = STANDARD_PRICE if quote is None else quote.price
    for leg in run.params.legs:
        await run.step(SEAT, keep_seat, leg, key=leg, rollback=partial(give_back, leg=leg))
        await run.child(LABEL, LabelParams(leg=leg), f"label of {leg}")
    confirmation = await run.wait(CONFIRM, timedelta(days=7))
    by = "nobody" if confirmation is None else confirmation.by
    return await run.step(BOOK, book, price, by)


async def look_up(context: StepContext, trip: str) -> Quote:
    answer = await context.platform.http.get(f"{PRICES}/{trip}", 20, max_bytes=4096)
    if not answer.is_success:
        raise HttpFailed(f"the prices answered {answer.status}")
    return Quote.model_validate_json(answer.body)


async def keep_seat(context: StepContext, leg: str) -> Outcome:
    insert = "INSERT INTO seats (run_id, leg) VALUES (?, ?)"
    return Outcome(statements=[statement(insert, [context.run.id, leg])])


async def give_back(context: RollbackContext, leg: str) -> Outcome:
    delete = "DELETE FROM seats WHERE run_id = ? AND leg = ?"
    return Outcome(statements=[statement(delete, [context.run.id, leg])])


async def book(context: StepContext, price: int, by: str) -> Outcome[int]:
    insert = "INSERT INTO trips (run_id, price, confirmed_by) VALUES (?, ?, ?)"
    return Outcome(price, [statement(insert, [context.run.id, price, by])])


async def label(run: WorkflowRun[LabelParams]) -> str:
    return await run.step(PRINT, printed, run.params.leg)


async def printed(_context: StepContext, leg: str) -> str:
    return f"Seat for {leg}"


LABEL = Workflow(LABEL_V1, label, params=LabelParams, gives=str)
TRIP = Workflow(TRIP_V1, trip, params=TripParams, gives=int)
