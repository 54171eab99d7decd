"""Mails of a claim: written in a step's batch, and sent each by a run of its own, so that one that is refused holds
nothing up."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.claims.standing import State
from tillroll.durable import Actor, NonRetryable, Outcome, Statement, StepContext, WorkflowRun, statement
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.settings import MailSettings
from tillroll.platform.bindings.database import text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import NoKey
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.workflows.claim import contract
from tillroll.workflows.claim.contract import ClaimParams, Mailed
from tillroll.workflows.claim.mailing.letters import write_letter
from tillroll.workflows.claim.rows.claims import Claim, load_claim
from tillroll.workflows.claim.rows.mails import Purpose, find_claim_mail
from tillroll.workflows.claim.service.links import new_link
from tillroll.workflows.mail.contract import MailParams
from tillroll.workflows.mail.rows import CODE_HERE, NewOutsideMessage, insert_outside_message
from tillroll.workflows.mail.service.sending import compose, encrypted_code
from tillroll.workflows.mail.workflow import MAIL

_ACTOR: Final = f"workflow:{contract.KIND}"
# A mail is tried for three hours, and given up as stale after a day.
_KNOWN_WITHIN: Final = timedelta(days=2)
# The page is looked at for so long behind the due day; no link holds longer than the other.
_LINK_HOLDS_BEHIND: Final = 90
_LINK_HOLDS_AT_MOST: Final = 400


async def write_mail(context: StepContext, params: ClaimParams) -> Outcome:
    """Write the mail that sends the claim; none where it is settled already, or this deployment sends no mail."""
    claim = await load_claim(context.platform.database, context.run.id)
    if claim is None:
        raise NonRetryable(f"the claim of the run {context.run.id} is missing")
    mail_id, statements = await written_mail(context.platform, claim, "issued", params)
    return Outcome(output={"mail": mail_id}, statements=statements)


async def thank(context: StepContext) -> Outcome:
    """Write thanks to whoever has paid, where mail has reached them."""
    claim = await load_claim(context.platform.database, context.run.id)
    if claim is None:
        raise NonRetryable(f"the claim of the run {context.run.id} is missing")
    is_paid = claim.standing.state(context.platform.clock.now().date()) is State.PAID
    if not is_paid or not await mail_arrives(context.platform, claim):
        return Outcome(output={"mail": None})
    mail_id, statements = await written_mail(context.platform, claim, "thanks")
    return Outcome(output={"mail": mail_id}, statements=statements)


async def mail_arrives(platform: Platform, claim: Claim) -> bool:
    """The claim was sent by mail, and neither that nor another mail to the address has come back."""
    sent = await find_claim_mail(platform.database, claim.run_id, "issued")
    if claim.payer_mail is None or sent is None or not sent.arrives:
        return False
    return await stopped(platform.database, hash_of_address(claim.payer_mail)) is None


async def written_mail(
    platform: Platform, claim: Claim, purpose: Purpose, params: ClaimParams | None = None
) -> tuple[str | None, Sequence[Statement]]:
    """The id of a mail and what keeps it, with a link of its own; None and nothing where none can be sent, or what is
    asked for is settled."""
    if claim.payer_mail is None or not platform.settings.of(MailSettings).sends:
        return None, ()
    if purpose != "thanks" and claim.standing.is_closed:
        return None, ()
    now = platform.clock.now()
    query = statement("SELECT name FROM accounts WHERE id = ?", claim.account_id)
    row = await platform.database.first(query)
    account = "" if row is None else text(row, "name")
    has_link = purpose != "thanks"
    url = f"{platform.settings.of(MailSettings).public_url}/api/payer/{CODE_HERE}" if has_link else ""
    iban = params.invoice.iban if params is not None and params.invoice is not None else None
    letter = write_letter(purpose, claim, account, url, iban)
    mail = compose(platform, claim.payer_mail, letter.subject, letter.paragraphs, is_outside=True)
    code, also = None, list[Statement]()
    if has_link:
        days = min(claim.terms_days + _LINK_HOLDS_BEHIND, _LINK_HOLDS_AT_MOST)
        link = new_link(Actor(claim.account_id, _ACTOR), claim.run_id, days, now)
        try:
            code = await encrypted_code(platform, mail, link.token)
        except NoKey:
            return None, ()
        also = [*link.statements]
    new = NewOutsideMessage(mail, claim.account_id, claim.run_id, purpose, code)
    return mail.message_id, [insert_outside_message(new, to_text(now)), *also]


async def begin_mail(run: WorkflowRun[ClaimParams], written: Json, purpose: Purpose) -> bool:
    """Have a mail sent that a step has written, if it has; whether it has."""
    match written:
        case {"mail": str(message_id)}:
            await run.child(MAIL, MailParams(message_id=message_id), f"mail-{purpose}")
            return True
        case _:
            return False


async def wait_for_mail(run: WorkflowRun[ClaimParams]) -> None:
    """Until it is known what became of the mail that sends the claim: the provider's id stands beside it then. One that
    nobody could send holds the claim up no longer than that takes."""
    while True:
        heard = await run.wait(contract.MAILED, _KNOWN_WITHIN, see=partial(_look, run))
        if heard is None or heard.now != "waiting":
            return


async def _look(run: WorkflowRun[ClaimParams], said: Mailed | None) -> Outcome:
    mail = await find_claim_mail(run.platform.database, run.id, "issued")
    if mail is not None and mail.became == "waiting":
        return Outcome(output=None if said is None else {"now": "waiting"})
    return Outcome(output={"now": "sent" if mail is not None and mail.provider_id else "not_sent"})
