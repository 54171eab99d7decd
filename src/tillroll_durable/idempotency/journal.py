"""An operation that was cut off between its effect and its answer goes on where it was.

What an attempt sees (rows, times, ids) is noted, and goes into the database with its next write, in
that write's transaction. Anyone who resumes sees the same again up to the last write that took
effect, and does none of these anew; from there on it reads and writes like anybody, as the first
attempt would have done, had it only been slow.
"""

import re
import zlib
from collections import deque
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NoReturn, cast

from tillroll_durable.idempotency.keys import (
    Answered,
    Claimed,
    OutcomeUnknown,
    Sent,
    claim,
    finish,
    release,
)
from tillroll_durable.platform import ids, log
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    DatabaseError,
    Row,
    Statement,
    Value,
    constraint_failed,
    database_failed,
    integer,
    statement,
    text,
)
from tillroll_durable.platform.clock import Clock, from_text
from tillroll_durable.platform.json import Json, dump, load
from tillroll_durable.platform.refusals import Kind
from tillroll_durable.platform.services import Noting, Platform

# Characters of JSON with one write: more is not kept, and then the operation cannot be resumed.
_MOST_SEEN: Final = 500_000
_WRITES: Final = re.compile(r"\b(?:INSERT|UPDATE|DELETE|REPLACE)\b")
_RETURNS: Final = re.compile(r"\bRETURNING\b")
_TABLE: Final = "idempotency_effects"
_WRITTEN: Final = "written"
_FAILED: Final = "failed"


# Both end the attempt. No `except Exception` takes them for the fault of one row among many: what
# went on behind them would write in another order than the attempt before, and never end.
class NotResumable(BaseException):
    """Part of the operation has taken effect, and it cannot be said how it would have gone on."""


class Superseded(BaseException):
    """Another attempt has taken the operation over; nothing was written."""


class LostRow(dict[str, Value]):
    """A row that a write returned to an attempt that died before it could note it. That there was
    one is known; no column is in it, and who reads one is stopped.
    """

    def __bool__(self) -> bool:
        return True

    def __missing__(self, column: str) -> NoReturn:
        raise NotResumable

    def get(self, *_: object) -> NoReturn:
        raise NotResumable


