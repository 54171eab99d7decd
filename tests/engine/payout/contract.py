"""The contract of the payout that runs on the genuine engine."""

from typing import Literal

from tillroll_durable import (
    Contract,
    Effect,
    NextSafeAction,
    OnFailure,
    Params,
    ReviewStates,
    RollbackConfig,
    Signal,
    State,
    Status,
    Step,
    Then,
    Timer,
)
from tillroll_durable.platform.bindings.engine import Retries

# A few attempts, a second apart: what a kill interrupts is tried again before a test's patience
# ends.
_SOON = Retries(limit=4, delay_seconds=1, backoff="constant")
# Calls are held still on purpose, for longer than a test has patience until they are.
_HELD_SECONDS = 400
_BUSY = "Your payout is on its way."


class PayoutParams(Params):
    """What a payout is begun with.

    `provider` is where money moves: http://127.0.0.1:PORT. A `whole` payout sleeps, waits to be
    confirmed, sends a child and goes on as another, which is `short`, as the child is.
    """

    provider: str
    amount: int
    way: Literal["whole", "short"] = "whole"
    rest_seconds: int = 1
    confirm_within_seconds: int = 7 * 86400


class Confirmation(Params):
    by: str


CHECK = Step(
    name="check",
    effect=Effect.READ,
    on_success=("checked",),
    on_failure=OnFailure("check_failed"),
    retries=_SOON,
    timeout_seconds=30,
    reviews=("large_amount",),
)
DEBIT = Step(
    name="debit",
    effect=Effect.WRITE,
    begins_in=("checked", "approved"),
    on_success=("debited",),
    on_failure=OnFailure("debit_failed"),
    retries=_SOON,
    timeout_seconds=30,
    rollback_config=RollbackConfig(retries=_SOON, timeout_seconds=30),
)
PAY = Step(
    name="pay",
    effect=Effect.EXTERNAL,
    on_success=("paid",),
    on_failure=OnFailure("reversed", then=Then.COMPENSATE),
    retries=_SOON,
    timeout_seconds=_HELD_SECONDS,
    rollback_config=RollbackConfig(retries=_SOON, timeout_seconds=_HELD_SECONDS, finds_out=True),
)
CHASE = Step(
    name="chase",
    effect=Effect.WRITE,
    begins_in=("late",),
    on_success=("chased",),
    on_failure=OnFailure("chase_failed"),
    retries=_SOON,
    timeout_seconds=30,
)
FILE = Step(
    name="file",
    effect=Effect.EXTERNAL,
    begins_in=("confirmed", "chased"),
    on_success=("filed",),
    on_failure=OnFailure("reversed", then=Then.COMPENSATE),
    retries=_SOON,
    timeout_seconds=_HELD_SECONDS,
)
CLOSE = Step(
    name="close",
    effect=Effect.WRITE,
    begins_in=("paid",),
    on_success=("closed",),
    on_failure=OnFailure("close_failed"),
    retries=_SOON,
    timeout_seconds=30,
)
REST = Timer("rest", waiting="resting", over="rested")
CONFIRM = Signal(
    "confirm", Confirmation, waiting="unconfirmed", received="confirmed", timed_out="late"
)

PAYOUT_V1 = Contract(
    kind="disbursement",  # the deployed one has the other name
    version=1,
    initial="requested",
    states=(
        *(
            State.processing(name, _BUSY)
            for name in (
                "requested",
                "checked",
                "approved",
                "debited",
                "paid",
                "resting",
                "rested",
                "unconfirmed",
            )
        ),
        *(
            State.processing(name, _BUSY)
            for name in ("confirmed", "late", "chased", "filed", "compensating")
        ),
        State(
            "awaiting_approval",
            Status.NEEDS_REVIEW,
            "Somebody must approve it: {reason}",
            NextSafeAction.REVIEW,
        ),
        State.ended("closed", Status.COMPLETE, "Your payout is done."),
        State.ended("continued", Status.COMPLETE, "The rest is paid by another payout."),
        State.ended("declined", Status.REJECTED, "Your payout was declined: {reason}"),
        State.ended("cancelled", Status.CANCELLED, "Stopped: {reason}"),
        State.ended("abandoned", Status.CANCELLED, "Given up: {reason}"),
        State("reversed", Status.FAILED, "Your payout was called back.", NextSafeAction.NONE),
        *(
            State.dead_letter(name, "Your payout could not be finished.")
            for name in ("check_failed", "debit_failed", "chase_failed", "close_failed")
        ),
    ),
    steps=(CHECK, DEBIT, PAY, CHASE, FILE, CLOSE),
    review=ReviewStates(waiting="awaiting_approval", approved="approved", rejected="declined"),
    compensating="compensating",
    timers=(REST,),
    signals=(CONFIRM,),
    continued="continued",
)
