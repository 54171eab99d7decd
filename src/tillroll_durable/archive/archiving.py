"""Which ended runs may be archived; their bundles, made, verified, the rows deleted in one batch,
and brought back.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final, LiteralString

from tillroll_durable.archive import files as archive
from tillroll_durable.archive.files import NotPacked, Rows
from tillroll_durable.audit import (
    HAS_KEY,
    Audited,
    AuditEvent,
    append_if_changed,
    event_of_account,
)
from tillroll_durable.declared import ArchivedTable
from tillroll_durable.errors import FailureClass
from tillroll_durable.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row, keep_position, position_of
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    ConstraintFailed,
    Database,
    Row,
    Statement,
    digits,
    integer,
    of_row,
    optional_text,
    statement,
    text,
)
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.states import NextSafeAction, Status

_CURSOR: Final = "archived runs"
# Runs that are looked at in one query, and queries a round.
_WINDOW: Final = 500
_WINDOWS: Final = 4
MOST_RUNS: Final = 50
# What goes into one bundle, unpacked: a Worker has 128 MB.
_MOST_BYTES: Final = 4 * 2**20
# A bundle that is not full waits until its oldest run has waited so long: few objects, also of a
# quiet account.
_PATIENCE_OF_CHOICE: Final = timedelta(days=7)

_ENDED: Final = f"'{Status.COMPLETE.value}', '{Status.REJECTED.value}', '{Status.CANCELLED.value}'"
# The cheap questions first. A run whose parent goes on may be asked for by it, and one with
# children that go on answers for them. One that can be undone is undone with any run above it,
# which replays it. Where an undoing failed, a person may have it tried again, which needs the run's
# steps. A delivery is deleted thirty days after it was done; until then it needs its event.
_NOTHING_TO_DO: Final = NextSafeAction.NONE.value
_MAY_GO: Final = f"""
  r.status IN ({_ENDED}) AND r.next_safe_action = '{_NOTHING_TO_DO}' AND r.updated_at < ?3
  AND r.failure_class IS NOT '{FailureClass.ROLLBACK_FAILED.value}'
  AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = r.id)
  AND NOT EXISTS (SELECT 1 FROM runs p WHERE p.id = r.parent_run_id AND p.status NOT IN ({_ENDED}))
  AND NOT (r.undoing IS NOT NULL AND EXISTS (
    WITH RECURSIVE above (id) AS (
      SELECT r.parent_run_id
      UNION SELECT parent_run_id FROM above JOIN runs ON runs.id = above.id
      WHERE parent_run_id IS NOT NULL
    )
    SELECT 1 FROM above JOIN runs p ON p.id = above.id
    WHERE p.status NOT IN ({_ENDED}) OR p.failure_class = '{FailureClass.ROLLBACK_FAILED.value}'
  ))
  AND NOT EXISTS (SELECT 1 FROM runs c WHERE c.parent_run_id = r.id AND c.status NOT IN ({_ENDED}))
  AND NOT EXISTS (
    SELECT 1 FROM outbox o WHERE o.run_id = r.id
    AND (o.state NOT IN ('delivered', 'no_receiver') OR EXISTS (SELECT 1 FROM deliveries d
        WHERE d.event_id = o.id))
  )
  AND NOT EXISTS (SELECT 1 FROM run_waits w WHERE w.run_id = r.id AND w.ended_at IS NULL)
  AND EXISTS (SELECT 1 FROM audit_events e WHERE e.stream = r.id)
  AND NOT EXISTS (
    SELECT 1 FROM audit_events e LEFT JOIN archive_ranges g
      ON g.from_id = (SELECT MAX(from_id) FROM archive_ranges WHERE from_id <= e.id)
      AND g.to_id >= e.id
        AND g.state IN ('verified', 'archived')
    LEFT JOIN audit_events proof ON proof.event_key = g.proof AND proof.{HAS_KEY}
    WHERE e.stream = r.id
      AND COALESCE(proof.id, ?4 + 1) > ?4
  )
