"""Events: accepted once by the sender's id, claimed at a pace, settled once, listed, and worked off
again.
"""

import base64
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tillroll.inbound.cron import SIGNING
from tillroll.inbound.models import InboundEventDetail, InboundEventSummary, Replayed, Scheme
from tillroll.inbound.service import Audited, NoSuchSource, people_of, scheme_of
from tillroll.inbound.verification import (
    WINDOW_SECONDS,
    Headers,
    NotVerified,
    Verified,
    handshake_of,
    parsed,
    verify,
)
from tillroll_durable import Statement, statement
from tillroll_durable.audit import append_if_changed
from tillroll_durable.beginning import Actor
from tillroll_durable.jobs.inbox import Inbox
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    ConstraintFailed,
    Database,
    Row,
    columns_of,
    digits,
    integer,
    of_row,
    optional_text,
    text,
)
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.encryption import decrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.refusals import Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import (
    ACCOUNT,
    RUN,
    SECRETS,
    Emptied,
    Gone,
    Shut,
    Stays,
    Table,
)

INBOX: Final = Inbox(
    "inbound_events", "inbound", nudge_by="inboundEventId", again=(1, 1, 2, 5, 15, 60)
)
MOST_ATTEMPTS: Final = 10
# Behind every time that is written.
NO_MOMENT: Final = "9999"
# The pace: so many events are begun within a window, on all paths together. The engine creates 100
# instances a second.
PACE_WINDOW: Final = timedelta(seconds=10)
PACE_EVENTS: Final = 200
_A_SECOND: Final = PACE_EVENTS // int(PACE_WINDOW.total_seconds())


@dataclass(frozen=True)
class StoredEvent:
    """An event with its source's mapping and what was decided, both as they are kept; `attempt`
    counts this one too.
    """

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


class OtherBody(Refusal):
    """The source has sent another body under this id: the first one stands, and this one was not
    stored.
    """

    kind = Kind("event-conflict", 409, "Another event has this id")
    explanation = (
        "An event with this id was accepted before, with another body. That one stands, and this "
        "one was not stored: send it under an id of its own."
    )


class NoSuchAddress(Refusal):
    """No source takes events at this address, or it was ended or stopped while the event came."""

    explanation = (
        "Nothing takes events at this address. Compare it with the one that the source shows."
    )


class NoSuchEvent(Refusal):
    thing = "event"


class NotReplayable(Refusal):
    """The event has done something, or is on its way: it must not do it twice. The message is its
    state.
    """

    kind = Kind("not-replayable", 409, "The event cannot be worked off again")
    explanation = (
        "It is {}: only what is unmapped, failed or ignored, and not erased, can be worked off "
        "again."
    )


@dataclass(frozen=True)
class TakingSource:
    """A source that takes events; `secrets` are those that hold now, the newest first."""

    id: str
    account_id: str
    scheme: Scheme
    secrets: tuple[str, ...]


async def find_source(platform: Platform, source_id: str) -> TakingSource | None:
    """The source at an address; None where there is none, or none any more, or it was stopped."""
    query = """
      SELECT s.account_id, s.scheme, k.id AS secret_id, k.secret
      FROM inbound_sources s JOIN inbound_secrets k ON k.source_id = s.id
      WHERE s.id = ?1 AND s.ended_at IS NULL AND s.stopped_at IS NULL AND (k.ends_at IS NULL
          OR k.ends_at > ?2)
      ORDER BY k.ends_at IS NOT NULL
    """
    rows = await platform.database.all(statement(query, [source_id, to_text(platform.clock.now())]))
    if not rows:
        return None
    secrets = [
        await decrypt(platform, text(row, "secret"), SIGNING.row(text(row, "secret_id")))
        for row in rows
    ]
    return TakingSource(
        source_id, text(rows[0], "account_id"), scheme=scheme_of(rows[0]), secrets=tuple(secrets)
    )


@dataclass(frozen=True)
class Came:
    """An event as it came, and where it was posted to."""

    header: Headers
    body: bytes
    url: str


@dataclass(frozen=True)
class Handshake:
    """A sender asks whether the address is ours: `answer` is what it expects. Nothing is stored."""

    answer: JsonObject


