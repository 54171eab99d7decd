"""The mail workflow: look whether the address is open, send under the step's key, note what the provider calls it."""

from datetime import timedelta
from typing import Final

from tillroll.durable import Outcome, StepContext, WorkflowRun
from tillroll.mail.addresses import stopped
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.clock import from_text, to_text
from tillroll.platform.json import Json, JsonObject
from tillroll.workflows.mail import contract
from tillroll.workflows.mail.contract import MailParams
from tillroll.workflows.mail.posting import message_of, sending
from tillroll.workflows.mail.rows import record_sent

# What nobody could send for a day is not news any more, and its link may be over.
STALE_AFTER: Final = timedelta(days=1)


async def mail_v1(run: WorkflowRun[MailParams]) -> JsonObject:
    """The body of version 1."""
    message_id = run.params.message_id
    await run.step(contract.CHECK_ADDRESS, check_address, message_id)
    if run.state == contract.WITHHELD.name:
        return {"messageId": message_id}
    sent = await run.call(contract.SEND, sending(message_id))
    await run.step(contract.RECORD, record, message_id, sent)
    return {"messageId": message_id}


async def check_address(context: StepContext, message_id: str) -> Outcome:
    """Withhold what goes where nothing is sent any more, and what is too old."""
    message = await message_of(context, message_id)
    age = context.platform.clock.now() - from_text(message.created_at)
    why = await stopped(context.platform.database, message.address_hash)
    if age > STALE_AFTER:
        why = "stale"
    return Outcome(output={"withheld": why}, state=contract.ADDRESSED.name if why is None else contract.WITHHELD.name)


async def record(context: StepContext, message_id: str, sent: Json) -> Outcome:
    """Note the provider's id, by which its events find the mail; forget the text and the code of its link."""
    match sent:
        case {"providerId": str(provider_id)}:
            return Outcome(statements=[record_sent(message_id, provider_id, to_text(context.platform.clock.now()))])
        case _:
            raise NonRetryable("the step `send` left no id of the provider")
