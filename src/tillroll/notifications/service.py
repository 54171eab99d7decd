"""Telling people: statements for the batch of what is told, and the sentence that they read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import holders_in_sql
from tillroll.durable.workflow import Registry
from tillroll.notifications.topics import ACCESS_LOST, PERSON_REMOVED, TOPICS, NoticeTopic
from tillroll.platform.bindings.database import Database, Row, Statement, integer, optional_text, statement, text
from tillroll.platform.clock import to_text

_LONGEST_ABOUT: Final = 200

_TELL = """
  INSERT INTO notifications (id, account_id, topic, subject, about, run_id, created_at)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE {where} ON CONFLICT (id) DO NOTHING
"""
# The person it concerns; owners too, where the topic says so or the account has no such person. A choice that stands
# wins over the topic's own way. Whoever wants mail and cannot be reached by it is told in the app; who chose neither
# way gets no row.
_ADDRESS = """
  INSERT INTO notification_recipients (notification_id, user_id, created_at, in_app, by_mail)
  SELECT ?1, w.id, ?2, MAX(w.in_app, w.by_mail AND NOT w.is_reached), w.by_mail AND w.is_reached
  FROM (
    SELECT u.id, COALESCE(c.in_app, ?6) = 1 AS in_app, COALESCE(c.by_mail, ?7) = 1 AS by_mail,
      EXISTS (
        SELECT 1 FROM mail_addresses m WHERE m.user_id = u.id AND m.address IS NOT NULL
          AND NOT EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash)
      ) AS is_reached
    FROM users u LEFT JOIN notification_choices c ON c.user_id = u.id AND c.topic = ?4
    WHERE u.account_id = ?3 AND (u.removed_at IS NULL OR u.id = ?5 AND ?9 = 1)
      AND (u.id = ?5 OR EXISTS (SELECT 1 FROM user_roles r WHERE r.user_id = u.id AND r.role = 'owner') AND (
        ?8 = 1 OR NOT EXISTS (
          SELECT 1 FROM users p WHERE p.id = ?5 AND p.account_id = ?3 AND (p.removed_at IS NULL OR ?9 = 1)
        )
      ))
  ) w
  WHERE (w.in_app OR w.by_mail) AND EXISTS (SELECT 1 FROM notifications n WHERE n.id = ?1 AND n.account_id = ?3)
  ON CONFLICT (notification_id, user_id) DO NOTHING
"""


@dataclass(frozen=True)
class Subject:
    """What a notice is about.

    Attributes:
        id: unique beyond the account; with the topic it makes the notice's id.
        run_id: the run that it is, or that it belongs to.
        about: one line that names it, such as an endpoint's host; no personal data. It is cut at 200 characters.
        occasion: tells several notices of a topic about it apart, such as the time of a second failure.
    """

    id: str
    run_id: str | None = None
    about: str = ""
    occasion: str = ""


def notify(
    account_id: str, topic: NoticeTopic, subject: Subject, now: str, *, person: str | None = None, where: str = "true"
) -> list[Statement]:
    """Tell people of an account of something: put these into the batch of what is told. Told again, they do nothing.

    `person` is the user whose affair it is, if there is one. `where` is an expression of SQL, in which ?2 is the
    account, ?4 the subject's id and ?7 the time: where it does not hold, nobody is told.
    """
    id_ = ":".join(filter(None, (subject.id, topic.name, subject.occasion)))
    about = subject.about[:_LONGEST_ABOUT]
    return [
        statement(_TELL.format(where=where), id_, account_id, topic.name, subject.id, about, subject.run_id, now),
        statement(
            _ADDRESS,
            id_,
            now,
            account_id,
            topic.name,
            person,
            int(topic.in_app),
            int(topic.by_mail),
            int(topic.to_owners),
            int(topic.to_removed),
        ),
    ]


_DECIDES: Final = f"""
  EXISTS (SELECT 1 FROM user_roles WHERE user_id = {{user}} AND role IN ({holders_in_sql(Permission.APPROVE)}))
"""  # noqa: S608 - names of roles
_IS_TOLD: Final = f"EXISTS (SELECT 1 FROM notifications WHERE id = ?4 || ':{ACCESS_LOST.name}:' || ?7)"  # noqa: S608 - a name
# Who was told behind a removal may have been anybody; their roles stay written down. Others might approve.
_DEPARTED: Final = f"""
  SELECT DISTINCT u.id FROM notifications n JOIN users u ON u.id = n.subject
  WHERE n.account_id = ?1 AND n.topic = '{ACCESS_LOST.name}' AND n.created_at > ?2
    AND (u.removed_at IS NOT n.created_at OR {_DECIDES.format(user="u.id")})
"""  # noqa: S608 - names of roles


def tell_removed(account_id: str, user_id: str, at: str) -> list[Statement]:
    """For the batch in which somebody is removed, behind that."""
    subject = Subject(user_id, occasion=at)
    return [*notify(account_id, ACCESS_LOST, subject, at, person=user_id), *tell_owners(account_id, user_id, at)]


def tell_approves_no_more(account_id: str, user_id: str, at: str) -> list[Statement]:
    """For the batch in which somebody gets roles that do not let them approve, before these are written: they are told
    where they might approve. Owners are told behind it, by `tell_owners`: until then, the person may be one."""
    subject = Subject(user_id, occasion=at)
    return notify(account_id, ACCESS_LOST, subject, at, person=user_id, where=_DECIDES.format(user="?4"))


def tell_owners(account_id: str, user_id: str, at: str) -> list[Statement]:
    """Tell owners of what the person was told in this batch, if they were."""
    return notify(account_id, PERSON_REMOVED, Subject(user_id, occasion=at), at, where=_IS_TOLD)


async def tell_departed(
    database: Database,
    account_id: str,
    topic: NoticeTopic,
    subject: Subject,
    since: datetime,
    now: datetime,
    *,
    where: str,
) -> list[Statement]:
    """Tell whoever might approve, and might not any more since a time; `where` is as of `notify`."""
    rows = await database.all(statement(_DEPARTED, account_id, to_text(since)))
    return [
        each
        for id_ in (text(row, "id") for row in rows)
        for each in notify(
            account_id,
            topic,
            Subject(subject.id, about=subject.about, occasion=id_),
            to_text(now),
            person=id_,
            where=where,
        )
    ]


def message_of(registry: Registry, row: Row) -> str:
    """From a row with `topic`, and of its run `kind`, `contract_version`, `state`, `status`, `next_safe_action` and
    `reason`, null where it has none."""
    topic = TOPICS.get(text(row, "topic"))
    if topic is not None and topic.says is not None:
        return topic.says
    if row["kind"] is None:
        return "" if topic is None else topic.title
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = contract.shown_state(text(row, "state"), text(row, "status"), text(row, "next_safe_action"))
    return registry.message_for(kind, state.says, optional_text(row, "reason"))
