"""Works mail off: each attachment becomes a receipt, text is printed as a PDF, and the proven
sender is answered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.expenses.values import PaidBy
from tillroll.mail.provider import Mail, MailSettings
from tillroll.mail.repository import ANSWER_HEADERS, NewMessage
from tillroll.mail.service import Paragraph, language_of, send, write
from tillroll.quotas.usage import QuotaReached
from tillroll.receipts.repository import Uploaded, remembered_payer
from tillroll.receipts.service import MayNot, check_upload, original_key, take_upload
from tillroll.receipts.workflow import RECEIPT
from tillroll.received_mail import repository
from tillroll.received_mail.attachments import Attachment, TextAttachment
from tillroll.received_mail.choosing import choose
from tillroll.received_mail.headers import Unreadable
from tillroll.received_mail.html_text import COLUMN_GAP
from tillroll.received_mail.intake import sight_of
from tillroll.received_mail.models import Outcome, ReceivedAttachment
from tillroll.received_mail.repository import INBOX, StoredMail
from tillroll.received_mail.takers import Taker, may_send, taker_of
from tillroll.received_mail.walk import read_attachments
from tillroll_documents.pdf_writer.document import A4, Document, Page, Weight
from tillroll_documents.pdf_writer.fonts import FAMILY, file_of, scripts_of
from tillroll_documents.pdf_writer.lettering import plain
from tillroll_durable import Actor, NotBegun, Statement, statement
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, integer, of_row, text
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import verbatim
from tillroll_durable.sight import all_of

MOST_A_DAY: Final = 100
ACTOR: Final = "system:received-mail"


async def answer(
    platform: Platform, mail: StoredMail, attachments: Sequence[ReceivedAttachment]
) -> str | None:
    """Have an answer sent, once by the mail's id, also where an attempt died; None where none is
    due."""
    settings = platform.settings.of(MailSettings)
    if not settings.sends or not mail.is_authenticated or mail.is_automatic or not attachments:
        return None
    query = (
        "SELECT count(*) AS n FROM received_mail WHERE account_id = ? AND answer_id IS NOT NULL "
        "AND settled_at > ?"
    )
    since = to_text(platform.clock.now() - timedelta(days=1))
    [row] = await platform.database.all(statement(query, [mail.account_id, since]))
    if integer(row, "n") >= MOST_A_DAY:
        return None
    message_id = f"msg_{mail.id.partition('_')[2]}"
    paragraphs = _paragraphs(attachments, settings.public_url)
    language = await language_of(platform.database, mail.user_id or "")
    subject, as_text, as_html = await write(
        platform, f"Re: {mail.subject or 'your receipts'}", paragraphs=paragraphs, language=language
    )
    written = Mail(
        message_id,
        settings.sender,
        to=mail.sender,
        subject=subject,
        text=as_text,
        html=as_html,
        headers=ANSWER_HEADERS,
    )
    new = NewMessage(
        written, mail.account_id, user_id=mail.user_id, purpose="notices", answers=mail.id
    )
    try:
        await send(platform, new, ACTOR)
    except NotBegun:  # the person is gone
        return None
    return message_id


def _paragraphs(attachments: Sequence[ReceivedAttachment], public_url: str) -> list[Paragraph]:
    """What was taken, and everything that was not, with its reason."""
    receipts = [each for each in attachments if each.outcome in {"taken", "known"}]
    are_receipts = all(each.receipt_id for each in receipts)
    lines = [
        Paragraph(
            _line(attachment), f"{public_url}/runs/{attachment.run_id}" if attachment.run_id else ""
        )
        for attachment in attachments
    ]
    about = Paragraph(
        "What your mail brought:", f"{public_url}/settings/mail", "See it in Tillroll"
    )
    return [Paragraph(_count(len(receipts), are_receipts=are_receipts)), *lines, about]


def _count(count: int, *, are_receipts: bool) -> str:
    if count == 0:
        return "Nothing was taken from your mail."
    if are_receipts:
        if count == 1:
            return "1 receipt was taken from your mail."
        return f"{count} receipts were taken from your mail."
    if count == 1:
        return "1 file was taken from your mail."
    return f"{count} files were taken from your mail."


_OUTCOMES: Final = {"taken": "taken", "known": "there already"}
_UNNAMED: Final = {"inline": "a picture in the text", "text": "the text"}


def _line(attachment: ReceivedAttachment) -> str:
    name = _UNNAMED.get(attachment.found, "a file without a name")
    if attachment.name:
        name = verbatim(attachment.name)
    outcome = _OUTCOMES.get(attachment.outcome, f"left out: {attachment.why}")
    if attachment.outcome == "refused":
        outcome = f"not taken: {attachment.why}"
    return f"{name}: {outcome}"


MOST_LINES: Final = 600
_MARGIN: Final = 48.0
_WIDTH: Final = A4[0] - 2 * _MARGIN
_SIZE: Final = 9.0
_LEADING: Final = 13.0
_GAP: Final = 24.0
# Of the letters, so many may lack before the document would say something else than the mail.
_MOST_MISSING: Final = 0.05


class NotPrintable(Exception):
    """Its letters are of a script that the fonts at hand do not have."""


async def print_text(platform: Platform, attachment: TextAttachment) -> bytes:
    """A PDF of the text, with where it is from at the end. Raises NotPrintable."""
    source = _source(attachment)
    if attachment.sent_on:
        day = attachment.sent_on.isoformat()
    else:
        day = "1970-01-01"
    document = Document(plain(attachment.subject or "Mail"), f"{day}T00:00:00.000Z", "Tillroll")
    for script in scripts_of(f"{attachment.text}{source}"):
        content = await platform.assets.read(f"/fonts/{file_of(script, Weight.REGULAR)}")
        document.add_font(Weight.REGULAR, f"{FAMILY}-{script}", content)
    sheet = _Sheet(document)
    for line in attachment.text.split("\n")[:MOST_LINES]:
        sheet.say(line)
    sheet.say("")
    sheet.say(source)
    missing = document.missing
    letters = [sign for sign in attachment.text if sign.isalpha()]
    if sum(sign in missing for sign in letters) > _MOST_MISSING * len(letters):
        raise NotPrintable
    return document.take() + document.end(sheet.pages, _foot)


class _Sheet:
    """Lines down a page, and on to the next."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._letters = document.letters[Weight.REGULAR]
        self.pages: list[Page] = [document.page()]
        self._y = _MARGIN

    def say(self, line: str) -> None:
        """A line, whose columns follow each other, the last one at the right, or below each other
        where they do not fit."""
        cells = [cell for cell in map(plain, line.split(COLUMN_GAP)) if cell]
        widths = [self._letters.width(cell, _SIZE) for cell in cells]
        if len(cells) > 1 and sum(widths) + _GAP * (len(cells) - 1) <= _WIDTH:
            self._row(cells, widths)
            return
        for cell in cells or [""]:
            for part in self._letters.lines(cell, _SIZE, _WIDTH, 20):
                self._down()
                self.pages[-1].text(_MARGIN, self._y, text=part, size=_SIZE)

    def _row(self, cells: list[str], widths: list[float]) -> None:
        self._down()
        x = _MARGIN
        for cell, width in zip(cells[:-1], widths[:-1], strict=True):
            self.pages[-1].text(x, self._y, text=cell, size=_SIZE)
            x += width + _GAP
        self.pages[-1].text_right(_MARGIN + _WIDTH, self._y, text=cells[-1], size=_SIZE)

    def _down(self) -> None:
        self._y += _LEADING
        if self._y > A4[1] - 60:
            self.pages.append(self._document.page())
            self._y = _MARGIN + _LEADING


