"""Mails of a claim to its payer: their text, sending them, and what became of them."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.claims import contract as claims_contract
from tillroll.claims.contract import CLAIM_V1, MAILED, ClaimParams, Mailed, Written
from tillroll.claims.cron import NOTIFYING_MAILED
from tillroll.claims.documents_repository import find_file
from tillroll.claims.models import MEDIA_TYPES, Claim, ClaimMail, Purpose
from tillroll.claims.payer_locale import locale_for
from tillroll.claims.postings import ACTOR
from tillroll.claims.repository import CLAIM_LINKS, load_claim
from tillroll.claims.rules import State
from tillroll.company.models import CompanyProfile
from tillroll.company.service import load_profile
from tillroll.mail.addresses import hash_of_address, stopped
from tillroll.mail.provider import MailSettings, sender_named
from tillroll.mail.repository import (
    CODE_HERE,
    MailFile,
    NewOutsideMessage,
    insert_outside_message,
)
from tillroll.mail.service import Paragraph, compose, encrypted_code
from tillroll.mail.workflow import KIND as MAIL_KIND
from tillroll.mail.workflow import MAIL, MailParams
from tillroll.secret_links import new_link
from tillroll_documents.ibans import in_fours
from tillroll_durable import Actor, Outcome, Statement, StepContext, WorkflowRun, statement
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import Database, Row, of_row, text, word
from tillroll_durable.platform.bindings.engine import NonRetryable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import NoKey
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import verbatim
from tillroll_durable.runs import Run, rows_of_runs, run_from_row
from tillroll_durable.signals import NotListening, send_signal

_MAIL: Final = """
  m.run_id AS claim_id, m.purpose, m.provider_id, m.sent_at, b.id AS run_id,
  COALESCE(b.generation, 0) AS generation,
  CASE WHEN m.complained_at IS NOT NULL THEN 'complained'
    WHEN m.bounced_at IS NOT NULL THEN 'bounced'
    WHEN m.provider_id IS NOT NULL THEN 'sent' WHEN b.status IN ('failed', 'rejected', 'cancelled')
      THEN 'unsent'
    ELSE 'waiting' END AS became
"""
_RUN: Final = (
    f"JOIN runs b ON b.account_id = m.account_id AND b.kind = '{MAIL_KIND}' AND b.subject = m.id"
)
_OF: Final = f"SELECT {_MAIL} FROM outside_messages m LEFT {_RUN} WHERE m.run_id = ?1"
# Identifies what a run is notified of: a mail that is retried and sent after all makes a new one.
_LOOK: Final = "m.id || ' ' || b.generation || ' ' || COALESCE(m.provider_id, '')"
# Mails that claims wait for, and that were sent, or will not be by themselves. The claims lead:
# they are few.
_OVER: Final = f"""
  SELECT {_MAIL}, {_LOOK} AS look, s.failures AS setbacks
  FROM runs w
  CROSS JOIN outside_messages m ON m.run_id = w.id AND m.purpose = 'issued'
  CROSS {_RUN}
  {JOIN.format(part=f"'{NOTIFYING_MAILED}'", subject=_LOOK)}
  WHERE w.kind = '{claims_contract.KIND}' AND w.state = '{word(claims_contract.MAILING.name)}'
    AND (m.provider_id IS NOT NULL OR b.status NOT IN ('processing', 'needs_review'))
    AND {IS_DUE} ORDER BY {IN_TURN}, w.updated_at LIMIT 50
