"""Mails of a claim to its payer: their text, sending them, and what became of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Literal

from tillroll.claims import contract as claims_contract
from tillroll.claims.contract import CLAIM_V1, MAILED, ClaimParams, Mailed
from tillroll.claims.repository import Claim, load_claim
from tillroll.claims.rules import State
from tillroll.claims.service import new_link
from tillroll.durable import Actor, Outcome, Statement, StepContext, WorkflowRun, statement
from tillroll.durable.operating.signals import NotListening, send_signal
from tillroll.durable.record.runs import load_run
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.provider import MailSettings
from tillroll.mail.repository import CODE_HERE, NewOutsideMessage, insert_outside_message
from tillroll.mail.service import Paragraph, compose, encrypted_code
from tillroll.mail.workflow import KIND as MAIL_KIND
from tillroll.mail.workflow import MAIL, MailParams
from tillroll.platform.bindings.database import Database, Row, of_row, optional_integer, text
from tillroll.platform.bindings.engine import NonRetryable
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import NoKey
from tillroll.platform.json import Json
from tillroll.platform.services import Platform
from tillroll.reading.money import Money

Purpose = Literal["issued", "reminder", "second_reminder", "thanks"]
Became = Literal["waiting", "sent", "bounced", "complained", "unsent"]

TELLING_MAILED: Final = "claims by mail"
# What is told: a mail that is retried and sent after all is told anew.
_LOOK: Final = "m.id || ' ' || b.generation || ' ' || COALESCE(m.provider_id, '')"
_OF: Final = f"""
  SELECT m.*, s.id AS sender_id, s.status, s.generation FROM outside_messages m
  LEFT JOIN runs s ON s.account_id = m.account_id AND s.kind = '{MAIL_KIND}' AND s.subject = m.id
  WHERE m.run_id = ?1
"""  # noqa: S608 - a constant
# Claims that wait for the mail that sends them, of which it is known what became.
_OVER: Final = f"""
  SELECT m.*, b.id AS sender_id, b.status, b.generation, {_LOOK} AS look, s.failures AS setbacks
  FROM runs w
  JOIN outside_messages m ON m.run_id = w.id AND m.purpose = 'issued'
  JOIN runs b ON b.account_id = m.account_id AND b.kind = '{MAIL_KIND}' AND b.subject = m.id
  {JOIN.format(part=f"'{TELLING_MAILED}'", subject=_LOOK)}
  WHERE w.kind = '{claims_contract.KIND}' AND w.status = 'processing'
    AND w.state = '{claims_contract.MAILING.name}'
    AND (m.provider_id IS NOT NULL OR b.status NOT IN ('processing', 'needs_review'))
    AND {IS_DUE} ORDER BY {IN_TURN}, w.updated_at LIMIT 50
