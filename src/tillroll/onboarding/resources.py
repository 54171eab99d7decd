"""What an account begins with: categories, a policy, an address, a sample receipt; and the welcome.

It is given once, with the account's first person, and only where the account has nothing of the
kind: what people have changed or taken away stays so.
"""

import hashlib
from functools import cache
from typing import Final, LiteralString

from tillroll.access.first_names import is_named
from tillroll.expenses.beginning import first_categories, first_policy
from tillroll.mail.addresses import ask_to_confirm, hash_of_address, stopped
from tillroll.mail.provider import MailSettings
from tillroll.mail.repository import NewOutsideMessage, insert_outside_message
from tillroll.mail.service import Paragraph, compose, encrypted_code, link_with_code
from tillroll.onboarding import contract
from tillroll.onboarding.contract import OnboardingParams, subject_of
from tillroll.receipts.repository import Uploaded, insert_sample_receipt
from tillroll.receipts.service import original_key
from tillroll.received_mail.intake import first_address
from tillroll_durable import Actor, Outcome, Statement, StepContext, statement
from tillroll_durable.declared import read
from tillroll_durable.platform.bindings.database import Database, optional_text, text
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import EncryptionSettings
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.words import verbatim

WELCOME: Final = "welcome"
"""The purpose of the mail, in `outside_messages`."""
SUBJECT: Final = "Welcome to {account} on Tillroll"
SUBJECT_WITHOUT_NAME: Final = "Welcome to Tillroll"


def paragraphs(name: str, account: str, url: str) -> list[Paragraph]:
    """What a new person reads. `url` is where Tillroll runs."""
    begins = "You are set up. Photograph a receipt, and it becomes an expense:"
    if is_named(account):
        begins = (
            f"You are set up in {verbatim(account)}. Photograph a receipt, and it becomes an "
            "expense:"
        )
    return [
        Paragraph(f"Hello {verbatim(name)},"),
        Paragraph(begins, f"{url}/", "Begin"),
        Paragraph("What Tillroll is not sure of waits for you in the Inbox."),
        Paragraph(
            "Choose which notices you get, and how:", f"{url}/settings/notices", "Choose them"
        ),
    ]


def confirmation(url: str) -> Paragraph:
    """The link that makes the address the person's."""
    return Paragraph(
        "Confirm this address within a day. Then you sign in by it, and switch to your other"
        " companies:",
        url,
        "Confirm this address",
    )


_NAME: Final = "sample-receipt.pdf"
_MEDIA_TYPE: Final = "application/pdf"
_FONTS: Final = b"<< /Font << /F 5 0 R >> >>"
_LINES: Final = (
    "SAMPLE CAFE",
    "This is a sample: nobody paid it.",
    "",
    "Coffee                 3.00 EUR",
    "Sandwich               5.90 EUR",
    "",
    "Subtotal               8.90 EUR",
    "TOTAL                  8.90 EUR",
    "",
    "It has no date, so it waits for you.",
    "Reject it, and nothing is left of it.",
)


@cache
def sample_receipt() -> bytes:
    """A sample receipt. Its bytes never change, so an account has them once."""
    text = "".join(f"({line}) Tj T*\n" for line in _LINES)
    content = f"BT /F 11 Tf 16 TL 28 372 Td\n{text}ET".encode()
    bodies = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 280 400] /Contents 4 0 R /Resources %s >>"
        % _FONTS,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    )
    written = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(bodies, start=1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        table,
    )
    return bytes(written)


def insert_sample(receipt_id: str, user_id: str, run_id: str, now: str) -> Statement:
    """The sample as a receipt of the account of its run, handed in by a person."""
    file = Uploaded(
        _sha256(),
        _MEDIA_TYPE,
        picture=None,
        size=len(sample_receipt()),
        file_name=_NAME,
        by=user_id,
    )
    return insert_sample_receipt(receipt_id, file, run_id=run_id, now=now)


@cache
def _sha256() -> str:
    return hashlib.sha256(sample_receipt()).hexdigest()


_ACTOR: Final = f"workflow:{contract.KIND}"


async def create_resources(context: StepContext) -> Outcome:
    """Give the account what it has not, and write the welcome. The output names what was given;
    never an address.
    """
    params = read(OnboardingParams, context.run.params)
    database = context.platform.database
    account_id = context.run.account_id
    names: list[Json] = []
    statements: list[Statement] = []
    sample: str | None = None
    may_confirm = False
    if await begins_account(database, account_id, params.user_id):
        by = account_id, _ACTOR, to_text(context.platform.clock.now())
        for name, inserts in (
            ("categories", [] if await _has_any(context, "categories") else first_categories(*by)),
            ("policy", [] if await _has_any(context, "approval_policies") else first_policy(*by)),
            ("address", await first_address(context.platform, Actor(account_id, _ACTOR))),
        ):
            if inserts:
                names.append(name)
            statements += inserts
        if not await _has_any(context, "receipts"):
            sample = new_id("rec")
            # Where a receipt's bytes lie; again, it changes nothing.
            key = original_key(account_id, _sha256())
            await context.platform.objects.put_bytes(key, sample_receipt(), _MEDIA_TYPE)
            names.append("sample")
        may_confirm = True
    welcome, letter = await _letter(context, params, may_confirm=may_confirm)
    output: JsonObject = {"given": names, "sample": sample, "welcome": welcome}
    return Outcome(output=output, statements=[*statements, *letter])