def _source(attachment: TextAttachment) -> str:
    """What the mail itself says of where it is from."""
    if attachment.sent_on:
        sent = attachment.sent_on.isoformat()
    else:
        sent = None
    facts = (("Mail from", attachment.sender), ("sent", sent), ("subject", attachment.subject))
    return ", ".join(f"{label} {value}" for label, value in facts if value)


def _foot(page: Page, number: int, count: int) -> None:
    page.text(_MARGIN, A4[1] - 30, text=f"{number} / {count}", size=7.0, grey=0.4)


# A mail takes up to some hundred round trips: the share of a tick may end before these.
_MOST_BY_SWEEP: Final = 5
_LOOKS_INTO_DOCUMENTS: Final = 2
_NOT_PRINTABLE: Final = (
    "its letters are of a script that cannot be printed here; attach the invoice as PDF"
)


@dataclass(frozen=True)
class _Became:
    """An attachment's receipt and its run. `is_by_this`: the attachment began it; otherwise it was
    there."""

    receipt_id: str
    run_id: str
    is_by_this: bool


class _BytesFile:
    """`IncomingFile` over bytes that are here."""

    def __init__(self, platform: Platform, name: str | None, content: bytes) -> None:
        self.name = name
        self.size = len(content)
        self.content = content
        self._platform = platform

    def peek(self, offset: int, length: int) -> bytes:
        return self.content[offset : offset + length]

    async def read_head(self, size: int) -> None:
        """All bytes are there."""

    async def sha256(self, folder: str) -> str:
        del folder
        return hashlib.sha256(self.content).hexdigest()

    async def store(self, key: str, media_type: str) -> None:
        await self._platform.objects.put_bytes(key, self.content, media_type)


