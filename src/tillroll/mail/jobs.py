"""Jobs of mail: one mail to whoever has notices waiting, and the deletion of mail that is old."""

import contextlib
from datetime import timedelta
from typing import Final

from tillroll.durable import NotBegun
from tillroll.durable.registry import Registry
from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.mail.contract import KIND
from tillroll.mail.repository import NewMessage
from tillroll.mail.service import Paragraph, compose, send
from tillroll.mail.settings import MailSettings
from tillroll.mail.workflow import STALE_AFTER
from tillroll.notifications.service import message_of
from tillroll.notifications.topics import MAIL_FAILED, TO_REMOVED, path_of
from tillroll.platform.bindings.database import Row, Statement, optional_text, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import dump
from tillroll.platform.services import Platform
from tillroll.platform.tables import Kept

# That mail does not go out is no reason to send more of it.
FAILURES: Final = {KIND: MAIL_FAILED}
ACTOR: Final = "system:notices"
_PEOPLE: Final = 20
_NOTICES: Final = 1000
_LISTED: Final = 20
_APART: Final = timedelta(minutes=10)

JOB: Final = "mail"
# Whoever was removed is told of that, and of nothing else that waited for them.
_NAMES: Final = ", ".join(f"'{name}'" for name in sorted(TO_REMOVED))
_IS_TOLD: Final = f"(u.removed_at IS NULL OR n.topic IN ({_NAMES}))"
_WAITING: Final = f"""
  SELECT t.user_id, u.account_id, u.name, u.removed_at, a.name AS account_name, m.address, s.failures AS setbacks
  FROM notification_recipients t
  JOIN notifications n ON n.id = t.notification_id
  JOIN users u ON u.id = t.user_id
  JOIN accounts a ON a.id = u.account_id
  JOIN mail_addresses m ON m.user_id = t.user_id AND m.address IS NOT NULL
  {JOIN.format(part=f"'{JOB}'", subject="t.user_id")}
  WHERE t.by_mail = 1 AND t.message_id IS NULL AND t.created_at > ?2 AND {_IS_TOLD} AND {IS_DUE}
    AND NOT EXISTS (SELECT 1 FROM mail_suppressions x WHERE x.address_hash = m.address_hash)
    AND NOT EXISTS (
      SELECT 1 FROM messages b WHERE b.user_id = t.user_id AND b.purpose = 'notices' AND b.answers IS NULL
        AND b.created_at > ?3
    )
  GROUP BY t.user_id ORDER BY {IN_TURN}, MIN(t.created_at) LIMIT ?4
"""  # noqa: S608 - constants
_NOTICES_OF: Final = f"""
  SELECT n.id, n.topic, n.subject, n.about, n.run_id, r.kind, r.contract_version, r.state, r.status,
         r.next_safe_action, r.reason
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id LEFT JOIN runs r ON r.id = n.run_id
    JOIN users u ON u.id = t.user_id
  WHERE t.user_id = ?1 AND t.by_mail = 1 AND t.message_id IS NULL AND t.created_at > ?2 AND {_IS_TOLD}
  ORDER BY t.created_at, n.id LIMIT ?3
"""  # noqa: S608 - constants
# Where another tick has taken one of them, a NULL goes into a column that takes none, and nothing is written.
_TAKE: Final = """
  UPDATE notification_recipients SET message_id = ?1, by_mail = CASE WHEN message_id IS NULL THEN 1 END
  WHERE user_id = ?2 AND notification_id IN (SELECT value FROM json_each(?3))
"""


async def mail_notices(platform: Platform, registry: Registry) -> None:
    """Mail what waits, to a few people a tick. What could not be mailed for a day is told in the app only."""
    settings, now = platform.settings.of(MailSettings), platform.clock.now()
    if not settings.sends:
        return
    since = to_text(now - STALE_AFTER)
    people = await platform.database.all(statement(_WAITING, to_text(now), since, to_text(now - _APART), _PEOPLE))

    async def mail(person: Row) -> None:
        notices = await platform.database.all(statement(_NOTICES_OF, text(person, "user_id"), since, _NOTICES))
        await _mail(platform, registry, person, notices)

    await each_row(platform, JOB, people, "user_id", mail)


