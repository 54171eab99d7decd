"""Having a mail sent: its row and its run are one batch."""

from collections.abc import Sequence

from tillroll.durable import Actor, BegunRun, Statement, begin
from tillroll.mail.provider import Mail
from tillroll.mail.settings import MailSettings
from tillroll.mail.writing import Paragraph, as_html, as_text, subject_line
from tillroll.platform.encryption import encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.mail.contract import MailParams
from tillroll.workflows.mail.rows import CODE_HERE, OUTSIDE, NewMessage, code_bound_to, insert_message
from tillroll.workflows.mail.workflow import MAIL


def new_message_id() -> str:
    return new_id("msg")


def compose(
    platform: Platform, to: str, subject: str, paragraphs: Sequence[Paragraph], *, is_outside: bool = False
) -> Mail:
    """A mail from this deployment's sender, under an id of its own; `is_outside` where it goes to no user."""
    sender = platform.settings.of(MailSettings).sender
    id_ = new_id(OUTSIDE) if is_outside else new_message_id()
    return Mail(id_, sender, to, subject_line(subject), as_text(paragraphs), as_html(paragraphs))


def link_with_code(platform: Platform, path: str) -> str:
    """The address of a page that takes a code in its fragment, which browsers send to no server; the code comes in when
    the mail is sent."""
    return f"{platform.settings.of(MailSettings).public_url}{path}#code={CODE_HERE}"


async def encrypted_code(platform: Platform, mail: Mail, code: str) -> str:
    """The code of a mail's link, for its row.

    Raises:
        NoKey: this deployment has no ENCRYPTION_KEYS.
    """
    return await encrypt(platform, code, code_bound_to(mail.message_id))


async def send(
    platform: Platform,
    new: NewMessage,
    actor: str,
    *,
    before: Sequence[Statement] = (),
    after: Sequence[Statement] = (),
) -> BegunRun:
    """Record a mail between other statements, and begin the run that sends it.

    Raises:
        NotBegun: one of these was refused, or the account has no such person; nothing is written.
    """
    message_id = new.mail.message_id
    # The last statement must change one row: the message's own, where it is.
    there = Statement("UPDATE messages SET created_at = created_at WHERE id = ?", (message_id,))
    return await begin(
        platform,
        MAIL,
        MailParams(message_id=message_id),
        Actor(new.account_id, actor),
        key=message_id,
        also=lambda _, now: [*before, insert_message(new, now), *after, there],
    )
