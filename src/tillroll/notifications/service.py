"""Notices: statements for the batch of what people are notified of, the list that they read, and
their choices.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, LiteralString

from tillroll.access.people import of_person
from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, holders, holders_in_sql, person_of
from tillroll.mail.provider import MailSettings
from tillroll.notifications.topics import (
    ACCESS_LOST,
    NAMING_SUBJECTS,
    NEEDS,
    PERSON_REMOVED,
    TOPICS,
    NoticeTopic,
    path_of,
)
from tillroll_durable.audit import append_if_changed, event_of_account, values_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    Value,
    integer,
    of_row,
    optional_text,
    statement,
    text,
    word,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, RUN, Gone, Table
from tillroll_durable.registry import Registry
from tillroll_durable.runs import shown_state
from tillroll_durable.sight import IS_SEEN, Sight


class Audited(Action):
    NOTICES_CHOSEN = (
        "notices.chosen",
        "a person chose how they get notices of something; `topic` says of what",
    )


_LONGEST_ABOUT: Final = 200

_TELL: Final = """
  INSERT INTO notifications (id, account_id, topic, subject, about, run_id, created_at, asked_by)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE {where} ON CONFLICT (id) DO NOTHING
"""
_BY_ANOTHER: Final = f"?9 IS NOT {person_of('?10')}"
# The person it concerns; and owners, or who may do what the topic names (?10), where the topic
# says so or the account has no such person. A choice that stands wins over the topic's own way.
# People who want mail and cannot be reached by it get the notice in the app; who chose neither way
# gets no row.
_ADDRESS: Final = """
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
      AND (u.id = ?5 OR EXISTS (
        SELECT 1 FROM user_roles r
        WHERE r.user_id = u.id AND r.role IN (SELECT value FROM json_each(?10))
      ) AND (
        ?8 = 1 OR NOT EXISTS (
          SELECT 1 FROM users p
          WHERE p.id = ?5 AND p.account_id = ?3 AND (p.removed_at IS NULL OR ?9 = 1)
        )
      ))
  ) w
  WHERE (w.in_app OR w.by_mail) AND EXISTS (SELECT 1 FROM notifications n WHERE n.id = ?1
      AND n.account_id = ?3)
  ON CONFLICT (notification_id, user_id) DO NOTHING
"""
# The recipients who get the notice in the app by this batch, once for each browser that shows it.
# Where the notice is written again, its recipients are older than ?2.
_SHOW: Final = """
  INSERT INTO push_messages (id, notification_id, device_id, state, next_attempt_at, created_at)
  SELECT 'psh_' || lower(hex(randomblob(13))), t.notification_id, d.id, 'pending', t.created_at,
    t.created_at
  FROM notification_recipients t JOIN push_devices d ON d.user_id = t.user_id
  WHERE t.notification_id = ?1 AND t.created_at = ?2 AND t.in_app = 1 AND d.since < ?2
    AND EXISTS (SELECT 1 FROM json_each(d.kinds) kind WHERE kind.value = ?3)
  ON CONFLICT (notification_id, device_id) DO NOTHING
"""


@dataclass(frozen=True)
class Subject:
    """What a notice is about.

    Attributes:
        id: unique beyond the account; with the topic it makes the notice's id.
        run_id: the run that it is, or that it belongs to.
        about: one line that names it, such as an endpoint's host; nothing of a person of the
            account. It is cut at 200 characters, but for that of a topic which lists.
        asked_by: the user who asks for something; they are named behind `about`.
        occasion: tells several notices of a topic about it apart, such as the time of a second
            failure.
    """

    id: str
    run_id: str | None = None
    about: str = ""
    asked_by: str | None = None
    occasion: str = ""


def notify(
    account_id: str,
    topic: NoticeTopic,
    subject: Subject,
    now: str,
    *,
    person: str | None = None,
    by: str | None = None,
    where: LiteralString = "true",
) -> list[Statement]:
    """Notify people of an account: put these into the batch of the change that they hear of.
    Written again, they do nothing. `person` is the user whose affair it is, if there is one. `by`
    is who has done it, as the audit names them: where that is the person, nobody gets a notice.
    `where` is an expression of SQL, in which ?2 is the account, ?4 the subject's id and ?7 the
    time: where it does not hold, nobody gets a notice.
    """
    id_ = ":".join(filter(None, (subject.id, topic.name, subject.occasion)))
    about = subject.about
    if not topic.lists:
        about = about[:_LONGEST_ABOUT]
    values: list[Value] = [
        id_,
        account_id,
        topic.name,
        subject.id,
        about,
        subject.run_id,
        now,
        subject.asked_by,
    ]
    if by is not None:
        where = f"({where}) AND {_BY_ANOTHER}"
        values += [person, by]
    inserts = [
        statement(_TELL.format(where=where), values),
        statement(
            _ADDRESS,
            [
                id_,
                now,
                account_id,
                topic.name,
                person,
                int(topic.in_app),
                int(topic.by_mail),
                int(topic.to_owners),
                int(topic.to_removed),
                _roles_of(topic),
            ],
        ),
    ]
    if topic.pushed_as:
        return [*inserts, statement(_SHOW, [id_, now, topic.pushed_as])]
    return inserts


def _roles_of(topic: NoticeTopic) -> str:
    """The roles of those who are notified: an array of JSON."""
    if topic.to_holders is None:
        return dump([Role.OWNER])
    return dump([*holders(topic.to_holders)])


_DECIDES: Final = f"""
  EXISTS (SELECT 1 FROM user_roles WHERE user_id = {{user}}
      AND role IN ({holders_in_sql(Permission.APPROVE)}))
