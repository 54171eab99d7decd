"""What ended runs left: where it lies outside of the database, how it is packed, and reading it
from there.
"""

import hashlib
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, LiteralString, cast

from tillroll_durable.audit import HAS_KEY, NAMES
from tillroll_durable.declared import ObjectsInUse
from tillroll_durable.outbox import run_of_event
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import (
    EVERYBODY,
    Database,
    Row,
    Statement,
    columns_of,
    integer,
    of_row,
    statement,
    text,
    word,
)
from tillroll_durable.platform.bindings.objects import Objects
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump, load_object
from tillroll_durable.platform.refusals import Kind, Refusal

# A gzip wrapper, whose header has no time in it.
_GZIP = 31


class NotPacked(ValueError):
    """The bytes are no such text, or one that is too long."""


def pack(text: str) -> bytes:
    """The text, compressed. Put one behind the other, several are one file that gunzip reads."""
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(text.encode()) + packer.flush()


def unpack(packed: bytes, most_bytes: int) -> str:
    """The text of one packed piece. Raises NotPacked: it is none, has more behind it, or exceeds
    `most_bytes`.
    """
    unpacker = zlib.decompressobj(_GZIP)
    try:
        content = unpacker.decompress(packed, most_bytes)
    except zlib.error as error:
        raise NotPacked(str(error)) from error
    if not unpacker.eof or unpacker.unused_data:
        raise NotPacked("it is cut off, too long, or has more behind its end")
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise NotPacked(str(error)) from error


EVENTS: Final = "audit_events"
TABLES: Final[Mapping[LiteralString, LiteralString]] = {
    "run_steps": "run_id",
    "step_attempts": "run_id",
    "run_waits": "run_id",
    "signals": "run_id",
    "outbox": "run_id",
    EVENTS: "stream",
}
"""The tables whose rows of a run are archived, each with the column that names the run."""

ORDERS: Final[Mapping[str, LiteralString]] = {
    "run_steps": "started_at, at_version",
    "step_attempts": "step, generation, attempt, started_at",
    "run_waits": "began_at, rowid",
    "signals": "rowid",
    "outbox": "id",
    EVENTS: "seq",
}

BUNDLES_IN_USE: Final = ObjectsInUse(
    keys=r"[^/]+/archive/arc_[0-9A-Z]{26,29}\.jsonl\.gz",
    query="SELECT object_key FROM archive_bundles WHERE state <> 'dropped' "
    "AND object_key IN (SELECT value FROM json_each(?1))",
)
STAYS: Final = """
  (action IN ('run.created', 'signal.received')
    AND (substr(actor, 1, 5) = 'mail:' OR substr(actor, 1, 6) = 'event:')
   OR substr(action, 1, 11) = 'duplicates.')
"""
"""Events that stay rows, since others look for them: what came from outside asks whether it began
this run already, and an expense's history has its first merges from nowhere else.
"""

KEPT: Final = f"""
  SELECT a.*, b.object_key, b.sha256, told.detail ->> ('$.pieces.' || a.run_id) AS sealed
  FROM archived_runs a JOIN archive_bundles b ON b.id = a.bundle_id
  LEFT JOIN audit_events told ON told.event_key = 'archive.runs_taken:' || b.id AND told.{HAS_KEY}
"""
"""The query for `kept_of_row`, without a condition. The hash of a run's piece comes from the event
that told of the move: it is sealed with the rest of the audit, and neither the file nor these rows
are believed against it.
"""

ACTOR: Final = "system:archive"
"""Who moves what is old, as the audit names it."""

# Of one run, unpacked: outputs and inputs are bounded, and a run has hundreds of steps at most.
_MOST_BYTES: Final = 64 * 2**20

Rows = Mapping[str, Sequence[Row]]


class Wrong(StrEnum):
    """What is wrong with a file of the archive: the object store has none, or another."""

    MISSING = "missing"
    DIFFERS = "differs"

    @property
    def says(self) -> str:
        """What is wrong, as it is said of a file that is named before it."""
        if self is Wrong.MISSING:
            return "is gone from the object store"
        return "was changed: it is not what was written"


class ArchiveLost(Refusal):
    """A file of the archive is gone or altered. The message says which, by its key, and what is
    safe to do.
    """

    kind = Kind("archive-lost", 503, "What was archived cannot be read", may_pass=True)

    def __init__(self, object_key: str, wrong: Wrong, what: str | None = None) -> None:
        """`what` in place of what `wrong` says."""
        self.object_key = object_key
        self.wrong = wrong
        super().__init__(f"The archive's file {object_key} {what or wrong.says}. {safe_to_do()}")


def safe_to_do(them: str = "it") -> str:
    """What is safe to do with a file that is not as it was written, or with several."""
    return (
        f"Delete nothing; put {them} back from a backup (docs/archive.md), then `tillroll archive "
        "verify`."
    )


