"""Quarantine: objects that nothing refers to for a day or more, found and recorded. They stay where
they are.
"""

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from tillroll_durable._operations.instances import ACTOR, BATCH
from tillroll_durable.audit import (
    SEALED_COPIES,
    Audited,
    append_if_changed,
    event_of_account,
    guarded_batch,
)
from tillroll_durable.declared import ObjectsInUse
from tillroll_durable.errors import LostGuard
from tillroll_durable.jobs.scans import keep_position, positions_of
from tillroll_durable.platform import log
from tillroll_durable.platform.actions import Action
from tillroll_durable.platform.bindings.database import Database, Statement, of_row, statement, text
from tillroll_durable.platform.bindings.moved import LIVES_HERE, standings
from tillroll_durable.platform.bindings.objects import ObjectsUnavailable, StoredObject
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.shards import of_id
from tillroll_durable.platform.tables import Kept

# An object is deleted that has been in quarantine for so long.
PERIOD = timedelta(days=30)


class State(StrEnum):
    QUARANTINED = "quarantined"
    RESTORED = "restored"
    DELETING = "deleting"


@dataclass(frozen=True)
class Entry:
    """A row: the object as it was seen, and since when (UTC text) it is in here."""

    key: str
    uploaded_at: str
    etag: str
    since: str
    state: State

    def is_of(self, item: StoredObject) -> bool:
        """Whether the object is still the one that was seen, and not one that was uploaded anew."""
        return (self.uploaded_at, self.etag) == (to_text(item.uploaded_at), item.etag)


async def entries_between(database: Database, after: str, last: str | None) -> Sequence[Entry]:
    """What is in quarantine of the keys behind `after`, up to `last`, or to the end where that is
    None.
    """
    sql = """
      SELECT * FROM object_quarantine WHERE object_key > ?1 AND (?2 IS NULL OR object_key <= ?2)
      ORDER BY object_key LIMIT ?3
    """
    rows = await database.all(statement(sql, [after, last, 4 * BATCH]))
    return [of_row(Entry, row, key=text(row, "object_key")) for row in rows]


async def put_in(database: Database, item: StoredObject, now: str) -> bool:
    """Put an object into quarantine from now on; false where it is in there already, as it is."""
    sql = """
      INSERT INTO object_quarantine (object_key, uploaded_at, etag, since, state)
      VALUES (?1, ?2, ?3, ?4, 'quarantined')
      ON CONFLICT (object_key) DO UPDATE SET
        uploaded_at = excluded.uploaded_at, etag = excluded.etag, since = excluded.since,
        state = excluded.state
      WHERE uploaded_at <> excluded.uploaded_at OR etag <> excluded.etag
    """
    row = statement(sql, [item.key, to_text(item.uploaded_at), item.etag, now])
    detail: JsonObject = {"etag": item.etag, "uploadedAt": to_text(item.uploaded_at)}
    is_new = await _do(
        database, row, action=Audited.OBJECT_QUARANTINED, key=item.key, now=now, detail=detail
    )
    if is_new:
        log.warning("object.quarantined", account=_account(item.key))
    return is_new


async def begin_deletion(database: Database, entry: Entry) -> bool:
    """Note that an object is about to be deleted; false where somebody has restored it
    meanwhile.
    """
    sql = """
      UPDATE object_quarantine SET state = 'deleting'
      WHERE object_key = ?1 AND since = ?2 AND state IN ('quarantined', 'deleting')
      RETURNING object_key
    """
    rows = await database.all(statement(sql, [entry.key, entry.since]))
    return bool(rows)


async def take_out(database: Database, entry: Entry, action: Action, now: str, why: str) -> bool:
    """Take an object out of quarantine, for good; false where another tick was first."""
    row = statement(
        "DELETE FROM object_quarantine WHERE object_key = ?1 AND since = ?2",
        [entry.key, entry.since],
    )
    return await _do(
        database,
        row,
        action=action,
        key=entry.key,
        now=now,
        detail={"why": why, "since": entry.since},
    )


