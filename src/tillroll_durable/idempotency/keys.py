"""Keys that requests came with: claimed by anyone who comes first, told apart by a fingerprint,
swept after a day.
"""

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tillroll_durable.jobs.job import Job, ago
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    integer,
    optional_integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, dump, load_object
from tillroll_durable.platform.refusals import KEY_REUSED, Kind, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import ACCOUNT, Gone, Kept, Table

HEADER: Final = "idempotency-key"
REPLAYED: Final = {"idempotent-replayed": "true"}
# How long an attempt has the operation to itself. After that it is taken for dead, and the next one
# resumes it.
IN_FLIGHT: Final = timedelta(seconds=60)
KEPT: Final = timedelta(hours=24)
_SWEPT_AT_ONCE: Final = 500
_SWEEPS: Final = 20


@dataclass(frozen=True)
class Sent:
    """A request under a key. `route` is method and template; `fingerprint` tells it from others of
    the same key.
    """

    account_id: str
    actor: str
    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Claimed:
    """The operation is ours to carry out. `past` are its writes by attempts that did not get to an
    answer: each with its `digest`, and what was `seen` before, as JSON; None where that was too
    long.
    """

    id: str
    attempt: int
    past: Sequence[Row]
    account_id: str


@dataclass(frozen=True)
class Answered:
    """The answer of a request that was carried out before."""

    status: int
    headers: Mapping[str, str]
    body: str


class InFlight(Refusal):
    """Another attempt is under way, or was cut off: `remaining` is how long it has the operation to
    itself."""

    kind = Kind("request-in-flight", 409, "The same request is being carried out", may_pass=True)
    explanation = (
        "The first request under this key is not answered yet. Send it again as `Retry-After` "
        "says; nothing is done twice."
    )

    def __init__(self, remaining: timedelta = IN_FLIGHT) -> None:
        super().__init__()
        seconds = max(1, math.ceil(remaining.total_seconds()))
        self.headers = {"retry-after": str(seconds)}


class KeyReused(Refusal):
    """The key stands for another request."""

    kind = KEY_REUSED
    explanation = (
        "It was sent with another path, query, body or If-Match before. Send this request under a "
        "key of its own."
    )


class OutcomeUnknown(Refusal):
    """Part of it took effect, and the rest cannot be resumed."""

    kind = Kind(
        "outcome-unknown", 409, "What became of the first request cannot be known", may_pass=True
    )
    explanation = (
        "The first request under this key took effect and was cut off before its answer. Look at "
        "what it was to change, and send what is still missing under another key."
    )


async def claim(platform: Platform, sent: Sent) -> Claimed | Answered:
    """Take the operation on, or find its answer, in one round trip. Raises InFlight, KeyReused."""
    now = platform.clock.now()
    whose = (sent.account_id, sent.actor, sent.route, sent.key)
    sql = """
      INSERT INTO idempotency_keys
        (account_id, actor, route, key, id, fingerprint, attempt, begun_at, lapses_at)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8)
      ON CONFLICT (account_id, actor, route, key) DO UPDATE
      SET attempt = attempt + 1, lapses_at = excluded.lapses_at
        WHERE status IS NULL AND lapses_at <= excluded.begun_at
          AND fingerprint = excluded.fingerprint
      RETURNING attempt
    """
    take = statement(
        sql, [*whose, new_id("idk"), sent.fingerprint, to_text(now), to_text(now + IN_FLIGHT)]
    )
    lookup = statement(
        "SELECT * FROM idempotency_keys WHERE account_id = ?1 AND actor = ?2 AND route = ?3 "
        "AND key = ?4",
        [*whose],
    )
    query = """
      SELECT e.digest, e.seen FROM idempotency_keys k
      JOIN idempotency_effects e ON e.operation_id = k.id
      WHERE k.account_id = ?1 AND k.actor = ?2 AND k.route = ?3 AND k.key = ?4
        AND e.number >= 0 ORDER BY e.number
    """
    effects = statement(query, [*whose])
    claimed, (row,), past = await platform.database.batch([take, lookup, effects])
    if claimed:
        return Claimed(text(row, "id"), integer(row, "attempt"), past, sent.account_id)
    if text(row, "fingerprint") != sent.fingerprint:
        raise KeyReused
    return _answer(row, now)


def _answer(row: Row, now: datetime) -> Answered:
    status = optional_integer(row, "status")
    if status is None:
        raise InFlight(from_text(text(row, "lapses_at")) - now)
    headers = {name: str(value) for name, value in load_object(text(row, "headers")).items()}
    return Answered(status, headers, text(row, "body"))