@dataclass(frozen=True)
class Kept:
    """Where an archived run's piece lies in an object, whose hash is `sha256`. `sealed`: the
    SHA-256 of the piece, as the audit tells it; None where no event of it does.
    """

    run_id: str
    bundle_id: int
    object_key: str
    sha256: str
    place: int
    size: int
    last_seq: int
    sealed: str | None


def new_bundle_key(account_id: str) -> str:
    """Under the account, so that it goes with it; never the same again, so that a late deletion
    harms nothing else.
    """
    return f"{folder_of(account_id)}{new_id('arc')}.jsonl.gz"


def folder_of(account_id: str) -> str:
    """What the keys of an account's bundles begin with."""
    return f"{account_id}/archive/"


def packed_run(rows: Rows) -> bytes:
    """`rows` are of TABLES, and of what modules have archived with them."""
    return pack(
        dump({table: [dict(row) for row in of_table] for table, of_table in rows.items()}) + "\n"
    )


def unpacked_run(packed: bytes) -> Rows:
    """Raises NotPacked, ValueError: it is no run's piece."""
    content = load_object(unpack(packed, _MOST_BYTES))
    return {
        table: [*cast("list[Row]", content[table])]
        for table in [*TABLES, *(content.keys() - TABLES.keys())]
    }


def where_kept(run_id: str) -> Statement:
    """The query for one row of KEPT, where the run is archived."""
    return statement(f"{KEPT} WHERE a.run_id = ?", [run_id])


async def kept_of(database: Database, run_id: str) -> Kept | None:
    """Where the run's rows lie; None where it is not archived."""
    row = await database.first(where_kept(run_id))
    if row is None:
        return None
    return kept_of_row(row)


def kept_of_row(row: Row) -> Kept:
    """A row of KEPT."""
    return of_row(Kept, row)


async def archived_rows(database: Database, objects: Objects, run_id: str) -> Rows | None:
    """What the archive has of a run, by table; None: it is not archived. Raises ArchiveLost,
    ObjectsUnavailable.
    """
    location = await kept_of(database, run_id)
    if location is None:
        return None
    return await rows_of(objects, location)


async def archived_event(
    database: Database, objects: Objects, account_id: str, event_id: str
) -> Row | None:
    """The row of `outbox` of an event of an account's archived run. Raises ArchiveLost,
    ObjectsUnavailable.
    """
    location = await kept_of(database, run_of_event(event_id))
    if location is None or not location.object_key.startswith(folder_of(account_id)):
        return None
    return next(
        (row for row in (await rows_of(objects, location))["outbox"] if row["id"] == event_id), None
    )


async def rows_of(objects: Objects, location: Kept) -> Rows:
    """What lies there. Raises ArchiveLost, ObjectsUnavailable."""
    content = await objects.get_bytes(location.object_key)
    try:
        return rows_in(content, location)
    except ArchiveLost as lost:
        log.error("archive.lost", run=location.run_id, reason=lost.wrong.value)
        raise


def rows_in(content: bytes | None, location: Kept) -> Rows:
    """What a run left, in the content of its bundle; None where the object store has none.
    Raises ArchiveLost.
    """
    piece = piece_in(as_written(content, location), location)
    if not is_sealed(piece, location):
        raise ArchiveLost(
            location.object_key,
            Wrong.DIFFERS,
            f"has another {location.run_id} than the audit tells of",
        )
    try:
        return unpacked_run(piece)
    except (NotPacked, ValueError, KeyError) as error:
        what = f"has no {location.run_id} at the place where the database says that it lies"
        raise ArchiveLost(location.object_key, Wrong.DIFFERS, what) from error


def piece_in(content: bytes, location: Kept) -> bytes:
    """Cut a run's piece out of the bytes of its bundle."""
    return content[location.place : location.place + location.size]


def is_sealed(piece: bytes, location: Kept) -> bool:
    """Whether a run's piece is what the audit told when it was written."""
    return hashlib.sha256(piece).hexdigest() == location.sealed


def as_written(content: bytes | None, location: Kept) -> bytes:
    """The content of a run's bundle, which the object store had. Raises ArchiveLost: it has none,
    or another.
    """
    if content is None:
        raise ArchiveLost(location.object_key, Wrong.MISSING)
    if hashlib.sha256(content).hexdigest() != location.sha256:
        raise ArchiveLost(location.object_key, Wrong.DIFFERS)
    return content


def joined(live: Rows, archived: Rows | None) -> Rows:
    """The rows that there are, behind those of the archive; an event that is in both, once."""
    if archived is None:
        return live
    rows_by_table = {table: [*archived.get(table, ()), *rows] for table, rows in live.items()}
    if EVENTS in rows_by_table:
        by_seq = {integer(row, "seq"): row for row in rows_by_table[EVENTS]}
        rows_by_table[EVENTS] = [by_seq[seq] for seq in sorted(by_seq)]
    return rows_by_table


