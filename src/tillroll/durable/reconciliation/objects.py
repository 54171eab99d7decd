"""Objects that nothing refers to: an upload that died between the object store and the database, a day ago or more."""

from collections.abc import Sequence
from datetime import timedelta

from tillroll.durable.audit import SEALED_COPIES, append, event_of_account
from tillroll.durable.reconciliation.bounds import ACTOR, BATCH
from tillroll.durable.reconciliation.cursors import keep_position, position_of
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import Database, statement
from tillroll.platform.json import dump
from tillroll.platform.objects import StoredObject
from tillroll.platform.services import Platform

_AGE = timedelta(days=1)
_CURSOR = "orphaned objects"
# The cursor that tells why the sweep has stopped; empty while it goes on.
SWEEP_STOPPED = "orphaned objects: stopped"
# So many on one page that nothing refers to, and more than half of it: more likely the database is the wrong one.
_SUSPICIOUS = 5
# Every key that begins with SEALED_COPIES sorts before it: 0 is the sign behind the slash.
_BEHIND_COPIES = f"{SEALED_COPIES[:-1]}0"


async def delete_orphans(platform: Platform, referring_query: str) -> int:
    """Look at the next few objects, and delete those that are older than a day and that nothing refers to. The audit's
    copies are never among them.

    `referring_query` takes a JSON array of keys as ?1 and returns those in use in the column `object_key`. The position
    is kept, so that the whole store is gone through in the course of many ticks. Where most of a page looks orphaned,
    nothing is deleted and the sweep stops there, until it looks otherwise: the database may be the wrong one.
    """
    database, now = platform.database, platform.clock.now()
    after = await position_of(database, _CURSOR)
    page = await platform.objects.page(after, BATCH)
    old = [item for item in page if item.uploaded_at < now - _AGE and not item.key.startswith(SEALED_COPIES)]
    in_use = await _in_use(database, referring_query, old)
    orphans = [item.key for item in old if item.key not in in_use]
    if len(orphans) >= _SUSPICIOUS and 2 * len(orphans) > len(old):
        why = f"nothing refers to {len(orphans)} of {len(old)} objects"
        await keep_position(database, SWEEP_STOPPED, why, to_text(now))
        log.error("object.sweep_stopped", count=len(orphans), reason=why)
        return 0
    deleted = 0
    for key in orphans:
        deleted += await _delete(platform, referring_query, key)
    await keep_position(database, SWEEP_STOPPED, "", to_text(now))
    await keep_position(database, _CURSOR, _next(page), to_text(now))
    return deleted


async def _delete(platform: Platform, referring_query: str, key: str) -> int:
    """Delete an object that is still the old one, and that still nothing refers to; it is told in the audit first."""
    database, now = platform.database, platform.clock.now()
    look = await platform.objects.page(key[:-1], 2)
    found = next((item for item in look if item.key == key), None)
    if found is None or found.uploaded_at >= now - _AGE or await _in_use(database, referring_query, [found]):
        return 0
    account, at = key.partition("/")[0], to_text(now)
    event = event_of_account(
        account, "object.deleted", f"object.deleted:{key}:{at}", actor=ACTOR, at=at, detail={"object": key}
    )
    await database.batch([append(event)])
    await platform.objects.delete(key)
    log.warning("object.orphan_deleted", account=account)
    return 1


def _next(page: Sequence[StoredObject]) -> str:
    """Where the next tick goes on; past the copies of the audit, of which there are many and none is an orphan."""
    if len(page) < BATCH:
        return ""
    last = page[-1].key
    return _BEHIND_COPIES if last.startswith(SEALED_COPIES) else last


async def _in_use(database: Database, referring_query: str, items: Sequence[StoredObject]) -> set[object]:
    if not items:
        return set()
    rows = await database.all(statement(referring_query, dump([item.key for item in items])))
    return {row["object_key"] for row in rows}
