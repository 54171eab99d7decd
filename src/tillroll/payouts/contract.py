"""The payout's contract: debit, pay, hear what became of it, record; a payment that is refused or
comes back is reversed."""

from functools import partial
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from typing_extensions import TypedDict

import tillroll_durable as durable
from tillroll.ledger.transfers import LARGEST_AMOUNT
from tillroll_documents.money import IN_USE
from tillroll_durable import OnFailure, State, Status, Step
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.platform.models import Flag, WrittenDay

KIND: Final = "payout"
ABOVE_LIMIT: Final = "above_limit"
MOST_PAYOUTS: Final = 50
"""The most payouts of a batch. Each child takes some twenty statements to begin, and an invocation
may send D1 1,000."""


def _in_use(variable: str) -> str:
    if variable not in IN_USE:
        raise ValueError("Give the ISO 4217 code of a currency in use, in capitals, such as EUR")
    return variable


Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$"), AfterValidator(_in_use)]
"""What somebody can be paid in."""


ExpenseId = Annotated[str, Field(min_length=1, max_length=60)]


class PayoutParams(durable.Params):
    """Whom to pay how much: a payee of the account, an amount in minor units of an ISO 4217
    currency, and what both sides read. The payee is the run's subject. `expenses` are what it pays
    back: approved expenses that the payee's person paid themselves, and that come to the amount.
    `paid_on` is the day of a payment by hand, of a payee who is paid so. `despite_bank`: a person
    says that the company's account did not pay them, though an entry of the bank agrees."""

    payee_id: Annotated[str, Field(min_length=1, max_length=60)]
    currency: Currency
    amount: Annotated[int, Field(gt=0, le=LARGEST_AMOUNT, strict=True)]
    reference: Annotated[str, Field(min_length=1, max_length=140, pattern=r"^[^\x00-\x1f\x7f]+$")]
    expenses: Annotated[tuple[ExpenseId, ...], Field(max_length=300)] = ()
    paid_on: WrittenDay | None = None
    despite_bank: Flag = False

    @property
    def line(self) -> tuple[str, str, int]:
        """Give the values by which payouts count as alike, and share a limit."""
        return self.payee_id, self.currency, self.amount


class Settlement(durable.Params):
    """That the provider has said what became of the payment; the run asks what."""

    payment_id: Annotated[str, Field(max_length=200)]


_BUSY = "This payout is on its way."
_DEAD = "This payout could not go on; no money was moved twice, and none is lost."
_ENOUGH = Retries(limit=5, delay_seconds=2, backoff="exponential")
# Ten minutes and more: the list in which an unknown payment is looked for has it by then.
_ASKED_AGAIN = Retries(limit=8, delay_seconds=15, backoff="exponential", longest_delay_seconds=3600)


REQUESTED = State.processing("requested", "This payout was asked for.")
CHECKED = State.processing("checked", _BUSY)
APPROVED = State.processing("approved", _BUSY)
BOOKED = State.processing("booked", _BUSY)
DEBITED = State.processing("debited", _BUSY)
SENT = State.processing("sent", _BUSY)
# A day longer than is waited for the bank's answer.
UNSETTLED = State.processing(
    "unsettled",
    (
        "The payment was handed on, or waits for a file for the bank; the bank has not said "
        "that it arrived."
    ),
    11 * 24 * 3600,
)
OUTCOME_HEARD = State.processing("heard", _BUSY)
UNHEARD = State.processing("unheard", _BUSY)
SETTLED = State.processing("settled", _BUSY)
BOUNCED = State.processing(
    "bounced", "The payment came to nothing; the money is put back on the company's account."
)
COMPENSATING = State.processing("compensating", "This payout is being undone.")
AWAITING = State.review("awaiting_approval", "Somebody else has to approve this payout: {reason}")
PAID = State.ended("paid", Status.COMPLETE, "The payment is made, and in the books.")
DECLINED = State.ended("declined", Status.REJECTED, "This payout was not approved: {reason}")
UNCOVERED = State.ended(
    "uncovered", Status.REJECTED, "The company's account does not hold enough: nothing was paid."
)
PAYEE_ARCHIVED = State.ended(
    "payee_archived",
    Status.REJECTED,
    "The payee was archived before anything was paid: nothing was paid.",
)
CAME_BACK = State.ended(
    "came_back", Status.REJECTED, "The payment failed or came back ({reason}); the books say so."
)
REVERSED = State(
    "reversed",
    Status.FAILED,
    says=(
        "The payment was not made, and its debit was reversed. If it goes out after all, it is "
        "booked."
    ),
    next_safe_action=durable.NextSafeAction.NONE,
)
CANCELLED = State.ended(
    "cancelled", Status.CANCELLED, "This payout was stopped: {reason}. What had left stays paid."
)
ABANDONED = State.ended(
    "abandoned", Status.CANCELLED, "This payout was given up: {reason}. What had left stays paid."
)
LOOK_FAILED = State.dead_letter(
    "unheard_look_up_failed",
    "The bank has not said what became of the payment: ask it, then look again.",
)

