"""Mail: its words, having one sent, links that let somebody in, the confirmation of an address, and
bounces: what became of a mail, as its provider says afterwards. No more is sent to the address of
one that came back.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from html import escape
from typing import Final, Literal, LiteralString, TypeAlias

from tillroll.access.first_names import is_named
from tillroll.fields import InvalidAddress, read_mail_address
from tillroll.mail import addresses
from tillroll.mail.addresses import Stopped, UnusableValue
from tillroll.mail.provider import TAG, Mail, MailSettings
from tillroll.mail.repository import CODE_HERE, OUTSIDE, NewMessage, code_bound_to, insert_message
from tillroll.mail.workflow import MAIL, MailParams
from tillroll_durable import Actor, BegunRun, Statement, begin
from tillroll_durable.audit import append, append_if_changed, event_of_account, guarded_batch
from tillroll_durable.errors import LostGuard
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    integer,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import encrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.invocation import enter
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_id, of_secret
from tillroll_durable.platform.words import in_english, verbatim, words_in


class Audited(Action):
    ASKED = (
        "mail_address.asked",
        "a person gave an address, and a link to confirm it was mailed there",
    )
    CONFIRMED = "mail_address.confirmed", "a person used the link that was mailed to their address"
    REMOVED = "mail_address.removed", "a person's address was taken away"
    STOPPED = (
        "mail_address.stopped",
        "mail to a person's address came back, or was reported as spam: no more is sent there",
    )


_LONGEST_LINE: Final = 500
_LONGEST_SUBJECT: Final = 120
_STYLE: Final = "font-family:system-ui,sans-serif;line-height:1.5;color:#1b1b1b;max-width:36rem"


@dataclass(frozen=True)
class Paragraph:
    """A sentence, with where it leads; `label` is what the link is called."""

    text: str
    url: str = ""
    label: str = "Open it"


def read_given(field: str, address: str) -> str:
    """The address that a field of a request gives, without blanks around it."""
    try:
        return read_mail_address(address)
    except InvalidAddress as error:
        raise UnusableValue(field, str(error)) from error


def subject_line(text: str) -> str:
    """One line, bounded: what would end a header is a blank."""
    return _cut(text, _LONGEST_SUBJECT)


def as_text(paragraphs: Sequence[Paragraph]) -> str:
    return (
        "\n\n".join("\n".join(filter(None, (_cut(each.text), each.url))) for each in paragraphs)
        + "\n"
    )


def as_html(paragraphs: Sequence[Paragraph], language: str = "en") -> str:
    inner = "".join(_html(each) for each in paragraphs)
    return f'<!doctype html><html lang="{language}"><body style="{_STYLE}">{inner}</body></html>'


def _html(paragraph: Paragraph) -> str:
    if paragraph.url:
        link = f'<br><a href="{escape(paragraph.url)}">{escape(paragraph.label)}</a>'
    else:
        link = ""
    return f"<p>{escape(_cut(paragraph.text))}{link}</p>"


def _cut(text: str, longest: int = _LONGEST_LINE) -> str:
    """Put a text into one line of printable characters, cut with an ellipsis."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    if len(line) <= longest:
        return line
    return f"{line[: longest - 1]}…"


async def compose(
    platform: Platform,
    to: str,
    subject: str,
    paragraphs: Sequence[Paragraph],
    language: str | None,
    *,
    is_outside: bool = False,
) -> Mail:
    """A mail from this deployment's sender, under its own id, in the reader's language.
    `is_outside`: to no user.
    """
    sender = platform.settings.of(MailSettings).sender
    id_ = new_id(OUTSIDE) if is_outside else new_id("msg")
    return Mail(
        id_, sender, to, *await write(platform, subject, paragraphs=paragraphs, language=language)
    )


async def write(
    platform: Platform, subject: str, paragraphs: Sequence[Paragraph], language: str | None
) -> tuple[str, str, str]:
    """The subject, the text and the HTML of a mail, in the reader's language."""
    say = await words_in(platform.assets, language)
    texts = [replace(each, text=say(each.text), label=say(each.label)) for each in paragraphs]
    return (
        subject_line(say(subject)),
        as_text(texts),
        as_html(texts, "en" if say is in_english else "de"),
    )