def restore(key: str, actor: str, now: str) -> list[Statement]:
    """The batch that keeps an object for good; refused where it is not in quarantine, or is being
    deleted.
    """
    row = statement(
        "UPDATE object_quarantine SET state = 'restored' WHERE object_key = ?1 "
        "AND state = 'quarantined'",
        [key],
    )
    detail: JsonObject = {"object": key, "why": "asked for"}
    event = event_of_account(
        _account(key),
        Audited.OBJECT_RESTORED,
        f"object.restored:{key}:{now}",
        actor=actor,
        at=now,
        detail=detail,
    )
    return [row, append_if_changed(event)]


async def _do(
    database: Database, row: Statement, action: Action, key: str, now: str, detail: JsonObject
) -> bool:
    event = event_of_account(
        _account(key),
        action,
        f"{action}:{key}:{now}",
        actor=ACTOR,
        at=now,
        detail={"object": key, **detail},
    )
    try:
        await guarded_batch(database, row, event)
    except LostGuard:
        return False
    return True


_AGE = timedelta(days=1)
_CURSOR = "orphaned objects"
# The cursor that tells why the sweep has stopped; empty while it goes on.
SWEEP_STOPPED = "orphaned objects: stopped"
# So many on one page that nothing refers to, and more than half of it: more likely the database is
# the wrong one.
_SUSPICIOUS = 5
# Every key that begins with SEALED_COPIES sorts before it: 0 is the sign behind the slash.
_BEHIND_COPIES = f"{SEALED_COPIES[:-1]}0"


@dataclass(frozen=True)
class Swept:
    """What one look did: how many objects came into quarantine, left it by themselves, were
    deleted.
    """

    quarantined: int = 0
    restored: int = 0
    deleted: int = 0


async def sweep_objects(platform: Platform, in_use: ObjectsInUse) -> Swept:
    """Look at the next objects. Those older than a day that nothing refers to go into quarantine,
    and are deleted after 30 days; copies of the audit and what nobody claims never. Where most of a
    page looks orphaned it stops: the database may be the wrong one.
    """
    database = platform.database
    now = platform.clock.now()
    after, stopped = await positions_of(database, _CURSOR, SWEEP_STOPPED)
    page = await platform.objects.page(after, BATCH)
    # Never the audit's copies, whatever a kind's pattern says.
    owned = [item for item in page if not item.key.startswith(SEALED_COPIES)]
    local = await _of_this_database(platform, owned)
    old = [item for item in local if item.uploaded_at < now - _AGE and in_use.claims(item.key)]
    last = page[-1].key if len(page) == BATCH else None
    entries = {entry.key: entry for entry in await entries_between(database, after, last)}
    used = await _in_use(database, in_use, {*(item.key for item in old), *entries})
    turn = platform.turn
    restored, deleted, looked_at = await _let_out(
        platform, entries, used=used, present={item.key for item in page}, now=to_text(now)
    )
    following = looked_at if turn.is_cut else _next(page)
    restored_entries = {
        key: entry for key, entry in entries.items() if entry.state is State.RESTORED
    }
    orphans = [
        item
        for item in old
        if item.key not in used
        and not (item.key in restored_entries and restored_entries[item.key].is_of(item))
    ]
    if len(orphans) >= _SUSPICIOUS and 2 * len(orphans) > len(old):
        why = f"nothing refers to {len(orphans)} of {len(old)} objects"
        await keep_position(database, SWEEP_STOPPED, position=why, now=to_text(now))
        log.error("object.sweep_stopped", count=len(orphans), reason=why)
        return Swept(0, restored, deleted)
    quarantined = 0
    for item in turn.take(orphans):
        looked_at = item.key
        entry = entries.get(item.key)
        if entry is None or not entry.is_of(item):
            quarantined += await _by_itself(item.key, put_in(database, item, to_text(now)))
        elif entry.state is State.DELETING or entry.since <= to_text(now - PERIOD):
            deleted += await _by_itself(item.key, _delete(platform, in_use, entry))
    if stopped:
        await keep_position(database, SWEEP_STOPPED, position="", now=to_text(now))
    if turn.is_cut and orphans:  # the rest of the page is looked at in the next turn
        following = min(filter(None, (looked_at, following)))
    if following != after:
        await keep_position(database, _CURSOR, position=following, now=to_text(now))
    return Swept(quarantined, restored, deleted)