async def _has_any(context: StepContext, table: LiteralString) -> bool:
    query = f"SELECT 1 FROM {table} WHERE account_id = ? LIMIT 1"
    return (
        await context.platform.database.first(statement(query, [context.run.account_id]))
        is not None
    )


async def _letter(
    context: StepContext, params: OnboardingParams, *, may_confirm: bool
) -> tuple[JsonObject, list[Statement]]:
    """The welcome's id and what keeps it; or why there is none. `may_confirm`: a link in it makes
    its address the person's. That is for the account's first person alone: of anybody else an owner
    could give an address of their own, and sign in as them.
    """
    platform = context.platform
    database = context.platform.database
    run = context.run
    if await is_welcomed(database, run.account_id, subject_of(params)):
        return {"why": contract.SENT_BEFORE}, []
    if params.email is None:
        return {"why": contract.NO_ADDRESS}, []
    if not platform.settings.of(MailSettings).sends:
        return {"why": contract.NO_MAIL_HERE}, []
    why = await stopped(database, hash_of_address(params.email))
    if why is not None:
        return {"why": why}, []
    query = """
      SELECT u.name, u.language, a.name AS account FROM users u
      JOIN accounts a ON a.id = u.account_id WHERE u.id = ?
    """
    row = await database.first(statement(query, [params.user_id]))
    name, account = ("", "") if row is None else (text(row, "name"), text(row, "account"))
    written = paragraphs(name, account, platform.settings.of(MailSettings).public_url)
    language = None if row is None else optional_text(row, "language")
    has_keys = platform.settings.of(EncryptionSettings).newest is not None
    may_confirm = may_confirm and has_keys and not await _has_address(database, params)
    if may_confirm:
        written.insert(2, confirmation(link_with_code(platform, "/confirm-mail")))
    subject = SUBJECT_WITHOUT_NAME
    if is_named(account):
        subject = SUBJECT.format(account=verbatim(account))
    mail = await compose(
        platform,
        params.email,
        subject=subject,
        paragraphs=written,
        language=language,
        is_outside=True,
    )
    statements: list[Statement] = []
    code: str | None = None
    now = platform.clock.now()
    if may_confirm:
        link_code, pending = ask_to_confirm(run.account_id, params.user_id, params.email, now)
        code = await encrypted_code(platform, mail, link_code)
        statements.append(pending)
    new = NewOutsideMessage(mail, run.account_id, run_id=run.id, purpose=WELCOME, code=code)
    return {"message": mail.message_id}, [*statements, insert_outside_message(new, to_text(now))]


async def _has_address(database: Database, params: OnboardingParams) -> bool:
    """Whether the person has an address, or asked for the link of one."""
    query = """
      SELECT 1 FROM mail_addresses
      WHERE user_id = ? AND (address IS NOT NULL OR pending IS NOT NULL)
    """
    return await database.first(statement(query, [params.user_id])) is not None


async def is_welcomed(database: Database, account_id: str, subject: str) -> bool:
    """Whether a welcome was sent to the person, and has not come back."""
    query = """
      SELECT 1 FROM runs r JOIN outside_messages m ON m.run_id = r.id AND m.purpose = ?4
      WHERE r.account_id = ?1 AND r.subject = ?2 AND r.kind = ?3
        AND m.sent_at IS NOT NULL AND m.bounced_at IS NULL AND m.complained_at IS NULL
    """
    return (
        await database.first(statement(query, [account_id, subject, contract.KIND, WELCOME]))
        is not None
    )


async def begins_account(database: Database, account_id: str, user_id: str) -> bool:
    """Whether the person is the account's first, and no run has given the account anything yet."""
    query = """
      SELECT 1 FROM users u WHERE u.id = ?2 AND u.account_id = ?1
        AND NOT EXISTS (SELECT 1 FROM users o WHERE o.account_id = ?1 AND o.id < u.id)
        AND NOT EXISTS (
          SELECT 1 FROM runs r
          JOIN run_steps s ON s.run_id = r.id AND s.step = ?4 AND s.outcome = 'completed'
          WHERE r.account_id = ?1 AND r.subject = 'user:' || ?2 AND r.kind = ?3
        )
    """
    step = contract.CREATE_RESOURCES.name
    return (
        await database.first(statement(query, [account_id, user_id, contract.KIND, step]))
        is not None
    )