"""  # noqa: S608 - names of the contract


@dataclass(frozen=True)
class ClaimMail:
    """A mail of a claim. `sender_id` is the run that sends it, `run_generation` tells its retries apart: None and 0
    before there is one."""

    id: str
    claim_id: str
    purpose: Purpose
    provider_id: str | None
    became: Became
    sender_id: str | None
    run_generation: int
    created_at: str
    sent_at: str | None

    @property
    def arrives(self) -> bool:
        """It was sent, and did not come back: so will the next one."""
        return self.became == "sent"


async def find_claim_mail(database: Database, run_id: str, purpose: Purpose) -> ClaimMail | None:
    row = await database.first(statement(f"{_OF} AND m.purpose = ?2", run_id, purpose))
    return None if row is None else mail_of_row(row)


async def list_claim_mails(database: Database, run_id: str) -> list[ClaimMail]:
    """Those that were written, the oldest first."""
    return [mail_of_row(row) for row in await database.all(statement(f"{_OF} ORDER BY m.created_at, m.id", run_id))]


async def find_mails_over(database: Database, now: str) -> Sequence[Row]:
    """The mails that claims wait for, and that were sent, or will not be by themselves; see `mail_of_row`."""
    return await database.all(statement(_OVER, now))


def mail_of_row(row: Row) -> ClaimMail:
    return of_row(
        ClaimMail,
        row,
        claim_id=text(row, "run_id"),
        became=_became(row),
        run_generation=optional_integer(row, "generation") or 0,
    )


def _became(row: Row) -> Became:
    if row["complained_at"] is not None:
        return "complained"
    if row["bounced_at"] is not None:
        return "bounced"
    if row["provider_id"] is not None:
        return "sent"
    return "unsent" if row["status"] in {"failed", "rejected", "cancelled"} else "waiting"


_SUBJECTS: Final[Mapping[Purpose, str]] = {
    "issued": "Claim {number} of {account}: {open}, due {due}",
    "reminder": "Reminder: claim {number} of {account} was due {due}",
    "second_reminder": "Second reminder: claim {number} of {account} was due {due}",
    "thanks": "Thank you: claim {number} of {account} is paid",
}
_SENTENCES: Final[Mapping[Purpose, str]] = {
    "issued": "{account} asks {payer} for {open} by claim {number}. It is due on {due}.",
    "reminder": "Claim {number} of {account} was due on {due}, and {open} of it are still open.",
    "second_reminder": "This is the second reminder: claim {number} of {account} was due on {due}, and {open} of it "
    "are still open.",
    "thanks": "{account} has got what claim {number} was over. Thank you: nothing of it is open.",
}


@dataclass(frozen=True)
class Letter:
    """`paragraphs` lead to the claim's page, where it has one."""

    subject: str
    paragraphs: list[Paragraph]


def write_letter(purpose: Purpose, claim: Claim, account: str, url: str, iban: str | None) -> Letter:
    """A mail to whoever is to pay a claim that was issued. `url` is that of their page, empty in a mail without it;
    `iban` is where they pay to, if that was said."""
    standing = claim.standing
    words = {
        "number": claim.number or "",
        "account": account,
        "payer": claim.payer_name,
        "open": f"{Money(standing.open, standing.currency).to_decimal_string()} {standing.currency}",
        "due": "" if standing.due_on is None else standing.due_on.isoformat(),
    }
    paragraphs = [Paragraph(_SENTENCES[purpose].format(**words))]
    if iban and purpose != "thanks":
        paragraphs.append(Paragraph(f"Pay to the account {iban}, and name the claim: {claim.number}."))
    if url:
        paragraphs += [
            Paragraph(
                "What is in it, with its receipts and files. There you also say that you have paid, or what is wrong:",
                url,
                "See the claim",
            ),
            Paragraph("Whoever has this link sees the claim: give it only to whoever pays."),
        ]
    return Letter(_SUBJECTS[purpose].format(**words), paragraphs)


_ACTOR: Final = f"workflow:{claims_contract.KIND}"
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
        heard = await run.wait(claims_contract.MAILED, _KNOWN_WITHIN, see=partial(_look, run))
        if heard is None or heard.now != "waiting":
            return


async def _look(run: WorkflowRun[ClaimParams], said: Mailed | None) -> Outcome:
    mail = await find_claim_mail(run.platform.database, run.id, "issued")
    if mail is not None and mail.became == "waiting":
        return Outcome(output=None if said is None else {"now": "waiting"})
    return Outcome(output={"now": "sent" if mail is not None and mail.provider_id else "not_sent"})


async def tell_mailed(platform: Platform) -> int:
    """Wake the claims of whose mail it is known what became; how many."""
    rows = await find_mails_over(platform.database, to_text(platform.clock.now()))
    # A claim that was woken is in this list until its run goes on.
    return await each_row(platform, TELLING_MAILED, rows, "look", lambda row: _tell(platform, row), stays=True)


async def _tell(platform: Platform, row: Row) -> None:
    mail = mail_of_row(row)
    loaded = await load_run(platform.database, mail.claim_id)
    if loaded is None:
        return
    now = "sent" if mail.provider_id else "not_sent"
    key = f"{now}:{mail.run_generation}"
    with suppress(NotListening):  # it was cancelled meanwhile
        await send_signal(platform, CLAIM_V1, loaded[0], MAILED.name, key, {"now": now}, "system:claims")
