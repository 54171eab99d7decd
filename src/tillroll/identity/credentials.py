"""Tokens, sign-in codes and sessions: what lets a person in, and how it ends. Of secrets, SHA-256 alone is kept."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

from tillroll.access.permissions import NO_LIMITS, Limits
from tillroll.access.roles import Role
from tillroll.durable.record.audit import append, append_if_changed, event_of_account
from tillroll.identity.authentication import secret_hash
from tillroll.platform.bindings.database import Database, Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump

Purpose: TypeAlias = Literal["sign_in", "invitation", "recovery"]
"""What a code is made for: by whoever has it, for a new person, or for one who cannot sign in any more."""

LIFETIMES: Final[Mapping[Purpose, timedelta]] = {
    "sign_in": timedelta(hours=1),
    "invitation": timedelta(days=3),
    "recovery": timedelta(days=1),
}
INVITATION_LIFETIME = LIFETIMES["invitation"]
MOST_DAYS = 3650
_TOKENS = """
  SELECT t.id, t.user_id, u.name AS user_name, t.name, t.created_at, t.expires_at, t.revoked_at,
         t.scopes, t.addresses, t.last_used_at
  FROM tokens t JOIN users u ON u.id = t.user_id
  WHERE u.account_id = ?1 AND (?2 IS NULL OR u.id = ?2)
"""
_CODE_BYTES = 24
_TOKEN_BYTES = 32


@dataclass(frozen=True)
class Person:
    """A user of an account. No statement here touches a user of another one."""

    account_id: str
    user_id: str


@dataclass(frozen=True)
class NewToken:
    """A token that was thought up. It exists once `statements` have run as one batch."""

    id: str
    secret: str
    expires_at: str | None
    statements: list[Statement]


@dataclass(frozen=True)
class NewCode:
    """A sign-in code that was thought up. It exists once `statements` have run as one batch."""

    code: str
    expires_at: str
    statements: list[Statement]

    @property
    def path(self) -> str:
        """The page that uses the code, which stands in the fragment: browsers send that to no server."""
        return f"/sign-in#code={self.code}"


def new_token(
    person: Person, name: str, days: int | None, actor: str, now: datetime, limits: Limits = NO_LIMITS
) -> NewToken:
    """A bearer token that ends after `days`, or never, and may no more than its limits; the batch fails where the
    account has no such user."""
    token_id, secret, at = new_id("tok"), f"till_{secrets.token_urlsafe(_TOKEN_BYTES)}", to_text(now)
    expires_at = None if days is None else to_text(now + timedelta(days=days))
    scopes: list[Json] | None = None if limits.scopes is None else [*limits.scopes]
    addresses: list[Json] | None = None if limits.addresses is None else [*limits.addresses]
    insert = statement(
        """
        INSERT INTO tokens (id, user_id, hash, name, created_at, expires_at, scopes, addresses)
        SELECT ?1, u.id, ?4, ?5, ?6, ?7, ?8, ?9 FROM users u
        WHERE u.id = ?2 AND u.account_id = ?3 AND u.removed_at IS NULL
        """,
        token_id,
        person.user_id,
        person.account_id,
        secret_hash(secret),
        name,
        at,
        expires_at,
        scopes if scopes is None else dump(scopes),
        addresses if addresses is None else dump(addresses),
    )
    detail: dict[str, Json] = {
        "token": token_id,
        "user": person.user_id,
        "expiresAt": expires_at,
        "scopes": scopes,
        "isLimitedToAddresses": addresses is not None,
    }
    event = event_of_account(
        person.account_id, "token.created", f"token.created:{token_id}", actor=actor, at=at, detail=detail
    )
    return NewToken(token_id, secret, expires_at, [insert, append_if_changed(event)])


def revoke_token(account_id: str, token_id: str, actor: str, now: datetime) -> list[Statement]:
    """End a token; the batch fails where the account has no such token, or it is revoked already."""
    at = to_text(now)
    update = statement(
        """
        UPDATE tokens SET revoked_at = ?1
        WHERE id = ?2 AND revoked_at IS NULL AND user_id IN (SELECT id FROM users WHERE account_id = ?3)
        """,
        at,
        token_id,
        account_id,
    )
    event = event_of_account(
        account_id, "token.revoked", f"token.revoked:{token_id}", actor=actor, at=at, detail={"token": token_id}
    )
    return [update, append_if_changed(event)]


def end_sessions(person: Person, actor: str, now: datetime) -> list[Statement]:
    """Sign a user out everywhere: raise the epoch that their sessions carry, and spoil the codes that nobody has used.

    The batch fails where the account has no such user.
    """
    at = to_text(now)
    event = event_of_account(
        person.account_id, "sessions.ended", new_id("out"), actor=actor, at=at, detail={"user": person.user_id}
    )
    return [
        statement(
            "UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ?1 AND account_id = ?2",
            person.user_id,
            person.account_id,
        ),
        append_if_changed(event),
        statement(
            "UPDATE sign_in_codes SET expires_at = ?1 WHERE user_id = ?2 AND used_at IS NULL AND expires_at > ?1",
            at,
            person.user_id,
        ),
    ]


def new_code(
    person: Person, actor: str, now: datetime, purpose: Purpose = "sign_in", mailed_to: str | None = None
) -> NewCode:
    """A code that signs the user in once; the batch fails where the account has no such user. Whoever uses one that was
    mailed has shown that the address is theirs."""
    code, at, expires_at = secrets.token_urlsafe(_CODE_BYTES), to_text(now), to_text(now + LIFETIMES[purpose])
    insert = statement(
        """
        INSERT INTO sign_in_codes (hash, user_id, created_at, expires_at, purpose, mailed_to, made_by)
        SELECT ?1, u.id, ?4, ?5, ?6, ?7, CASE WHEN ?8 LIKE 'user:%' THEN substr(?8, length('user:') + 1)
          ELSE (SELECT user_id FROM tokens WHERE 'token:' || id = ?8) END
        FROM users u
        WHERE u.id = ?2 AND u.account_id = ?3 AND u.removed_at IS NULL
        """,
        secret_hash(code),
        person.user_id,
        person.account_id,
        at,
        expires_at,
        purpose,
        mailed_to,
        actor,
    )
    detail: dict[str, Json] = {"user": person.user_id, "purpose": purpose, "isMailed": mailed_to is not None}
    event = event_of_account(
        person.account_id, "code.created", event_key_of_code("code.created", code), actor=actor, at=at, detail=detail
    )
    return NewCode(code, expires_at, [insert, append_if_changed(event)])


def event_key_of_code(action: str, code: str) -> str:
    """Events of sign-in are told apart by the start of the code's hash, which says nothing about the code."""
    return f"{action}:{secret_hash(code)[:16]}"