async def language_of(database: Database, *people: str) -> str | None:
    """What the first of these people reads who has said so; ids of users, or actors such as
    `user:usr_…`.
    """
    for person in people:
        query = statement("SELECT language FROM users WHERE id = ?", [person.removeprefix("user:")])
        row = await database.first(query)
        if row is not None and row["language"] is not None:
            return text(row, "language")
    return None


def link_with_code(platform: Platform, path: str, name: str = "code") -> str:
    """The address of a page that takes a code under a name in its fragment; the code comes in when
    the mail is sent.
    """
    return f"{platform.settings.of(MailSettings).public_url}{path}#{name}={CODE_HERE}"


async def encrypted_code(platform: Platform, mail: Mail, code: str) -> str:
    """The code of a mail's link, for its row. Raises NoKey: this deployment has no
    ENCRYPTION_KEYS.
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
    """Record a mail between other statements, and begin its run. Raises NotBegun: refused, or no
    such person.
    """
    message_id = new.mail.message_id
    # The last statement must change one row: the message's own, where it is.
    presence_check = Statement(
        "UPDATE messages SET created_at = created_at WHERE id = ?", (message_id,)
    )
    return await begin(
        platform,
        MAIL,
        params=MailParams(message_id=message_id),
        actor=Actor(new.account_id, actor),
        key=message_id,
        also=lambda _, now: [*before, insert_message(new, now), *after, presence_check],
    )


MOST_A_DAY: Final = 5


class NoMail(Refusal):
    """This deployment sends no mail."""

    kind = Kind("no-mail-here", 409, "This deployment sends no mail")
    explanation = (
        "The operator of this deployment sets MAIL_FROM and MAIL_API_KEY (docs/messages.md)."
    )


class TooMany(Refusal):
    """As many links as a person may have in a day were mailed."""

    kind = Kind("too-many-mails", 429, "Too many links were mailed today")
    explanation = "Look for one of the links that were mailed, or try again tomorrow."


async def request_confirmation(
    platform: Platform, account_id: str, user_id: str, text: str, actor: str
) -> None:
    """Mail a link that makes an address the person's, also where mail came back from it.
    Raises NoKey.
    """
    address = read_given("address", text)
    now = platform.clock.now()
    if not sends_mail(platform):
        raise NoMail
    if (
        await addresses.stopped(platform.database, addresses.hash_of_address(address))
        == "complained"
    ):
        message = (
            "Mail to this address was reported as spam, so nothing is sent there. Give another one."
        )
        raise UnusableValue("address", message)
    if await _asked_since(platform, user_id, to_text(now - timedelta(days=1))) >= MOST_A_DAY:
        raise TooMany
    link_code, pending = addresses.ask_to_confirm(account_id, user_id, address=address, now=now)
    mail = await compose(
        platform,
        address,
        subject="Confirm your address for Tillroll",
        paragraphs=[
            Paragraph("Somebody, you as we hope, wants to be told by Tillroll at this address."),
            Paragraph(
                "Confirm it within a day:",
                link_with_code(platform, "/confirm-mail"),
                "Confirm this address",
            ),
            Paragraph("If it was not you, do nothing: no other mail is sent here."),
        ],
        language=await language_of(platform.database, user_id, actor),
    )
    key = f"mail_address.asked:{mail.message_id}"
    detail = JsonObject(user=user_id, message=mail.message_id)
    event = event_of_account(
        account_id, Audited.ASKED, key, actor=actor, at=to_text(now), detail=detail
    )
    code = await encrypted_code(platform, mail, link_code)
    new = NewMessage(mail, account_id, user_id=user_id, purpose="confirmation", code=code)
    await send(
        platform,
        new,
        actor,
        after=[addresses.lift(addresses.hash_of_address(address)), pending, append(event)],
    )


async def confirm_address(platform: Platform, code: str) -> bool:
    """Take the code of such a link; False where there is none, or its time is over, or it was
    used.
    """
    now = to_text(platform.clock.now())
    hashed = addresses.hash_of_code(code)
    query = """
      SELECT m.pending, u.id, u.account_id FROM mail_addresses m JOIN users u ON u.id = m.user_id
      WHERE m.code_hash = ? AND m.code_expires_at > ? AND m.pending IS NOT NULL
    """

    async def look(entered: Platform) -> Row | None:
        return await entered.database.first(statement(query, [hashed, now]))

    platform, row = await find(platform, of_secret(code), look)
    if row is None:
        return False
    user_id = text(row, "id")
    account_id = text(row, "account_id")
    key = f"mail_address.confirmed:{hashed[:16]}"
    detail: JsonObject = {"user": user_id}
    event = event_of_account(
        account_id, Audited.CONFIRMED, key, actor=f"user:{user_id}", at=now, detail=detail
    )
    try:
        confirmation = addresses.confirm(hashed, text(row, "pending"), now)
        await platform.database.batch([confirmation, append_if_changed(event)])
    except ConstraintFailed:
        return False  # another request used it in this moment
    return True


async def forget_address(platform: Platform, account_id: str, user_id: str, actor: str) -> None:
    """Send a person nothing any more."""
    now = to_text(platform.clock.now())
    detail: JsonObject = {"user": user_id}
    event = event_of_account(
        account_id, Audited.REMOVED, new_id("adr"), actor=actor, at=now, detail=detail
    )
    with contextlib.suppress(LostGuard):  # there is none, or none any more
        await guarded_batch(platform.database, addresses.forget(user_id), event)


async def _asked_since(platform: Platform, user_id: str, since: str) -> int:
    sql = """
      SELECT count(*) AS asked FROM messages
      WHERE user_id = ? AND purpose = 'confirmation' AND created_at > ?
    """
    row = await platform.database.first(statement(sql, [user_id, since]))
    if row is None:
        return 0
    return integer(row, "asked")


_WORDS: Final = {
    "invitation": (
        "You are invited to {account} on Tillroll",
        (
            "{account} invites you to Tillroll, where receipts become expenses. This link signs "
            "you in once:"
        ),
    ),
    "recovery": (
        "A link to sign in to {account} on Tillroll",
        "An owner of {account} made this link for you. It signs you in, once, within a day:",
    ),
    "sign_in": (
        "Your link to sign in to {account} on Tillroll",
        (
            "Somebody, you as we hope, asked for this link. It signs you in to {account} once, "
            "within 15 minutes:"
        ),
    ),
}
# Where nobody has named the company yet.
_WORDS_WITHOUT_NAME: Final = {
    "invitation": (
        "You are invited to Tillroll",
        (
            "You are invited to Tillroll, where receipts become expenses. This link signs you in "
            "once:"
        ),
    ),
    "recovery": (
        "A link to sign in to Tillroll",
        "An owner of your company made this link for you. It signs you in, once, within a day:",
    ),
    "sign_in": (
        "Your link to sign in to Tillroll",
        "Somebody, you as we hope, asked for this link. It signs you in once, within 15 minutes:",
    ),
}


async def mail_link(  # noqa: PLR0913 - whom it lets in where, and by which code
    platform: Platform,
    purpose: Literal["invitation", "recovery", "sign_in"],
    account: tuple[str, str],
    user_id: str,
    address: str,
    code: str,
    actor: str,
    also: list[Statement],
) -> None:
    """Mail a link with a sign-in code; `also` makes person and code. Raises NoKey; NotBegun: no
    such person.
    """
    account_id, name = account
    if is_named(name):
        subject, sentence = (text.format(account=verbatim(name)) for text in _WORDS[purpose])
    else:
        subject, sentence = _WORDS_WITHOUT_NAME[purpose]
    mail = await compose(
        platform,
        address,
        subject=subject,
        paragraphs=[
            Paragraph(sentence, link_with_code(platform, "/sign-in", "mailed"), "Sign in"),
            Paragraph("Give it to nobody else. If you did not expect it, do nothing."),
        ],
        language=await language_of(platform.database, user_id, actor),
    )
    new = NewMessage(
        mail,
        account_id,
        user_id=user_id,
        purpose=purpose,
        code=await encrypted_code(platform, mail, code),
    )
    await send(platform, new, actor, before=also)


def sends_mail(platform: Platform) -> bool:
    return platform.settings.of(MailSettings).sends


Notify: TypeAlias = Callable[[Row, Stopped, str], Sequence[Statement]]
Taken: TypeAlias = Literal["stopped", "known", "ignored", "unknown"]
"""What an event led to: its address was stopped, or was before; it is of no interest; or its mail
is not ours.
"""

_STOPS: Final[dict[str, Stopped]] = {
    "email.bounced": "bounced",
    "email.suppressed": "bounced",
    "email.complained": "complained",
}
_MESSAGE: Final = """
  SELECT id, account_id, user_id, NULL AS run_id, NULL AS kind, NULL AS purpose, address_hash
  FROM messages
  WHERE provider_id = ?1 OR (id = ?2 AND provider_id IS NULL)
  UNION ALL
  SELECT m.id, m.account_id, NULL, m.run_id, r.kind, m.purpose, m.address_hash
  FROM outside_messages m JOIN runs r ON r.id = m.run_id
  WHERE m.provider_id = ?1 OR (m.id = ?2 AND m.provider_id IS NULL)