async def accept(platform: Platform, source: TakingSource, came: Came) -> str | Handshake:
    """Store an event that holds, once by the sender's id, and return our id of it. Where the
    signature does not cover the id, the same body within the window is the same event. Of an event
    that does not hold, only a count is kept.
    """
    now = platform.clock.now()
    body = came.body
    try:
        verified = verify(
            source.scheme, source.secrets, header=came.header, body=body, now=now, url=came.url
        )
    except NotVerified as error:
        count = (
            "UPDATE inbound_sources SET refused = refused + 1, refused_at = ?2, refused_why = ?3 "
            "WHERE id = ?1"
        )
        values = (source.id, to_text(now), error.reason.value)
        await platform.database.all(statement(count, [*values], account=source.account_id))
        raise
    answer = handshake_of(source.scheme, source.secrets[0], body)
    if answer is not None:
        return Handshake(answer)
    row_id = new_id("ine")
    _, rows = await platform.database.batch(
        [
            _store(row_id, source, verified=verified, body=body, now=now),
            _stored_as(source.id, verified, now),
        ]
    )
    if not rows:
        raise NoSuchAddress
    id_ = text(rows[0], "id")
    if rows[0]["digest"] != verified.digest:
        conflict = (
            "UPDATE inbound_events SET conflicts = conflicts + 1, conflict_at = ? WHERE id = ?"
        )
        note = statement(conflict, [to_text(now), id_], account=source.account_id)
        await platform.database.batch([note])
        raise OtherBody
    if id_ == row_id:
        await INBOX.nudge(platform, id_)
    return id_


def _store(
    row_id: str, source: TakingSource, verified: Verified, body: bytes, now: datetime
) -> Statement:
    """The statement that stores an event, or changes nothing where it is there, or its source takes
    none any more.
    """
    content, encoding = _encoded(body)
    return statement(
        """
        INSERT INTO inbound_events
          (id, source_id, account_id, event_id, type, digest, body, body_encoding, received_at,
              state, next_attempt_at)
        SELECT ?1, id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'stored', ?10
        FROM inbound_sources
        WHERE id = ?2 AND ended_at IS NULL AND stopped_at IS NULL AND NOT EXISTS (
          SELECT 1 FROM inbound_events WHERE source_id = ?2 AND digest = ?6 AND received_at > ?11
        )
        ON CONFLICT (source_id, event_id) DO NOTHING
        """,
        [
            row_id,
            source.id,
            source.account_id,
            verified.event_id,
            verified.type,
            verified.digest,
            content,
            encoding,
            to_text(now),
            INBOX.again_at(now),
            _same_body_since(verified, now),
        ],
    )


def _stored_as(source_id: str, verified: Verified, now: datetime) -> Statement:
    """The event that an event is: by its id, or else by its body, where the signature does not
    cover the id.
    """
    query = """
      SELECT id, digest FROM inbound_events
      WHERE source_id = ?1 AND (event_id = ?2 OR digest = ?3 AND received_at > ?4)
      ORDER BY event_id = ?2 DESC, id DESC LIMIT 1
    """
    return statement(
        query, [source_id, verified.event_id, verified.digest, _same_body_since(verified, now)]
    )


async def claim(database: Database, row_id: str, now: datetime) -> StoredEvent | None:
    """Count an attempt at an event that is to be worked off; None where it is not, or where the
    pace is reached and it waits for its turn. Two may have the same event at once: what they do is
    once.
    """
    free = (
        "(SELECT COUNT(*) FROM (SELECT 1 FROM inbound_events WHERE worked_at > ?2 LIMIT ?3)) < ?3"
    )
    counted, rows = await database.batch(
        [
            statement(
                f"""
                UPDATE inbound_events SET attempts = attempts + 1, worked_at = ?4,
                  next_attempt_at = {INBOX.next_attempt(now)}
                WHERE id = ?1 AND state = 'stored' AND {free} RETURNING id
                """,
                [row_id, to_text(now - PACE_WINDOW), PACE_EVENTS, to_text(now)],
                # Whose it is comes with its row. A row that moves refuses to be written.
                account=EVERYBODY,
            ),
            statement(
                """
                SELECT e.*, s.mapping FROM inbound_events e
                JOIN inbound_sources s ON s.id = e.source_id
                WHERE e.id = ? AND e.state = 'stored'
                """,
                [row_id],
            ),
        ]
    )
    if not rows:
        return None
    if not counted:
        await _put_off(database, rows[0], now)
        return None
    return of_row(
        StoredEvent, rows[0], body=_body_of(rows[0]), attempt=integer(rows[0], "attempts")
    )


