"""A booking: a slot is looked at, reserved, confirmed by the guest, kept, and told of by mail.

Somebody who does not confirm in time loses it: what was reserved is released.
"""

from datetime import timedelta
from functools import partial

from pydantic import BaseModel

from tillroll_durable import (
    Contract,
    Effect,
    ExternalCall,
    OnFailure,
    Params,
    RollbackConfig,
    RollbackContext,
    Signal,
    Step,
    Then,
    Workflow,
    WorkflowRun,
    http,
    statement,
)

SLOTS = "https://calendar.example/slots"
RESERVATIONS = "https://calendar.example/reservations"
MAILS = "https://mail.example/messages"
TIME_TO_CONFIRM = timedelta(hours=24)


class BookingParams(Params):
    slot: str
    guest: str


class Slot(BaseModel):
    free: bool


class Reservation(BaseModel):
    id: str


class Confirmation(BaseModel):
    by: str


LOOK = Step("look", Effect.READ)
RESERVE = Step(
    "reserve",
    Effect.EXTERNAL,
    rollback_config=RollbackConfig(),
    on_failure=OnFailure("taken", then=Then.COMPENSATE, says="Somebody else has the slot."),
)
CONFIRM = Signal("confirm", Confirmation)
KEEP = Step("keep", Effect.EXTERNAL)
NOTIFY = Step("notify", Effect.EXTERNAL, on_failure=OnFailure(then=Then.CONTINUE))
BOOKING_V1 = Contract(
    "booking",
    1,
    steps=(LOOK, RESERVE, KEEP, NOTIFY),
    signals=(CONFIRM,),
    failed="released",
)


async def book(run: WorkflowRun[BookingParams]) -> str:
    slot = await run.call(LOOK, http.get(f"{SLOTS}/{run.params.slot}", gives=Slot))
    if not slot.free:
        await run.fail("the slot is not free")
    request = {"slot": run.params.slot, "guest": run.params.guest}
    reserving = http.post(
        RESERVATIONS,
        request,
        gives=Reservation,
        look_up=RESERVATIONS + "/{key}",
        refusals=(409,),
    )
    reservation = await run.call(RESERVE, reserving, rollback=partial(releasing, run.id))
    confirmation = await run.wait(CONFIRM, TIME_TO_CONFIRM)
    if confirmation is None:
        await run.fail("nobody confirmed it in time")
    insert = "INSERT INTO bookings (run_id, slot, reservation) VALUES (?, ?, ?)"
    booking = statement(insert, [run.id, run.params.slot, reservation.id])
    keeping = http.put(
        f"{RESERVATIONS}/{reservation.id}", {"state": "kept"}, record=lambda _: [booking]
    )
    await run.call(KEEP, keeping)
    mail = {"to": run.params.guest, "text": f"You have the slot {run.params.slot}."}
    await run.call(NOTIFY, http.post(MAILS, mail))
    return reservation.id


def releasing(run: str, reservation: Reservation) -> ExternalCall[RollbackContext, None]:
    """A booking that is cancelled later is released, so it is no booking any more."""
    forgotten = statement("DELETE FROM bookings WHERE run_id = ?", [run])
    return http.delete(f"{RESERVATIONS}/{reservation.id}", record=lambda _: [forgotten])


BOOKING = Workflow(BOOKING_V1, book, params=BookingParams, gives=str)
