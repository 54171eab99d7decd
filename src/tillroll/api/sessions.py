"""Browser sessions: a one-time code becomes an HttpOnly cookie, whose value is known to the browser only."""

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Request, Response

from tillroll.api.access import (
    SESSION_COOKIE,
    Principal,
    find_user,
    principal_of,
    secret_hash,
    session_key,
    session_token,
)
from tillroll.api.dependencies import Asking, PlatformHere
from tillroll.api.problems import INVALID_CODE, Problem
from tillroll.api.shapes import AccountShape, SessionShape, SignInCodeShape, UserShape
from tillroll.durable.audit import AuditEvent, append, event_of_account
from tillroll.platform.clock import to_text
from tillroll.platform.database import Row, integer, statement, text
from tillroll.platform.json import dump
from tillroll.platform.services import Platform

SESSION_SECONDS = 30 * 24 * 3600
CODE_LIFETIME = timedelta(hours=1)
_CODE_BYTES = 24
_TOKEN_BYTES = 32

router = APIRouter(tags=["session"])


@router.post("/api/sign-in-codes", status_code=201)
async def create_sign_in_code(platform: PlatformHere, principal: Asking) -> SignInCodeShape:
    """Make a code that signs a browser in, once, within an hour. The address carries it in its fragment, which browsers
    send to no server."""
    code = secrets.token_urlsafe(_CODE_BYTES)
    now = platform.clock.now()
    expires_at = to_text(now + CODE_LIFETIME)
    insert = statement(
        "INSERT INTO sign_in_codes (hash, user_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
        secret_hash(code),
        principal.user_id,
        to_text(now),
        expires_at,
    )
    await platform.database.batch(
        [insert, append(_event(platform, principal.account_id, principal.actor, "code.created", code))]
    )
    return SignInCodeShape(code=code, expires_at=expires_at, url=f"/sign-in#code={code}")


@router.post("/api/session")
async def sign_in(
    request: Request, response: Response, platform: PlatformHere, code: Annotated[str, Body(embed=True)]
) -> SessionShape:
    """Exchange a one-time code for a session cookie."""
    user = await _use_code(platform, code)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    session = dump({"userId": text(user, "id"), "epoch": integer(user, "session_epoch")})
    await platform.sessions.put(session_key(token), session, SESSION_SECONDS)
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return _session(principal_of(user, f"user:{text(user, 'id')}"))


async def _use_code(platform: Platform, code: str) -> Row:
    """The code's user; of several requests with the same code, one gets it."""
    now = to_text(platform.clock.now())
    used = await platform.database.first(
        statement(
            """
            UPDATE sign_in_codes SET used_at = ?1 WHERE hash = ?2 AND used_at IS NULL AND expires_at > ?1
            RETURNING user_id
            """,
            now,
            secret_hash(code),
        )
    )
    user = None if used is None else await find_user(platform, text(used, "user_id"))
    if user is None:
        raise Problem(INVALID_CODE, "The code is wrong, was used before, or has expired. Ask for a new link.")
    event = _event(platform, text(user, "account_id"), f"user:{text(user, 'id')}", "session.created", code)
    await platform.database.batch([append(event)])
    return user


def _event(platform: Platform, account_id: str, actor: str, action: str, code: str) -> AuditEvent:
    """Events of sign-in are told apart by the start of the code's hash, which says nothing about the code."""
    event_key = f"{action}:{secret_hash(code)[:16]}"
    return event_of_account(account_id, action, event_key, actor=actor, at=to_text(platform.clock.now()))


@router.get("/api/session")
async def show_session(principal: Asking) -> SessionShape:
    """Who is signed in."""
    return _session(principal)


def _session(principal: Principal) -> SessionShape:
    return SessionShape(
        user=UserShape(
            id=principal.user_id,
            name=principal.user_name,
            role=principal.role,
            is_operator=principal.is_operator,
        ),
        account=AccountShape(id=principal.account_id, name=principal.account_name),
    )


@router.delete("/api/session", status_code=204)
async def sign_out(request: Request, response: Response, platform: PlatformHere, _: Asking) -> None:
    """End this browser's session."""
    token = session_token(request.headers.get("cookie"))
    if token is not None:
        await platform.sessions.delete(session_key(token))
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
