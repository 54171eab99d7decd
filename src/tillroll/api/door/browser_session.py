"""A browser's session: a cookie whose value is known to the browser only."""

import secrets
from typing import Final

from fastapi import Request, Response

from tillroll.api.door.access import SECURE_SESSION_COOKIE, SESSION_COOKIE, session_key
from tillroll.platform.json import dump
from tillroll.platform.services import Platform

SESSION_SECONDS: Final = 30 * 24 * 3600
_TOKEN_BYTES: Final = 32


async def begin_session(platform: Platform, request: Request, response: Response, user_id: str, epoch: int) -> None:
    """Sign the browser in. `epoch` is the user's, from no later than what let them in was looked at: whoever signs out
    everywhere right after that ends this session too."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await platform.sessions.put(session_key(token), dump({"userId": user_id, "epoch": epoch}), SESSION_SECONDS)
    is_secure = request.url.scheme == "https"
    response.set_cookie(
        SECURE_SESSION_COOKIE if is_secure else SESSION_COOKIE,
        token,
        max_age=SESSION_SECONDS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=is_secure,
    )


def forget_session(response: Response) -> None:
    """Have the browser forget its session's cookie, by either of its names."""
    response.delete_cookie(SESSION_COOKIE, path="/", httponly=True, samesite="strict")
    response.delete_cookie(SECURE_SESSION_COOKIE, path="/", httponly=True, samesite="strict", secure=True)
