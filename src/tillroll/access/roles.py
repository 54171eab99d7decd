"""The roles of an account's people, and what each grants. A person may have several."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from tillroll.access.permissions import OWN_AFFAIRS, Permission


class Role(StrEnum):
    """What somebody does in an account. An operator here looks after the account's runs; whoever looks after the whole
    deployment is made so by the command line (`users.is_operator`)."""

    OWNER = "owner"
    APPROVER = "approver"
    SUBMITTER = "submitter"
    OPERATOR = "operator"
    AUDITOR = "auditor"


GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OWNER: frozenset(
        {
            Permission.READ,
            Permission.SUBMIT,
            Permission.EDIT,
            Permission.REVIEW,
            Permission.TRIGGER,
            Permission.OPERATE,
            Permission.APPROVE,
            Permission.EXPORT,
            Permission.AUDIT,
            Permission.ADMINISTER,
            Permission.PEOPLE,
            Permission.LEDGER,
            Permission.BOOK,
            Permission.PAY,
            Permission.ONBOARDING,
        }
    ),
    Role.APPROVER: frozenset(
        {
            Permission.READ,
            Permission.EDIT,
            Permission.REVIEW,
            Permission.APPROVE,
            Permission.EXPORT,
            Permission.LEDGER,
            Permission.BOOK,
        }
    ),
    Role.SUBMITTER: frozenset(
        {Permission.READ, Permission.SUBMIT, Permission.EDIT, Permission.REVIEW, Permission.TRIGGER}
    ),
    Role.OPERATOR: frozenset(
        {
            Permission.READ,
            Permission.TRIGGER,
            Permission.OPERATE,
            Permission.EXPORT,
            Permission.AUDIT,
            Permission.LEDGER,
        }
    ),
    Role.AUDITOR: frozenset({Permission.READ, Permission.AUDIT, Permission.LEDGER}),
}

OF_INVITED: Final = (Role.SUBMITTER, Role.OPERATOR)
"""The roles of a person who is invited without a word on what they do."""


def roles_of(kept: str | None) -> tuple[Role, ...]:
    """The roles of a person, who has those that are `kept`, by spaces. A name that there is not grants nothing."""
    names = (kept or "").split()
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


def holders_in_sql(permission: Permission) -> str:
    """`holders` as the values of an SQL `IN (…)`."""
    return ", ".join(f"'{role.value}'" for role in holders(permission))
