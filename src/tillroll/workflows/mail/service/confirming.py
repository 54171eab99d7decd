"""A person's mail address: asked for, confirmed by the link that is mailed there, taken away."""

from datetime import timedelta
from typing import Final

from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.mail import addresses
from tillroll.mail.addresses import hash_of_address, hash_of_code
from tillroll.mail.settings import MailSettings
from tillroll.mail.writing import Paragraph
from tillroll.platform.bindings.database import ConstraintFailed, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform
from tillroll.workflows.mail.rows import NewMessage
from tillroll.workflows.mail.service.sending import compose, encrypted_code, link_with_code, send

MOST_A_DAY: Final = 5


class NoMail(Exception):
    """This deployment sends no mail."""


class TooMany(Exception):
    """As many links as a person may ask for in a day were mailed."""


class Complained(Exception):
    """Mail to the address was reported as spam: nothing is sent there."""


async def ask(platform: Platform, account_id: str, user_id: str, address: str, actor: str) -> None:
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


async def confirm(platform: Platform, code: str) -> bool:
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


async def remove(platform: Platform, account_id: str, user_id: str, actor: str) -> None:
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
