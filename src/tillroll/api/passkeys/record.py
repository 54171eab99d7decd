"""The rows of passkeys, as statements with their audit events. Names stand in no event."""

from dataclasses import dataclass
from typing import Final

from tillroll.api.door.access import PERSON
from tillroll.api.door.credentials import Person
from tillroll.durable.record.audit import AuditEvent, append, append_if_changed, event_of_account
from tillroll.platform.bindings.database import Database, Row, Statement, statement
from tillroll.platform.ids import new_id
from tillroll.platform.json import Json, dump
from tillroll.webauthn import base64url
from tillroll.webauthn.ceremonies import Asserted, Registered

MOST: Final = 20
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
        base64url.encode(made.credential_id),
        naming.rp_id,
        base64url.encode(made.public_key),
        made.sign_count,
        int(made.backup_eligible),
        int(made.backed_up),
        dump([*naming.transports]),
        naming.name,
        at,
        MOST,
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


def remove_all(person: Person, at: str) -> Statement:
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