class Journal(Noting):
    """What one attempt at an operation sees and writes, as `Database` and as `Clock`."""

    def __init__(self, database: Database, clock: Clock, claimed: Claimed) -> None:
        self._database = database
        self._clock = clock
        self._claimed = claimed
        self._seen: list[Json] = []
        self._writes = 0
        self._is_off = False
        self._past = _flattened(claimed)

    @property
    def beneath(self) -> tuple[Database, Clock]:
        return self._database, self._clock

    @property
    def has_effects(self) -> bool:
        """True where this attempt, or one before it, has written something."""
        return self._writes > 0

    @property
    def has_resumed(self) -> bool:
        """True where some of it was done by an attempt before this one."""
        return bool(self._claimed.past)

    def turn_off(self) -> str:
        """What is done from here on is idempotent by a key of its own: the operation's id, which is
        returned.
        """
        self._is_off = True
        return self._claimed.id

    def now(self) -> datetime:
        recorded = self._recall("time")
        if recorded is not None:
            return from_text(str(recorded))
        now = self._clock.now()
        self._note("time", now.isoformat())
        return now

    def draw(self) -> int:
        """A number for an id; see `ids.drawn_by`."""
        recorded = self._recall("id")
        if recorded is not None:
            return int(str(recorded))
        drawn = ids.draw()
        self._note("id", str(drawn))
        return drawn

    async def batch(self, statements: Sequence[Statement]) -> list[list[Row]]:
        digest = zlib.crc32("\n".join(each.sql for each in statements).encode())
        is_write = any(_WRITES.search(each.sql) for each in statements)
        if self._past:
            if is_write and self._past[0][0] == _WRITTEN:
                self._recall(_WRITTEN, digest)
                number = self._writes
                self._writes += 1
                # what a write gave was noted with the write behind it: of the last one it is read
                if not self._past:
                    return await self._noted(digest, self._read_again(number, statements))
            return self._recalled(digest)
        if is_write and not self._is_off:
            return await self._noted(digest, self._write(statements, digest))
        return await self._noted(digest, self._ask(statements))

    async def _noted(self, digest: int, answer: Awaitable[list[list[Row]]]) -> list[list[Row]]:
        """What the database answers. That it failed is noted as well: the caller may bear it, and
        then goes on otherwise.
        """
        try:
            rows = await answer
        except ConstraintFailed:
            raise
        except DatabaseError as error:
            self._note(_FAILED, digest, str(error))
            raise
        self._note("rows", digest, _as_json(rows))
        return rows

    async def _ask(self, statements: Sequence[Statement]) -> list[list[Row]]:
        if len(statements) == 1:
            return [await self._database.all(statements[0])]
        return await self._database.batch(statements)

    async def _write(self, statements: Sequence[Statement], digest: int) -> list[list[Row]]:
        # First, for where another attempt has taken over, the rest may be refused as well, and that
        # would mislead.
        batch = [self._mark(digest)]
        places: list[int] = []
        for position, each in enumerate(statements):
            places.append(len(batch))
            batch.append(each)
            if _RETURNS.search(each.sql):
                batch.append(self._hits(position, digest))
        try:
            results = await self._database.batch(batch)
            rows = [results[place] for place in places]
        except ConstraintFailed as error:
            if _TABLE not in str(error):
                self._note("refused", digest, str(error))
                raise
            if not await self._is_written(digest):
                raise Superseded from error
            # The connection broke after the commit, and the caller wrote once more.
            rows = await self._read_again(self._writes, statements)
        self._writes += 1
        self._seen = []
        return rows

    def _mark(self, digest: int) -> Statement:
        """Notes the write; refuses it where this attempt is not the operation's last one, or the
        number is taken.
        """
        mark = dump(self._seen)
        return statement(
            """
            INSERT INTO idempotency_effects (operation_id, number, attempt, digest, seen)
            SELECT ?1, ?2,
              (SELECT attempt FROM idempotency_keys
                WHERE id = ?1 AND attempt = ?3 AND status IS NULL),
              ?4, ?5
            """,
            [
                self._claimed.id,
                self._writes,
                self._claimed.attempt,
                digest,
                mark if len(mark) <= _MOST_SEEN else None,
            ],
        )

    def _hits(self, position: int, digest: int) -> Statement:
        """Notes how many rows the statement before it returns, for an attempt that hears no more of
        them: a row for each, below 0. So `changes()` is for the next statement what it was.
        """
        return statement(
            """
            WITH RECURSIVE hit (n) AS (
              SELECT 1 WHERE changes() > 0 UNION ALL SELECT n + 1 FROM hit WHERE n < changes()
            )
            INSERT INTO idempotency_effects (operation_id, number, attempt, digest, seen)
            SELECT ?1, (SELECT min(MIN(number), 0) FROM idempotency_effects
                WHERE operation_id = ?1) - n, ?2, ?3, ?4
            FROM hit
            """,
            [
                self._claimed.id,
                self._claimed.attempt,
                digest,
                _place(self._writes, position),
            ],
        )

    async def _is_written(self, digest: int) -> bool:
        """True where the write that was just refused is there already, by this very attempt."""
        row = await self._database.first(
            statement(
                "SELECT digest FROM idempotency_effects WHERE operation_id = ?1 AND number = ?2 "
                "AND attempt = ?3",
                [self._claimed.id, self._writes, self._claimed.attempt],
            )
        )
        return row is not None and integer(row, "digest") == digest

    async def _read_again(self, number: int, statements: Sequence[Statement]) -> list[list[Row]]:
        """What the write of a number gives: its reads anew, and of RETURNING how many rows."""
        hits: dict[str, int] = {}
        if any(_RETURNS.search(each.sql) for each in statements):
            counted = await self._database.all(
                statement(
                    "SELECT seen, COUNT(*) AS hits FROM idempotency_effects "
                    "WHERE operation_id = ?1 AND number < 0 GROUP BY seen",
                    [self._claimed.id],
                )
            )
            hits = {text(row, "seen"): integer(row, "hits") for row in counted}
        results: list[list[Row]] = []
        for position, each in enumerate(statements):
            if _WRITES.search(each.sql):
                results.append([LostRow() for _ in range(hits.get(_place(number, position), 0))])
            else:
                results.append(await self._database.all(each))
        return results

    def _recalled(self, digest: int) -> list[list[Row]]:
        """Raises ConstraintFailed where the database refused it then, and DatabaseError where it
        failed.
        """
        if self._past[0][0] == "refused":
            raise constraint_failed(str(self._recall("refused", digest)))
        if self._past[0][0] == _FAILED:
            raise database_failed(str(self._recall(_FAILED, digest)))
        results = cast("list[list[Row | None]]", self._recall("rows", digest))
        return [[_from_json(row) for row in rows] for rows in results]

    def _note(self, kind: str, *what: Json) -> None:
        if not self._is_off:
            self._seen.append([kind, *what])

    def _recall(self, kind: str, digest: int | None = None) -> Json:
        """What was seen next; None: all was recalled. Raises NotResumable: something else was seen
        then.
        """
        if not self._past:
            return None
        effect = self._past.popleft()
        if effect[0] != kind or (digest is not None and effect[1] != digest):
            raise NotResumable
        return effect[-1]