"""

NO_RUN: Final = "0"
"""A condition that holds for no run: none is left alone."""


@dataclass(frozen=True)
class Archiving:
    """What modules say of it: the runs `r` that are left alone, as a condition; and their tables
    that go along.
    """

    left_alone: LiteralString = NO_RUN
    tables: Sequence[ArchivedTable] = ()


PLAIN: Final = Archiving()


@dataclass(frozen=True)
class Candidate:
    """`state_version` is what it had when it was chosen."""

    run_id: str
    account_id: str
    state_version: int
    updated_at: str


async def next_runs(
    database: Database, before: datetime, what: Archiving, *, whole: bool
) -> list[Candidate]:
    """The runs of the next bundle, all of one account; none where there are not enough yet, or none
    in the next few hundred. Where to go on is kept; at the end it begins anew.
    """
    sealed = await database.first(statement("SELECT to_id FROM seals ORDER BY number DESC LIMIT 1"))
    if sealed is None:
        return []
    for _ in range(_WINDOWS):
        position = await position_of(database, _CURSOR)
        rows = await _window(
            database,
            position,
            before=before,
            sealed_to=integer(sealed, "to_id"),
            but=what.left_alone,
        )
        chosen = _of_one_account(rows)
        is_young = all(each.updated_at >= to_text(before - _PATIENCE_OF_CHOICE) for each in chosen)
        if chosen and not whole and len(chosen) < MOST_RUNS and is_young:
            account_ids = [
                text(row, "account_id")
                for row in rows
                if text(row, "account_id") > chosen[0].account_id
            ]
            following = f"{account_ids[0]}|" if account_ids else _last_place(rows)
        elif chosen:
            chosen = await _within_bytes(database, chosen, what.tables)
            await keep_position(
                database,
                _CURSOR,
                position=f"{chosen[-1].account_id}|{chosen[-1].run_id}",
                now=to_text(before),
            )
            return chosen
        else:
            following = _last_place(rows)
        await keep_position(database, _CURSOR, position=following, now=to_text(before))
        if not following:
            break
    return []


def ended_before(before: datetime, most: int) -> Statement:
    """The query for `n`: runs that ended before a moment and are not archived, up to so many; some
    may have to wait.
    """
    sql = f"""
      SELECT count(*) AS n FROM (
        SELECT 1 FROM runs r
        WHERE r.status IN ({_ENDED}) AND r.next_safe_action = '{_NOTHING_TO_DO}'
          AND r.updated_at < ?1 AND NOT EXISTS (SELECT 1 FROM archived_runs WHERE run_id = r.id)
          LIMIT {digits(most)}
      )
    """
    return statement(sql, [to_text(before)])


def _last_place(rows: Sequence[Row]) -> str:
    if len(rows) < _WINDOW:
        return ""
    return f"{rows[-1]['account_id']}|{rows[-1]['id']}"


async def _window(
    database: Database, position: str, before: datetime, sealed_to: int, but: LiteralString
) -> Sequence[Row]:
    account, _, run = position.partition("|")
    sql = f"""
      SELECT r.id, r.account_id, r.state_version, r.updated_at, ({_MAY_GO})
        AND NOT ({but}) AS may_go
      FROM (SELECT * FROM runs INDEXED BY runs_by_account WHERE (account_id, id) > (?1, ?2)
            ORDER BY account_id, id LIMIT {digits(_WINDOW)}) r
      ORDER BY r.account_id, r.id
    """
    return await database.all(statement(sql, [account, run, to_text(before), sealed_to]))


def _of_one_account(rows: Sequence[Row]) -> list[Candidate]:
    candidates = [
        of_row(Candidate, row, run_id=text(row, "id")) for row in rows if row["may_go"] == 1
    ]
    return [each for each in candidates if each.account_id == candidates[0].account_id][:MOST_RUNS]


async def _within_bytes(
    database: Database, chosen: Sequence[Candidate], tables: Sequence[ArchivedTable]
) -> list[Candidate]:
    """The first of them, as far as they go into a bundle; one at least."""
    sizes_by_table: list[tuple[LiteralString, LiteralString]] = [
        ("run_steps", "COALESCE(length(output), 0) + COALESCE(length(input), 0)"),
        *((each.name, each.size) for each in tables),
    ]
    sizes_of: list[LiteralString] = [
        (
            f"SELECT run_id, {size} AS size FROM {name} WHERE run_id IN "
            "(SELECT value FROM json_each(?1))"
        )
        for name, size in sizes_by_table
    ]
    sql = f"SELECT run_id, SUM(size) AS size FROM ({' UNION ALL '.join(sizes_of)}) GROUP BY run_id"
    rows = await database.all(statement(sql, [dump([each.run_id for each in chosen])]))
    sizes = {text(row, "run_id"): integer(row, "size") for row in rows}
    fitting: list[Candidate] = []
    size = 0
    for each in chosen:
        size += sizes.get(each.run_id, 0)
        if fitting and size > _MOST_BYTES:
            break
        fitting.append(each)
    return fitting


MEDIA_TYPE: Final = "application/gzip"
# How long a round may be at a bundle, before another takes it for dead.
_PATIENCE: Final = timedelta(minutes=10)
_PART: Final = "archive"
# Both in the words of an index that has what is unfinished: the others only grow in number.
_GIVE_UP: Final = """
  UPDATE archive_bundles SET state = 'dropped'
  WHERE (state <> 'archived' OR former_key IS NOT NULL) AND state = 'begun' AND created_at < ?