async def finish(database: Database, claimed: Claimed, answer: Answered) -> None:
    """Keep the answer; what the operation had seen goes. Nothing happens where another attempt has
    taken over.
    """
    headers: dict[str, Json] = {**answer.headers}
    keep = statement(
        "UPDATE idempotency_keys SET status = ?1, headers = ?2, body = ?3 WHERE id = ?4 "
        "AND attempt = ?5",
        [answer.status, dump(headers), answer.body, claimed.id, claimed.attempt],
        account=claimed.account_id,
    )
    sql = """
      DELETE FROM idempotency_effects WHERE operation_id IN
        (SELECT id FROM idempotency_keys WHERE id = ?1 AND status IS NOT NULL)
    """
    forget = statement(sql, [claimed.id])
    await database.batch([keep, forget])


async def release(platform: Platform, claimed: Claimed, *, is_undone: bool) -> None:
    """There is no answer to keep. Where nothing was done the key is free again; else its next
    sender resumes.
    """
    mine = (claimed.id, claimed.attempt)
    if is_undone:
        free = "DELETE FROM idempotency_keys WHERE id = ?1 AND attempt = ?2 AND status IS NULL"
        await platform.database.all(statement(free, [*mine], account=claimed.account_id))
        return
    lapse = (
        "UPDATE idempotency_keys SET lapses_at = ?3 WHERE id = ?1 AND attempt = ?2 "
        "AND status IS NULL"
    )
    values = (*mine, to_text(platform.clock.now()))
    await platform.database.all(statement(lapse, [*values], account=claimed.account_id))


async def sweep_keys(platform: Platform) -> int:
    """Delete keys that are older than KEPT, and say how many; so many at once that a minute's cron
    can bear it.
    """
    before = to_text(platform.clock.now() - KEPT)
    swept = 0
    for _ in platform.turn.take(range(_SWEEPS)):
        sql = """
          DELETE FROM idempotency_keys WHERE id IN
            (SELECT id FROM idempotency_keys WHERE begun_at < ?1 ORDER BY begun_at LIMIT ?2)
            RETURNING id
        """
        sweep = statement(sql, [before, _SWEPT_AT_ONCE], account=EVERYBODY)
        removed = await platform.database.all(sweep)
        swept += len(removed)
        if len(removed) < _SWEPT_AT_ONCE:
            break
    platform.turn.has_more(where=swept == _SWEEPS * _SWEPT_AT_ONCE)
    return swept


LONGEST_KEY: Final = 255
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\["\\])*)"')
_ESCAPED: Final = re.compile(r'\\(["\\])')


class InvalidKey(Refusal):
    """The header holds no key that can be used; the message says why."""

    kind = Kind("invalid-idempotency-key", 400, "The Idempotency-Key cannot be used")
    explanation = "{}. Send 1 to 255 printable ASCII characters, such as a UUID."


def read_key(header: str) -> str:
    """The key of an Idempotency-Key header: a string of RFC 9651, section 3.3.3, in quotes, or
    bare. Raises InvalidKey.
    """
    value = header.strip()
    quoted = _QUOTED.fullmatch(value)
    if quoted is None and value.startswith('"'):
        raise InvalidKey("It begins with a quotation mark and is no quoted string")
    key = value if quoted is None else _ESCAPED.sub(r"\1", quoted[1])
    if not key:
        raise InvalidKey("It is empty")
    if len(key) > LONGEST_KEY:
        raise InvalidKey(f"It has {len(key)} characters, and at most {LONGEST_KEY} are taken")
    if not (key.isascii() and key.isprintable()):
        raise InvalidKey("It has characters that are not printable ASCII")
    return key


def fingerprint(method: str, path: str, query: str, if_match: str | None, body: bytes) -> str:
    """Hash a request by SHA-256, in hexadecimal. Neither blanks nor the order of keys change the
    hash of JSON.
    """
    parts = (method, path, query, if_match or "", _canonical(body))
    return hashlib.sha256(dump(list(parts)).encode()).hexdigest()


def _canonical(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"))
    except ValueError:
        if body:
            return hashlib.sha256(body).hexdigest()
        return ""


JOBS: Final = (
    Job(
        "idempotency keys",
        sweep_keys,
        share=5,
        period=timedelta(minutes=10),
        due_in=f"idempotency_keys WHERE begun_at < {ago(KEPT)}",
    ),
)


TABLES: Final = (
    Table(
        "idempotency_effects",
        Gone("operation_id IN (SELECT id FROM idempotency_keys WHERE account_id = ?1)"),
        key="operation_id, number",
        withheld="digests, for a day",
    ),
    Table(
        "idempotency_keys",
        Gone(ACCOUNT),
        withheld="answers that are repeated for a day; what they say stands in other tables",
    ),
)


RETENTION: Final = (
    Kept("answers to requests with an `Idempotency-Key`", "{}", period=KEPT, sweep=sweep_keys),
)
