"""SQL of browser sessions. One holds for thirty days, for fourteen without a request, and while its
user's epoch is the one that it began in.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, LiteralString

from tillroll.identity.repository import PERSON, secret_hash
from tillroll_durable.platform.bindings.database import (
    Database,
    Row,
    Statement,
    place,
    statement,
)
from tillroll_durable.platform.clock import to_text

LIFETIME: Final = timedelta(days=30)
IDLE: Final = timedelta(days=14)
"""A session ends that nobody has used for so long."""
NOTED_EACH: Final = timedelta(hours=1)
# Of a person; more are no list that anybody reads.
_MOST_LISTED: Final = 100
_HOLDS: Final = "s.created_at > ?2 AND s.last_used_at > ?3 AND s.epoch = u.session_epoch"


async def find_session_user(database: Database, hashed: str, now: datetime) -> Row | None:
    """A session that holds, with its user as `principal_of` reads them."""
    query = f"""
      SELECT s.id AS session_id, s.is_secure, s.created_at AS signed_in_at, s.last_used_at, s.how,
        s.mailed_to, {PERSON}
      FROM sessions s JOIN users u ON u.id = s.user_id JOIN accounts a ON a.id = u.account_id
      WHERE s.hash = ?1 AND {_HOLDS} AND u.removed_at IS NULL
    """
    return await database.first(statement(query, [hashed, *_since(now)]))


async def sessions_of(database: Database, user_id: str, now: datetime) -> list[Row]:
    """The sessions of a user that hold, the last used first."""
    query = f"""
      SELECT s.id, s.how, s.browser, s.created_at, s.last_used_at
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.user_id = ?1 AND {_HOLDS} ORDER BY s.last_used_at DESC, s.id DESC LIMIT ?4
    """
    return await database.all(Statement(query, (user_id, *_since(now), _MOST_LISTED)))


def _since(now: datetime) -> tuple[str, str]:
    """Since when a session must have begun, and must have been used."""
    return to_text(now - LIFETIME), to_text(now - IDLE)


@dataclass(frozen=True)
class NewSession:
    """A session that begins. The row has its token's hash alone. `since` is when its person signed
    in, which may be before it begins.
    """

    id: str
    token: str = field(repr=False)
    browser: str
    since: str
    begins_at: str
    is_secure: bool


def insert_session(new: NewSession, whose: Statement) -> Statement:
    """Begin a session for whom a query selects: their id, their epoch, how they came, and the
    address that their link was mailed to. Hits no row where it selects nobody.
    """
    before = len(whose.parameters)
    texts: LiteralString = ", ".join(place(before + number) for number in range(1, 6))
    query = f"""
      INSERT INTO sessions (user_id, epoch, how, mailed_to, id, hash, browser, created_at,
        last_used_at, is_secure)
      SELECT whose.*, {texts}, CAST({place(before + 6)} AS INTEGER)
      FROM ({whose.sql}) whose
    """
    columns = (
        new.id,
        secret_hash(new.token),
        new.browser,
        new.since,
        new.begins_at,
        int(new.is_secure),
    )
    return Statement(query, (*whose.parameters, *columns))


def note_session_use(session_id: str, now: datetime) -> Statement:
    """Note that a session was used, unless that was noted lately."""
    query = "UPDATE sessions SET last_used_at = ?2 WHERE id = ?1 AND last_used_at <= ?3"
    at = to_text(now)
    noted_before = to_text(now - NOTED_EACH)
    return Statement(query, (session_id, at, noted_before))


def end_session(user_id: str, session_id: str) -> Statement:
    """Hits no row where the user has no such session."""
    return statement("DELETE FROM sessions WHERE id = ?1 AND user_id = ?2", [session_id, user_id])


async def end_session_of(database: Database, hashed: str) -> Row | None:
    """End the session whose token has a hash; None where there is no such session."""
    return await database.first(
        statement("DELETE FROM sessions WHERE hash = ?1 RETURNING id", [hashed])
    )


async def delete_sessions(database: Database, now: datetime, most: int) -> int:
    """Delete sessions that nobody has used for IDLE, at most so many; return how many."""
    query = """
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE last_used_at <= ?1 ORDER BY last_used_at LIMIT ?2
      ) RETURNING id
    """
    return len(await database.all(statement(query, [to_text(now - IDLE), most])))