"""
_OVER: Final = f"""
  SELECT b.*, 'bundle ' || b.id AS name, s.failures AS setbacks FROM archive_bundles b
  {JOIN.format(part=f"'{_PART}'", subject="'bundle ' || b.id")}
  WHERE (b.state <> 'archived' OR b.former_key IS NOT NULL) AND b.state <> 'begun' AND {IS_DUE}
  ORDER BY {IN_TURN}, b.id LIMIT 10
"""


@dataclass(frozen=True)
class Piece:
    """A run's place in a bundle, and the SHA-256 of what lies there."""

    run: Candidate
    place: int
    size: int
    sha256: str
    last_seq: int


async def archive_runs(
    platform: Platform, before: datetime, what: Archiving = PLAIN, *, whole: bool = False
) -> int:
    """Archive the next old runs, all of one account; return how many. Raises ObjectsUnavailable,
    DatabaseError.
    """
    await drop_unfinished(platform)
    chosen = await next_runs(platform.database, before, what, whole=whole)
    if chosen:
        return await _archive_together(platform, chosen, what)
    return 0


async def _archive_together(
    platform: Platform, chosen: Sequence[Candidate], what: Archiving
) -> int:
    """Where a run cannot be archived, the others go without it: of those that fail together, each
    half is tried.
    """
    try:
        return await _archive(platform, chosen, what)
    except ObjectsUnavailable:
        raise
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one, the others have their turn.
        if len(chosen) == 1 or not platform.turn.has_room:
            log.crash("archive.run_left", error, run=chosen[0].run_id, count=len(chosen))
            return 0
    half = len(chosen) // 2
    first = chosen[:half]
    others = chosen[half:]
    return await _archive_together(platform, first, what) + await _archive_together(
        platform, others, what
    )


