"""Roles: what each grants, somebody who loses one, and who may be behind a person. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString, TypeAlias

from tillroll.access.permissions import OF_OWN, OWN_AFFAIRS, Permission
from tillroll_durable.platform.bindings.database import Statement
from tillroll_durable.platform.json import dump


class Role(StrEnum):
    """What somebody does in an account. An operator here looks after the account's runs; anyone who
    looks after the whole deployment is made so by the command line (`users.is_operator`).
    """

    OWNER = "owner"
    APPROVER = "approver"
    SUBMITTER = "submitter"
    OPERATOR = "operator"
    AUDITOR = "auditor"


GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    # All but what everybody may for themselves, and what is the deployment's.
    Role.OWNER: frozenset(Permission) - OWN_AFFAIRS - {Permission.DEPLOYMENT, Permission.OPEN},
    Role.APPROVER: frozenset(
        {Permission.READ, Permission.OWN, Permission.EDIT, Permission.SORT, Permission.REVIEW}
    )
    | {Permission.APPROVE, Permission.EXPORT, Permission.LEDGER, Permission.BOOK},
    # They alone do not see what is of others.
    Role.SUBMITTER: OF_OWN,
    Role.OPERATOR: frozenset(
        {Permission.READ, Permission.OWN, Permission.TRIGGER, Permission.OPERATE}
    )
    | {Permission.EXPORT, Permission.AUDIT, Permission.LEDGER},
    Role.AUDITOR: frozenset({Permission.READ, Permission.OWN, Permission.AUDIT, Permission.LEDGER}),
}

OF_INVITED: Final = (Role.SUBMITTER,)
"""The roles of a person who is invited without a word on what they do."""


def roles_of(stored: str | None) -> tuple[Role, ...]:
    """The roles of a person, who has those that are `kept`, by spaces. A name that there is not
    grants nothing.
    """
    names = (stored or "").split()
    return tuple(role for role in Role if role in names)


def granted(roles: Iterable[Role], *, is_operator: bool) -> frozenset[Permission]:
    """All that a person with these roles may do; `is_operator`: they look after the deployment."""
    permissions = {*OWN_AFFAIRS}
    if is_operator:
        permissions.add(Permission.DEPLOYMENT)
    return frozenset(permissions.union(*(GRANTS[role] for role in roles)))


def holders(permission: Permission) -> tuple[Role, ...]:
    """The roles that grant a permission."""
    return tuple(role for role in Role if permission in GRANTS[role])


def holders_in_sql(permission: Permission) -> LiteralString:
    """`holders` as the values of an SQL `IN (…)`."""
    return ", ".join(f"'{role.value}'" for role in holders(permission))


def may_in_sql(permission: Permission, user: LiteralString) -> LiteralString:
    """SQL: whether the roles of a user, by a column such as `users.id`, give a permission."""
    return f"""
      EXISTS (
        SELECT 1 FROM user_roles
        WHERE user_roles.user_id = {user} AND user_roles.role IN ({holders_in_sql(permission)})
      )
    """


@dataclass(frozen=True)
class Leaver:
    """A person after a change. `keeps` is all that they still may; None: they are not in the
    account any more.
    """

    account_id: str
    user_id: str
    keeps: frozenset[Permission] | None

    @property
    def keeps_as_json(self) -> str | None:
        """For a statement: a JSON array of permissions, or None."""
        if self.keeps is None:
            return None
        return dump([*map(str, sorted(self.keeps))])

    def loses(self, permission: Permission) -> bool:
        return self.keeps is None or permission not in self.keeps


Ends: TypeAlias = Callable[[Leaver, str], Sequence[Statement]]
"""What ends with a leaver at a time, in statements for the batch of the change."""

NOW: Final = "'9999'"
"""For `at`: of what has not ended, nothing ends before it."""


def person_of(actor: LiteralString) -> LiteralString:
    """SQL: the user that a name in the audit stands for, of a browser or a token. `actor` is an
    expression.
    """
    return f"""COALESCE(
      (SELECT token.user_id FROM tokens token
       WHERE token.id = substr({actor}, length('token:') + 1)),
      substr({actor}, length('user:') + 1)
    )"""


def behind(user: LiteralString, at: LiteralString) -> LiteralString:
    """SQL: a JSON array of all users that may be behind a user at a time, that user among them."""
    return f"""(
      SELECT json_group_array(id) FROM (
        SELECT {user} AS id UNION SELECT let_in.by_user_id FROM let_in
        WHERE let_in.user_id = {user} AND let_in.since <= {at}
          AND (let_in.ended_at IS NULL OR let_in.ended_at > {at})
      )
    )"""


def given_by_asker(role: LiteralString, askers: LiteralString, at: LiteralString) -> LiteralString:
    """SQL: whether one of `askers` (a JSON array) gave a row of `user_roles` less than a day ago:
    its holder may be them, so is no second person yet.
    """
    return f"""(
      {role}.given_at > strftime('%Y-%m-%dT%H:%M:%fZ', {at}, '-1 day')
      AND {person_of(f"{role}.given_by")} IN (SELECT value FROM json_each({askers}))
    )"""