def decide(account_id: str, row_id: str, effect: JsonObject) -> list[Statement]:
    """The statements that write what is to be done, unless that stands already, and read what
    stands.
    """
    return [
        statement(
            "UPDATE inbound_events SET effect = ?2 WHERE id = ?1 AND state = 'stored' "
            "AND effect IS NULL",
            [row_id, dump(effect)],
            account=account_id,
        ),
        statement("SELECT effect FROM inbound_events WHERE id = ? AND state = 'stored'", [row_id]),
    ]


def settle(
    account_id: str,
    row_id: str,
    state: str,
    now: datetime,
    *,
    run_id: str | None = None,
    why: str | None = None,
) -> Statement:
    """What was decided is done, so it is not kept a second time."""
    query = """
      UPDATE inbound_events SET state = ?2, settled_at = ?3, run_id = ?4, why = ?5, effect = NULL
      WHERE id = ?1 AND state = 'stored'
    """
    values = (row_id, state, to_text(now), run_id, why)
    return statement(query, [*values], account=account_id)


def _body_of(row: Row) -> bytes | None:
    """The body as it came; None where it was erased."""
    content = optional_text(row, "body")
    if content is None:
        return None
    if row["body_encoding"] == "base64":
        return base64.b64decode(content)
    return content.encode()


def _same_body_since(verified: Verified, now: datetime) -> str:
    """Since when the same body is the same event; of a scheme that signs the id, since no
    moment.
    """
    if verified.is_id_signed:
        return NO_MOMENT
    return to_text(now - timedelta(seconds=WINDOW_SECONDS))


