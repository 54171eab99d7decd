"""Who asks in a campaign: a person of each role, the deployment's operator, a limited token, and
nobody.
"""

import json
from dataclasses import dataclass
from typing import Final

from tests.support.running_stack import RunningStack
from tillroll.access.permissions import Permission, limited
from tillroll.access.roles import Role, granted
from tillroll.identity.authentication import secret_hash

NOBODY: Final = "nobody"
OWNER: Final = "owner"
_SCOPES: Final = (Permission.READ, Permission.SUBMIT, Permission.EXPORT, Permission.ADMINISTER)
_OPEN: Final = frozenset({Permission.OPEN})
_NOW: Final = "2026-01-01T00:00:00.000Z"


@dataclass(frozen=True)
class Asker:
    """One who asks: the token they send, None for none, and what they may."""

    name: str
    token: str | None
    may: frozenset[Permission]


def make_askers(stack: RunningStack, account: str) -> list[Asker]:
    """An asker of each kind, all but the last of them of the account, whose people and tokens are
    made here.
    """
    members = [Asker(role.value, f"till_{account}_{role}", _may(role)) for role in Role]
    deployment = Asker(
        "deployment", f"till_{account}_deployment", _may(Role.AUDITOR, is_operator=True)
    )
    scoped = Asker(
        "limited token", f"till_{account}_limited", limited(_may(Role.OWNER), _SCOPES) | _OPEN
    )
    for asker in (*members, deployment):
        role = Role.AUDITOR if asker is deployment else Role(asker.name)
        user = f"usr_{account}_{asker.name}"
        _make_person(stack, account, user, role, is_operator=asker is deployment)
        _make_token(stack, user, asker.token or "")
    _make_token(stack, f"usr_{account}_{OWNER}", scoped.token or "", _SCOPES)
    return [*members, deployment, scoped, Asker(NOBODY, None, _OPEN)]


def _may(role: Role, *, is_operator: bool = False) -> frozenset[Permission]:
    return granted([role], is_operator=is_operator) | _OPEN


def _make_person(
    stack: RunningStack, account: str, user: str, role: Role, *, is_operator: bool
) -> None:
    columns = "(id, account_id, name, is_operator, created_at)"
    person = f"('{user}', '{account}', '{role}', {int(is_operator)}, '{_NOW}')"
    stack.d1(f"INSERT INTO users {columns} VALUES {person}")
    # The test's own ids and names.
    stack.d1(f"INSERT INTO user_roles (user_id, role) VALUES ('{user}', '{role}')")


def _make_token(
    stack: RunningStack, user: str, token: str, scopes: tuple[Permission, ...] | None = None
) -> None:
    named = "NULL" if scopes is None else f"'{json.dumps(scopes)}'"
    hashed = secret_hash(token)
    row = f"('tok_{secret_hash(token)[:20]}', '{user}', '{hashed}', 'fuzz', '{_NOW}', {named})"
    # The test's own ids and names.
    stack.d1(f"INSERT INTO tokens (id, user_id, hash, name, created_at, scopes) VALUES {row}")
