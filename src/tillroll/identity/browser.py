"""Browsers that sign in: how often they may try, and their session's cookie, whose value nobody else knows."""

import secrets
from typing import Annotated, Final

from fastapi import Depends, Request, Response

from tillroll.api.dependencies import PlatformHere
from tillroll.api.problems import TOO_MANY_ATTEMPTS, Problem
from tillroll.api.rates import WINDOW_SECONDS, one_holder
from tillroll.identity.authentication import ADDRESS, SECURE_SESSION_COOKIE, SESSION_COOKIE, session_key
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


async def count_attempt(request: Request, platform: PlatformHere) -> None:
    """A dependency of the routes that sign in.

    Raises:
        Problem: 429, there were too many attempts from the address within the last minute.
    """
    address = request.headers.get(ADDRESS)
    if address and not await platform.attempts.may_try(f"sign-in:{one_holder(address)}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.", limited=("sign-in", WINDOW_SECONDS))


async def count_for(platform: Platform, what: str) -> None:
    """Count an attempt on `what`: a code by its hash, or a person by their id, from wherever it comes.

    Raises:
        Problem: 429, there were too many within the last minute.
    """
    if not await platform.attempts.may_try(f"sign-in:{what}"):
        raise Problem(TOO_MANY_ATTEMPTS, "Wait a minute, then try again.", limited=("sign-in", WINDOW_SECONDS))


Counted = Annotated[None, Depends(count_attempt)]