async def _put_off(database: Database, row: Row, now: datetime) -> None:
    """Write when an event's turn is, behind those that came before it: the sweep nudges it then."""
    received_at = text(row, "received_at")
    query = "SELECT COUNT(*) AS n FROM inbound_events WHERE state = 'stored' AND received_at < ?"
    earlier, *_ = await database.all(statement(query, [received_at]))
    later = now + PACE_WINDOW + timedelta(seconds=integer(earlier, "n") // _A_SECOND)
    await database.all(INBOX.due_at(text(row, "account_id"), text(row, "id"), later))


def _encoded(body: bytes) -> tuple[str, str]:
    try:
        content = body.decode()
    except UnicodeDecodeError:
        content = "\0"
    if "\0" in content:
        return base64.b64encode(body).decode(), "base64"
    return content, "utf-8"


MOST_AT_ONCE: Final = 100
_SUMMARY: Final = """
  id, source_id, event_id, type, received_at, state, attempts,
  CASE WHEN state = 'stored' THEN next_attempt_at END AS next_attempt_at, run_id, why, settled_at,
  conflicts
"""


async def list_events(
    platform: Platform,
    account_id: str,
    source_id: str | None,
    state: str | None,
    before: str,
    limit: int,
) -> list[InboundEventSummary]:
    """The account's events behind an id, newest first; of a source and in a state, where these are
    given.
    """
    chosen = {
        column: value
        for column, value in (("source_id", source_id), ("state", state))
        if value is not None
    }
    further = "".join(f" AND {column} = ?" for column in columns_of(chosen))
    sql = (
        f"SELECT {_SUMMARY} FROM inbound_events WHERE account_id = ? AND id < ?{further} "
        "ORDER BY id DESC LIMIT ?"
    )
    rows = await platform.database.all(
        statement(sql, [account_id, before, *chosen.values(), limit])
    )
    return [of_row(InboundEventSummary, row) for row in rows]


async def show_event(platform: Platform, account_id: str, event_id: str) -> InboundEventDetail:
    query = (
        f"SELECT {_SUMMARY}, body, body_encoding FROM inbound_events WHERE id = ? "
        "AND account_id = ?"
    )
    row = await platform.database.first(statement(query, [event_id, account_id]))
    if row is None:
        raise NoSuchEvent
    return of_row(InboundEventDetail, row, body=_shown_body(row))


def _shown_body(row: Row) -> Any:
    body = _body_of(row)
    if body is None:
        return None
    try:
        return parsed(body)
    except ValueError:
        if row["body_encoding"] == "utf-8":
            return text(row, "body")
        return None


async def replay_event(
    platform: Platform, actor: Actor, event: InboundEventSummary
) -> InboundEventDetail:
    """Have an event worked off again by the mapping that its source has now."""
    if not await _replay(platform, actor, event.id):
        raise NotReplayable(event.state)
    return await show_event(platform, actor.account_id, event.id)


async def replay_source(platform: Platform, actor: Actor, source_id: str) -> Replayed:
    """Have the oldest events of a source that could not be mapped, or failed, worked off again."""
    sql = (
        "FROM inbound_events WHERE source_id = ? AND account_id = ? "
        "AND state IN ('unmapped', 'failed')"
    )
    of_account = "SELECT id FROM inbound_sources WHERE id = ? AND account_id = ?"
    sources, rows, counted = await platform.database.batch(
        [
            statement(of_account, [source_id, actor.account_id]),
            statement(
                f"SELECT id {sql} ORDER BY id LIMIT {digits(MOST_AT_ONCE)}",
                [source_id, actor.account_id],
            ),
            statement(f"SELECT COUNT(*) AS n {sql}", [source_id, actor.account_id]),
        ]
    )
    if not sources:
        raise NoSuchSource
    replayed = [await _replay(platform, actor, text(row, "id")) for row in rows]
    return Replayed(replayed=sum(replayed), left=max(0, integer(counted[0], "n") - len(rows)))


async def _replay(platform: Platform, actor: Actor, event_id: str) -> bool:
    """Replay an event. The caller requests what it requests, and answers for no later event."""
    now = to_text(platform.clock.now())
    # The attempts are not counted from none: the next one looks first for what an earlier one has
    # done.
    query = """
      UPDATE inbound_events
      SET state = 'stored', attempts = 1, effect = NULL, why = NULL, settled_at = NULL,
        next_attempt_at = ?3
      WHERE id = ?1 AND account_id = ?2 AND state IN ('unmapped', 'failed', 'ignored')
        AND body IS NOT NULL
    """
    stored_again = statement(query, [event_id, actor.account_id, now])
    requests_it_too = statement(
        f"""
        INSERT INTO inbound_source_people (source_id, user_id, since, until)
        SELECT e.source_id, person.value, ?3, ?3 FROM inbound_events e
        JOIN json_each({people_of("?2")}) person
        WHERE e.id = ?1
        ON CONFLICT (source_id, user_id) DO UPDATE SET until = ?3 WHERE until IS NOT NULL
        """,
        [event_id, actor.name, now],
    )
    audit = actor.event(Audited.EVENT_REPLAYED, new_id("aud"), at=now, detail={"event": event_id})
    try:
        await platform.database.batch([stored_again, append_if_changed(audit), requests_it_too])
    except ConstraintFailed:
        return False
    await INBOX.nudge(platform, event_id)
    return True


TABLES: Final = (
    Table(
        "inbound_events",
        Gone(ACCOUNT),
        subject=Emptied(
            "body = NULL, effect = NULL, run_id = NULL", f"account_id = ?1 AND run_id IN ({RUN})"
        ),
        person=Stays("an event of another system is the account's"),
    ),
    Table(
        "inbound_source_people",
        Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)"),
        key="source_id, user_id",
        person_gets=(
            "user_id = ?2 AND source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)"
        ),
    ),
    Table(
        "inbound_secrets",
        Gone("source_id IN (SELECT id FROM inbound_sources WHERE account_id = ?1)"),
        withheld=SECRETS,
    ),
    Table("inbound_sources", Gone(ACCOUNT), shut=Shut("ended_at = COALESCE(ended_at, ?1)")),
)
