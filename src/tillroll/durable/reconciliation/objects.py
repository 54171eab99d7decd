"""Objects that nothing refers to: an upload that died between the object store and the database, a day ago or more."""

from collections.abc import Sequence
from datetime import timedelta

from tillroll.durable.reconciliation.bounds import BATCH
from tillroll.platform import log
from tillroll.platform.clock import to_text
from tillroll.platform.database import Database, statement, text
from tillroll.platform.json import dump
from tillroll.platform.objects import StoredObject
from tillroll.platform.services import Platform

_AGE = timedelta(days=1)
_CURSOR = "orphaned objects"


async def delete_orphans(platform: Platform, referring_query: str) -> int:
    """Look at the next few objects, and delete those that are older than a day and that nothing refers to.

    `referring_query` takes a JSON array of keys as ?1 and returns those in use in the column `object_key`. The position
    is kept, so that the whole store is gone through in the course of many ticks.
    """
    database, now = platform.database, platform.clock.now()
    after = await _position(database)
    page = await platform.objects.page(after, BATCH)
    old = [item for item in page if item.uploaded_at < now - _AGE]
    in_use = await _in_use(database, referring_query, old)
    orphans = [item.key for item in old if item.key not in in_use]
    for key in orphans:
        await platform.objects.delete(key)
        log.warning("object.orphan_deleted", account=key.partition("/")[0])
    await _keep_position(database, page[-1].key if len(page) == BATCH else "", to_text(now))
    return len(orphans)


async def _position(database: Database) -> str:
    row = await database.first(statement("SELECT position FROM reconciler_cursors WHERE name = ?", _CURSOR))
    return "" if row is None else text(row, "position")


async def _keep_position(database: Database, position: str, now: str) -> None:
    await database.all(
        statement(
            """
            INSERT INTO reconciler_cursors (name, position, updated_at) VALUES (?1, ?2, ?3)
            ON CONFLICT (name) DO UPDATE SET position = ?2, updated_at = ?3 WHERE position <> ?2
            """,
            _CURSOR,
            position,
            now,
        )
    )


async def _in_use(database: Database, referring_query: str, items: Sequence[StoredObject]) -> set[object]:
    if not items:
        return set()
    rows = await database.all(statement(referring_query, dump([item.key for item in items])))
    return {row["object_key"] for row in rows}