async def _let_out(
    platform: Platform, entries: Mapping[str, Entry], used: set[object], present: set[str], now: str
) -> tuple[int, int, str]:
    """Take out what is in use again, or gone; return how many were restored and deleted, and the
    last key.
    """
    restored = deleted = 0
    looked_at = ""
    database = platform.database
    for entry in platform.turn.take(entries.values()):
        looked_at = entry.key
        if entry.key not in present:
            # A tick that deleted it died before it could say so, or somebody deleted it by hand.
            was_ours = entry.state == State.DELETING
            action, why = (
                (Audited.OBJECT_DELETED, "nothing refers to it")
                if was_ours
                else (Audited.OBJECT_GONE, "it is gone")
            )
            is_taken_out = await _by_itself(
                entry.key, take_out(database, entry, action=action, now=now, why=why)
            )
            if is_taken_out and was_ours:
                deleted += 1
        elif entry.key in used and entry.state != State.RESTORED:
            why = "it is referred to again"
            restored += await _by_itself(
                entry.key,
                take_out(database, entry, action=Audited.OBJECT_RESTORED, now=now, why=why),
            )
    return restored, deleted, looked_at


async def _by_itself(key: str, doing: Awaitable[int]) -> int:
    """Return how many objects it was done to: a failure with one object stops no other, and the
    object comes round again."""
    try:
        return await doing
    except ObjectsUnavailable as error:
        log.warning("object.not_deleted", account=_account(key), error=error)
    except Exception as error:  # noqa: BLE001
        # Whatever is wrong with one, the others have their turn.
        log.crash("object.not_swept", error, account=_account(key))
    return 0


async def _delete(platform: Platform, in_use: ObjectsInUse, entry: Entry) -> int:
    """Delete an object whose time is over, if it is still the one that was seen and nothing refers
    to it.
    """
    database = platform.database
    if not await begin_deletion(database, entry) or await _in_use(database, in_use, {entry.key}):
        return 0
    stored = await platform.objects.head(entry.key)
    if stored is not None and not entry.is_of(stored):
        return 0
    await platform.objects.delete(entry.key)
    now = to_text(platform.clock.now())
    if not await take_out(
        database, entry, action=Audited.OBJECT_DELETED, now=now, why="nothing refers to it"
    ):
        return 0
    log.warning("object.orphan_deleted", account=_account(entry.key))
    return 1


def _account(key: str) -> str:
    return key.partition("/")[0]


async def _of_this_database(
    platform: Platform, items: Sequence[StoredObject]
) -> list[StoredObject]:
    """The objects of accounts that live in the platform's database. What another account refers to,
    this database cannot know."""
    if len(platform.shards) == 1:
        return [item for item in items if of_id(_account(item.key)) == platform.shard]
    by_account = await standings(platform.database, {_account(item.key) for item in items})
    return [item for item in items if _lives_here(platform, _account(item.key), by_account)]


def _lives_here(platform: Platform, account_id: str, standing: Mapping[str, str]) -> bool:
    """Whether the account lives in the platform's database; `standing` has those that moved."""
    if account_id in standing:
        return standing[account_id] == LIVES_HERE
    return of_id(account_id) == platform.shard


def _next(page: Sequence[StoredObject]) -> str:
    """Where the next tick goes on; past the copies of the audit, which are many and none
    is an orphan.
    """
    if len(page) < BATCH:
        return ""
    last = page[-1].key
    if last.startswith(SEALED_COPIES):
        return _BEHIND_COPIES
    return last


async def _in_use(database: Database, in_use: ObjectsInUse, keys: set[str]) -> set[object]:
    if not keys:
        return set()
    rows = await database.all(statement(in_use.query, [dump([*sorted(keys)])]))
    return {row["object_key"] for row in rows}


RETENTION: Final = (
    Kept(
        "an object that nothing refers to",
        "a day, then {} in quarantine",
        who="the reconciler",
        period=PERIOD,
        sweep=sweep_objects,
    ),
    Kept("what became of a schedule's times", "the last 100", "the schedule"),
)