"""
_COLUMNS: Final[dict[Stopped, LiteralString]] = {
    "bounced": "bounced_at",
    "complained": "complained_at",
}


async def take_mail_event(platform: Platform, event: JsonObject, notify: Notify) -> Taken:
    """Do what a verified event of the provider's asks for; `notify` says that a mail came back. A
    bounce that passes (`Transient`) is left to the provider.
    """
    reason = _STOPS.get(str(event.get("type")))
    data = event.get("data")
    if reason is None or not isinstance(data, dict):
        return "ignored"
    match data.get("bounce"):
        case {"type": "Transient"}:
            return "ignored"
        case _:
            pass
    provider_id = str(data.get("email_id", ""))
    message_id = _tagged(data.get("tags"))
    query = statement(_MESSAGE, [provider_id, message_id])
    row: Row | None = None
    # A message without our tag may be in any database.
    for shard in dict.fromkeys((of_id(message_id), *platform.shards)):
        platform = enter(platform, shard)
        row = await platform.database.first(query)
        if row is not None:
            break
    if row is None:
        return "unknown"
    try:
        await _stop(platform, row, reason=reason, provider_id=provider_id, notify=notify)
    except ConstraintFailed:
        return "known"
    return "stopped"


async def _stop(
    platform: Platform, message: Row, reason: Stopped, provider_id: str, notify: Notify
) -> None:
    """Raises ConstraintFailed: the mail bears the mark already."""
    now = to_text(platform.clock.now())
    id_ = text(message, "id")
    account_id = text(message, "account_id")
    user_id = optional_text(message, "user_id")
    run_id = optional_text(message, "run_id")
    whose: dict[str, Json] = {"user": user_id} if run_id is None else {"run": run_id}
    key = f"mail_address.stopped:{id_}:{reason}"
    detail = JsonObject(**whose, message=id_, reason=reason)
    event = event_of_account(
        account_id, Audited.STOPPED, key, actor="system:mail", at=now, detail=detail
    )
    table = "messages" if run_id is None else "outside_messages"
    column = _COLUMNS[reason]
    mark = f"UPDATE {table} SET {column} = ?2, provider_id = ?3 WHERE id = ?1 AND {column} IS NULL"
    await platform.database.batch(
        [
            statement(mark, [id_, now, provider_id]),
            append_if_changed(event),
            addresses.suppress(text(message, "address_hash"), reason, message_id=id_, now=now),
            # Behind it: the person is notified in the app now.
            *notify(message, reason, now),
        ]
    )


def _tagged(tags: Json) -> str:
    """Our id, as the tag brings it back: events have an object of tags, requests a list of them."""
    match tags:
        case dict():
            return str(tags.get(TAG, ""))
        case list():
            ours = (each for each in tags if isinstance(each, dict) and each.get("name") == TAG)
            return next((str(each.get("value", "")) for each in ours), "")
        case _:
            return ""
