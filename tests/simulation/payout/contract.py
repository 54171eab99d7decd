"""The contract of the second workflow: a payout, with a step of every effect. It lives in the tests
only.
"""

from tillroll_durable.contract import Contract, ReviewStates
from tillroll_durable.platform.bindings.engine import Retries
from tillroll_durable.states import NextSafeAction, State, Status
from tillroll_durable.step import Effect, OnFailure, RollbackConfig, Step, Then

_BUSY = "Your payout is on its way."
_FAILED = "Your payout could not be finished; nothing was lost."
_TWICE = Retries(limit=2, delay_seconds=1, backoff="constant")


CHECK = Step(
    name="check",
    effect=Effect.READ,
    on_success=("checked",),
    on_failure=OnFailure("requested_check_failed"),
    retries=_TWICE,
    reviews=("employee_unknown",),
)
DEBIT = Step(
    name="debit",
    effect=Effect.WRITE,
    on_success=("debited",),
    on_failure=OnFailure("checked_debit_failed"),
    retries=_TWICE,
    rollback_config=RollbackConfig(retries=_TWICE, timeout_seconds=30),
)
REFUND = Step(
    name="refund",
    effect=Effect.WRITE,
    begins_in=("refused",),
    on_success=("rejected",),
    on_failure=OnFailure("refused_refund_failed"),
    retries=_TWICE,
)
PAY = Step(
    name="pay",
    effect=Effect.EXTERNAL,
    begins_in=("debited", "approved"),
    on_success=("paid",),
    on_failure=OnFailure("reversed", then=Then.COMPENSATE),
    retries=_TWICE,
    timeout_seconds=60,
    # The bank refuses from then on what it is asked to reverse, whether it came or not.
    rollback_config=RollbackConfig(retries=_TWICE, finds_out=True),
)
FILE = Step(
    name="file",
    effect=Effect.IRREVERSIBLE,
    on_success=("filed",),
    on_failure=OnFailure("paid_filing_failed"),
    retries=_TWICE,
    timeout_seconds=60,
)
ANNOUNCE = Step(
    name="announce",
    effect=Effect.WRITE,
    begins_in=("debited", "filed"),
    on_success=("announced",),
    on_failure=OnFailure("filed_announcement_failed", then=Then.CONTINUE),
    retries=_TWICE,
)
CLOSE = Step(
    name="close",
    effect=Effect.WRITE,
    begins_in=("announced", "filed_announcement_failed", "filed"),
    on_success=("closed",),
    on_failure=OnFailure("announced_close_failed"),
    retries=_TWICE,
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
                "debited",
                "approved",
                "refused",
                "paid",
                "filed",
                "announced",
            )
        ),
        *(State.processing(name, _BUSY) for name in ("filed_announcement_failed", "compensating")),
        State(
            "awaiting_approval",
            Status.NEEDS_REVIEW,
            "Somebody must approve it: {reason}",
            NextSafeAction.REVIEW,
        ),
        State.ended("closed", Status.COMPLETE, "Your payout is done."),
        State.ended("rejected", Status.REJECTED, "Your payout was refused."),
        State("reversed", Status.FAILED, "Your payout was called back.", NextSafeAction.NONE),
        State.ended("cancelled", Status.CANCELLED, "Stopped: {reason}"),
        State.ended("abandoned", Status.CANCELLED, "Stopped: {reason}"),
        *(
            State.dead_letter(name, _FAILED)
            for name in ("requested_check_failed", "checked_debit_failed", "refused_refund_failed")
        ),
        *(
            State.dead_letter(name, _FAILED)
            for name in ("paid_filing_failed", "announced_close_failed")
        ),
    ),
    steps=(CHECK, DEBIT, REFUND, PAY, FILE, ANNOUNCE, CLOSE),
    review=ReviewStates(
        waiting="awaiting_approval",
        approved="approved",
        rejected="refused",
        begins_in=("debited", "announced", "filed_announcement_failed"),
    ),
    compensating="compensating",
)
