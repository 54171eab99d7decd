"""Objects that nothing refers to: an upload that died between the object store and the database, a day ago or more."""

from collections.abc import Sequence
from datetime import timedelta

from tillroll.durable.audit import SEALED_COPIES
from tillroll.durable.reconciliation.bounds import BATCH
from tillroll.durable.reconciliation.cursors import keep_position, position_of
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import Database, statement
from tillroll.platform.json import dump
from tillroll.platform.objects import StoredObject
from tillroll.platform.services import Platform

_AGE = timedelta(days=1)
_CURSOR = "orphaned objects"
# Every key that begins with SEALED_COPIES sorts before it: 0 is the sign behind the slash.
_BEHIND_COPIES = f"{SEALED_COPIES[:-1]}0"


async def delete_orphans(platform: Platform, referring_query: str) -> int:
    """Look at the next few objects, and delete those that are older than a day and that nothing refers to. The audit's
    copies are never among them.

    `referring_query` takes a JSON array of keys as ?1 and returns those in use in the column `object_key`. The position
    is kept, so that the whole store is gone through in the course of many ticks.
    """
    database, now = platform.database, platform.clock.now()
    after = await position_of(database, _CURSOR)
    page = await platform.objects.page(after, BATCH)
    old = [item for item in page if item.uploaded_at < now - _AGE and not item.key.startswith(SEALED_COPIES)]
    in_use = await _in_use(database, referring_query, old)
    orphans = [item.key for item in old if item.key not in in_use]
    for key in orphans:
        await platform.objects.delete(key)
        log.warning("object.orphan_deleted", account=key.partition("/")[0])
    await keep_position(database, _CURSOR, _next(page), to_text(now))
    return len(orphans)


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
