"""The rows of `inbound_events`: stored once, claimed at a pace, settled once."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll.inbound.verification import WINDOW_SECONDS, Verified
from tillroll.platform.bindings.database import (
    Database,
    Row,
    Statement,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll.platform.clock import to_text
from tillroll.platform.json import JsonObject, dump
from tillroll.platform.tables import ACCOUNT, RUN, SECRETS, Emptied, Gone, Stays, Table

MOST_ATTEMPTS: Final = 10
# Behind every time that is written.
NO_MOMENT: Final = "9999"
# Until the sweep looks again, by the number of the attempt; the last one holds for all that follow.
_AGAIN: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 1, 2, 5, 15, 60))
# The pace: so many events are begun within a window, on all paths together. The engine creates 100 instances a second.
PACE_WINDOW: Final = timedelta(seconds=10)
PACE_EVENTS: Final = 200
_A_SECOND: Final = PACE_EVENTS // int(PACE_WINDOW.total_seconds())


@dataclass(frozen=True)
class StoredEvent:
    """An event with the mapping of its source and what it was decided to do, both as they are kept; `attempt` counts
    from 1, the present one included."""

    id: str
    source_id: str
    account_id: str
    event_id: str
    type: str | None
    received_at: str
    body: bytes | None
    mapping: str
    effect: str | None
    attempt: int


def store(row_id: str, source_id: str, account_id: str, verified: Verified, body: bytes, now: datetime) -> Statement:
    """The statement that stores an event, or changes nothing where it is there, or its source takes none any more."""
    content, encoding = _encoded(body)
    return statement(
        """
        INSERT INTO inbound_events
          (id, source_id, account_id, event_id, type, digest, body, body_encoding, received_at, state, next_attempt_at)
        SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'stored', ?10
        FROM inbound_sources WHERE id = ?2 AND ended_at IS NULL AND stopped_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM inbound_events WHERE source_id = ?2 AND digest = ?6 AND received_at > ?11
        )
        ON CONFLICT (source_id, event_id) DO NOTHING
        """,
        row_id,
        source_id,
        account_id,
        verified.event_id,
        verified.type,
        verified.digest,
        content,
        encoding,
        to_text(now),
        to_text(now + _AGAIN[0]),
        _same_body_since(verified, now),
    )


def stored_as(source_id: str, verified: Verified, now: datetime) -> Statement:
    """The event that an event is: by its id, or else by its body, where the signature does not cover the id."""
    return statement(
        """
        SELECT id, digest FROM inbound_events
        WHERE source_id = ?1 AND (event_id = ?2 OR digest = ?3 AND received_at > ?4)
        ORDER BY event_id = ?2 DESC, id DESC LIMIT 1
        """,
        source_id,
        verified.event_id,
        verified.digest,
        _same_body_since(verified, now),
    )


def count_conflict(row_id: str, now: datetime) -> Statement:
    return statement(
        "UPDATE inbound_events SET conflicts = conflicts + 1, conflict_at = ? WHERE id = ?", to_text(now), row_id
    )


async def claim(database: Database, row_id: str, now: datetime) -> StoredEvent | None:
    """Count an attempt at an event that is to be worked off, and return it; None where it is not, or where the pace is
    reached: then its row says when its turn is. Two may have the same event at once: what they do is once."""
    began, free = (
        to_text(now),
        "(SELECT COUNT(*) FROM (SELECT 1 FROM inbound_events WHERE worked_at > ?2 LIMIT ?3)) < ?3",
    )
    since = to_text(now - PACE_WINDOW)
    counted, rows = await database.batch(
        [
            statement(
                f"""
                UPDATE inbound_events SET attempts = attempts + 1, worked_at = ?4,
                  next_attempt_at = CASE attempts {_cases(now)} END
                WHERE id = ?1 AND state = 'stored' AND {free} RETURNING id
                """,  # noqa: S608 - constants, and times of ours
                row_id,
                since,
                PACE_EVENTS,
                began,
            ),
            statement(
                """
                SELECT e.*, s.mapping FROM inbound_events e JOIN inbound_sources s ON s.id = e.source_id
                WHERE e.id = ? AND e.state = 'stored'
                """,
                row_id,
            ),
        ]
    )
    if not rows:
        return None
    if not counted:
        await _put_off(database, rows[0], now)
        return None
    return _event(rows[0])


def decide(row_id: str, effect: JsonObject) -> list[Statement]:
    """The statements that write what is to be done, unless that stands already, and read what stands."""
    return [
        statement(
            "UPDATE inbound_events SET effect = ?2 WHERE id = ?1 AND state = 'stored' AND effect IS NULL",
            row_id,
            dump(effect),
        ),
        statement("SELECT effect FROM inbound_events WHERE id = ? AND state = 'stored'", row_id),
    ]


def settle(row_id: str, state: str, now: datetime, *, run_id: str | None = None, why: str | None = None) -> Statement:
    """What was decided is done, so it is not kept a second time."""
    return statement(
        """
        UPDATE inbound_events SET state = ?2, settled_at = ?3, run_id = ?4, why = ?5, effect = NULL
        WHERE id = ?1 AND state = 'stored'
        """,
        row_id,
        state,
        to_text(now),
        run_id,
        why,
    )


def put_off(row_id: str, why: str) -> Statement:
    """Say why the attempt came to nothing; `claim` has said already when the next one is."""
    return statement("UPDATE inbound_events SET why = ? WHERE id = ? AND state = 'stored'", why, row_id)


def overdue(now: datetime, most: int) -> Statement:
    """The oldest events whose time has come."""
    return statement(
        """
        SELECT id FROM inbound_events WHERE state = 'stored' AND next_attempt_at <= ?1
        ORDER BY next_attempt_at, id LIMIT CAST(?2 AS INTEGER)
        """,
        to_text(now),
        most,
    )


def nudged(ids: Sequence[str], now: datetime) -> Statement:
    """They are nudged: whoever takes the message has some time before they are due again."""
    return _due_again(ids, now + 2 * _AGAIN[0])


def unclaimable(row_id: str, now: datetime) -> Statement:
    """It could not even be claimed: those that are nudged are due before it."""
    return _due_again([row_id], now + _AGAIN[3])


def _due_again(ids: Sequence[str], at: datetime) -> Statement:
    return statement(
        """
        UPDATE inbound_events SET next_attempt_at = ?2
        WHERE id IN (SELECT value FROM json_each(?1)) AND state = 'stored'
        """,
        dump([*ids]),
        to_text(at),
    )


def body_of(row: Row) -> bytes | None:
    """The body as it came; None where it was erased."""
    content = optional_text(row, "body")
    if content is None:
        return None
    return base64.b64decode(content) if row["body_encoding"] == "base64" else content.encode()


def _same_body_since(verified: Verified, now: datetime) -> str:
    """Since when the same body is the same event; of a scheme that signs the id, since no moment."""
    return NO_MOMENT if verified.is_id_signed else to_text(now - timedelta(seconds=WINDOW_SECONDS))


async def _put_off(database: Database, row: Row, now: datetime) -> None:
    """Write when an event's turn is, behind those that came before it: the sweep nudges it then."""
    received_at = text(row, "received_at")
    ahead, *_ = await database.all(
        statement("SELECT COUNT(*) AS n FROM inbound_events WHERE state = 'stored' AND received_at < ?", received_at)
    )
    later = to_text(now + PACE_WINDOW + timedelta(seconds=integer(ahead, "n") // _A_SECOND))
    await database.all(
        statement(
            "UPDATE inbound_events SET next_attempt_at = ? WHERE id = ? AND state = 'stored'", later, text(row, "id")
        )
    )


def _cases(now: datetime) -> str:
    cases = [f"WHEN {number} THEN '{to_text(now + wait)}'" for number, wait in enumerate(_AGAIN)]
    return f"{' '.join(cases)} ELSE '{to_text(now + _AGAIN[-1])}'"


def _event(row: Row) -> StoredEvent:
    return of_row(StoredEvent, row, body=body_of(row), attempt=integer(row, "attempts"))


def _encoded(body: bytes) -> tuple[str, str]:
    try:
        content = body.decode()
    except UnicodeDecodeError:
        content = "\0"
    if "\0" in content:
        return base64.b64encode(body).decode(), "base64"
    return content, "utf-8"


TABLES: Final = (
    Table(
        "inbound_events",
        Gone(ACCOUNT),
        Emptied("body = NULL, effect = NULL, run_id = NULL", f"account_id = ?1 AND run_id IN ({RUN})"),
        Stays("an event of another system is the account's"),
    ),
    Table(
        "inbound_source_people",
        Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)"),
        key="source_id, user_id",
        person_gets="user_id = ?2 AND source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)",
    ),
    Table(
        "inbound_secrets", Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)"), withheld=SECRETS
    ),
    Table("inbound_sources", Gone(ACCOUNT), shut="ended_at = COALESCE(ended_at, ?1)"),
)
