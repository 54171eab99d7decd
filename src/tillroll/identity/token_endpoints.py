"""Routes of bearer tokens: listed, made, revoked. A member sees their own, an owner those of the whole account."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import AfterValidator, Field

from tillroll.access.permissions import MOST_NETWORKS, SCOPES, Limits, Permission, network
from tillroll.api.dependencies import Caller, PlatformHere, needs
from tillroll.api.paging import Paged
from tillroll.api.problems import invalid_values, not_found
from tillroll.identity.authentication import Principal
from tillroll.identity.credentials import MOST_DAYS, Person, find_token, new_token, revoke_token, tokens_of
from tillroll.platform.bindings.database import ConstraintFailed, Row, of_row, optional_text, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import load_texts
from tillroll.platform.models import Model, Page, RequestBody, ShownOnce

_LONGEST_NAME = 200
_EXAMPLE = {"name": "bookkeeping script", "expiresInDays": 90, "scopes": ["read", "submit"]}

router = APIRouter(tags=["tokens"])


class Token(Model):
    """`status` is active, expired or revoked. `scopes` and `addresses` are null where the token is not limited so;
    `last_used_at` is known to five minutes, and null before its first use. The token itself is shown when it is made,
    and never again."""

    id: str
    name: str
    user_id: str
    user_name: str
    status: str
    created_at: str
    expires_at: str | None
    revoked_at: str | None
    last_used_at: str | None
    scopes: list[str] | None
    addresses: list[str] | None


class NewTokenShape(Model):
    """`token` is shown this once."""

    id: str
    token: ShownOnce
    expires_at: str | None


def _name(given: str) -> str:
    if not given.strip() or not given.isprintable() or len(given) > _LONGEST_NAME:
        raise ValueError(f"Give a name of 1 to {_LONGEST_NAME} printable characters")
    return given.strip()


class TokenRequest(RequestBody):
    name: Annotated[str, AfterValidator(_name), Field(description="What it is for, for instance a script's name")]
    expires_in_days: Annotated[
        int | None, Field(ge=1, le=MOST_DAYS, strict=True, description="null or left out: it does not expire")
    ] = None
    scopes: Annotated[
        list[Permission] | None,
        Field(min_length=1, max_length=len(SCOPES), description="No more than these; null: all that you may"),
    ] = None
    addresses: Annotated[
        list[Annotated[str, AfterValidator(network)]] | None,
        Field(min_length=1, max_length=MOST_NETWORKS, description="Only from these networks (CIDR); null: anywhere"),
    ] = None


@router.get("/api/tokens", openapi_extra=needs(Permission.CREDENTIALS))
async def list_tokens(platform: PlatformHere, principal: Caller, page: Paged) -> Page[Token]:
    """The tokens, newest first, also those that have ended."""
    rows = await tokens_of(platform.database, principal.account_id, _whose(principal), page.behind, page.wanted)
    shown, following = page.cut(rows, lambda row: text(row, "id"))
    now = to_text(platform.clock.now())
    return Page(items=[_shape(row, now) for row in shown], next_cursor=following)


@router.post("/api/tokens", status_code=201, openapi_extra=needs(Permission.CREDENTIALS))
async def create_token(
    platform: PlatformHere,
    principal: Caller,
    asked: Annotated[
        TokenRequest,
        Body(
            openapi_examples={
                "a quarter": {
                    "value": {"name": "bookkeeping script", "expiresInDays": 90, "scopes": ["read", "submit"]}
                }
            }
        ),
    ],
) -> NewTokenShape:
    """Make a token for whoever asks. It is in no other place than this answer."""
    person = Person(principal.account_id, principal.user_id)
    now, limits = platform.clock.now(), _limits(principal, asked)
    made = new_token(person, asked.name, asked.expires_in_days, principal.actor, now, limits)
    await platform.database.batch(made.statements)
    return NewTokenShape(id=made.id, token=made.secret, expires_at=made.expires_at)


@router.delete("/api/tokens/{token_id}", status_code=204, openapi_extra=needs(Permission.CREDENTIALS))
async def end_token(platform: PlatformHere, principal: Caller, token_id: str) -> None:
    """Revoke a token: the next request with it is refused. One that is revoked already stays so."""
    row = await find_token(platform.database, principal.account_id, _whose(principal), token_id)
    if row is None:
        raise not_found("token")
    if row["revoked_at"] is not None:
        return
    try:
        await platform.database.batch(
            revoke_token(principal.account_id, token_id, principal.actor, platform.clock.now())
        )
    except ConstraintFailed:
        return  # somebody else has revoked it meanwhile


def _whose(principal: Principal) -> str | None:
    """The user whose tokens are shown; None for all of the account."""
    return None if principal.may(Permission.PEOPLE) else principal.user_id


def _listed(row: Row, column: str) -> list[str] | None:
    kept = optional_text(row, column)
    return None if kept is None else load_texts(kept)


def _limits(principal: Principal, asked: TokenRequest) -> Limits:
    """Raises Problem, 422: a scope cannot be given, or whoever asks may not do it themselves."""
    scopes = None if asked.scopes is None else tuple(each for each in Permission if each in asked.scopes)
    for each in scopes or ():
        if each not in SCOPES:
            raise invalid_values([("scopes", f"No limited token may have `{each}`: choose of {', '.join(SCOPES)}.")])
        if not principal.may(each):
            raise invalid_values([("scopes", f"You may not `{each}` yourself: leave it out.")])
    return Limits(scopes, None if asked.addresses is None else tuple(dict.fromkeys(asked.addresses)))


def _shape(row: Row, now: str) -> Token:
    expires_at, revoked_at = optional_text(row, "expires_at"), optional_text(row, "revoked_at")
    is_expired = expires_at is not None and expires_at <= now
    return of_row(
        Token,
        row,
        status="revoked" if revoked_at else "expired" if is_expired else "active",
        expires_at=expires_at,
        revoked_at=revoked_at,
        scopes=_listed(row, "scopes"),
        addresses=_listed(row, "addresses"),
    )