"""


async def find_mail(database: Database, run_id: str, purpose: Purpose) -> ClaimMail | None:
    row = await database.first(statement(f"{_OF} AND m.purpose = ?2", [run_id, purpose]))
    if row is None:
        return None
    return of_row(ClaimMail, row)


async def list_mails(database: Database, run_id: str) -> list[ClaimMail]:
    """The mails of a claim, the oldest first."""
    rows = await database.all(statement(f"{_OF} ORDER BY m.created_at, m.id", [run_id]))
    return [of_row(ClaimMail, row) for row in rows]


@dataclass(frozen=True)
class _Words:
    subject: str
    sentences: Sequence[str]


_UNLESS_PAID: Final = "If you have paid in the meantime, please ignore this reminder."
_WORDS_OF_INVOICE: Final[Mapping[Purpose, _Words]] = {
    "issued": _Words(
        "Invoice {number} from {account}: {open}, due {due}",
        ["Dear {payer}, here is invoice {number} for {open}. Please pay it by {due}."],
    ),
    "reminder": _Words(
        "Reminder: invoice {number} from {account} was due {due}",
        [
            "Dear {payer}, invoice {number} was due on {due}. {open} of it is still open.",
            _UNLESS_PAID,
        ],
    ),
    "second_reminder": _Words(
        "Second reminder: invoice {number} from {account} was due {due}",
        [
            (
                "Dear {payer}, we remind you once more: invoice {number} was due on {due}. "
                "{open} of it is still open."
            ),
            _UNLESS_PAID,
        ],
    ),
    "thanks": _Words(
        "Thank you: invoice {number} from {account} is paid",
        ["Dear {payer}, thank you for your payment. Invoice {number} is paid in full."],
    ),
}
_WORDS_OF_CLAIM: Final[Mapping[Purpose, _Words]] = {
    "issued": _Words(
        "Expense claim {number} from {account}: {open}, due {due}",
        ["Dear {payer}, here is expense claim {number} for {open}. Please pay it by {due}."],
    ),
    "reminder": _Words(
        "Reminder: expense claim {number} from {account} was due {due}",
        [
            ("Dear {payer}, expense claim {number} was due on {due}. {open} of it is still open."),
            _UNLESS_PAID,
        ],
    ),
    "second_reminder": _Words(
        "Second reminder: expense claim {number} from {account} was due {due}",
        [
            (
                "Dear {payer}, we remind you once more: expense claim {number} was due on "
                "{due}. {open} of it is still open."
            ),
            _UNLESS_PAID,
        ],
    ),
    "thanks": _Words(
        "Thank you: expense claim {number} from {account} is paid",
        ["Dear {payer}, thank you for your payment. Expense claim {number} is paid in full."],
    ),
}


def iban_of(company: CompanyProfile, params: ClaimParams | None) -> str | None:
    """Where the payer pays to."""
    if params is None or params.invoice is None:
        own = None
    else:
        own = params.invoice.iban
    return own or company.iban


def write_letter(
    purpose: Purpose,
    claim: Claim,
    company: CompanyProfile,
    url: str,
    iban: str | None,
    *,
    is_attached: bool,
) -> tuple[str, list[Paragraph]]:
    """The subject and the text of a mail to the payer. `url` is that of their page, empty in a mail
    without it; `is_attached` says that the invoice goes along."""
    standing = claim.standing
    locale = locale_for(claim.written_in, None)
    number = verbatim(claim.number or "")
    values = {
        "number": number,
        "account": verbatim(company.name),
        "payer": verbatim(claim.payer_name),
        "open": locale.money(standing.open, standing.currency),
        "due": "" if standing.due_on is None else locale.date(standing.due_on.isoformat()),
    }
    if claim.has_invoice:
        words = _WORDS_OF_INVOICE[purpose]
        see = "See the invoice"
    else:
        words = _WORDS_OF_CLAIM[purpose]
        see = "See the expenses"
    paragraphs = [Paragraph(sentence.format(**values)) for sentence in words.sentences]
    if is_attached:
        paragraphs.append(
            Paragraph("The invoice is attached as a PDF, which accounting programs can read, too.")
        )
    if iban and purpose != "thanks":
        paragraphs.append(
            Paragraph(
                f"Please pay to the account {in_fours(iban)}, with {number} as the reference."
            )
        )
    if url:
        paragraphs += [
            Paragraph(
                (
                    "This page has the receipts. There you can also tell us that you have paid, "
                    "or that something is wrong:"
                ),
                url,
                see,
            ),
            Paragraph(
                "Anyone with this link can see the page: please pass it on only to the person who "
                "pays."
            ),
        ]
    return words.subject.format(**values), paragraphs


INVOICE_FILE: Final = "invoice.pdf"
# Any mailbox takes so much. In Base64 it is a third more, and the Worker has it in memory.
MOST_ATTACHED: Final = 4 * 1024 * 1024
# A mail is tried for three hours, and given up as stale after a day.
_KNOWN_WITHIN: Final = timedelta(days=2)
# The page is looked at for so long behind the due day; no link holds longer than the other.
_LINK_HOLDS_BEHIND: Final = 90
_LINK_HOLDS_AT_MOST: Final = 400


async def write_mail(context: StepContext, params: ClaimParams) -> Outcome[Written]:
    """Write the mail that sends the claim; none where it is settled already, or this deployment
    sends no mail."""
    claim = await claim_of_run(context.platform, context.run.id)
    mail_id, statements = await compose_mail(
        context.platform, claim, purpose="issued", params=params
    )
    return Outcome(Written(mail=mail_id), statements=statements)


async def thank(context: StepContext, params: ClaimParams) -> Outcome[Written]:
    """Write thanks to the payer, where that was asked for and mail has reached them."""
    if not params.confirms_payment:
        return Outcome(Written(mail=None))
    claim = await claim_of_run(context.platform, context.run.id)
    is_paid = claim.standing.state(context.platform.clock.now().date()) is State.PAID
    if not is_paid or not await mail_arrives(context.platform, claim):
        return Outcome(Written(mail=None))
    mail_id, statements = await compose_mail(context.platform, claim, "thanks")
    return Outcome(Written(mail=mail_id), statements=statements)


async def claim_of_run(platform: Platform, run_id: str) -> Claim:
    claim = await load_claim(platform.database, run_id)
    if claim is None:
        raise NonRetryable(f"the claim of the run {run_id} is missing")
    return claim


async def mail_arrives(platform: Platform, claim: Claim) -> bool:
    """The claim was sent by mail, and neither that nor another mail to the address has come
    back."""
    sent = await find_mail(platform.database, claim.run_id, "issued")
    if claim.payer_mail is None or sent is None or sent.became != "sent":
        return False
    return await stopped(platform.database, hash_of_address(claim.payer_mail)) is None


async def compose_mail(
    platform: Platform, claim: Claim, purpose: Purpose, params: ClaimParams | None = None
) -> tuple[str | None, Sequence[Statement]]:
    """The id of a mail and what keeps it, with a link of its own; None where none can be sent, or
    the claim is settled."""
    settings = platform.settings.of(MailSettings)
    is_thanks = purpose == "thanks"
    has_link = not is_thanks
    if claim.payer_mail is None or not settings.sends or (has_link and claim.standing.is_closed):
        return None, ()
    now = platform.clock.now()
    company = await load_profile(platform.database, claim.account_id)
    if has_link:
        url = f"{settings.public_url}/api/payer/{CODE_HERE}"
    else:
        url = ""
    files = list[MailFile]()
    if not is_thanks:
        files = await find_files(platform.database, claim)
    letter = write_letter(
        purpose,
        claim,
        company=company,
        url=url,
        iban=iban_of(company, params),
        is_attached=bool(files),
    )
    language = locale_for(claim.written_in, None).code
    mail = await compose(platform, claim.payer_mail, *letter, language, is_outside=True)
    mail = replace(
        mail,
        sender=sender_named(mail.sender, company.name),
        reply_to=company.mail or "",
    )
    code = None
    statements = list[Statement]()
    if has_link:
        lasts = timedelta(days=min(claim.terms_days + _LINK_HOLDS_BEHIND, _LINK_HOLDS_AT_MOST))
        link = new_link(
            CLAIM_LINKS, Actor(claim.account_id, ACTOR), thing_id=claim.run_id, lasts=lasts, now=now
        )
        try:
            code = await encrypted_code(platform, mail, link.token)
        except NoKey:
            return None, ()
        statements = [*link.statements]
    new = NewOutsideMessage(
        mail, claim.account_id, run_id=claim.run_id, purpose=purpose, code=code, files=files
    )
    return mail.message_id, [insert_outside_message(new, to_text(now)), *statements]


async def find_files(database: Database, claim: Claim) -> list[MailFile]:
    """The invoice, where the claim has one that is small enough. The payer's page has it anyway."""
    file = await find_file(database, claim.account_id, claim.run_id, path=INVOICE_FILE)
    if file is None or file.size > MOST_ATTACHED:
        return []
    return [MailFile(f"{file.number}.pdf", MEDIA_TYPES[file.name], file.object_key)]