"""
_IS_TOLD: Final = (
    f"EXISTS (SELECT 1 FROM notifications WHERE id = ?4 || ':{word(ACCESS_LOST.name)}:' || ?7)"
)
# A removal notifies everybody it concerns, so their roles decide, which stay written down. The
# notice that somebody may not approve any more goes only to people who might approve.
_DEPARTED: Final = f"""
  SELECT DISTINCT u.id FROM notifications n JOIN users u ON u.id = n.subject
  WHERE n.account_id = ?1 AND n.topic = '{word(ACCESS_LOST.name)}' AND n.created_at > ?2
    AND (u.removed_at IS NOT n.created_at OR {_DECIDES.format(user="u.id")})
"""


def notify_removed(account_id: str, user_id: str, at: str) -> list[Statement]:
    """For the batch in which somebody is removed, after that."""
    subject = Subject(user_id, occasion=at)
    return [
        *notify(account_id, ACCESS_LOST, subject=subject, now=at, person=user_id),
        *notify_owners(account_id, user_id, at),
    ]


def notify_approves_no_more(account_id: str, user_id: str, at: str) -> list[Statement]:
    """For the batch in which somebody gets roles that do not let them approve, before these are
    written: they are notified where they might approve. Owners are notified after it, by
    `notify_owners`: until then, the person may be one.
    """
    subject = Subject(user_id, occasion=at)
    return notify(
        account_id,
        ACCESS_LOST,
        subject=subject,
        now=at,
        person=user_id,
        where=_DECIDES.format(user="?4"),
    )


def notify_owners(account_id: str, user_id: str, at: str) -> list[Statement]:
    """Tell owners of the same where this batch notifies the person that they lost their access."""
    return notify(
        account_id, PERSON_REMOVED, subject=Subject(user_id, occasion=at), now=at, where=_IS_TOLD
    )


async def notify_departed(
    database: Database,
    account_id: str,
    topic: NoticeTopic,
    subject: Subject,
    since: datetime,
    now: datetime,
    *,
    where: LiteralString,
) -> list[Statement]:
    """Tell anyone who might approve, and might not any more since a time; `where` is as of
    `notify`.
    """
    rows = await database.all(statement(_DEPARTED, [account_id, to_text(since)]))
    return [
        each
        for id_ in (text(row, "id") for row in rows)
        for each in notify(
            account_id,
            topic,
            subject=replace(subject, occasion=id_),
            now=to_text(now),
            person=id_,
            where=where,
        )
    ]


ABOUT: Final = f"""
  COALESCE((SELECT named.name || ': ' FROM users named WHERE named.id = n.subject
      AND n.topic IN ({NAMING_SUBJECTS})), '')
    || n.about || COALESCE((SELECT '. Asked by ' || asker.name FROM users asker
      WHERE asker.id = n.asked_by), '')
"""
"""What a notice `n` is about, and of whom, and who asks, as they are called now."""

_REACHED: Final = """
  SELECT COALESCE(c.in_app, ?3) = 1 AS in_app, COALESCE(c.by_mail, ?4) = 1 AS by_mail,
    m.address IS NOT NULL AS has_mail,
    EXISTS (SELECT 1 FROM mail_suppressions s WHERE s.address_hash = m.address_hash) AS is_stopped
  FROM users u LEFT JOIN notification_choices c ON c.user_id = u.id AND c.topic = ?2
    LEFT JOIN mail_addresses m ON m.user_id = u.id
  WHERE u.id = ?1
