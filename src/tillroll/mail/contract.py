"""The mail workflow's contract: one mail is sent under a key of its own, or is withheld."""

from typing import Final

from tillroll.durable import Contract, Effect, OnFailure, Params, State, Status, Step
from tillroll.platform.bindings.engine import Retries

KIND: Final = "mail"


class MailParams(Params):
    """The mail: an id of `messages`, which is also the run's subject."""

    message_id: str


_SENDING = "This mail is being sent."

REQUESTED = State.processing("requested", _SENDING)
ADDRESSED = State.processing("addressed", _SENDING)
ACCEPTED = State.processing("accepted", _SENDING)
SENT = State.ended("sent", Status.COMPLETE, "This mail was sent.")
WITHHELD = State.ended(
    "withheld",
    Status.REJECTED,
    "This mail was not sent: mail to its address came back, or was reported as spam, or it lay here for a day.",
)

CHECK_ADDRESS = Step(
    name="check-address",
    effect=Effect.READ,
    on_success=(ADDRESSED.name, WITHHELD.name),
    on_failure=OnFailure("requested_check_failed", says="This mail could not be sent."),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=30,
)
SEND = Step(
    name="send",
    effect=Effect.EXTERNAL,
    on_success=(ACCEPTED.name,),
    on_failure=OnFailure("addressed_send_failed", says="This mail could not be sent, or nobody knows whether it was."),
    # Nearly three hours: a provider that is overloaded has time to come back, and the key still holds for the last.
    retries=Retries(limit=10, delay_seconds=10, backoff="exponential", longest_delay_seconds=7200),
    timeout_seconds=60,
)
RECORD = Step(
    name="record",
    effect=Effect.WRITE,
    on_success=(SENT.name,),
    on_failure=OnFailure("accepted_record_failed", says="This mail was sent; that could not be noted."),
    retries=Retries(limit=10, delay_seconds=3, backoff="linear"),
    timeout_seconds=30,
)

MAIL_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(
        REQUESTED,
        ADDRESSED,
        ACCEPTED,
        SENT,
        WITHHELD,
    ),
    steps=(CHECK_ADDRESS, SEND, RECORD),
    # Mail tells of deliveries that were given up.
    is_told=False,
)