# Of a step that asks or writes the database alone.
_step = partial(Step, retries=_ENOUGH, timeout_seconds=30)
CHECK = _step(
    name="check",
    title="Check the limit",
    effect=durable.Effect.READ,
    on_success=(CHECKED.name,),
    on_failure=OnFailure("requested_check_failed", says=_DEAD),
    reviews=(ABOVE_LIMIT,),
)
DEBIT = _step(
    name="debit",
    title="Debit the company",
    effect=durable.Effect.WRITE,
    begins_in=(CHECKED.name, APPROVED.name),
    on_success=(BOOKED.name, PAYEE_ARCHIVED.name),
    on_failure=OnFailure(says=_DEAD),
    rollback_config=durable.RollbackConfig(retries=_ENOUGH, timeout_seconds=30),
)
COVER = _step(
    name="cover",
    title="See whether it is covered",
    effect=durable.Effect.READ,
    on_success=(DEBITED.name, UNCOVERED.name),
    on_failure=OnFailure("booked_cover_failed", says=_DEAD),
)


class Sent(TypedDict):
    """The provider's id of a payment."""

    paymentId: str


PAY = Step(
    name="pay",
    title="Pay",
    effect=durable.Effect.EXTERNAL,
    gives=Sent,
    begins_in=(DEBITED.name,),
    on_success=(SENT.name,),
    on_failure=OnFailure(REVERSED.name, then=durable.Then.COMPENSATE),
    retries=_ASKED_AGAIN,
    timeout_seconds=60,
    rollback_config=durable.RollbackConfig(
        retries=_ASKED_AGAIN,
        timeout_seconds=60,
        finds_out=True,  # the provider's list says what there is to call back
    ),
)
LOOK_UP = Step(
    name="look-up",
    title="Ask what became of it",
    effect=durable.Effect.READ,
    begins_in=(OUTCOME_HEARD.name, UNHEARD.name, SENT.name),
    on_success=(SETTLED.name, BOUNCED.name),
    on_failure=OnFailure(LOOK_FAILED.name, says=LOOK_FAILED.says),
    retries=_ENOUGH,
    timeout_seconds=60,
)
RECORD = _step(
    name="record",
    title="Book the payment",
    effect=durable.Effect.WRITE,
    begins_in=(SETTLED.name,),
    on_success=(PAID.name, CAME_BACK.name),
    on_failure=OnFailure(says="The payment has left; that could not be put into the books."),
)
REVERSE = _step(
    name="reverse",
    title="Reverse the debit",
    effect=durable.Effect.WRITE,
    begins_in=(BOUNCED.name,),
    on_success=(CAME_BACK.name, PAID.name),
    on_failure=OnFailure(says="The money came back; that could not be put into the books."),
)
SETTLE = durable.Signal(
    "settled",
    Settlement,
    waiting=UNSETTLED.name,
    received=OUTCOME_HEARD.name,
    timed_out=UNHEARD.name,
    begins_in=(SENT.name,),
)

PAYOUT_V1 = durable.Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(
            REQUESTED,
            AWAITING,
            CHECKED,
            APPROVED,
            BOOKED,
            DEBITED,
            SENT,
            UNSETTLED,
            OUTCOME_HEARD,
            UNHEARD,
            SETTLED,
            BOUNCED,
        ),
        *(
            COMPENSATING,
            PAID,
            DECLINED,
            PAYEE_ARCHIVED,
            UNCOVERED,
            CAME_BACK,
            REVERSED,
            CANCELLED,
            ABANDONED,
        ),
    ),
    steps=(CHECK, DEBIT, COVER, PAY, LOOK_UP, RECORD, REVERSE),
    review=durable.ReviewStates(
        AWAITING.name, APPROVED.name, DECLINED.name, begins_in=(REQUESTED.name,)
    ),
    compensating=COMPENSATING.name,
    signals=(SETTLE,),
)
