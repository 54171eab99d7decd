"""Bearer tokens: who asks, for which account, and what they may do.

A token is shown once, when it is made. The database has its SHA-256 alone: a secret of 256 random
bits needs no slow hash.
"""

import hashlib
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from tillroll_durable.audit import append_if_changed, event_of_account
from tillroll_durable.beginning import Actor
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    GuardFailed,
    Row,
    Statement,
    insert_row,
    statement,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import BEYOND_TOKEN, UNAUTHENTICATED, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Shut, Table

PREFIX: Final = "trd_"
"""A leaked token is found by what it begins with."""
_SECRET_BYTES: Final = 32
_LONGEST_SECRET: Final = 100
_LONGEST_NAME: Final = 100
_SCHEME: Final = "bearer "
_PERMISSION: Final = re.compile(r"[a-z0-9-]+")


TABLES: Final = (
    Table(
        "access_tokens",
        Gone(ACCOUNT),
        shut=Shut("revoked_at = COALESCE(revoked_at, ?1)"),
        without=frozenset({"digest"}),
    ),
)


class Permission(StrEnum):
    """What a token may do. Workflows may name others by `Allowed`, and a token may have these."""

    READ = "read"
    RUN = "run"
    OPERATE = "operate"


class Audited(Action):
    """What the audit says of tokens."""

    TOKEN_CREATED = "access-token.created", "an access token was made"
    TOKEN_REVOKED = "access-token.revoked", "an access token was revoked"


class Unauthenticated(Refusal):
    """The request has no token, or none that is valid."""

    kind = UNAUTHENTICATED
    headers = MappingProxyType({"www-authenticate": "Bearer"})


class NotPermitted(Refusal):
    """The token lacks a permission."""

    kind = BEYOND_TOKEN

    def __init__(self, permission: str) -> None:
        super().__init__(
            f"This needs a token with the permission {permission!r}. "
            "Ask an operator of this deployment for one."
        )
        self.extra = {"permission": permission}


@dataclass(frozen=True)
class Caller:
    """The person or program behind a request."""

    token_id: str
    name: str
    account_id: str
    permissions: frozenset[str]

    @property
    def actor(self) -> str:
        """The caller's name in the audit."""
        return f"token:{self.token_id}"

    @property
    def as_actor(self) -> Actor:
        """The caller as the one who begins a run."""
        return Actor(self.account_id, self.actor)

    def may(self, permission: str) -> bool:
        """Whether the caller's token has a permission."""
        return permission in self.permissions

    def require(self, permission: str) -> None:
        """Raises NotPermitted."""
        if not self.may(permission):
            raise NotPermitted(permission)


@dataclass(frozen=True)
class NewToken:
    """A token that was just made. `secret` is in no other place."""

    id: str
    secret: str
    statements: tuple[Statement, ...]


def digest_of(secret: str) -> str:
    """The SHA-256 of a token's secret, in hex."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_token(
    account_id: str, name: str, *, permissions: Collection[str], actor: str, now: str
) -> NewToken:
    """Draw a token, with the statements that store it and tell the audit.

    Raises ValueError: the name is empty or longer than 100 characters, or a permission has other
    characters than small letters, digits and hyphens.
    """
    if not 0 < len(name.strip()) <= _LONGEST_NAME:
        raise ValueError(f"a token's name has 1 to {_LONGEST_NAME} characters")
    if not permissions:
        raise ValueError("a token needs a permission: read, run or operate")
    for each in permissions:
        if _PERMISSION.fullmatch(each) is None:
            raise ValueError(f"{each!r} is no permission: read, run, operate, or one of a workflow")
    token_id = new_id("tok")
    secret = PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    granted = " ".join(sorted(set(permissions)))
    insert = insert_row(
        "access_tokens",
        {
            "id": token_id,
            "account_id": account_id,
            "name": name.strip(),
            "digest": digest_of(secret),
            "permissions": granted,
            "created_at": now,
        },
    )
    event = event_of_account(
        account_id,
        Audited.TOKEN_CREATED,
        f"{token_id}:created",
        actor=actor,
        at=now,
        detail={"token": token_id, "permissions": granted},
    )
    return NewToken(token_id, secret, statements=(insert, append_if_changed(event)))


async def create_token(
    platform: Platform, account_id: str, name: str, permissions: Collection[str], actor: str
) -> NewToken:
    """Make and store a token. Raises ValueError, as `new_token`."""
    now = to_text(platform.clock.now())
    token = new_token(account_id, name, permissions=permissions, actor=actor, now=now)
    await platform.database.batch(token.statements)
    return token


async def revoke_token(platform: Platform, account_id: str, token_id: str, actor: str) -> bool:
    """Revoke an account's token. Return False where it is unknown, or was revoked before."""
    now = to_text(platform.clock.now())
    values = (now, token_id, account_id)
    query = (
        "UPDATE access_tokens SET revoked_at = ? "
        "WHERE id = ? AND account_id = ? AND revoked_at IS NULL"
    )
    update = statement(query, [*values])
    event = event_of_account(
        account_id,
        Audited.TOKEN_REVOKED,
        f"{token_id}:revoked",
        actor=actor,
        at=now,
        detail={"token": token_id},
    )
    try:
        await platform.database.batch([update, append_if_changed(event)])
    except GuardFailed:
        return False
    return True


async def list_tokens(platform: Platform, account_id: str) -> list[Row]:
    """The account's tokens, the newest first, without their digests."""
    query = (
        "SELECT id, name, permissions, created_at, revoked_at FROM access_tokens "
        "WHERE account_id = ? ORDER BY id DESC LIMIT 1000"
    )
    return await platform.database.all(statement(query, [account_id]))


async def authenticate(platform: Platform, authorization: str | None) -> Caller:
    """The caller behind an `Authorization` header. Raises Unauthenticated."""
    header = authorization or ""
    secret = header[len(_SCHEME) :].strip()
    is_token = header.lower().startswith(_SCHEME) and secret.startswith(PREFIX)
    if not is_token or len(secret) > _LONGEST_SECRET:
        raise Unauthenticated("Send `Authorization: Bearer trd_…`.")
    query = (
        "SELECT id, account_id, name, permissions FROM access_tokens "
        "WHERE digest = ? AND revoked_at IS NULL"
    )
    row = await platform.database.first(statement(query, [digest_of(secret)]))
    if row is None:
        raise Unauthenticated("There is no such token, or it was revoked.")
    return Caller(
        text(row, "id"),
        text(row, "name"),
        account_id=text(row, "account_id"),
        permissions=frozenset(text(row, "permissions").split()),
    )