"""


async def why_no_mail(platform: Platform, topic: NoticeTopic, user_id: str) -> str | None:
    """Why no mail tells a person of a topic, and whether the app does; None where mail does."""
    row = await platform.database.first(
        statement(_REACHED, [user_id, topic.name, int(topic.in_app), int(topic.by_mail)]),
    )
    if row is None:
        return "They get no notice: they are not here any more."
    # People who want mail and cannot be reached by it get the notice in the app.
    is_in_app = row["in_app"] == 1 or (
        row["by_mail"] == 1 and (row["has_mail"] != 1 or row["is_stopped"] == 1)
    )
    if row["by_mail"] != 1:
        why = "they chose no mail for this"
    elif row["has_mail"] != 1:
        why = "they have confirmed no mail address"
    elif row["is_stopped"] == 1:
        why = "mail to their address came back"
    elif platform.settings.of(MailSettings).sends:
        return None
    else:
        why = "this deployment sends no mail"
    if is_in_app:
        return f"They see the notice in the app only: {why}."
    return f"They get no notice: {why}, nor in the app."


def message_of(registry: Registry, row: Row) -> str:
    """Give the sentence of a notice. Its row has `topic`, and of its run `kind`,
    `contract_version`, `state`, `status`, `next_safe_action` and `reason`, null without a run.
    """
    topic = TOPICS.get(text(row, "topic"))
    if topic is not None and topic.says is not None:
        return topic.says
    if row["kind"] is None:
        if topic is None:
            return ""
        return topic.title
    kind = text(row, "kind")
    contract = registry.contract_of(kind, integer(row, "contract_version"))
    state = shown_state(contract, row)
    return registry.message_for(kind, state.says, optional_text(row, "reason"))


class Notice(Model):
    """`message` is what its run says now, or the topic's sentence; `about` names what that is
    about, where it does not. `path` is the page it leads to. `read_at` is null until the person
    notified has marked it. `needs_you`: somebody has to do something, as far as is known: by its
    run's state, or else until it is read.
    """

    id: str
    topic: str
    run_id: str | None
    subject: str
    message: str
    about: str
    path: str
    created_at: str
    read_at: str | None
    needs_you: bool


class NoticeChoice(Model):
    """How the caller gets notices of a topic; `title` says what happened. `is_own`: they chose it;
    `may_mail`: mail can bring them."""

    topic: str
    title: str
    in_app: bool
    by_mail: bool
    is_own: bool
    may_mail: bool


# A person who sees their own documents alone (?6) gets no notice of a run that is another's, or
# became so.
_SEEN: Final = f"(n.run_id IS NULL OR {IS_SEEN.format(person='r.person', only='?6')})"
_PAGE: Final = f"""
  SELECT n.id, n.run_id, n.subject, n.topic, {ABOUT} AS about, t.created_at, t.read_at,
    {NEEDS} AS needs_you,
         r.kind, r.contract_version, r.state, r.status, r.next_safe_action, r.reason
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id
  LEFT JOIN runs r ON r.id = n.run_id
  WHERE t.user_id = ?1 AND t.in_app = 1 AND (t.created_at, t.notification_id) < (?2, ?3)
    AND (?4 = 0 OR t.read_at IS NULL) AND {_SEEN}
  ORDER BY t.created_at DESC, t.notification_id DESC LIMIT ?5
"""
_UNREAD: Final = f"""
  SELECT count(*) AS unread, COALESCE(SUM({NEEDS}), 0) AS needs_you
  FROM notification_recipients t JOIN notifications n ON n.id = t.notification_id
  LEFT JOIN runs r ON r.id = n.run_id
  WHERE t.user_id = ? AND t.in_app = 1 AND t.read_at IS NULL
"""
_READ: Final = """
  UPDATE notification_recipients SET read_at = ?2
  WHERE user_id = ?1 AND in_app = 1 AND read_at IS NULL AND {}
