"""Telling people: statements for the batch of what is told, so that it is told exactly where it happened."""

from dataclasses import dataclass
from typing import Final

from tillroll.notifications.topics import NoticeTopic
from tillroll.platform.bindings.database import Statement, statement

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