async def begin_mail(
    run: WorkflowRun[ClaimParams], message_id: str | None, purpose: Purpose
) -> bool:
    """Have a mail sent that a step has written, if it has; whether it has."""
    if message_id is None:
        return False
    await run.child(MAIL, MailParams(message_id=message_id), f"mail-{purpose}")
    return True


async def wait_for_mail(run: WorkflowRun[ClaimParams]) -> None:
    """Until it is known what became of the mail that sends the claim, or that takes longer than it
    may."""
    while True:
        news = await run.wait(claims_contract.MAILED, _KNOWN_WITHIN, see=partial(_look, run))
        if news is None or news.now != "waiting":
            return


async def _look(run: WorkflowRun[ClaimParams], news: Mailed | None) -> Outcome:
    mail = await find_mail(run.platform.database, run.id, "issued")
    if mail is not None and mail.became == "waiting":
        return Outcome(output=None if news is None else {"now": "waiting"})
    return Outcome(output={"now": "sent" if mail is not None and mail.provider_id else "not_sent"})


async def notify_mailed(platform: Platform) -> int:
    """Wake the claims of whose mail it is known what became; how many."""
    rows = await platform.database.all(statement(_OVER, [to_text(platform.clock.now())]))
    if rows:
        runs = await rows_of_runs(platform.database, [text(row, "claim_id") for row in rows])
    else:
        runs = {}

    async def wake(row: Row) -> None:
        await _notify(platform, run_from_row(runs[text(row, "claim_id")]), of_row(ClaimMail, row))

    # A claim that was woken is in this list until its run goes on.
    return await each_row(
        platform, NOTIFYING_MAILED, rows=rows, subject="look", do=wake, stays=True
    )


async def _notify(platform: Platform, run: Run, mail: ClaimMail) -> None:
    now = "sent" if mail.provider_id else "not_sent"
    key = f"{now}:{mail.generation}"
    with suppress(NotListening):  # it was cancelled meanwhile
        await send_signal(
            platform,
            CLAIM_V1,
            run=run,
            name=MAILED.name,
            key=key,
            payload={"now": now},
            actor="system:claims",
        )
