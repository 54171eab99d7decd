"""The mail workflow: looks whether the address is open, has the provider send under the step's key,
records it.
"""

from datetime import timedelta
from typing import Final

from tillroll.mail import provider
from tillroll.mail.addresses import stopped
from tillroll.mail.provider import MailSettings, Resend
from tillroll.mail.repository import (
    FileMissing,
    Message,
    load_message,
    mail_of,
    record_sent,
)
from tillroll_durable import (
    AccessDenied,
    Allowed,
    Contract,
    Done,
    Effect,
    ExternalCall,
    NotDone,
    OnFailure,
    Outcome,
    OutcomeUnknown,
    Params,
    Refused,
    State,
    Status,
    Step,
    StepContext,
    Unknown,
    Workflow,
    WorkflowRun,
)
from tillroll_durable.platform.bindings.engine import NonRetryable, Retries
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.step_records import intended_at

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
    "This mail was not sent: mail to its address came back, or was reported as spam, or it lay "
    "here for a day.",
)
CHECK_FAILED = State.dead_letter("requested_check_failed", "This mail could not be sent.")
SEND_FAILED = State.dead_letter(
    "addressed_send_failed", "This mail could not be sent, or nobody knows whether it was."
)
RECORD_FAILED = State.dead_letter(
    "accepted_record_failed", "This mail was sent; that could not be noted."
)
_FAILED = (CHECK_FAILED, SEND_FAILED, RECORD_FAILED)
CANCELLED = State.ended("cancelled", Status.CANCELLED, "This was stopped: {reason}")
ABANDONED = State.ended("abandoned", Status.CANCELLED, "This was given up: {reason}")

CHECK_ADDRESS = Step(
    name="check-address",
    title="Check the address",
    effect=Effect.READ,
    on_success=(ADDRESSED.name, WITHHELD.name),
    on_failure=OnFailure(CHECK_FAILED.name),
    retries=Retries(limit=5, delay_seconds=2, backoff="exponential"),
    timeout_seconds=30,
)
SEND = Step(
    name="send",
    title="Send the mail",
    effect=Effect.EXTERNAL,
    on_success=(ACCEPTED.name,),
    on_failure=OnFailure(SEND_FAILED.name),
    # Nearly three hours: a provider that is overloaded has time to come back, and the key still
    # holds for the last.
    retries=Retries(limit=10, delay_seconds=10, backoff="exponential", longest_delay_seconds=7200),
    timeout_seconds=60,
)
RECORD = Step(
    name="record",
    title="Record what became of it",
    effect=Effect.WRITE,
    on_success=(SENT.name,),
    on_failure=OnFailure(RECORD_FAILED.name),
    retries=Retries(limit=10, delay_seconds=3, backoff="linear"),
    timeout_seconds=30,
)

MAIL_V1 = Contract(
    kind=KIND,
    version=1,
    initial=REQUESTED.name,
    states=(REQUESTED, ADDRESSED, ACCEPTED, SENT, WITHHELD, *_FAILED, CANCELLED, ABANDONED),
    steps=(CHECK_ADDRESS, SEND, RECORD),
    # Mail tells of deliveries that were given up.
    is_told=False,
)

# Where the provider says no time: its quota is by the day, so an hour is soon enough.
# The key must hold until the provider has answered.
_ASKS_WITHIN: Final = provider.KEY_HOLDS - timedelta(hours=1)


def sending(message_id: str, *, is_noted: bool = False) -> ExternalCall:
    """The call that sends a mail; its output is {"providerId"}. `is_noted`: the step's batch notes
    the id beside the mail, and forgets the text; otherwise a later step does.
    """

    async def send(context: StepContext) -> Done:
        return noted(context, await _send(context, message_id))

    async def ask(context: StepContext) -> Done | NotDone | Unknown:
        sent = await _ask_by_sending(context, message_id)
        if isinstance(sent, Done):
            return noted(context, sent)
        return sent

    def noted(context: StepContext, done: Done) -> Done:
        if is_noted:
            context.kept.append(
                record_sent(message_id, done.external_id, to_text(context.platform.clock.now()))
            )
        return done

    return ExternalCall(
        request={"messageId": message_id}, send=send, reconcile=ask, honours_key=True
    )