"""


class Unread(Model):
    """How many notices are not read, and how many of these need their recipient."""

    unread: int
    needs_you: int


async def list_notices(
    platform: Platform,
    registry: Registry,
    user_id: str,
    sight: Sight,
    place: str,
    limit: int,
    *,
    is_unread: bool,
) -> tuple[list[Notice], Unread]:
    """Notices of a person behind a place (see `place_of`), newest first, and how many of all are
    not read.
    """
    created_at, _, notice_id = place.partition(" ")
    page = statement(_PAGE, [user_id, created_at, notice_id, int(is_unread), limit, sight.only])
    rows, [counted] = await platform.database.batch([page, statement(_UNREAD, [user_id])])
    notices: list[Notice] = []
    for row in rows:
        path = path_of(text(row, "topic"), text(row, "subject"), optional_text(row, "run_id"))
        topic_fields = {
            "message": message_of(registry, row),
            # What a notice lists stands on the page that it leads to.
            "about": text(row, "about").partition("\n")[0],
            "path": path,
            "needs_you": row["needs_you"] == 1,
        }
        notices.append(of_row(Notice, row, **topic_fields))
    return notices, of_row(Unread, counted)


def counts_of(user_id: str) -> Statement:
    """What asks for `Unread`, for a batch."""
    return statement(_UNREAD, [user_id])


def place_of(notice: Notice) -> str:
    """Its time and id: several notices can be of one moment."""
    return f"{notice.created_at} {notice.id}"


async def mark_ids(platform: Platform, user_id: str, ids: Sequence[str]) -> Unread:
    """Mark these of a person as read; how many are not read then."""
    return await _mark(
        platform,
        user_id,
        where="notification_id IN (SELECT value FROM json_each(?3))",
        which=dump([*ids]),
    )


async def mark_until(platform: Platform, user_id: str, until: str) -> Unread:
    """Mark those of a person as read that were made then or before; how many are not read then."""
    return await _mark(platform, user_id, where="created_at <= ?3", which=until)


async def _mark(platform: Platform, user_id: str, where: LiteralString, which: str) -> Unread:
    update = statement(_READ.format(where), [user_id, to_text(platform.clock.now()), which])
    _, [counted] = await platform.database.batch([update, statement(_UNREAD, [user_id])])
    return of_row(Unread, counted)


async def list_choices(database: Database, user_id: str) -> list[NoticeChoice]:
    """One for each topic, in the list's order."""
    rows = await database.all(
        statement("SELECT * FROM notification_choices WHERE user_id = ?", [user_id])
    )
    chosen = {text(row, "topic"): (row["in_app"] == 1, row["by_mail"] == 1) for row in rows}
    return [_choice(topic, chosen.get(topic.name)) for topic in TOPICS.values()]


def _choice(topic: NoticeTopic, own: tuple[bool, bool] | None) -> NoticeChoice:
    in_app, by_mail = own or (topic.in_app, topic.by_mail)
    choice = {"topic": topic.name, "title": topic.title, "may_mail": topic.may_mail}
    return NoticeChoice.model_validate(
        {**choice, "in_app": in_app, "by_mail": by_mail, "is_own": own is not None}
    )


async def choose(
    platform: Platform,
    account_id: str,
    user_id: str,
    topic: str,
    actor: str,
    *,
    in_app: bool,
    by_mail: bool,
) -> None:
    """Keep a choice; it holds for notices from now on."""
    choices = await list_choices(platform.database, user_id)
    former = {each.topic: each for each in choices}.get(topic)
    before: JsonObject = {}
    if former is not None:
        before = {"inApp": former.in_app, "byMail": former.by_mail}
    changed = values_changed(before, {"inApp": in_app, "byMail": by_mail})
    detail: JsonObject = {"user": user_id, "topic": topic, **changed}
    event = event_of_account(
        account_id,
        Audited.NOTICES_CHOSEN,
        new_id("cho"),
        actor=actor,
        at=to_text(platform.clock.now()),
        detail=detail,
    )
    sql = """
      INSERT INTO notification_choices (user_id, topic, in_app, by_mail) VALUES (?1, ?2, ?3, ?4)
      ON CONFLICT (user_id, topic) DO UPDATE
      SET in_app = excluded.in_app, by_mail = excluded.by_mail
    """
    keep = statement(sql, [user_id, topic, int(in_app), int(by_mail)])
    await platform.database.batch([keep, append_if_changed(event)])


OF_RUN: Final = f"""
  account_id = ?1 AND (run_id IN ({RUN}) OR substr(subject, 5) IN (SELECT substr(id, 5)
      FROM ({RUN})))
"""
"""Notices of a receipt's runs. An expense, which some are about, has its run's id but for what
stands before.
"""
_TOLD: Final = (
    "account_id = ?1 AND id IN (SELECT notification_id FROM notification_recipients "
    "WHERE user_id = ?2)"
)
TABLES: Final = (
    Table(
        "notification_recipients",
        Gone("notification_id IN (SELECT id FROM notifications WHERE account_id = ?1)"),
        subject=Gone(f"notification_id IN (SELECT id FROM notifications WHERE {OF_RUN})"),
        person=Gone("user_id = ?2"),
        key="notification_id, user_id",
    ),
    Table("notifications", Gone(ACCOUNT), Gone(OF_RUN), key="id", person_gets=_TOLD),
    of_person("notification_choices"),
)
