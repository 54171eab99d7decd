"""Roles changed and people removed, as statements with their audit events, and what ends by that. An account always
keeps an owner."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from tillroll.access.leaving import Leaver
from tillroll.access.permissions import Permission
from tillroll.access.roles import Role, granted
from tillroll.api.door.credentials import Person, end_sessions, keep_roles
from tillroll.api.passkeys.record import remove_all
from tillroll.api.people.leaving import ending
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.notifications.departures import tell_approves_no_more, tell_owners, tell_removed
from tillroll.platform.bindings.database import Database, Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump

# Looked at within the same batch: of two owners who demote each other at once, one is refused.
_KEEPS_AN_OWNER: Final = """
  (NOT EXISTS (SELECT 1 FROM user_roles WHERE user_id = ?1 AND role = 'owner')
   OR EXISTS (SELECT 1 FROM users o JOIN user_roles r ON r.user_id = o.id AND r.role = 'owner'
              WHERE o.account_id = ?2 AND o.id <> ?1 AND o.removed_at IS NULL))
"""


def change_roles(person: Person, roles: Sequence[Role], actor: str, now: datetime) -> list[Statement]:
    """Give a person these roles in place of those they had; what they made and need other rights for ends. The batch
    fails where the account has no such person, or would have no owner. Of who may approve no more, people are told."""
    at = to_text(now)
    # What looking after the deployment grants comes from no role, and stays.
    keeps = granted(roles, is_operator=True)
    event = event_of_account(
        person.account_id,
        "user.roles_changed",
        new_id("rol"),
        actor=actor,
        at=at,
        detail={"user": person.user_id, "roles": [*roles]},
    )
    return [
        # It changes nothing, and is there to find the person, and an owner.
        statement(
            f"""
            UPDATE users SET name = name WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL
              AND (?3 OR {_KEEPS_AN_OWNER})
            """,  # noqa: S608
            person.user_id,
            person.account_id,
            int(Role.OWNER in roles),
        ),
        append_if_changed(event),
        *([] if Permission.APPROVE in keeps else tell_approves_no_more(person.account_id, person.user_id, at)),
        statement(
            "DELETE FROM user_roles WHERE user_id = ?1 AND role NOT IN (SELECT value FROM json_each(?2))",
            person.user_id,
            dump([*roles]),
        ),
        keep_roles(person.user_id, roles, actor, at),
        *tell_owners(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, keeps), at),
    ]


def remove(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Let a person out for good: they are signed out everywhere, their passkeys have ended, and so has what they made
    that lets anybody in or does anything. What they did stays, under their name. They and all owners are told. The
    batch fails as `change_roles`."""
    at = to_text(now)
    event = event_of_account(
        person.account_id,
        "user.removed",
        f"user.removed:{person.user_id}",
        actor=actor,
        at=at,
        detail={"user": person.user_id},
    )
    return [
        statement(
            f"""
            UPDATE users SET removed_at = ?3, is_operator = 0
            WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL AND {_KEEPS_AN_OWNER}
            """,  # noqa: S608
            person.user_id,
            person.account_id,
            at,
        ),
        append_if_changed(event),
        *end_sessions(person, actor, now),
        remove_all(person, at),
        *tell_removed(person.account_id, person.user_id, at),
        *ending(Leaver(person.account_id, person.user_id, None), at),
    ]


async def is_there(database: Database, person: Person) -> bool:
    """Whether the account has such a person now."""
    query = "SELECT 1 FROM users WHERE id = ?1 AND account_id = ?2 AND removed_at IS NULL"
    return await database.first(statement(query, person.user_id, person.account_id)) is not None