def _flattened(claimed: Claimed) -> deque[list[Json]]:
    """All that was seen and written, in its order. Raises NotResumable: part of it was too long to
    be kept.
    """
    past: deque[list[Json]] = deque()
    for effect in claimed.past:
        if effect["seen"] is None:
            raise NotResumable
        past.extend(cast("list[list[Json]]", load(text(effect, "seen"))))
        past.append([_WRITTEN, integer(effect, "digest")])
    return past


def _as_json(results: list[list[Row]]) -> Json:
    """A lost row is null."""
    return [[_row_as_json(row) for row in rows] for rows in results]


def _row_as_json(row: Row) -> Json:
    if isinstance(row, LostRow):
        return None
    return {**row}


def _from_json(row: Row | None) -> Row:
    if row is None:
        return LostRow()
    return row


def _place(number: int, position: int) -> str:
    """Where a statement stands: in which write, and where in it."""
    return dump([number, position])


_KEPT_HEADERS: Final = frozenset({"content-type", "etag", "link", "location"})
# The rest is refused before the operation begins, or may be answered otherwise in a moment.
_KEPT_REFUSALS: Final = frozenset({404, 409, 410, 412, 422})


@dataclass(frozen=True)
class Attempt:
    """The operation is ours to carry out, on `platform`."""

    platform: Platform
    journal: Journal
    claimed: Claimed
    beneath: Platform

    async def answered(
        self, status: int, kind: Kind | None, headers: Mapping[str, str], body: str
    ) -> None:
        """Keep the answer where it is one to keep; `kind` is the problem's, if it is one; `body`
        has no secrets.
        """
        if not _is_kept(status, kind):
            await self.given_up(is_undone=status < 500 and not self.journal.has_effects)
            return
        stored_headers = {
            name.lower(): value for name, value in headers.items() if name.lower() in _KEPT_HEADERS
        }
        try:
            await finish(
                self.beneath.database, self.claimed, Answered(status, stored_headers, body)
            )
        except DatabaseError as error:
            # What was asked for is done: anyone who sends it again resumes, and comes to the same
            # answer.
            log.error("idempotency.not_kept", error=error)

    async def given_up(self, *, is_undone: bool = False) -> None:
        """There is no answer to keep; with `is_undone` nothing was done, either."""
        try:
            await release(self.beneath, self.claimed, is_undone=is_undone)
        except DatabaseError as error:
            log.error("idempotency.not_released", error=error)  # it lapses by itself


async def begin(platform: Platform, sent: Sent) -> Attempt | Answered:
    """Carry a request with a key out, or find its answer. Raises InFlight, KeyReused,
    OutcomeUnknown.
    """
    claimed = await claim(platform, sent)
    if isinstance(claimed, Answered):
        return claimed
    try:
        journal = Journal(platform.database, platform.clock, claimed)
    except NotResumable as error:
        raise OutcomeUnknown from error
    return Attempt(
        replace(platform, database=journal, clock=journal),
        journal,
        claimed=claimed,
        beneath=platform,
    )


def _is_kept(status: int, kind: Kind | None) -> bool:
    if kind is not None and kind.may_pass:
        return False
    return status < 400 or status in _KEPT_REFUSALS
