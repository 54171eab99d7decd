"""Bounces: what became of a mail, as its provider says afterwards. No more is sent to its address."""

from collections.abc import Sequence
from typing import Final, Literal, TypeAlias

from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.mail.addresses import Stopped, suppress
from tillroll.mail.provider import TAG
from tillroll.notifications.service import Subject, notify
from tillroll.notifications.topics import CAME_BACK, MAIL_BOUNCED
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, JsonObject
from tillroll.platform.services import Platform

Taken: TypeAlias = Literal["stopped", "known", "ignored", "unknown"]
"""What an event led to: its address was stopped, or was before; it is of no interest; or its mail is not ours."""

_STOPS: Final[dict[str, Stopped]] = {
    "email.bounced": "bounced",
    "email.suppressed": "bounced",
    "email.complained": "complained",
}
_MESSAGE: Final = """
  SELECT id, account_id, user_id, NULL AS run_id, NULL AS kind, NULL AS purpose, address_hash FROM messages
  WHERE provider_id = ?1 OR (id = ?2 AND provider_id IS NULL)
  UNION ALL
  SELECT m.id, m.account_id, NULL, m.run_id, r.kind, m.purpose, m.address_hash
  FROM outside_messages m JOIN runs r ON r.id = m.run_id
  WHERE m.provider_id = ?1 OR (m.id = ?2 AND m.provider_id IS NULL)
"""
_COLUMNS: Final[dict[Stopped, str]] = {"bounced": "bounced_at", "complained": "complained_at"}


async def take_mail_event(platform: Platform, event: JsonObject) -> Taken:
    """Do what an event of the provider's, whose signature was checked, asks for; told again, it does nothing.

    A bounce that passes (`Transient`) is left to the provider, which tries again by itself.
    """
    reason, data = _STOPS.get(str(event.get("type"))), event.get("data")
    if reason is None or not isinstance(data, dict) or _is_passing(data):
        return "ignored"
    provider_id = str(data.get("email_id", ""))
    row = await platform.database.first(statement(_MESSAGE, provider_id, _tagged(data.get("tags"))))
    if row is None:
        return "unknown"
    try:
        await _stop(platform, row, reason, provider_id)
    except ConstraintFailed:
        return "known"
    return "stopped"


async def _stop(platform: Platform, message: Row, reason: Stopped, provider_id: str) -> None:
    """Raises ConstraintFailed: the mail bears the mark already."""
    now, id_, account_id = to_text(platform.clock.now()), text(message, "id"), text(message, "account_id")
    user_id, run_id = optional_text(message, "user_id"), optional_text(message, "run_id")
    whose: dict[str, Json] = {"user": user_id} if run_id is None else {"run": run_id}
    event = event_of_account(
        account_id,
        "mail_address.stopped",
        f"mail_address.stopped:{id_}:{reason}",
        actor="system:mail",
        at=now,
        detail={**whose, "message": id_, "reason": reason},
    )
    table, column = "messages" if run_id is None else "outside_messages", _COLUMNS[reason]
    mark = f"UPDATE {table} SET {column} = ?2, provider_id = ?3 WHERE id = ?1 AND {column} IS NULL"  # noqa: S608 - names
    await platform.database.batch(
        [
            statement(mark, id_, now, provider_id),
            append_if_changed(event),
            suppress(text(message, "address_hash"), reason, id_, now),
            # Behind it: whoever it was is told in the app now.
            *_told(message, reason, now),
        ]
    )


def _told(message: Row, reason: Stopped, now: str) -> Sequence[Statement]:
    """Whoever's mail it was, or, of mail to somebody outside, owners on the page of what it was of."""
    account_id, run_id = text(message, "account_id"), optional_text(message, "run_id")
    if run_id is None:
        person = text(message, "user_id")
        return notify(account_id, MAIL_BOUNCED, Subject(text(message, "id"), occasion=reason), now, person=person)
    topic = CAME_BACK.get(text(message, "kind"), MAIL_BOUNCED)
    occasion = f"{text(message, 'purpose')} {reason}"
    return notify(account_id, topic, Subject(run_id, run_id, occasion=occasion), now)


def _is_passing(data: JsonObject) -> bool:
    match data.get("bounce"):
        case {"type": "Transient"}:
            return True
        case _:
            return False


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
