"""SQL of passkeys, and of ceremonies that wait for an answer."""

from collections.abc import Mapping
from typing import Final

from tillroll.identity.repository import PERSON, Person
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    columns_of,
    insert_row,
    place,
    statement,
)

MOST_PASSKEYS: Final = 20
"""So many a person may have; each is looked through whenever one is made."""
_PASSKEYS: Final = """
  SELECT id, credential_id, rp_id, rp_id AS host, is_backed_up AS synced, name, transports,
    created_at, last_used_at
  FROM passkeys WHERE user_id = ?1 AND removed_at IS NULL
"""


async def passkeys_of(database: Database, user_id: str) -> list[Row]:
    """The passkeys of a user, in the order in which they were made."""
    return await database.all(statement(f"{_PASSKEYS} ORDER BY id", [user_id]))


async def passkey_of(database: Database, user_id: str, passkey_id: str) -> Row | None:
    """A passkey that a user has."""
    return await database.first(statement(f"{_PASSKEYS} AND id = ?2", [user_id, passkey_id]))


async def find_passkey(database: Database, credential_id: str) -> Row | None:
    """A passkey with its user, as `principal_of` takes it, and the user's epoch; None for one that
    was removed.
    """
    query = f"""
      SELECT p.id AS passkey_id, p.public_key, p.sign_count, p.is_backup_eligible, p.rp_id, {PERSON}
      FROM passkeys p JOIN users u ON u.id = p.user_id JOIN accounts a ON a.id = u.account_id
      WHERE p.credential_id = ?1 AND p.removed_at IS NULL AND u.removed_at IS NULL
    """
    return await database.first(statement(query, [credential_id]))


def insert_passkey(person: Person, columns: Mapping[str, str | int]) -> Statement:
    """Inserts no row where the user has as many as one may have. It fails where the credential's id
    is known.
    """
    names = ", ".join(columns_of(columns))
    places = ", ".join(place(number) for number in range(4, 4 + len(columns)))
    insert = f"""
      INSERT INTO passkeys (user_id, {names}) SELECT u.id, {places} FROM users u
      WHERE u.id = ?1 AND u.account_id = ?2
        AND (SELECT count(*) FROM passkeys WHERE user_id = ?1 AND removed_at IS NULL) < ?3
    """
    return statement(insert, [person.user_id, person.account_id, MOST_PASSKEYS, *columns.values()])


def rename_passkey(user_id: str, passkey_id: str, name: str) -> Statement:
    """Hits no row where the user has no such passkey."""
    query = "UPDATE passkeys SET name = ?1 WHERE id = ?2 AND user_id = ?3 AND removed_at IS NULL"
    return statement(query, [name, passkey_id, user_id])


def remove_passkey(user_id: str, passkey_id: str, at: str, *, also_last: bool) -> Statement:
    """Hits no row where the user has no such passkey or, unless `also_last`, no other."""
    query = """
      UPDATE passkeys SET removed_at = ?1 WHERE id = ?2 AND user_id = ?3 AND removed_at IS NULL
        AND (?4 = 1 OR (SELECT count(*) FROM passkeys WHERE user_id = ?3
            AND removed_at IS NULL) > 1)
    """
    return statement(query, [at, passkey_id, user_id, int(also_last)])


def remove_passkeys(person: Person, at: str) -> Statement:
    """End all passkeys of a user."""
    query = """
      UPDATE passkeys SET removed_at = ?1
      WHERE removed_at IS NULL AND user_id = (SELECT id FROM users WHERE id = ?2
          AND account_id = ?3)
    """
    return statement(query, [at, person.user_id, person.account_id])


def use_passkey(row: Row, sign_count: int, *, backed_up: bool, at: str) -> Statement:
    """Hits no row where the passkey (a row of `find_passkey`) was removed, or used, since it was
    looked up.
    """
    query = """
      UPDATE passkeys SET sign_count = ?1, is_backed_up = ?2, last_used_at = ?3
      WHERE id = ?4 AND removed_at IS NULL AND sign_count = ?5
    """
    return statement(query, [sign_count, int(backed_up), at, row["passkey_id"], row["sign_count"]])


def insert_ceremony(values: Mapping[str, str | None], now: str) -> list[Statement]:
    """Keep a ceremony. Some of those that were never answered go, so that the table stays as small
    as it is in use.
    """
    sweep = """
      DELETE FROM passkey_ceremonies WHERE challenge_hash IN
        (SELECT challenge_hash FROM passkey_ceremonies WHERE expires_at <= ?1 ORDER BY expires_at
          LIMIT 50)
    """
    return [statement(sweep, [now]), insert_row("passkey_ceremonies", values)]


async def take_ceremony(
    database: Database, challenge: str, purpose: str, user_id: str | None, browser: str, now: str
) -> bool:
    """Whether a ceremony waits for an answer; it does no more."""
    query = """
      DELETE FROM passkey_ceremonies
      WHERE challenge_hash = ?1 AND purpose = ?2 AND user_id IS ?3 AND browser_hash = ?4
        AND expires_at > ?5
      RETURNING challenge_hash
    """
    return (
        await database.first(statement(query, [challenge, purpose, user_id, browser, now]))
        is not None
    )
