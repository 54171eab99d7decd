"""Rows of notices: what a person is told, what is read, and how they chose to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tillroll.durable.record.audit import append, event_of_account
from tillroll.notifications.topics import TOPICS, NoticeTopic
from tillroll.platform.bindings.database import Database, Row, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.platform.services import Platform
from tillroll.platform.tables import ACCOUNT, RUN, Gone, Table, of_person

# A place in the list is the time and the id: several notices can be of one moment.
_PAGE: Final = """
  SELECT n.id, n.run_id, n.subject, n.topic, n.about, t.created_at, t.read_at, t.created_at || ' ' || n.id AS place,
         r.kind, r.contract_version, r.state, r.status, r.next_safe_action, r.reason
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id LEFT JOIN runs r ON r.id = n.run_id
  WHERE t.user_id = ?1 AND t.in_app = 1 AND (t.created_at, t.notification_id) < (?2, ?3)
    AND (?4 = 0 OR t.read_at IS NULL)
  ORDER BY t.created_at DESC, t.notification_id DESC LIMIT ?5
"""
_UNREAD: Final = """
  SELECT count(*) AS unread FROM notification_recipients WHERE user_id = ? AND in_app = 1 AND read_at IS NULL
"""
_READ_IDS: Final = """
  UPDATE notification_recipients SET read_at = ?2
  WHERE user_id = ?1 AND in_app = 1 AND read_at IS NULL AND notification_id IN (SELECT value FROM json_each(?3))
"""
_READ_UNTIL: Final = """
  UPDATE notification_recipients SET read_at = ?2
  WHERE user_id = ?1 AND in_app = 1 AND read_at IS NULL AND created_at <= ?3
"""


async def notices_of(
    database: Database, user_id: str, behind: str, most: int, *, is_unread: bool
) -> tuple[Sequence[Row], int]:
    """Notices of a person behind a place, newest first, and how many of all are not read."""
    created_at, _, notice_id = behind.partition(" ")
    notices = statement(_PAGE, user_id, created_at, notice_id, int(is_unread), most)
    rows, [counted] = await database.batch([notices, statement(_UNREAD, user_id)])
    return rows, integer(counted, "unread")


async def mark_ids(database: Database, user_id: str, now: str, ids: Sequence[str]) -> int:
    """Mark these of a person as read; how many are not read then."""
    return await _mark(database, user_id, statement(_READ_IDS, user_id, now, dump([*ids])))


async def mark_until(database: Database, user_id: str, now: str, until: str) -> int:
    """Mark those of a person as read that were made then or before; how many are not read then."""
    return await _mark(database, user_id, statement(_READ_UNTIL, user_id, now, until))


async def _mark(database: Database, user_id: str, update: Statement) -> int:
    _, [counted] = await database.batch([update, statement(_UNREAD, user_id)])
    return integer(counted, "unread")


@dataclass(frozen=True)
class Choice:
    """How a person is told of a topic. `is_own`: they chose it; else it is the topic's own way."""

    topic: NoticeTopic
    in_app: bool
    by_mail: bool
    is_own: bool


async def choices_of(database: Database, user_id: str) -> list[Choice]:
    """One for each topic, in the list's order."""
    rows = await database.all(statement("SELECT * FROM notification_choices WHERE user_id = ?", user_id))
    chosen = {text(row, "topic"): (integer(row, "in_app") == 1, integer(row, "by_mail") == 1) for row in rows}
    return [
        Choice(topic, *chosen.get(topic.name, (topic.in_app, topic.by_mail)), is_own=topic.name in chosen)
        for topic in TOPICS.values()
    ]


async def choose(platform: Platform, account_id: str, user_id: str, choice: Choice, actor: str) -> None:
    """Keep a choice; it holds for what is told from now on."""
    now, name = to_text(platform.clock.now()), choice.topic.name
    event = event_of_account(
        account_id, "notices.chosen", new_id("cho"), actor=actor, at=now, detail={"user": user_id, "topic": name}
    )
    await platform.database.batch([_keep(user_id, choice), append(event)])


def _keep(user_id: str, choice: Choice) -> Statement:
    return statement(
        """
        INSERT INTO notification_choices (user_id, topic, in_app, by_mail) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (user_id, topic) DO UPDATE SET in_app = excluded.in_app, by_mail = excluded.by_mail
        """,
        user_id,
        choice.topic.name,
        int(choice.in_app),
        int(choice.by_mail),
    )


TABLES: Final = (
    Table(
        "notification_recipients",
        Gone("notification_id IN (SELECT id FROM notifications WHERE account_id = ?1)"),
        Gone(f"notification_id IN (SELECT id FROM notifications WHERE run_id IN ({RUN}))"),  # noqa: S608 - constants
        Gone("user_id = ?2"),
    ),
    Table(
        "notifications",
        Gone(ACCOUNT),
        Gone(f"account_id = ?1 AND run_id IN ({RUN})"),
        person_gets="account_id = ?1 "
        "AND id IN (SELECT notification_id FROM notification_recipients WHERE user_id = ?2)",
    ),
    of_person("notification_choices"),
)
