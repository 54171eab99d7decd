"""Passkeys: their rows, the challenges of both ceremonies, and who we are to an authenticator."""

import hashlib
import ipaddress
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal, TypeAlias

from fastapi import Request, Response

from tillroll.api.problems import NO_PASSKEYS_HERE, Problem
from tillroll.durable.record.audit import AuditEvent, append, append_if_changed, event_of_account
from tillroll.identity import cose, webauthn
from tillroll.identity.authentication import PERSON, cookie_of, secret_hash
from tillroll.identity.cose import CeremonyRefused
from tillroll.identity.credentials import Person
from tillroll.identity.webauthn import Asserted, Registered
from tillroll.platform.bindings.database import Database, Row, Statement, statement
from tillroll.platform.clock import to_text
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

MOST_PASSKEYS: Final = 20
"""So many a person may have; each is looked through whenever one is made."""

_COLUMNS: Final = "id, credential_id, rp_id, is_backed_up, name, transports, created_at, last_used_at"


@dataclass(frozen=True)
class Naming:
    """What is kept of a new passkey beside its key: the host it is bound to, its name, and how it is reached."""

    rp_id: str
    name: str
    transports: tuple[str, ...]


async def passkeys_of(database: Database, user_id: str) -> list[Row]:
    """Those that a user has, in the order in which they were made."""
    return await database.all(
        statement(
            f"SELECT {_COLUMNS} FROM passkeys WHERE user_id = ?1 AND removed_at IS NULL ORDER BY id",  # noqa: S608
            user_id,
        )
    )


async def find_passkey(database: Database, credential_id: str) -> Row | None:
    """A passkey with its user, as `principal_of` takes it, and the user's epoch; None for one that was removed."""
    return await database.first(
        statement(
            f"""
            SELECT p.id AS passkey_id, p.public_key, p.sign_count, p.is_backup_eligible, p.rp_id, {PERSON}
            FROM passkeys p JOIN users u ON u.id = p.user_id JOIN accounts a ON a.id = u.account_id
            WHERE p.credential_id = ?1 AND p.removed_at IS NULL AND u.removed_at IS NULL
            """,  # noqa: S608
            credential_id,
        )
    )


def add(person: Person, made: Registered, naming: Naming, actor: str, at: str) -> tuple[str, list[Statement]]:
    """The new passkey's id, and the batch that keeps it.

    It fails where there is one with its credential's id, or the user has as many as one may have.
    """
    passkey_id = new_id("pky")
    insert = statement(
        """
        INSERT INTO passkeys (id, user_id, credential_id, rp_id, public_key, sign_count, is_backup_eligible,
                              is_backed_up, transports, name, created_at)
        SELECT ?1, u.id, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12 FROM users u
        WHERE u.id = ?2 AND u.account_id = ?3
          AND (SELECT count(*) FROM passkeys WHERE user_id = ?2 AND removed_at IS NULL) < ?13
        """,
        passkey_id,
        person.user_id,
        person.account_id,
        cose.to_base64url(made.credential_id),
        naming.rp_id,
        cose.to_base64url(made.public_key),
        made.sign_count,
        int(made.backup_eligible),
        int(made.backed_up),
        dump([*naming.transports]),
        naming.name,
        at,
        MOST_PASSKEYS,
    )
    event = _event(person, "passkey.added", f"passkey.added:{passkey_id}", passkey_id, actor, at)
    return passkey_id, [insert, append_if_changed(event)]


def rename(person: Person, passkey_id: str, name: str, actor: str, at: str) -> list[Statement]:
    """Name a passkey; the batch fails where the user has none with this id."""
    update = statement(
        "UPDATE passkeys SET name = ?1 WHERE id = ?2 AND user_id = ?3 AND removed_at IS NULL",
        name,
        passkey_id,
        person.user_id,
    )
    return [update, append_if_changed(_event(person, "passkey.renamed", new_id("pkr"), passkey_id, actor, at))]


def remove(person: Person, passkey_id: str, actor: str, at: str, *, also_last: bool) -> list[Statement]:
    """End a passkey; the batch fails where the user has none with this id, or, unless `also_last`, has no other."""
    update = statement(
        """
        UPDATE passkeys SET removed_at = ?1 WHERE id = ?2 AND user_id = ?3 AND removed_at IS NULL
          AND (?4 = 1 OR (SELECT count(*) FROM passkeys WHERE user_id = ?3 AND removed_at IS NULL) > 1)
        """,
        at,
        passkey_id,
        person.user_id,
        int(also_last),
    )
    event = _event(person, "passkey.removed", f"passkey.removed:{passkey_id}", passkey_id, actor, at)
    return [update, append_if_changed(event)]