async def work_off(platform: Platform, mail_id: str) -> None:
    """Take in what a stored mail brings, if that is not done. Where the process dies, the next
    attempt goes on."""
    mail = await repository.claim(platform.database, mail_id, platform.clock.now())
    if mail is None:
        return
    now = to_text(platform.clock.now())
    if mail.attempt > repository.MOST_ATTEMPTS:
        why = "each attempt ended before it could say why"
        failed = repository.settle(mail.account_id, mail.id, "failed", now=now, why=why)
        await platform.database.batch([failed])
        return
    try:
        raw = await platform.objects.get_bytes(mail.object_key)
        if raw is None:
            why = "the mail as it came is gone"
            failed = repository.settle(mail.account_id, mail.id, "failed", now=now, why=why)
            await platform.database.batch([failed])
            return
        today = from_text(mail.received_at).date()
        attachments = read_attachments(raw, today)
        del raw
        positions = {integer(row, "position") for row in await _kept(platform, mail)}
        # A document that ended the Worker twice is not looked into again: it is taken for a
        # receipt. What was decided before stands, so that both attempts take the same.
        if mail.attempt <= _LOOKS_INTO_DOCUMENTS or positions:
            attachments = await choose(attachments, today, platform.pause)
        await _take_all(platform, mail, attachments=attachments, done=positions)
        sight = await sight_of(platform, mail.account_id, mail.user_id)
        attachment_rows = await platform.database.all(repository.attachments_of(mail.id, sight))
        answer_id = await answer(
            platform, mail, [of_row(ReceivedAttachment, row) for row in attachment_rows]
        )
        await platform.database.batch(
            [repository.settle(mail.account_id, mail.id, "done", now, answer_id=answer_id)]
        )
        log.info("received_mail.settled", account=mail.account_id, subject=mail.id)
    except Unreadable as error:
        await platform.database.batch(
            [repository.settle(mail.account_id, mail.id, "refused", now=now, why=str(error))]
        )
    except Exception as error:  # noqa: BLE001
        # Whatever it was, the mail is kept, shown, and tried again.
        log.crash("received_mail.attempt_failed", error, account=mail.account_id, subject=mail.id)
        why = f"an error of ours, {type(error).__name__}, which the log has"
        is_last = mail.attempt >= repository.MOST_ATTEMPTS
        await platform.database.batch(
            [
                repository.settle(mail.account_id, mail.id, "failed", now=now, why=why)
                if is_last
                else INBOX.put_off(mail.account_id, mail.id, why)
            ]
        )


async def sweep(platform: Platform) -> int:
    """Work off, or nudge, what is overdue: mail whose nudge was lost, or over which a process
    died. Return how many."""
    return await INBOX.sweep(
        platform, partial(work_off, platform), most=_MOST_BY_SWEEP, most_nudged=200
    )


async def _kept(platform: Platform, mail: StoredMail) -> list[Row]:
    return await platform.database.all(repository.attachments_of(mail.id, all_of(mail.account_id)))


async def _take_all(
    platform: Platform, mail: StoredMail, attachments: list[Attachment], done: set[int]
) -> None:
    waiting = [
        (position, each) for position, each in enumerate(attachments) if position not in done
    ]
    others = {
        position: taker for position, each in waiting if (taker := taker_of(each)) is not None
    }
    unoffered = [
        repository.keep_unoffered(mail.id, position, attachment)
        for position, attachment in waiting
        if not attachment.is_offered and position not in others
    ]
    if unoffered:
        await platform.database.batch(unoffered)
    for position, attachment in waiting:
        if attachment.is_offered:
            await _take(platform, mail, position=position, attachment=attachment)
        elif position in others:
            await _take_other(
                platform, mail, position=position, attachment=attachment, taker=others[position]
            )


async def _take_other(
    platform: Platform, mail: StoredMail, position: int, attachment: Attachment, taker: Taker
) -> None:
    """Take a file that is no receipt, and write down what became of it."""
    outcome: Outcome = "refused"
    why = None
    run_id = None
    if not await may_send(platform.database, mail, taker.permission):
        why = (
            f"it is {taker.what}, and only a person who may {taker.permission.value} can mail one, "
            "from their own confirmed address"
        )
    else:
        try:
            name = attachment.name
            content = attachment.unread or b""
            run_id = await taker.take(
                platform, _actor(mail), user_id=mail.user_id, name=name, content=content
            )
        except Refusal as refused:
            why = f"it is {taker.what}: {refused.detail}"
        else:
            if await _began(platform, mail, run_id):
                outcome = "taken"
            else:
                outcome = "known"
    attachment_row = repository.keep_attachment(
        mail.id, position, attachment=attachment, outcome=outcome, why=why, run_id=run_id
    )
    await platform.database.batch([attachment_row])


