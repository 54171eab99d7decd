"""Who decides no more: they were removed from the account, or lost the right to approve. They and all owners are told,
since whoever saw to that may be about to do alone what needs a second person."""

from datetime import datetime
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import holders_in_sql
from tillroll.notifications.notify import Subject, notify
from tillroll.notifications.topics import ACCESS_LOST, PERSON_REMOVED, NoticeTopic
from tillroll.platform.bindings.database import Database, Statement, statement, text
from tillroll.platform.clock import to_text

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
