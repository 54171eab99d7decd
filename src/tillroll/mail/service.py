"""Mail: its words, having one sent, links that let somebody in, and the confirmation of an address."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import Final, Literal

from tillroll.durable import Actor, BegunRun, Statement, begin
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.mail import addresses
from tillroll.mail.addresses import hash_of_address, hash_of_code
from tillroll.mail.contract import MailParams
from tillroll.mail.provider import Mail
from tillroll.mail.repository import CODE_HERE, OUTSIDE, NewMessage, code_bound_to, insert_message
from tillroll.mail.settings import MailSettings
from tillroll.mail.workflow import MAIL
from tillroll.platform.bindings.database import ConstraintFailed, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.encryption import encrypt
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform

_LONGEST_LINE: Final = 500
_LONGEST_SUBJECT: Final = 120
_STYLE: Final = "font-family:system-ui,sans-serif;line-height:1.5;color:#1b1b1b;max-width:36rem"


@dataclass(frozen=True)
class Paragraph:
    """A sentence, with where it leads; `label` is what the link is called."""

    text: str
    url: str = ""
    label: str = "Open it"


def subject_line(text: str) -> str:
    """One line, bounded: what would end a header is a blank."""
    return _cut(text, _LONGEST_SUBJECT)


def as_text(paragraphs: Sequence[Paragraph]) -> str:
    return "\n\n".join("\n".join(filter(None, (_cut(each.text), each.url))) for each in paragraphs) + "\n"


def as_html(paragraphs: Sequence[Paragraph]) -> str:
    inner = "".join(_html(each) for each in paragraphs)
    return f'<!doctype html><html lang="en"><body style="{_STYLE}">{inner}</body></html>'


def _html(paragraph: Paragraph) -> str:
    link = f'<br><a href="{escape(paragraph.url)}">{escape(paragraph.label)}</a>' if paragraph.url else ""
    return f"<p>{escape(_cut(paragraph.text))}{link}</p>"


def _cut(text: str, longest: int = _LONGEST_LINE) -> str:
    """In one line, of printable characters, cut with an ellipsis."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


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


MOST_A_DAY: Final = 5


class NoMail(Exception):
    """This deployment sends no mail."""


class TooMany(Exception):
    """As many links as a person may ask for in a day were mailed."""


class Complained(Exception):
    """Mail to the address was reported as spam: nothing is sent there."""


async def request_confirmation(platform: Platform, account_id: str, user_id: str, address: str, actor: str) -> None:
    """Mail a link to an address; it becomes the person's when they use it. An address that mail came back from is
    tried again, since they say that it is theirs.

    Raises:
        NoMail, TooMany, Complained: see there.
        NoKey: this deployment has no ENCRYPTION_KEYS.
    """
    now = platform.clock.now()
    if not platform.settings.of(MailSettings).sends:
        raise NoMail
    if await addresses.stopped(platform.database, hash_of_address(address)) == "complained":
        raise Complained
    if await _asked_since(platform, user_id, to_text(now - timedelta(days=1))) >= MOST_A_DAY:
        raise TooMany
    asked = addresses.ask_to_confirm(account_id, user_id, address, now)
    mail = compose(
        platform,
        address,
        "Confirm your address for Tillroll",
        [
            Paragraph("Somebody, you as we hope, wants to be told by Tillroll at this address."),
            Paragraph("Confirm it within a day:", link_with_code(platform, "/confirm-mail"), "Confirm this address"),
            Paragraph("If it was not you, do nothing: no other mail is sent here."),
        ],
    )
    event = event_of_account(
        account_id,
        "mail_address.asked",
        f"mail_address.asked:{mail.message_id}",
        actor=actor,
        at=to_text(now),
        detail={"user": user_id, "message": mail.message_id},
    )
    code = await encrypted_code(platform, mail, asked.code)
    new = NewMessage(mail, account_id, user_id, "confirmation", code)
    await send(platform, new, actor, after=[addresses.lift(hash_of_address(address)), asked.statement, append(event)])


async def confirm_address(platform: Platform, code: str) -> bool:
    """Take the code of such a link; False where there is none, or its time is over, or it was used."""
    now, hashed = to_text(platform.clock.now()), hash_of_code(code)
    taken = await addresses.confirm(platform.database, code, platform.clock.now())
    row = await platform.database.first(
        statement(
            "SELECT u.id, u.account_id FROM users u JOIN mail_addresses m ON m.user_id = u.id WHERE m.code_hash = ?",
            hashed,
        )
    )
    if taken is None or row is None:
        return False
    user_id, account_id = text(row, "id"), text(row, "account_id")
    key = f"mail_address.confirmed:{hashed[:16]}"
    event = event_of_account(
        account_id, "mail_address.confirmed", key, actor=f"user:{user_id}", at=now, detail={"user": user_id}
    )
    try:
        await platform.database.batch([*taken, append_if_changed(event)])
    except ConstraintFailed:
        return False  # another request used it in this moment
    return True


async def forget_address(platform: Platform, account_id: str, user_id: str, actor: str) -> None:
    """Send a person nothing any more."""
    now = to_text(platform.clock.now())
    event = event_of_account(
        account_id, "mail_address.removed", new_id("adr"), actor=actor, at=now, detail={"user": user_id}
    )
    await platform.database.batch([addresses.forget(user_id), append(event)])


async def _asked_since(platform: Platform, user_id: str, since: str) -> int:
    row = await platform.database.first(
        statement(
            """
            SELECT count(*) AS asked FROM messages
            WHERE user_id = ? AND purpose = 'confirmation' AND created_at > ?
            """,
            user_id,
            since,
        )
    )
    return 0 if row is None else integer(row, "asked")


_WORDS: Final = {
    "invitation": (
        "You are invited to {account} on Tillroll",
        "{account} invites you to Tillroll, where receipts become expenses. This link signs you in once:",
    ),
    "recovery": (
        "A link to sign in to {account} on Tillroll",
        "An owner of {account} made this link for you. It signs you in, once, within a day:",
    ),
}


async def mail_link(  # noqa: PLR0913 - whom it lets in where, and by which code
    platform: Platform,
    purpose: Literal["invitation", "recovery"],
    account: tuple[str, str],
    user_id: str,
    address: str,
    code: str,
    actor: str,
    also: list[Statement],
) -> None:
    """Mail a link with a sign-in code; `also` makes the person, if need be, and the code. `account` is its id and name.

    Raises:
        NoKey: this deployment has no ENCRYPTION_KEYS.
        NotBegun: the account has no such person.
    """
    account_id, name = account
    subject, sentence = (text.format(account=name) for text in _WORDS[purpose])
    mail = compose(
        platform,
        address,
        subject,
        [
            Paragraph(sentence, link_with_code(platform, "/sign-in"), "Sign in"),
            Paragraph("Give it to nobody else. If you did not expect it, do nothing."),
        ],
    )
    new = NewMessage(mail, account_id, user_id, purpose, await encrypted_code(platform, mail, code))
    await send(platform, new, actor, before=also)


def sends_mail(platform: Platform) -> bool:
    return platform.settings.of(MailSettings).sends