async def message_of(context: StepContext, message_id: str) -> Message:
    message = await load_message(context.platform.database, message_id)
    if message is None:
        raise NonRetryable(f"the mail {message_id} is missing")
    return message


async def _send(context: StepContext, message_id: str) -> Done:
    """Raises: Refused, AccessDenied, Throttled; OutcomeUnknown, MailUncertain leave the outcome
    open.
    """
    message = await message_of(context, message_id)
    settings = context.platform.settings.of(MailSettings)
    if not settings.sends:
        raise AccessDenied("this deployment has no MAIL_FROM and MAIL_API_KEY any more")
    try:
        mail = await mail_of(context.platform, message)
    except FileMissing as error:
        raise NonRetryable(str(error)) from error
    try:
        id_ = await Resend(context.platform.http, settings).send(
            mail,
            context.idempotency_key,
            context.platform.clock.now(),
        )
    except provider.MailRefused as error:
        raise Refused(str(error)) from error
    except provider.MailDenied as error:
        raise AccessDenied(str(error)) from error
    except provider.SentOtherwise as error:
        raise OutcomeUnknown(str(error)) from error
    return _accepted(id_)


def _accepted(provider_id: str) -> Done:
    return Done(provider_id, {"providerId": provider_id})


async def _ask_by_sending(context: StepContext, message_id: str) -> Done | NotDone | Unknown:
    """The provider cannot be asked what it did under a key, but answers the same request under the
    same key with the same id, and sends nothing again, while the key holds. What it refuses now, it
    had not taken before.
    """
    provider_id = (await message_of(context, message_id)).provider_id
    if provider_id is not None:
        return _accepted(provider_id)  # an attempt noted it, and could not be completed
    since = await intended_at(context.platform.database, context.idempotency_key)
    if since is None or context.platform.clock.now() - since > _ASKS_WITHIN:
        return Unknown(
            "the mail provider knows keys for a day only, and that is over: look at its own log"
        )
    try:
        return await _send(context, message_id)
    except Refused:
        return NotDone()
    except (AccessDenied, provider.MailUncertain, OutcomeUnknown) as error:
        return Unknown(str(error))


# What nobody could send for a day is not news any more, and its link may be over.
STALE_AFTER: Final = timedelta(days=1)


async def mail_v1(run: WorkflowRun[MailParams]) -> JsonObject:
    """The body of version 1."""
    message_id = run.params.message_id
    await run.step(CHECK_ADDRESS, check_address, message_id)
    if run.state == WITHHELD.name:
        return {"messageId": message_id}
    sent = await run.call(SEND, sending(message_id))
    await run.step(RECORD, record, message_id, sent)
    return {"messageId": message_id}


async def check_address(context: StepContext, message_id: str) -> Outcome:
    """Withhold what goes where nothing is sent any more, and what is too old."""
    message = await message_of(context, message_id)
    age = context.platform.clock.now() - from_text(message.created_at)
    why = await stopped(context.platform.database, message.address_hash)
    if age > STALE_AFTER:
        why = "stale"
    return Outcome(output={"withheld": why}, state=ADDRESSED.name if why is None else WITHHELD.name)


async def record(context: StepContext, message_id: str, sent: Json) -> Outcome:
    """Note the provider's id, by which its events find the mail; forget the text and the code of
    its link.
    """
    match sent:
        case {"providerId": str(provider_id)}:
            return Outcome(
                statements=[
                    record_sent(message_id, provider_id, to_text(context.platform.clock.now()))
                ]
            )
        case _:
            raise NonRetryable("the step `send` left no id of the provider")


MAIL = Workflow(
    contract=MAIL_V1,
    body=mail_v1,
    params=MailParams,
    subject=lambda params: params.message_id,
    allowed=Allowed(decide="review"),
    # Nobody writes mail through Tillroll: it is begun by what people are notified of, and by links
    # for them.
    begun_by="notices, and links that are mailed",
)