async def _began(platform: Platform, mail: StoredMail, run_id: str) -> bool:
    """Whether this mail has begun a run; otherwise it was there."""
    query = (
        "SELECT 1 AS one FROM audit_events WHERE stream = ? AND action = 'run.created' "
        "AND actor = ?"
    )
    return await platform.database.first(statement(query, [run_id, _actor(mail).name])) is not None


async def _take(
    platform: Platform, mail: StoredMail, position: int, attachment: Attachment
) -> None:
    """Take one attachment in, and write down what became of it."""
    try:
        file = await _file(platform, attachment)
        may = check_upload(file)
    except (MayNot, NotPrintable) as refused:
        if isinstance(refused, NotPrintable):
            why = _NOT_PRINTABLE
        else:
            why = str(refused)
        await platform.database.batch(
            [
                repository.keep_attachment(
                    mail.id, position, attachment=attachment, outcome="refused", why=why
                )
            ]
        )
        return
    sha256 = await file.sha256(mail.account_id)
    if mail.attempt > 1:
        before = await _taken_before(platform, mail, position=position, sha256=sha256)
    else:
        before = None
    if before is not None:
        await platform.database.batch(
            [_outcome(mail, position, attachment=attachment, became=before)]
        )
        return
    await file.store(original_key(mail.account_id, sha256), may.media_type)
    uploaded = Uploaded(
        sha256=sha256,
        media_type=may.media_type,
        picture=may.picture,
        size=file.size,
        file_name=(file.name or "")[:200] or None,
        by=mail.user_id,
        paid_by=await _payer(platform, mail),
    )
    try:
        receipt = await take_upload(platform, RECEIPT, actor=_actor(mail), file=uploaded)
    except QuotaReached as reached:
        why = (
            f"the account's quota of {reached.use.quota.value} is reached; forward it once there "
            "is room again"
        )
        await platform.database.batch(
            [
                repository.keep_attachment(
                    mail.id, position, attachment=attachment, outcome="refused", why=why
                )
            ]
        )
        return
    if receipt.is_new:
        ours = None
    else:
        ours = await _taken_before(platform, mail, position=position, sha256=sha256)
    if ours is None:
        became = _Became(receipt.receipt_id, receipt.run_id, receipt.is_new)
    else:
        became = ours
    await platform.database.batch([_outcome(mail, position, attachment=attachment, became=became)])


async def _payer(platform: Platform, mail: StoredMail) -> PaidBy | None:
    """Who paid: as the person said last, of what they mail themselves. Of what a shop sends nobody
    said it."""
    is_theirs = await may_send(platform.database, mail, Permission.SUBMIT)
    if is_theirs:
        return await remembered_payer(platform.database, mail.user_id)
    return None


def _outcome(mail: StoredMail, position: int, attachment: Attachment, became: _Became) -> Statement:
    outcome = "taken" if became.is_by_this else "known"
    return repository.keep_attachment(
        mail.id,
        position,
        attachment=attachment,
        outcome=outcome,
        why=None,
        receipt_id=became.receipt_id,
        run_id=became.run_id,
    )


async def _file(platform: Platform, attachment: Attachment) -> _BytesFile:
    """The attachment as a file; a text is printed. Raises NotPrintable."""
    if attachment.printed is not None:
        if not (attachment.name or "").endswith(".pdf"):
            name = f"{attachment.name or 'mail'}.pdf"
        else:
            name = attachment.name
        return _BytesFile(platform, name, await print_text(platform, attachment.printed))
    return _BytesFile(platform, attachment.name, attachment.content or b"")


async def _taken_before(
    platform: Platform, mail: StoredMail, position: int, sha256: str
) -> _Became | None:
    """What the mail has begun for these bytes: by another attempt, at once or before it died,
    whose run may have ended meanwhile, so that another would be begun; or for the same file
    further up in the mail."""
    query = """
      SELECT receipts.id AS receipt_id, e.stream AS run_id, NOT EXISTS (
        SELECT 1 FROM received_papers p
        WHERE p.mail_id = ?4 AND p.position <> ?5 AND p.receipt_id = receipts.id
      ) AS is_by_this
      FROM audit_events e
      JOIN runs ON runs.id = e.stream JOIN receipts ON receipts.id = runs.subject
      WHERE e.account_id = ?1 AND e.actor = ?2 AND e.action = 'run.created'
        AND substr(e.actor, 1, 9) <> 'workflow:' AND receipts.sha256 = ?3
    """
    row = await platform.database.first(
        statement(query, [mail.account_id, _actor(mail).name, sha256, mail.id, position])
    )
    if row is None:
        return None
    return _Became(text(row, "receipt_id"), text(row, "run_id"), row["is_by_this"] == 1)


def _actor(mail: StoredMail) -> Actor:
    """The mail itself: the audit says what caused a run, and a run can be found by it."""
    return Actor(mail.account_id, f"mail:{mail.id}")
