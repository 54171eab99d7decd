"""Channels by which people are notified beside the list of notices in the app. A new one is a value
in CHANNELS.

A channel sends what waits for it in `notification_recipients`: `by_mail` there, and in
`notification_choices`, is the column of mail. Browsers show the notices of the app, as a person
chose for each of them (push/).
"""

import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Final, LiteralString

from tillroll.access.first_names import is_named
from tillroll.mail.addresses import Stopped
from tillroll.mail.provider import MailSettings
from tillroll.mail.repository import NewMessage
from tillroll.mail.service import Paragraph, compose, send
from tillroll.mail.workflow import STALE_AFTER
from tillroll.notifications.push import sending
from tillroll.notifications.service import ABOUT, Subject, message_of, notify
from tillroll.notifications.topics import (
    CAME_BACK,
    MAIL_BOUNCED,
    TO_REMOVED,
    TOPICS,
    NoticeTopic,
    path_of,
)
from tillroll_durable import NotBegun
from tillroll_durable.jobs.job import ago
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll_durable.platform.bindings.database import (
    Row,
    Statement,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.words import verbatim
from tillroll_durable.registry import Registry

ACTOR: Final = "system:notices"
_PEOPLE: Final = 20
_NOTICES: Final = 1000
_LISTED: Final = 20
_APART: Final = timedelta(minutes=10)

JOB: Final = "mail"
# A removed person gets the notice of their removal, and nothing else that waited for them.
_NAMES: Final = ", ".join(f"'{word(name)}'" for name in sorted(TO_REMOVED))
_IS_TOLD: Final = f"(u.removed_at IS NULL OR n.topic IN ({_NAMES}))"
_WAITING: Final = f"""
  SELECT t.user_id, u.account_id, u.name, u.language, u.removed_at, a.name AS account_name,
    m.address,
    s.failures AS setbacks
  FROM notification_recipients t
  JOIN notifications n ON n.id = t.notification_id
  JOIN users u ON u.id = t.user_id
  JOIN accounts a ON a.id = u.account_id
  JOIN mail_addresses m ON m.user_id = t.user_id AND m.address IS NOT NULL
  {JOIN.format(part=f"'{JOB}'", subject="t.user_id")}
  WHERE t.by_mail = 1 AND t.message_id IS NULL AND t.created_at > ?2 AND {_IS_TOLD} AND {IS_DUE}
    AND NOT EXISTS (SELECT 1 FROM mail_suppressions x WHERE x.address_hash = m.address_hash)
    AND NOT EXISTS (
      SELECT 1 FROM messages b
      WHERE b.user_id = t.user_id AND b.purpose = 'notices' AND b.answers IS NULL
        AND b.created_at > ?3
    )
  GROUP BY t.user_id ORDER BY {IN_TURN}, MIN(t.created_at) LIMIT ?4
"""
_NOTICES_OF: Final = f"""
  SELECT n.id, n.topic, n.subject, {ABOUT} AS about, n.run_id, r.kind, r.contract_version, r.state,
    r.status,
         r.next_safe_action, r.reason
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id
  LEFT JOIN runs r ON r.id = n.run_id
    JOIN users u ON u.id = t.user_id
  WHERE t.user_id = ?1 AND t.by_mail = 1 AND t.message_id IS NULL AND t.created_at > ?2
    AND {_IS_TOLD}
  ORDER BY t.created_at, n.id LIMIT ?3
"""
# Where another tick has taken one of them, it hits fewer.
_TAKE: Final = """
  UPDATE notification_recipients SET message_id = ?1
  WHERE user_id = ?2 AND notification_id IN (SELECT value FROM json_each(?3))
    AND message_id IS NULL
"""


async def mail_notices(platform: Platform, registry: Registry) -> None:
    """Mail what waits, to a few people a tick. A notice that could not be mailed for a day stays
    in the app only.
    """
    settings = platform.settings.of(MailSettings)
    now = platform.clock.now()
    if not settings.sends:
        return
    since = to_text(now - STALE_AFTER)
    people = await platform.database.all(
        statement(_WAITING, [to_text(now), since, to_text(now - _APART), _PEOPLE])
    )

    async def mail(person: Row) -> None:
        notices = await platform.database.all(
            statement(_NOTICES_OF, [text(person, "user_id"), since, _NOTICES])
        )
        if not notices:  # another tick has taken them in the meantime
            return
        await _mail(platform, registry, person=person, notices=notices)

    await each_row(platform, JOB, rows=people, subject="user_id", do=mail)


async def _mail(platform: Platform, registry: Registry, person: Row, notices: list[Row]) -> None:
    user_id = text(person, "user_id")
    public_url = platform.settings.of(MailSettings).public_url
    is_removed = person["removed_at"] is not None  # no page lets them in any more

    def leads_to(row: Row) -> str:
        path = path_of(text(row, "topic"), text(row, "subject"), optional_text(row, "run_id"))
        if is_removed:
            return ""
        return public_url + path

    messages = [
        _paragraphs_of(message, about, leads_to(row))
        for row, message, about in _folded(registry, notices)
    ]
    more = len(messages) - _LISTED
    chosen = Paragraph(
        "You get this mail because you chose it:", f"{public_url}/settings/notices", "Change it"
    )
    paragraphs = [
        Paragraph(f"Hello {verbatim(text(person, 'name'))},"),
        *(paragraph for message in messages[:_LISTED] for paragraph in message),
        *([Paragraph(f"And {more} more.", f"{public_url}/")] if more > 0 else []),
        *([] if is_removed else [chosen]),
    ]
    if len(messages) == 1:
        subject = messages[0][0].text
    else:
        subject = f"{len(messages)} notices for you"
    account_name = text(person, "account_name")
    if is_named(account_name):
        subject = f"{subject} ({verbatim(account_name)})"
    mail = await compose(
        platform,
        text(person, "address"),
        subject=subject,
        paragraphs=paragraphs,
        language=optional_text(person, "language"),
    )
    claim = statement(_TAKE, [mail.message_id, user_id, dump([text(row, "id") for row in notices])])
    new = NewMessage(mail, text(person, "account_id"), user_id=user_id, purpose="notices")
    with contextlib.suppress(NotBegun):  # another tick was quicker, or the person is gone
        await send(platform, new, ACTOR, after=must_hit(claim, rows=len(notices)))


def _paragraphs_of(message: str, about: str, url: str) -> list[Paragraph]:
    """A notice with what it is about; what it lists follows in lines of their own."""
    head, *lines = about.split("\n")
    texts = [" ".join(filter(None, (message, head))), *map(verbatim, lines)]
    return [*map(Paragraph, texts[:-1]), Paragraph(texts[-1], url)]


def _folded(registry: Registry, notices: list[Row]) -> list[tuple[Row, str, str]]:
    """Give each notice its sentence and what it is about. Several notices of a topic with a
    sentence for many become one.
    """
    alike = Counter(text(row, "topic") for row in notices)
    messages: list[tuple[Row, str, str]] = []
    for name in dict.fromkeys(text(row, "topic") for row in notices):
        rows = [row for row in notices if row["topic"] == name]
        topic = TOPICS.get(name)
        if topic is not None and topic.many is not None and alike[name] > 1:
            about = added_up(text(row, "about") for row in rows)
            messages.append((rows[0], topic.many.format(count=alike[name]), about))
        else:
            messages += [(row, message_of(registry, row), _about_of(topic, row)) for row in rows]
    return messages


def _about_of(topic: NoticeTopic | None, row: Row) -> str:
    about = text(row, "about")
    if about and topic is not None and topic.quotes:
        return verbatim(about)
    return about


def added_up(amounts: Iterable[str]) -> str:
    """Amounts such as "12.50 EUR", added up for each currency."""
    sums = dict[str, Decimal]()
    for amount, _, currency in (each.partition(" ") for each in amounts):
        sums[currency] = sums.get(currency, Decimal(0)) + Decimal(amount)
    return ", ".join(f"{total} {currency}" for currency, total in sums.items())


def notify_of_bounce(message: Row, reason: Stopped, now: str) -> list[Statement]:
    """Notify the person whose mail came back; of mail to somebody outside, owners, on the page of
    what it was of. `message` is a row of `messages` or `outside_messages`.
    """
    account_id = text(message, "account_id")
    run_id = optional_text(message, "run_id")
    if run_id is None:
        person = text(message, "user_id")
        return notify(
            account_id,
            MAIL_BOUNCED,
            subject=Subject(text(message, "id"), occasion=reason),
            now=now,
            person=person,
        )
    topic = CAME_BACK.get(text(message, "kind"), MAIL_BOUNCED)
    occasion = f"{text(message, 'purpose')} {reason}"
    return notify(account_id, topic, subject=Subject(run_id, run_id, occasion=occasion), now=now)


@dataclass(frozen=True)
class Channel:
    """`name` is also its job's, as is `due_in`; `send` sends what waits, by at most `queries`
    queries a minute.
    """

    name: str
    send: Callable[[Platform, Registry], Awaitable[None]]
    queries: int
    due_in: LiteralString


_UNMAILED: Final = (
    "notification_recipients WHERE by_mail = 1 AND message_id IS NULL "
    f"AND created_at > {ago(STALE_AFTER)}"
)
CHANNELS: Final = (
    Channel(JOB, mail_notices, queries=25, due_in=_UNMAILED),
    Channel(sending.JOB, sending.send_to_browsers, queries=15, due_in=sending.DUE),
)