def new_member(
    account_id: str, name: str, roles: Sequence[Role], actor: str, now: datetime, mailed_to: str | None = None
) -> tuple[str, list[Statement], NewCode]:
    """A further user of an account, with these roles: the id, the statements, which come first, and the code that signs
    them in.

    The batch fails where there is no such account.
    """
    user_id, at = new_id("usr"), to_text(now)
    insert = statement(
        "INSERT INTO users (id, account_id, name, created_at) VALUES (?1, ?2, ?3, ?4)",
        user_id,
        account_id,
        name,
        at,
    )
    event = event_of_account(
        account_id,
        "user.invited",
        f"user.invited:{user_id}",
        actor=actor,
        at=at,
        detail={"user": user_id, "roles": [*roles]},
    )
    code = new_code(Person(account_id, user_id), actor, now, "invitation", mailed_to)
    return user_id, [insert, append(event), keep_roles(user_id, roles, actor, at)], code


def keep_roles(user_id: str, roles: Sequence[Role], actor: str | None, at: str) -> Statement:
    """Write down what a user does in the account from now on; nobody of the account gave it where `actor` is None. What
    they had already is as it was given."""
    insert = """
      INSERT INTO user_roles (user_id, role, given_by, given_at) SELECT DISTINCT ?1, value, ?3, ?4 FROM json_each(?2)
      WHERE true ON CONFLICT (user_id, role) DO NOTHING
    """
    return statement(insert, user_id, dump([*roles]), actor, at)


async def tokens_of(database: Database, account_id: str, user_id: str | None, behind: str, most: int) -> list[Row]:
    """Tokens of a user, or of the whole account, newest first: those behind an id."""
    return await database.all(
        statement(f"{_TOKENS} AND t.id < ?3 ORDER BY t.id DESC LIMIT ?4", account_id, user_id, behind, most)
    )


async def find_token(database: Database, account_id: str, user_id: str | None, token_id: str) -> Row | None:
    """A token of a user, or of the whole account."""
    return await database.first(statement(f"{_TOKENS} AND t.id = ?3", account_id, user_id, token_id))


async def use_code(database: Database, hashed: str, now: str) -> Row | None:
    """The code as used from now on, with its user's epoch of the same moment; None where it lets nobody in. Of several
    requests with the same code, one gets it."""
    return await database.first(
        statement(
            """
            UPDATE sign_in_codes SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1
            RETURNING hash, user_id, purpose, mailed_to, made_by, created_at,
              (SELECT u.session_epoch FROM users u WHERE u.id = user_id) AS session_epoch
            """,
            now,
            hashed,
        )
    )


async def user_of_code(database: Database, hashed: str) -> str | None:
    """Whose code it is, or was."""
    row = await database.first(statement("SELECT user_id FROM sign_in_codes WHERE hash = ?", hashed))
    return None if row is None else text(row, "user_id")