async def _archive(platform: Platform, chosen: Sequence[Candidate], what: Archiving) -> int:
    rows = await rows_of_runs(platform.database, [each.run_id for each in chosen], what.tables)
    pieces, content = _bundled(chosen, rows)
    sha256 = hashlib.sha256(content).hexdigest()
    account_id = chosen[0].account_id
    now = to_text(platform.clock.now())
    key = archive.new_bundle_key(account_id)
    sql = (
        "INSERT INTO archive_bundles (account_id, object_key, sha256, state, created_at) "
        "VALUES (?, ?, ?, 'begun', ?) RETURNING id"
    )
    [bundle] = await platform.database.all(statement(sql, [account_id, key, sha256, now]))
    bundle_id = integer(bundle, "id")
    await platform.objects.put_bytes(key, content, MEDIA_TYPE)
    if not _is_whole(await platform.objects.get_bytes(key), content, pieces=pieces, rows=rows):
        log.error("archive.file_differs", source=f"bundle {bundle_id}")
        return 0
    event = told_of(
        account_id, bundle_id, hashes={each.run.run_id: each.sha256 for each in pieces}, now=now
    )
    archived = statement(
        "UPDATE archive_bundles SET state = 'archived' WHERE id = ? AND state = 'begun'",
        [bundle_id],
    )
    try:
        await platform.database.batch(
            [*_move(bundle_id, pieces, what), archived, append_if_changed(event)]
        )
    except ConstraintFailed as error:
        log.warning("archive.runs_changed", source=f"bundle {bundle_id}", error=error)
        await _drop(platform, bundle_id, key, account_id)
        return 0
    log.info(
        "archive.runs_taken", source=f"bundle {bundle_id}", count=len(pieces), account=account_id
    )
    return len(pieces)


def told_of(account_id: str, bundle_id: int, hashes: Mapping[str, str], now: str) -> AuditEvent:
    """The event that a bundle's pieces are held against: each by itself, so that one can be cut out
    later.
    """
    detail: JsonObject = {"bundle": bundle_id, "runs": len(hashes), "pieces": {**hashes}}
    return event_of_account(
        account_id,
        Audited.ARCHIVE_RUNS_TAKEN,
        f"archive.runs_taken:{bundle_id}",
        actor=archive.ACTOR,
        at=now,
        detail=detail,
    )


async def rows_of_runs(
    database: Database, run_ids: Sequence[str], tables: Sequence[ArchivedTable]
) -> dict[str, Rows]:
    """All rows of runs that are archived, by run and table."""
    of_runs = "SELECT * FROM {} WHERE {} IN (SELECT value FROM json_each(?)) AND ({}) ORDER BY {}"
    selections: list[tuple[LiteralString, ...]] = [
        *((table, column, "1", archive.ORDERS[table]) for table, column in archive.TABLES.items()),
        *((each.name, "run_id", each.where, each.order) for each in tables),
    ]
    pages = await database.batch(
        [statement(of_runs.format(*each), [dump([*run_ids])]) for each in selections]
    )
    return {
        run_id: {
            table: [row for row in rows if row[column] == run_id]
            for (table, column, *_), rows in zip(selections, pages, strict=True)
        }
        for run_id in run_ids
    }


def _bundled(chosen: Sequence[Candidate], rows: dict[str, Rows]) -> tuple[list[Piece], bytes]:
    pieces: list[Piece] = []
    content = bytearray()
    for run in chosen:
        packed = archive.packed_run(rows[run.run_id])
        last_seq = max((integer(row, "seq") for row in rows[run.run_id][archive.EVENTS]), default=0)
        pieces.append(
            Piece(
                run,
                len(content),
                size=len(packed),
                sha256=hashlib.sha256(packed).hexdigest(),
                last_seq=last_seq,
            )
        )
        content += packed
    return pieces, bytes(content)


def _is_whole(
    stored: bytes | None, content: bytes, pieces: Sequence[Piece], rows: dict[str, Rows]
) -> bool:
    """Whether what was read back is what was written, and each piece of it the rows that it was
    made of.
    """
    if stored != content:
        return False
    try:
        return all(
            archive.unpacked_run(content[it.place : it.place + it.size]) == rows[it.run.run_id]
            for it in pieces
        )
    except (NotPacked, ValueError, KeyError):
        return False