def remove_passkeys(person: Person, at: str) -> Statement:
    """End all passkeys of a user. Whoever runs it writes the event."""
    return statement(
        """
        UPDATE passkeys SET removed_at = ?1
        WHERE removed_at IS NULL AND user_id = (SELECT id FROM users WHERE id = ?2 AND account_id = ?3)
        """,
        at,
        person.user_id,
        person.account_id,
    )


def signed_in(person: Person, row: Row, found: Asserted, session_key: str, at: str) -> list[Statement]:
    """Note that a passkey (a row of `find_passkey`) has signed its user in.

    The batch fails where it was removed, or has signed somebody in, since it was looked up.
    """
    passkey_id, actor = str(row["passkey_id"]), f"user:{person.user_id}"
    update = statement(
        """
        UPDATE passkeys SET sign_count = ?1, is_backed_up = ?2, last_used_at = ?3
        WHERE id = ?4 AND removed_at IS NULL AND sign_count = ?5
        """,
        found.sign_count,
        int(found.backed_up),
        at,
        passkey_id,
        row["sign_count"],
    )
    return [update, append_if_changed(_event(person, "session.created", session_key, passkey_id, actor, at))]


def went_back(person: Person, row: Row, found: Asserted, at: str) -> Statement:
    """Note that nobody was let in by a passkey whose counter did not go on."""
    detail: dict[str, Json] = {"passkey": row["passkey_id"], "kept": row["sign_count"], "given": found.sign_count}
    return append(
        AuditEvent(
            stream=f"account:{person.account_id}",
            event_key=new_id("pkc"),
            account_id=person.account_id,
            actor=f"user:{person.user_id}",
            action="passkey.counter_went_back",
            outcome="failure",
            at=at,
            detail=detail,
        )
    )


def _event(person: Person, action: str, event_key: str, passkey_id: str, actor: str, at: str) -> AuditEvent:
    detail: dict[str, Json] = {"passkey": passkey_id, "user": person.user_id}
    return event_of_account(person.account_id, action, event_key, actor=actor, at=at, detail=detail)


async def passkey_of(database: Database, user_id: str, passkey_id: str) -> Row | None:
    """A passkey that a user has."""
    return await database.first(
        statement("SELECT * FROM passkeys WHERE id = ?1 AND user_id = ?2 AND removed_at IS NULL", passkey_id, user_id)
    )


COOKIE: Final = "tillroll_ceremony"
LIFETIME: Final = timedelta(minutes=5)
_CHALLENGE_BYTES: Final = 32
_COOKIE_BYTES: Final = 32
_SWEPT_AT_ONCE: Final = 50

Purpose: TypeAlias = Literal["register", "sign_in"]


async def begin_ceremony(
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


async def take_challenge(
    platform: Platform, request: Request, purpose: Purpose, user_id: str | None, client: bytes
) -> bytes:
    """The challenge that client data answer. It counts from here on as answered, whatever comes of the answer.

    Raises:
        Refused: it is none of ours, or not for this, or was answered before, or has ended.
    """
    challenge = webauthn.challenge_of(client)
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
        raise CeremonyRefused(
            "the challenge is not for this browser, was answered before, or is older than five minutes"
        )
    return challenge


def challenge_hash(challenge: bytes) -> str:
    return hashlib.sha256(challenge).hexdigest()


PARTY_NAME: Final = "Tillroll"


@dataclass(frozen=True)
class RelyingParty:
    """`id` is the host's name, to which passkeys are bound; `origin` has its scheme and port too."""

    id: str
    origin: str


def relying_party(request: Request) -> RelyingParty:
    """The relying party that a browser means which sends this request to us.

    Cloudflare hands us requests for our own hosts only; a page of another one has another origin in its client data.

    Raises:
        Problem: 409, the address has no name, and no passkey can be bound to it.
    """
    host = (request.url.hostname or "").lower()
    if not host or _is_address(host):
        raise Problem(
            NO_PASSKEYS_HERE, "Open Tillroll by its name, on this machine http://localhost and the port, and try again."
        )
    return RelyingParty(host, f"{request.url.scheme}://{request.url.netloc}".lower())


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
