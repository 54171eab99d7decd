"""Moving old ranges of the audit into the object store step by step, and bringing their events
back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from tillroll_durable.archive.archiving import Archiving, archive_runs, ended_before
from tillroll_durable.archive.files import (
    ACTOR,
    content_as_written,
    delete_archived_events,
    insert_missing_events,
    pack,
    sha256_of,
)
from tillroll_durable.audit import (
    HAS_KEY,
    AuditEvent,
    append_if_changed,
    event_of_account,
)
from tillroll_durable.jobs.scans import each_row
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Database,
    Row,
    Statement,
    integer,
    statement,
)
from tillroll_durable.platform.clock import from_text, to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.models import Model
from tillroll_durable.platform.refusals import NOT_POSSIBLE, Refusal
from tillroll_durable.platform.services import Platform
from tillroll_durable.sealing import files
from tillroll_durable.sealing.files import Range, State
from tillroll_durable.sealing.repository import Entry, last_number, seals_between
from tillroll_durable.sealing.seals import SignedSeal
from tillroll_durable.sealing.verification import findings_of_content, findings_of_range


class Audited(Action):
    BEGUN = (
        "archive.begun",
        (
            "sealed events are to be moved into a file; those from `fromSeal` to `toSeal`, and "
            "the file has this `sha256`"
        ),
    )
    VERIFIED = "archive.verified", "that file was read back, and has what the range had"
    TAKEN = "archive.taken", "what may go of the range was deleted from the database"
    RESTORED = "archive.restored", "the events of the range were brought back"


"""What archiving writes into the audit: an action a line."""

# The account that events of no account stand under.
DEPLOYMENT: Final = "deployment"
# A range that is not full is closed when its first seal has waited so long.
_PATIENCE: Final = timedelta(days=1)
_DELETED_AT_ONCE: Final = 500
# Those who read events in the order of ids: what they have not read stays.
READERS: Final = ("observed events", "told events")


class NotIntact(Exception):
    """A range is not as it was written."""


@dataclass(frozen=True)
class Moved:
    """What one round did: ranges begun, verified and taken out of the database; events deleted;
    runs archived.
    """

    begun: int = 0
    verified: int = 0
    taken: int = 0
    events: int = 0
    runs: int = 0


async def archive_ranges(platform: Platform, before: datetime, *, whole: bool = False) -> Moved:
    """Go once over what was sealed before a moment: begin the next range, once full or `whole`,
    and bring on those begun. Raises DatabaseError: the rest is left to the next round.
    """
    begun_count = await _begin_next(platform, before, whole=whole)
    done = Moved(begun_count)

    async def bring_on(row: Row) -> None:
        nonlocal done
        done = await _bring_on(platform, files.range_of_row(row), done)

    rows = await files.unfinished_ranges(
        platform.database, to_text(before), to_text(platform.clock.now())
    )
    await each_row(platform, files.PART, rows=rows, subject="name", do=bring_on)
    return done


async def _bring_on(platform: Platform, archived: Range, done: Moved) -> Moved:
    """What was done before, and of this range."""
    match archived.state:
        case State.BEGUN:
            return replace(done, verified=done.verified + await _verify(platform, archived))
        case State.VERIFIED:
            deleted, is_done = await _delete(platform, archived)
            return replace(done, events=done.events + deleted, taken=done.taken + is_done)
        case State.RESTORED:
            return replace(done, verified=done.verified + await _verify_again(platform, archived))
        case State.ARCHIVED:
            return done


async def _begin_next(platform: Platform, before: datetime, *, whole: bool) -> int:
    last = await files.last_range(platform.database)
    if last is not None and last.state is State.BEGUN:
        return 0
    seals = await next_seals(platform.database, before, last, whole=whole)
    if seals:
        content = await files.content_of(platform.database, seals)
    else:
        content = ""
    if not seals or not await _is_intact(platform, seals, content):
        return 0
    number = last.number + 1 if last else 1
    first = seals[0].seal
    head = seals[-1].seal
    sha256 = sha256_of(content)
    now = to_text(platform.clock.now())
    key = files.file_key(number, sha256)
    proof = f"archive.begun:{number}"
    count = sum(each.seal.count for each in seals)
    sql = """
      INSERT INTO archive_ranges (
        number, from_seal, to_seal, from_id, to_id, count, from_at, to_at, object_key, sha256,
        state, proof, updated_at)
      SELECT ?1, ?2, ?3, ?4, ?5, ?6, MIN(at), MAX(at), ?7, ?8, 'begun', ?9, ?10
      FROM audit_events WHERE id >= ?4 AND id <= ?5
    """
    row = statement(
        sql,
        [
            number,
            first.number,
            head.number,
            first.from_id,
            head.to_id,
            count,
            key,
            sha256,
            proof,
            now,
        ],
    )
    detail = _detail(number, first.number, to_seal=head.number, sha256=sha256)
    try:
        await platform.database.batch(
            [
                row,
                append_if_changed(
                    _event(Audited.BEGUN, proof, now=now, detail={**detail, "events": count})
                ),
            ]
        )
    except ConstraintFailed:
        return 0  # another round was first
    log.info("archive.begun", source=f"range {number}", count=count)
    return 1


async def next_seals(
    database: Database, before: datetime, last: Range | None, *, whole: bool
) -> list[SignedSeal]:
    """The seals of the next range, none where it is not yet time for one. The newest seal is never
    among them.
    """
    first = last.to_seal + 1 if last else 1
    newest = await last_number(database)
    seals = await seals_between(database, first, min(newest - 1, first + files.MOST_SEALS - 1))
    read_to = await _read_to(database)
    chosen: list[SignedSeal] = []
    count = 0
    is_full = len(seals) == files.MOST_SEALS
    for signed in seals:
        if signed.seal.sealed_at >= to_text(before) or signed.seal.to_id > read_to:
            is_full = False
            break
        if chosen and count + signed.seal.count > files.MOST_EVENTS:
            is_full = True
            break
        chosen.append(signed)
        count += signed.seal.count
    waits = chosen and from_text(chosen[0].seal.sealed_at) >= before - _PATIENCE
    if waits and not is_full and not whole:
        return []
    return chosen


async def _read_to(database: Database) -> int:
    """The id up to which everybody has read who follows the audit."""
    sql = (
        "SELECT MIN(CAST(position AS INTEGER)) AS id FROM reconciler_cursors "
        "WHERE name IN (SELECT value FROM json_each(?))"
    )
    row = await database.first(statement(sql, [dump([*READERS])]))
    if row is None or row["id"] is None:
        return 0
    return integer(row, "id")


async def _is_intact(platform: Platform, seals: Sequence[SignedSeal], content: str) -> bool:
    """What was tampered with stays where it is: somebody looks into it."""
    findings = await findings_of_content(platform, seals, content)
    if findings:
        log.error(
            "archive.not_intact",
            seal=findings[0].seal or seals[0].number,
            reason=findings[0].flaw.value,
        )
    return not findings


async def _verify(platform: Platform, archived: Range) -> int:
    """Write the file where there is none, read it back, and hold it against the rows."""
    content = await files.content_in_database(platform.database, archived)
    if sha256_of(content) != archived.sha256:
        log.error("archive.rows_altered", source=f"range {archived.number}")
        return 0
    if await files.file_of(platform.objects, archived) != content:
        await platform.objects.put_bytes(archived.object_key, pack(content), files.RANGE_MEDIA_TYPE)
        if await files.file_of(platform.objects, archived) != content:
            log.error("archive.file_differs", source=f"range {archived.number}")
            return 0
    return await note_verified(platform, archived)


async def _verify_again(platform: Platform, archived: Range) -> int:
    """Verify a range that was brought back: file and rows must be what was written.
    Raises NotIntact."""
    findings = await findings_of_range(platform, archived)
    if findings:
        log.error("archive.not_intact", seal=archived.from_seal, reason=findings[0].flaw.value)
        raise NotIntact
    return await note_verified(platform, archived)


async def note_verified(platform: Platform, archived: Range) -> int:
    """The file was read back, and is what the row says. 0 where another round was first."""
    now = to_text(platform.clock.now())
    proof = f"archive.verified:{archived.number}" + (
        "" if archived.state is State.BEGUN else f":{now}"
    )
    return await move(
        platform.database, archived, to=State.VERIFIED, proof=proof, actor=ACTOR, now=now
    )


async def _delete(platform: Platform, archived: Range) -> tuple[int, bool]:
    """Delete what may go of a range, once a seal covers its proof; return how many, and whether
    that was all. An account's last event stays: the next would seem to follow a gap.
    """
    database = platform.database
    if not await _is_covered(database, archived):
        return 0, False
    delete = delete_archived_events(archived.from_id, archived.to_id, _DELETED_AT_ONCE)
    deleted = await database.all(delete)
    if len(deleted) == _DELETED_AT_ONCE:
        return len(deleted), False
    now = to_text(platform.clock.now())
    seals = statement(
        "DELETE FROM seals WHERE number >= ?1 AND number <= ?2",
        [archived.from_seal, archived.to_seal],
    )
    # The row keeps its proof: that it was verified is what lets more of it go later.
    done = statement(
        "UPDATE archive_ranges SET state = 'archived', updated_at = ?2 WHERE number = ?1 "
        "AND state = 'verified'",
        [archived.number, now],
    )
    event = _event(
        Audited.TAKEN, f"archive.taken:{archived.proof}", now=now, detail=_detail_of(archived)
    )
    try:
        await database.batch([seals, done, append_if_changed(event)])
    except ConstraintFailed:
        return len(deleted), False
    log.info("archive.taken", source=f"range {archived.number}", count=len(deleted))
    return len(deleted), True


async def _is_covered(database: Database, archived: Range) -> bool:
    sql = f"""
      SELECT 1 AS is_covered FROM audit_events WHERE event_key = ? AND {HAS_KEY}
        AND id <= (SELECT to_id FROM seals ORDER BY number DESC LIMIT 1)
    """
    row = await database.first(statement(sql, [archived.proof]))
    return row is not None


async def move(
    database: Database, archived: Range, to: State, proof: str, actor: str, now: str
) -> int:
    """Bring a range on to a state, with the event that tells of it; 0 where it is no longer where
    it was.
    """
    change = statement(
        "UPDATE archive_ranges SET state = ?2, proof = ?3, updated_at = ?4 WHERE number = ?1 "
        "AND state = ?5",
        [archived.number, to, proof, now, archived.state],
    )
    try:
        await database.batch(
            [
                change,
                append_if_changed(
                    _event(
                        Audited(f"archive.{to}"),
                        proof,
                        now=now,
                        detail=_detail_of(archived),
                        actor=actor,
                    )
                ),
            ]
        )
    except ConstraintFailed:
        return 0
    log.info(f"archive.{to}", source=f"range {archived.number}")
    return 1


def _event(
    action: Action, key: str, now: str, detail: JsonObject, actor: str = ACTOR
) -> AuditEvent:
    return event_of_account(DEPLOYMENT, action, key, actor=actor, at=now, detail=detail)


def _detail_of(archived: Range) -> JsonObject:
    return _detail(
        archived.number, archived.from_seal, to_seal=archived.to_seal, sha256=archived.sha256
    )


def _detail(number: int, from_seal: int, to_seal: int, sha256: str) -> JsonObject:
    return {"range": number, "fromSeal": from_seal, "toSeal": to_seal, "sha256": sha256}


# Rows travel as one JSON text: D1 takes 100 values a statement, and 2 MB a value.
_AT_ONCE: Final = 200


class NotRestored(Refusal):
    """Nothing was changed, or only a part is back, which asking again completes; the message says
    why.
    """

    kind = NOT_POSSIBLE


async def restore_range(platform: Platform, archived: Range, actor: str) -> int:
    """Bring all of a range's events back; return how many there were not. Raises NotRestored;
    ArchiveLost; ObjectsUnavailable, DatabaseError: only a part is back.
    """
    if archived.state is State.BEGUN:
        raise NotRestored(
            f"Range {archived.number} is not archived yet: all of its events are in the database."
        )
    content = await content_as_written(platform.objects, archived.object_key, archived.sha256)
    entries = [
        entry for section in files.sections(content.split("\n")) for entry in section.entries
    ]
    brought = 0
    for begin in range(0, len(entries), _AT_ONCE):
        rows = await platform.database.all(insert_missing(entries[begin : begin + _AT_ONCE]))
        brought += len(rows)
    if archived.state is not State.RESTORED:
        now = to_text(platform.clock.now())
        await move(
            platform.database,
            archived,
            to=State.RESTORED,
            proof=f"archive.restored:{archived.number}:{now}",
            actor=actor,
            now=now,
        )
    return brought


def insert_missing(entries: list[Entry]) -> Statement:
    """Insert those events that are none, under their own ids; the ids are returned."""
    return insert_missing_events([entry.event for entry in entries])


# Bundles of one tick: 150 runs a minute are six million a month.
_BUNDLES: Final = 3
MOST_COUNTED: Final = 10_000


class Standing(Model):
    """What is archived, and what could be: ended runs that are old enough are counted up to
    MOST_COUNTED.
    """

    ranges: dict[str, int]
    events: int
    runs: int
    next_seals: int
    next_events: int
    old_runs: int


async def move_old(platform: Platform, before: datetime, what: Archiving, *, whole: bool) -> Moved:
    """Archive in one round what is older than a moment. `whole`: nothing waits until a file is
    full. Raises ObjectsUnavailable, DatabaseError.
    """
    moved = await archive_ranges(platform, before, whole=whole)
    runs = 0
    for _ in range(_BUNDLES):
        archived = await archive_runs(platform, before, what, whole=whole)
        if not archived:
            break
        runs += archived
        if not platform.turn.has_room:
            break
    return replace(moved, runs=runs)


def sum_of(parts: Sequence[Standing]) -> Standing:
    """What several databases have together."""
    ranges: Counter[str] = Counter()
    for part in parts:
        ranges.update(part.ranges)
    return Standing(
        ranges=dict(ranges),
        events=sum(part.events for part in parts),
        runs=sum(part.runs for part in parts),
        next_seals=sum(part.next_seals for part in parts),
        next_events=sum(part.next_events for part in parts),
        old_runs=sum(part.old_runs for part in parts),
    )


async def standing(platform: Platform, before: datetime) -> Standing:
    """Look once; nothing is changed."""
    states, [events], [runs], [old] = await platform.database.batch(
        [
            statement("SELECT state, count(*) AS n FROM archive_ranges GROUP BY state"),
            statement(
                "SELECT COALESCE(SUM(count), 0) AS n FROM archive_ranges WHERE state = 'archived'"
            ),
            statement("SELECT count(*) AS n FROM archived_runs WHERE bundle_id IS NOT NULL"),
            ended_before(before, MOST_COUNTED),
        ]
    )
    seals = await next_seals(
        platform.database, before, await files.last_range(platform.database), whole=True
    )
    return Standing(
        ranges={str(row["state"]): integer(row, "n") for row in states},
        events=integer(events, "n"),
        runs=integer(runs, "n"),
        next_seals=len(seals),
        next_events=sum(each.seal.count for each in seals),
        old_runs=integer(old, "n"),
    )