async def _drop(platform: Platform, bundle_id: int, key: str, account_id: str) -> None:
    """Delete a file that nothing came to refer to, at once: of an account that is erased, nobody
    else would.
    """
    dropped = (
        "UPDATE archive_bundles SET state = 'dropped' WHERE id = ? AND state = 'begun' RETURNING *"
    )
    rows = await platform.database.all(statement(dropped, [bundle_id], account=account_id))
    bundle = await platform.database.first(
        statement("SELECT 1 AS one FROM archive_bundles WHERE id = ?", [bundle_id])
    )
    if bundle is None:
        await platform.objects.delete(key)  # the row went with its account
    for row in rows:
        await delete_what_is_over(platform, row)


def _move(bundle_id: int, pieces: Sequence[Piece], what: Archiving) -> list[Statement]:
    """Write where the rows lie, and delete them; fails as a whole where a run changed, or is to be
    left alone.
    """
    places: list[Json] = [
        {
            "run": it.run.run_id,
            "version": it.run.state_version,
            "place": it.place,
            "size": it.size,
            "seq": it.last_seq,
        }
        for it in pieces
    ]
    ids = dump([each.run.run_id for each in pieces])
    sql = f"""
      INSERT INTO archived_runs (run_id, bundle_id, place, size, last_seq)
      SELECT value ->> 'run', CAST(?2 AS INTEGER), value ->> 'place', value ->> 'size',
        CASE WHEN (SELECT state_version FROM runs r WHERE id = value ->> 'run'
            AND NOT ({what.left_alone}))
              = value ->> 'version'
              AND (SELECT MAX(seq) FROM audit_events
                  WHERE stream = value ->> 'run') = value ->> 'seq'
             THEN value ->> 'seq' END
      FROM json_each(?1)
    """
    deleted = "DELETE FROM {} WHERE {} IN (SELECT value FROM json_each(?)) AND ({})"
    only: Mapping[str, LiteralString] = {archive.EVENTS: f"NOT {archive.STAYS}"}
    return [
        statement(sql, [dump(places), bundle_id]),
        *(
            statement(deleted.format(*each, only.get(each[0], "1")), [ids])
            for each in archive.TABLES.items()
        ),
        *(
            statement(deleted.format(each.name, "run_id", each.where), [ids])
            for each in what.tables
        ),
        # Of a run that has ended, neither beats nor attempts without an end say anything any more.
        statement(deleted.format("step_beats", "run_id", "1"), [ids]),
        statement(deleted.format("unended_attempts", "run_id", "1"), [ids]),
    ]


async def drop_unfinished(platform: Platform) -> None:
    """Delete files of bundles that were never finished, or were replaced; their row goes last."""
    long_ago = to_text(platform.clock.now() - _PATIENCE)
    # First it is said: anyone who is still at such a bundle can then finish it no more.
    await platform.database.all(statement(_GIVE_UP, [long_ago], account=EVERYBODY))
    rows = await platform.database.all(statement(_OVER, [to_text(platform.clock.now())]))
    await each_row(
        platform, _PART, rows=rows, subject="name", do=partial(delete_what_is_over, platform)
    )


async def delete_what_is_over(platform: Platform, row: Row) -> None:
    """Delete the file that another replaced, by a bundle's row; its own file too, where it was
    dropped."""
    former = optional_text(row, "former_key")
    bundle_id = integer(row, "id")
    if former is not None:
        await platform.objects.delete(former)
    if row["state"] == "dropped":
        await platform.objects.delete(text(row, "object_key"))
        over = statement(
            "DELETE FROM archive_bundles WHERE id = ? AND state = 'dropped'",
            [bundle_id],
            account=text(row, "account_id"),
        )
    else:
        over = statement(
            "UPDATE archive_bundles SET former_key = NULL WHERE id = ? AND former_key = ?",
            [bundle_id, former],
            account=text(row, "account_id"),
        )
    await platform.database.batch([over])