async def with_archived(objects: Objects, live: Rows, run_rows: Sequence[Row]) -> Rows:
    """The live rows of a run and those of the archive; `run_rows` is of `where_kept`.
    Raises ArchiveLost, ObjectsUnavailable."""
    if run_rows:
        return joined(live, await rows_of(objects, kept_of_row(run_rows[0])))
    return live


# Of a file, unpacked: an event has ids and codes, never a document.


def file_behind(event_id: int) -> Statement:
    """The query for the first verified range, a row of `archive_ranges`, that has events after that
    id.
    """
    sql = """
      SELECT * FROM archive_ranges
      WHERE from_id >= (SELECT COALESCE(MAX(from_id), 0) FROM archive_ranges
          WHERE from_id <= ?1 + 1)
        AND to_id > ?1 AND state <> 'begun'
      ORDER BY from_id LIMIT 1
    """
    return statement(sql, [event_id])


async def content_there(objects: Objects, object_key: str) -> str:
    """The text of a range's file, whatever it says. Raises ArchiveLost: missing or no gzip;
    ObjectsUnavailable.
    """
    packed = await objects.get_bytes(object_key)
    if packed is None:
        raise ArchiveLost(object_key, Wrong.MISSING)
    try:
        return unpack(packed, _MOST_BYTES)
    except NotPacked as error:
        raise ArchiveLost(object_key, Wrong.DIFFERS) from error


def sha256_of(content: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(content.encode()).hexdigest()


async def content_as_written(objects: Objects, object_key: str, sha256: str) -> str:
    """The text of a range's file, whose hash must be `sha256`. Raises ArchiveLost,
    ObjectsUnavailable.
    """
    try:
        content = await content_there(objects, object_key)
    except ArchiveLost as lost:
        _log(lost)
        raise
    if sha256_of(content) != sha256:
        lost = ArchiveLost(object_key, Wrong.DIFFERS)
        _log(lost)
        raise lost
    return content


def _log(lost: ArchiveLost) -> None:
    log.error("archive.lost", source=lost.object_key, reason=lost.wrong.value)


async def events_of_account(objects: Objects, row: Row, account_id: str) -> Iterator[Row]:
    """An account's events in the file of a row of `archive_ranges`. Raises ArchiveLost,
    ObjectsUnavailable.
    """
    content = await content_as_written(objects, text(row, "object_key"), text(row, "sha256"))
    # A file has the events of all accounts: most lines are not worth parsing.
    fragment = dump({"accountId": account_id})[1:-1]
    events = (load_object(line) for line in content.split("\n") if fragment in line)
    return (row_of_event(event) for event in events if event.get("accountId") == account_id)


def row_of_event(event: JsonObject) -> Row:
    """The row of an event's line, as the database had it."""
    values = ((column, event.get(name)) for column, name in NAMES.items())
    return {
        column: value if isinstance(value, str | int | float) else None for column, value in values
    }


def delete_archived_events(first: int, last: int, most: int) -> Statement:
    """Delete events from `first` to `last` that lie in a file, and return their ids. An account's
    last event stays: the next would seem to follow a gap. So do events of an account that has left
    for another database, or is leaving: the other one shows them.
    """
    query = f"""
      DELETE FROM audit_events WHERE id IN (
        SELECT id FROM audit_events event WHERE id >= ?1 AND id <= ?2
          AND substr(event_key, 1, 8) <> 'archive.' AND NOT {STAYS}
          AND NOT EXISTS (
            SELECT 1 FROM moved_accounts
            WHERE account_id = event.account_id AND stands <> 'here'
          ) AND (
            substr(stream, 1, 8) = 'account:'
            AND EXISTS (
              SELECT 1 FROM audit_events l
              WHERE l.stream = event.stream AND l.seq > event.seq AND l.id <= ?2
            )
            OR EXISTS (SELECT 1 FROM archived_runs WHERE run_id = event.stream
                AND last_seq >= event.seq)
          )
        ORDER BY id LIMIT ?3
      ) RETURNING id
    """
    values = (first, last, most)
    return statement(query, [*values], account=EVERYBODY)


def insert_missing_events(events: Sequence[JsonObject]) -> Statement:
    """Insert those events that are not there, under their own ids; the ids are returned."""
    rows: list[Json] = [*events]
    values = ", ".join(f"json_extract(value, '$.{word(name)}')" for name in NAMES.values())
    query = f"""
      INSERT INTO audit_events ({", ".join(columns_of(NAMES))}) SELECT {values} FROM json_each(?1)
      WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE id = json_extract(value, '$.id'))
      ORDER BY key RETURNING id
    """
    return statement(query, [dump(rows)], account=EVERYBODY)
