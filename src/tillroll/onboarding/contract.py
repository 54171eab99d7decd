"""The contract of onboarding: default resources, a welcome by mail, billing unless the plan is
free, done. A welcome that cannot be sent holds up nothing; billing that fails is undone.
"""

from typing import Annotated, Final

from pydantic import AfterValidator, Field

from tillroll.fields import InvalidAddress, read_mail_address
from tillroll.onboarding.provider import FREE, Plan
from tillroll_durable import (
    Contract,
    Effect,
    OnFailure,
    Params,
    RollbackConfig,
    State,
    Status,
    Step,
    Then,
)
from tillroll_durable.platform.bindings.engine import Retries

KIND: Final = "onboarding"


def _address(address: str) -> str:
    try:
        return read_mail_address(address)
    except InvalidAddress as error:
        raise ValueError(str(error)) from error


class OnboardingParams(Params):
    """Who is set up: a user of the account; where their welcome goes, if that is known; what the
    account pays for.
    """

    user_id: Annotated[str, Field(min_length=1, max_length=60)]
    email: Annotated[str, Field(max_length=254), AfterValidator(_address)] | None = None
    plan: Plan = FREE


def subject_of(params: OnboardingParams) -> str:
    """What the run is looked up by."""
    return f"user:{params.user_id}"


_BUSY = "This account is being set up."

REQUESTED = State.processing("requested", _BUSY)
RESOURCES_READY = State.processing("resources_ready", _BUSY)
WELCOMED = State.processing("welcomed", _BUSY)
WELCOME_FAILED = State.processing(
    "welcome_failed", "The welcome could not be sent; the rest goes on."
)
BILLING_SET_UP = State.processing("billing_set_up", _BUSY)
UNDOING = State.processing("undoing", "What was made at the billing provider is being undone.")
COMPLETED = State.ended("completed", Status.COMPLETE, "Everything is set up.")
WITHOUT_WELCOME = State.ended(
    "completed_without_welcome",
    Status.COMPLETE,
    "Everything is set up, but no welcome was sent: {reason}",
)
BILLING_FAILED = State.ended(
    "billing_failed",
    Status.REJECTED,
    "Billing could not be set up, and what was made for it is undone; the rest stands. Begin it "
    "again when that is mended, or with the plan free.",
)
RESOURCES_FAILED = State.dead_letter(
    "requested_resources_failed", "Nothing was set up yet. Retry it."
)
COMPLETE_FAILED = State.dead_letter(
    "mark_complete_failed", "Everything was done, but not noted. Retry it."
)
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was given up: {reason}")

# Why there is no welcome.
NO_ADDRESS: Final = "no_address"
NO_MAIL_HERE: Final = "no_mail_here"
REFUSED: Final = "refused"
DENIED: Final = "denied"
UNKNOWN: Final = "unknown"
BOUNCED: Final = "bounced"
COMPLAINED: Final = "complained"
# They have it: an earlier run sent it.
SENT_BEFORE: Final = "sent_before"

_AGAIN = "To send one, begin this again with an address that is right."
SENTENCES: Final = {
    NO_ADDRESS: f"no address is known. {_AGAIN}",
    NO_MAIL_HERE: "this deployment sends no mail.",
    REFUSED: f"the mail provider refused the address. {_AGAIN}",
    DENIED: (
        "the mail provider did not let this deployment in. Mend MAIL_API_KEY, and begin this again."
    ),
    UNKNOWN: (
        "the mail provider did not say whether it took it. Begin this again, and it may come twice."
    ),
    BOUNCED: f"mail to the address came back. {_AGAIN}",
    COMPLAINED: f"mail to the address was reported as spam. {_AGAIN}",
}

CREATE_RESOURCES = Step(
    name="create-resources",
    title="Set up the account",
    effect=Effect.WRITE,
    on_success=(RESOURCES_READY.name,),
    on_failure=OnFailure(RESOURCES_FAILED.name),
    retries=Retries(limit=3, delay_seconds=5, backoff="exponential"),
    timeout_seconds=30,
)
SEND_WELCOME = Step(
    name="send-welcome",
    title="Send the welcome",
    effect=Effect.EXTERNAL,
    on_success=(WELCOMED.name,),
    on_failure=OnFailure(WELCOME_FAILED.name, then=Then.CONTINUE),
    retries=Retries(limit=3, delay_seconds=10, backoff="constant"),
    timeout_seconds=15,
)
SET_UP_BILLING = Step(
    name="set-up-billing",
    title="Set up billing",
    effect=Effect.EXTERNAL,
    begins_in=(RESOURCES_READY.name, WELCOMED.name, WELCOME_FAILED.name),
    on_success=(BILLING_SET_UP.name,),
    on_failure=OnFailure(BILLING_FAILED.name, then=Then.COMPENSATE),
    retries=Retries(limit=2, delay_seconds=30),
    timeout_seconds=60,
    # Longer than the provider may be down: what was made there would be invoiced.
    rollback_config=RollbackConfig(
        retries=Retries(
            limit=8, delay_seconds=15, backoff="exponential", longest_delay_seconds=3600
        ),
        timeout_seconds=60,
        finds_out=True,  # a customer may have been made without the subscription
    ),
)
MARK_COMPLETE = Step(
    name="mark-complete",
    title="Finish",
    effect=Effect.WRITE,
    begins_in=(RESOURCES_READY.name, WELCOMED.name, WELCOME_FAILED.name, BILLING_SET_UP.name),
    on_success=(COMPLETED.name, WITHOUT_WELCOME.name),
    on_failure=OnFailure(COMPLETE_FAILED.name),
    retries=Retries(limit=10, delay_seconds=3, backoff="linear"),
    timeout_seconds=30,
)

ONBOARDING_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        *(REQUESTED, RESOURCES_READY, WELCOMED, WELCOME_FAILED, BILLING_SET_UP, UNDOING),
        *(
            COMPLETED,
            WITHOUT_WELCOME,
            BILLING_FAILED,
            RESOURCES_FAILED,
            COMPLETE_FAILED,
            CANCELLED,
            ABANDONED,
        ),
    ),
    steps=(CREATE_RESOURCES, SEND_WELCOME, SET_UP_BILLING, MARK_COMPLETE),
    compensating=UNDOING.name,
    result=MARK_COMPLETE.name,
)
