"""Answering a mail: what of it was taken, and what was not, and why. Only whoever is proven to have sent it, and wrote
it themselves, is answered: others may have nothing to do with it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from tillroll.durable import NotBegun, statement
from tillroll.mail.provider import Mail
from tillroll.mail.settings import MailSettings
from tillroll.mail.writing import Paragraph, as_html, as_text, subject_line
from tillroll.mailed_in.rows import KeptPaper, ReceivedMail
from tillroll.platform.bindings.database import integer
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.workflows.mail.rows import ANSWER_HEADERS, NewMessage
from tillroll.workflows.mail.service.sending import send

MOST_A_DAY: Final = 100
ACTOR: Final = "system:received-mail"


async def answer(platform: Platform, mail: ReceivedMail, papers: Sequence[KeptPaper]) -> str | None:
    """Have an answer sent, once by the mail's id; None where none is due. It is in the batch of nothing else, so an
    attempt that follows finds the run that this one began."""
    settings = platform.settings.of(MailSettings)
    told = [paper for paper in papers if paper.outcome != "left_out"]
    if not settings.sends or not mail.is_authenticated or mail.is_automatic or not told:
        return None
    if await _answered_today(platform, mail.account_id) >= MOST_A_DAY:
        return None
    message_id = f"msg_{mail.id.partition('_')[2]}"
    paragraphs = _paragraphs(told, settings.public_url)
    written = Mail(
        message_id,
        settings.sender,
        mail.sender,
        subject_line(f"Re: {mail.subject or 'your receipts'}"),
        as_text(paragraphs),
        as_html(paragraphs),
        ANSWER_HEADERS,
    )
    new = NewMessage(written, mail.account_id, mail.user_id, "notices", answers=mail.id)
    try:
        await send(platform, new, ACTOR)
    except NotBegun:  # the person is gone
        return None
    return message_id


def _paragraphs(told: Sequence[KeptPaper], public_url: str) -> list[Paragraph]:
    taken = sum(paper.outcome != "refused" for paper in told)
    count = "1 receipt was" if taken == 1 else f"{taken} receipts were"
    first = Paragraph(f"{count} taken from your mail." if taken else "Nothing was taken from your mail.")
    lines = [Paragraph(_line(paper), _link(paper, public_url)) for paper in told]
    about = Paragraph("What your mail brought:", f"{public_url}/settings/mail", "See it in Tillroll")
    return [first, *lines, about]


def _line(paper: KeptPaper) -> str:
    name = paper.name or "a file without a name"
    match paper.outcome:
        case "taken":
            return f"{name}: taken"
        case "known":
            return f"{name}: there already"
        case _:
            return f"{name}: not taken: {paper.why}"


def _link(paper: KeptPaper, public_url: str) -> str:
    return f"{public_url}/runs/{paper.run_id}" if paper.run_id else ""


async def _answered_today(platform: Platform, account_id: str) -> int:
    since = to_text(platform.clock.now() - timedelta(days=1))
    row = await platform.database.first(
        statement(
            "SELECT count(*) AS n FROM received_mail WHERE account_id = ? AND answer_id IS NOT NULL AND settled_at > ?",
            account_id,
            since,
        )
    )
    return 0 if row is None else integer(row, "n")
