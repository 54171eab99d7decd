"""How a person wants to be told: in the app, by mail, both or not at all, for each topic."""

from dataclasses import dataclass

from tillroll.durable.record.audit import append, event_of_account
from tillroll.notifications.topics import TOPICS, NoticeTopic
from tillroll.platform.bindings.database import Database, Statement, integer, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.services import Platform


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
