"""Links by which somebody without a session sees one thing of an account. Only the token's hash is
kept.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final, Literal, LiteralString

from tillroll.access.permissions import Permission
from tillroll.access.roles import Leaver
from tillroll.module import Hook
from tillroll_durable import Actor, Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.bindings.moves import find
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import marked, of_secret

# 192 random bits: nobody guesses one.
_TOKEN_BYTES: Final = 24
# Of a thing; more are no list that a person reads.
_MOST_LISTED: Final = 100


class NoSuchLink(Refusal):
    """There is no such link, or it was taken back, or has expired: no answer says which."""

    thing = "link"


@dataclass(frozen=True)
class LinkTable:
    """Where the links to one sort of things stand: the table and its `column` with the thing's id.
    A token begins with `marked`, by which a leaked one is recognised.
    """

    name: LiteralString
    column: LiteralString
    thing: str
    created: Action
    revoked: Action
    id_prefix: str
    marked: str


LINKS: Final = Hook[tuple[LinkTable, Permission]]("secret_links.links")
"""Tables of links, each with the permission that making one needs."""


@dataclass(frozen=True)
class Link:
    """A link to a thing; its token is not kept. Times are UTC, ISO 8601."""

    id: str
    account_id: str
    thing_id: str
    status: Literal["active", "expired", "revoked"]
    created_by: str
    created_at: str
    expires_at: str

    @property
    def actor(self) -> str:
        """Give the name under which the audit has anyone who comes by the link."""
        return f"link:{self.id}"


@dataclass(frozen=True)
class NewLink:
    """A link that exists once `statements` have run. `token` is handed out, and kept nowhere."""

    id: str
    token: str
    statements: Sequence[Statement]


def new_link(
    table: LinkTable, actor: Actor, thing_id: str, lasts: timedelta, now: datetime
) -> NewLink:
    """A link to a thing of the actor's account, for a batch."""
    link_id = new_id(table.id_prefix)
    token = marked(f"{table.marked}{secrets.token_urlsafe(_TOKEN_BYTES)}")
    query = f"""
      INSERT INTO {table.name} (
        id, account_id, {table.column}, hash, created_by, created_at, expires_at)
      VALUES (?, ?, ?, ?, ?, ?, ?)
    """
    insert = statement(
        query,
        [
            link_id,
            actor.account_id,
            thing_id,
            _hash(token),
            actor.name,
            to_text(now),
            to_text(now + lasts),
        ],
    )
    event = actor.event(
        table.created,
        f"{link_id}:created",
        at=to_text(now),
        detail={"link": link_id, table.thing: thing_id},
    )
    return NewLink(link_id, token, [insert, append_if_changed(event)])


async def make_link(
    platform: Platform, table: LinkTable, actor: Actor, thing_id: str, lasts: timedelta
) -> tuple[Link, str]:
    """A link to a thing of the actor's account, and its token."""
    now = platform.clock.now()
    new = new_link(table, actor, thing_id=thing_id, lasts=lasts, now=now)
    await platform.database.batch(new.statements)
    return _link(
        table,
        await _find(platform, table, account_id=actor.account_id, link_id=new.id),
        to_text(now),
    ), new.token


async def list_links(
    platform: Platform, table: LinkTable, account_id: str, thing_id: str
) -> list[Link]:
    """The newest first, also those that have ended; at most 100."""
    query = (
        f"SELECT * FROM {table.name} WHERE account_id = ? AND {table.column} = ? ORDER BY id DESC "
        "LIMIT ?"
    )
    rows = await platform.database.all(statement(query, [account_id, thing_id, _MOST_LISTED]))
    now = to_text(platform.clock.now())
    return [_link(table, row, now) for row in rows]


async def revoke_link(platform: Platform, table: LinkTable, actor: Actor, link_id: str) -> None:
    """Taken back twice, nothing changes."""
    row = await _find(platform, table, account_id=actor.account_id, link_id=link_id)
    now = to_text(platform.clock.now())
    event = actor.event(
        table.revoked,
        f"{link_id}:revoked",
        at=now,
        detail={"link": link_id, table.thing: text(row, table.column)},
    )
    query = f"UPDATE {table.name} SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL"
    try:
        await platform.database.batch([statement(query, [now, link_id]), append_if_changed(event)])
    except ConstraintFailed:
        return  # it is taken back already


def end_links(
    table: LinkTable, permission: Permission, leaver: Leaver, at: str
) -> Sequence[Statement]:
    """Take back the links that somebody made who leaves, or loses the right to make such: they may
    have kept one.
    """
    if not leaver.loses(permission):
        return []
    query = f"""
      UPDATE {table.name} SET revoked_at = ?3
      WHERE account_id = ?1 AND revoked_at IS NULL AND created_by IN (
        SELECT 'user:' || ?2 UNION ALL SELECT 'token:' || id FROM tokens WHERE user_id = ?2
      )
    """
    return [statement(query, [leaver.account_id, leaver.user_id, at])]


async def find_by_token(platform: Platform, table: LinkTable, token: str) -> tuple[Platform, Link]:
    """A link, and the platform in its account's database. Raises NoSuchLink."""
    now = to_text(platform.clock.now())
    query = f"SELECT * FROM {table.name} WHERE hash = ? AND revoked_at IS NULL AND expires_at > ?"

    async def look(entered: Platform) -> Row | None:
        return await entered.database.first(statement(query, [_hash(token), now]))

    entered, row = await find(platform, of_secret(token), look)
    if row is None:
        raise NoSuchLink
    return entered, _link(table, row, now)


async def _find(platform: Platform, table: LinkTable, account_id: str, link_id: str) -> Row:
    query = f"SELECT * FROM {table.name} WHERE id = ? AND account_id = ?"
    row = await platform.database.first(statement(query, [link_id, account_id]))
    if row is None:
        raise NoSuchLink(link_id)
    return row


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _link(table: LinkTable, row: Row, now: str) -> Link:
    has_expired = text(row, "expires_at") <= now
    return of_row(
        Link,
        row,
        thing_id=text(row, table.column),
        status="revoked"
        if optional_text(row, "revoked_at")
        else "expired"
        if has_expired
        else "active",
    )
