"""Challenges: each is for one purpose, one browser and one answer, within five minutes."""

import hashlib
import secrets
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from fastapi import Request, Response

from tillroll.api.door.access import cookie_of, secret_hash
from tillroll.platform.bindings.database import statement
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.webauthn import client_data
from tillroll.webauthn.errors import Refused

COOKIE: Final = "tillroll_ceremony"
LIFETIME: Final = timedelta(minutes=5)
_CHALLENGE_BYTES: Final = 32
_COOKIE_BYTES: Final = 32
_SWEPT_AT_ONCE: Final = 50

Purpose: TypeAlias = Literal["register", "sign_in"]


async def begin(
    platform: Platform, request: Request, response: Response, purpose: Purpose, user_id: str | None
) -> bytes:
    """A new challenge for the browser that asks, which gets a cookie to be known by."""
    challenge, browser = secrets.token_bytes(_CHALLENGE_BYTES), secrets.token_urlsafe(_COOKIE_BYTES)
    now = platform.clock.now()
    await platform.database.batch(
        [
            # What was never answered goes as others come, so that the table stays as small as it is in use.
            statement(
                """
                DELETE FROM passkey_ceremonies WHERE challenge_hash IN
                  (SELECT challenge_hash FROM passkey_ceremonies WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2)
                """,
                to_text(now),
                _SWEPT_AT_ONCE,
            ),
            statement(
                """
                INSERT INTO passkey_ceremonies (challenge_hash, purpose, user_id, browser_hash, expires_at)
                VALUES (?1, ?2, ?3, ?4, ?5)
                """,
                challenge_hash(challenge),
                purpose,
                user_id,
                secret_hash(browser),
                to_text(now + LIFETIME),
            ),
        ]
    )
    response.set_cookie(
        COOKIE,
        browser,
        max_age=int(LIFETIME.total_seconds()),
        path="/api",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return challenge


async def take(platform: Platform, request: Request, purpose: Purpose, user_id: str | None, client: bytes) -> bytes:
    """The challenge that client data answer. It counts from here on as answered, whatever comes of the answer.

    Raises:
        Refused: it is none of ours, or not for this, or was answered before, or has ended.
    """
    challenge = client_data.challenge_of(client)
    taken = await platform.database.first(
        statement(
            """
            DELETE FROM passkey_ceremonies
            WHERE challenge_hash = ?1 AND purpose = ?2 AND user_id IS ?3 AND browser_hash = ?4 AND expires_at > ?5
            RETURNING challenge_hash
            """,
            challenge_hash(challenge),
            purpose,
            user_id,
            secret_hash(cookie_of(request.headers.get("cookie"), COOKIE) or ""),
            to_text(platform.clock.now()),
        )
    )
    if taken is None:
        raise Refused("the challenge is not for this browser, was answered before, or is older than five minutes")
    return challenge


def challenge_hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()
