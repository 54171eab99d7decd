"""The person behind an act, and what they may do. A use case asks them for the right itself,
whatever led there."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from tillroll.access.permissions import Permission
from tillroll.access.roles import granted, person_of, roles_of
from tillroll_durable.platform.bindings.database import Database, optional_text, statement, text
from tillroll_durable.platform.json import dump

_PEOPLE: Final = f"""
  SELECT u.id, (SELECT group_concat(r.role, ' ') FROM user_roles r WHERE r.user_id = u.id) AS roles
  FROM json_each(?2) actor LEFT JOIN users u
    ON u.id = {person_of("actor.value")} AND u.account_id = ?1 AND u.removed_at IS NULL
"""


@dataclass(frozen=True)
class PersonBehind:
    """A user of an account, and what they may do now: of a request, no more than its token may."""

    user_id: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


async def people_behind(
    database: Database,
    account_id: str,
    actors: Collection[str],
) -> list[PersonBehind] | None:
    """The people whom some names in the audit stand for, such as `user:…` and `token:…`, each once.
    None: there is no name, or one of them stands for nobody of the account any more."""
    rows = await database.all(statement(_PEOPLE, [account_id, dump([*sorted({*actors})])]))
    if not rows or any(row["id"] is None for row in rows):
        return None
    people: dict[str, PersonBehind] = {}
    for row in rows:
        user_id = text(row, "id")
        roles = roles_of(optional_text(row, "roles"))
        people[user_id] = PersonBehind(user_id, granted(roles, is_operator=False))
    return [*people.values()]
