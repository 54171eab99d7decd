"""Bearer tokens: made, listed, revoked."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from tillroll.access.permissions import NO_LIMITS, SCOPES, Limits, Permission
from tillroll.identity import repository
from tillroll.identity.authentication import Principal
from tillroll.identity.models import NewToken, Token, TokenRequest
from tillroll.identity.repository import Audited, Person, secret_hash
from tillroll_durable import Actor, ValuesRefused
from tillroll_durable.audit import append_if_changed
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    Statement,
    of_row,
    optional_text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_texts
from tillroll_durable.platform.refusals import Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import marked


class NoSuchToken(Refusal):
    thing = "token"


@dataclass(frozen=True)
class MadeToken:
    """A token that was thought up. It exists once `statements` have run as one batch."""

    id: str
    secret: str
    expires_at: str | None
    statements: list[Statement]


def new_token(
    person: Person,
    name: str,
    days: int | None,
    actor: str,
    now: datetime,
    limits: Limits = NO_LIMITS,
) -> MadeToken:
    """A bearer token that ends after `days`, or never; the batch fails where the account has no
    such user.
    """
    token_id = new_id("tok")
    secret = marked(f"till_{secrets.token_urlsafe(32)}")
    at = to_text(now)
    if days is None:
        expires_at = None
    else:
        expires_at = to_text(now + timedelta(days=days))
    scopes: list[Json] | None = None if limits.scopes is None else [*limits.scopes]
    insert = repository.insert_token(
        person,
        {
            "id": token_id,
            "hash": secret_hash(secret),
            "name": name,
            "created_at": at,
            "expires_at": expires_at,
            "scopes": None if scopes is None else dump(scopes),
            "addresses": None if limits.addresses is None else dump([*limits.addresses]),
        },
    )
    is_limited = limits.addresses is not None
    detail: JsonObject = {
        "expiresAt": expires_at,
        "scopes": scopes,
        "isLimitedToAddresses": is_limited,
    }
    event = person.event(
        Audited.TOKEN_CREATED,
        f"token.created:{token_id}",
        actor=actor,
        at=at,
        token=token_id,
        **detail,
    )
    return MadeToken(
        token_id, secret, expires_at=expires_at, statements=[insert, append_if_changed(event)]
    )


def revoke_token(account_id: str, token_id: str, actor: str, now: datetime) -> list[Statement]:
    """End a token; the batch fails where the account has no such token, or it is revoked
    already.
    """
    at = to_text(now)
    key = f"token.revoked:{token_id}"
    event = Actor(account_id, actor).event(
        Audited.TOKEN_REVOKED, key, at=at, detail={"token": token_id}
    )
    return [repository.revoke(account_id, token_id, at), append_if_changed(event)]


async def list_tokens(
    platform: Platform, principal: Principal, cursor: str, limit: int
) -> list[Token]:
    """The principal's own tokens, or those of the account for anyone who looks after its people;
    newest first.
    """
    now = to_text(platform.clock.now())
    rows = await repository.tokens_of(
        platform.database,
        principal.account_id,
        user_id=_whose(principal),
        now=now,
        cursor=cursor,
        limit=limit,
    )
    return [
        of_row(Token, row, scopes=_listed(row, "scopes"), addresses=_listed(row, "addresses"))
        for row in rows
    ]


async def make_token(platform: Platform, principal: Principal, request: TokenRequest) -> NewToken:
    """Make a token for the principal."""
    now = platform.clock.now()
    limits = _limits(principal, request)
    token = new_token(
        principal.person,
        request.name,
        days=request.expires_in_days,
        actor=principal.actor,
        now=now,
        limits=limits,
    )
    await platform.database.batch(token.statements)
    return NewToken(id=token.id, token=token.secret, expires_at=token.expires_at)


async def end_token(platform: Platform, principal: Principal, token_id: str) -> None:
    """Revoke a token, once."""
    now = platform.clock.now()
    whose = _whose(principal)
    row = await repository.find_token(
        platform.database, principal.account_id, user_id=whose, token_id=token_id, now=to_text(now)
    )
    if row is None:
        raise NoSuchToken
    if row["revoked_at"] is not None:
        return
    try:
        await platform.database.batch(
            revoke_token(principal.account_id, token_id, actor=principal.actor, now=now)
        )
    except ConstraintFailed:
        return  # somebody else has revoked it meanwhile


def _whose(principal: Principal) -> str | None:
    """The user whose tokens are shown; None for all of the account."""
    if principal.may(Permission.PEOPLE):
        return None
    return principal.user_id


def _listed(row: Row, column: str) -> list[str] | None:
    stored = optional_text(row, column)
    if stored is None:
        return None
    return load_texts(stored)


def _limits(principal: Principal, request: TokenRequest) -> Limits:
    """Raises ValuesRefused: a scope cannot be given, or the principal may not do it themselves."""
    if request.scopes is None:
        scopes = None
    else:
        scopes = tuple(each for each in Permission if each in request.scopes)
    for each in scopes or ():
        if each not in SCOPES:
            raise ValuesRefused(
                [("scopes", f"No limited token may have `{each}`: choose of {', '.join(SCOPES)}.")]
            )
        if not principal.may(each):
            raise ValuesRefused([("scopes", f"You may not `{each}` yourself: leave it out.")])
    return Limits(
        scopes, None if request.addresses is None else tuple(dict.fromkeys(request.addresses))
    )