async def _mail(platform: Platform, registry: Registry, person: Row, notices: list[Row]) -> None:
    user_id = text(person, "user_id")
    public_url = platform.settings.of(MailSettings).public_url
    is_removed = person["removed_at"] is not None  # no page lets them in any more

    def leads_to(row: Row) -> str:
        path = path_of(text(row, "topic"), text(row, "subject"), optional_text(row, "run_id"))
        return "" if is_removed else public_url + path

    told = [
        Paragraph(" ".join(filter(None, (message_of(registry, row), text(row, "about")))), leads_to(row))
        for row in notices
    ]
    more = len(told) - _LISTED
    paragraphs = [
        Paragraph(f"Hello {text(person, 'name')},"),
        *told[:_LISTED],
        *([Paragraph(f"And {more} more.", f"{public_url}/")] if more > 0 else []),
        *([] if is_removed else [_chosen(public_url)]),
    ]
    about = told[0].text if len(told) == 1 else f"{len(told)} notices"
    subject = f"{about} ({text(person, 'account_name')})"
    mail = compose(platform, text(person, "address"), subject, paragraphs)
    taken = _take(mail.message_id, user_id, [text(row, "id") for row in notices])
    new = NewMessage(mail, text(person, "account_id"), user_id, "notices")
    with contextlib.suppress(NotBegun):  # another tick was quicker, or the person is gone
        await send(platform, new, ACTOR, after=[taken])


def _chosen(public_url: str) -> Paragraph:
    return Paragraph("You are told this by mail as you chose it:", f"{public_url}/settings/notices", "Change it")


def _take(message_id: str, user_id: str, notices: list[str]) -> Statement:
    return statement(_TAKE, message_id, user_id, dump([*notices]))


MESSAGES_KEPT: Final = timedelta(days=365)
UNCONFIRMED_KEPT: Final = timedelta(days=30)
_AT_ONCE: Final = 500

# A mail whose run has not ended may still be sent, or retried.
_MESSAGES: Final = """
  DELETE FROM messages WHERE id IN (
    SELECT m.id FROM messages m WHERE m.created_at < ?1 AND NOT EXISTS (
      SELECT 1 FROM runs r
      WHERE r.account_id = m.account_id AND r.kind = ?2 AND r.begin_key = m.id
        AND r.status NOT IN ('complete', 'rejected', 'cancelled')
    ) ORDER BY m.created_at LIMIT ?3
  ) RETURNING id
"""
# What became of a run's mail is asked while the run goes on.
_OUTSIDE: Final = """
  DELETE FROM outside_messages WHERE id IN (
    SELECT m.id FROM outside_messages m WHERE m.created_at < ?1 AND NOT EXISTS (
      SELECT 1 FROM runs r WHERE r.account_id = m.account_id AND (r.id = m.run_id OR r.kind = ?2 AND r.subject = m.id)
        AND r.status NOT IN ('complete', 'rejected', 'cancelled')
    ) ORDER BY m.created_at LIMIT ?3
  ) RETURNING id
"""
# What was written for somebody outside, and is not sent any more: its run has ended, or was never begun.
_UNSENT: Final = """
  UPDATE outside_messages SET mail = NULL, code = NULL
  WHERE mail IS NOT NULL AND created_at < ?1 AND NOT EXISTS (
    SELECT 1 FROM runs r WHERE r.account_id = outside_messages.account_id AND r.kind = ?2
      AND r.subject = outside_messages.id AND r.status NOT IN ('complete', 'rejected', 'cancelled')
  )
"""
_UNCONFIRMED: Final = """
  UPDATE mail_addresses SET pending = NULL, code_hash = NULL, code_expires_at = NULL
  WHERE pending IS NOT NULL AND code_expires_at < ?1
"""


async def forget_old_mail(platform: Platform) -> None:
    """Delete some of the mails that are older than MESSAGES_KEPT, texts that are not sent any more, and addresses that
    nobody confirmed for as long."""
    now = platform.clock.now()
    messages, _, outside, _ = await platform.database.batch(
        [
            statement(_MESSAGES, to_text(now - MESSAGES_KEPT), KIND, _AT_ONCE),
            statement(_UNSENT, to_text(now - STALE_AFTER), KIND),
            statement(_OUTSIDE, to_text(now - MESSAGES_KEPT), KIND, _AT_ONCE),
            statement(_UNCONFIRMED, to_text(now - UNCONFIRMED_KEPT)),
        ]
    )
    platform.turn.has_more(where=_AT_ONCE in {len(messages), len(outside)})


def mail_jobs(registry: Registry) -> tuple[Job, ...]:
    async def mail(platform: Platform) -> None:
        await mail_notices(platform, registry)

    return (Job(JOB, mail, 25), Job("old mail", forget_old_mail, 6, timedelta(minutes=10)))


RETENTION: Final = (
    Kept("the text of a mail, the code of its link", "until it is sent, a day at most", "its run"),
    Kept(
        "a mail address that nobody confirmed",
        "{} after its link ended",
        period=UNCONFIRMED_KEPT,
        sweep=forget_old_mail,
    ),
    Kept(
        "that a mail was sent, when and to whom, where its run has ended",
        "{}",
        period=MESSAGES_KEPT,
        sweep=forget_old_mail,
    ),
    Kept("hashes of addresses that mail came back from", "for good, so that nothing is sent there again", "nobody"),
)
