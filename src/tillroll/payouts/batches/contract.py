"""The batch's contract: approved once where it is large, a child for each payout, and a summary when all have ended."""

from typing import Annotated, Final

from pydantic import Field

from tillroll.durable import (
    Contract,
    Effect,
    NextSafeAction,
    OnFailure,
    Params,
    ReviewStates,
    Signal,
    State,
    Status,
    Step,
)
from tillroll.payouts.contract import PayoutParams
from tillroll.platform.bindings.engine import Retries

KIND: Final = "payout-batch"
ABOVE_LIMIT: Final = "batch_above_limit"
MOST_PAYOUTS: Final = 50
"""Each child takes some twenty statements to begin, and an invocation may send D1 1,000."""


class PayoutBatchParams(Params):
    """What the batch is called, and whom it pays how much."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
    payouts: Annotated[list[PayoutParams], Field(min_length=1, max_length=MOST_PAYOUTS)]


class AllEnded(Params):
    """That all payouts of the batch have come to an end."""

    payouts: Annotated[int, Field(ge=0)]


_BUSY = "The payouts of this batch are being begun."
_DEAD = "This batch could not go on. What it has begun goes on by itself; retry it, and it goes on where it stopped."
_ENOUGH = Retries(limit=5, delay_seconds=2, backoff="exponential")


REQUESTED = State.processing("requested", "This batch was asked for.")
CHECKED = State.processing("checked", _BUSY)
APPROVED = State.processing("approved", _BUSY)
# A day longer than is waited for the payouts.
PAYING = State.processing("paying", "The payouts of this batch are on their way.", 46 * 24 * 3600)
ENDED = State.processing("ended", "The payouts of this batch have ended; they are being counted.")
OVERDUE = State.processing("overdue", "Some payouts of this batch have not ended; they are being counted.")
AWAITING = State(
    "awaiting_approval",
    Status.NEEDS_REVIEW,
    "Somebody else has to approve this batch: {reason}",
    NextSafeAction.REVIEW,
)
PAID = State.ended("paid", Status.COMPLETE, "All payouts of this batch were paid.")
PARTLY_PAID = State.ended("partly_paid", Status.COMPLETE, "Some payouts of this batch were paid: {reason}.")
NOT_PAID = State.ended("not_paid", Status.REJECTED, "No payout of this batch was paid: {reason}.")
DECLINED = State.ended("declined", Status.REJECTED, "This batch was not approved: {reason}")
CANCELLED = State.ended(
    "cancelled", Status.CANCELLED, "This batch was stopped, with what could be stopped in it: {reason}"
)
ABANDONED = State.ended(
    "abandoned", Status.CANCELLED, "This batch was given up, with what could be stopped in it: {reason}"
)

CHECK = Step(
    name="check",
    effect=Effect.READ,
    on_success=(CHECKED.name,),
    on_failure=OnFailure("requested_check_failed", says=_DEAD),
    retries=_ENOUGH,
    timeout_seconds=30,
    reviews=(ABOVE_LIMIT,),
)
COUNT = Step(
    name="count",
    effect=Effect.READ,
    begins_in=(ENDED.name, OVERDUE.name),
    on_success=(PAID.name, PARTLY_PAID.name, NOT_PAID.name),
    on_failure=OnFailure(says=_DEAD),
    retries=_ENOUGH,
    timeout_seconds=30,
)
ALL_ENDED = Signal(
    "all-ended",
    AllEnded,
    waiting=PAYING.name,
    received=ENDED.name,
    timed_out=OVERDUE.name,
    begins_in=(CHECKED.name, APPROVED.name),
)

PAYOUT_BATCH_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(REQUESTED, AWAITING, CHECKED, APPROVED, PAYING, ENDED, OVERDUE, PAID, PARTLY_PAID, NOT_PAID),
        *(DECLINED, CANCELLED, ABANDONED),
    ),
    steps=(CHECK, COUNT),
    review=ReviewStates(AWAITING.name, APPROVED.name, DECLINED.name, begins_in=(REQUESTED.name,)),
    signals=(ALL_ENDED,),
)
