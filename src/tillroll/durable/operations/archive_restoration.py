"""Takes runs out of their bundles: back into the database, or for good."""

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from tillroll.durable.operations.archive import MEDIA_TYPE, delete_what_is_over
from tillroll.durable.record.archive import (
    ACTOR,
    EVENTS,
    TABLES,
    ArchiveLost,
    Kept,
    Wrong,
    as_written,
    kept_of,
    new_bundle_key,
    rows_of,
)
from tillroll.durable.record.audit import append_if_changed, event_of_account, event_of_run
from tillroll.durable.record.runs import Run
from tillroll.platform.bindings.database import ConstraintFailed, Row, Statement, statement, text
from tillroll.platform.clock import to_text
from tillroll.platform.json import Json, dump
from tillroll.platform.services import Platform

_NAME: Final = re.compile(r"[a-z_]+")
_MOST_BYTES: Final = 2**20


async def restore_run(platform: Platform, run: Run, actor: str) -> bool:
    """Bring an archived run's rows back, exactly as they were, and take them out of the archive. False where it is not
    archived.

    Raises:
        ArchiveLost: the bundle is not what was written; nothing was changed.
        ObjectsUnavailable, DatabaseError: nothing was changed, or it is done; asking again tells.
    """
    kept = await kept_of(platform.database, run.id)
    if kept is None:
        return False
    rows, now = await rows_of(platform.objects, kept), to_text(platform.clock.now())
    event = event_of_run(
        run, "run.restored", f"{run.id}:restored:{now}", actor=actor, at=now, detail={"bundle": kept.bundle_id}
    )
    back = [each for table in TABLES for each in _insert(kept.object_key, table, rows[table])]
    gone = statement("DELETE FROM archived_runs WHERE run_id = ? AND bundle_id = ?", run.id, kept.bundle_id)
    return await _take_out(platform, kept, [*back, gone, append_if_changed(event)])


async def erase_archived(platform: Platform, run_id: str) -> bool:
    """Delete what the archive has of a run, for good; that the run was archived stays said, for the audit's numbers.

    Raises:
        ArchiveLost: the bundle is not what was written, so it cannot be written without the run.
        ObjectsUnavailable, DatabaseError: asked again, it goes on.
    """
    await _finish_former(platform, run_id)
    kept = await kept_of(platform.database, run_id)
    if kept is None:
        return False
    emptied = statement(
        "UPDATE archived_runs SET bundle_id = NULL, place = 0, size = 0 WHERE run_id = ? AND bundle_id = ?",
        run_id,
        kept.bundle_id,
    )
    account_id, now = kept.object_key.split("/")[0], to_text(platform.clock.now())
    event = event_of_account(
        account_id,
        "archive.run_erased",
        f"archive.run_erased:{run_id}",
        actor=ACTOR,
        at=now,
        detail={"bundle": kept.bundle_id, "run": run_id},
    )
    return await _take_out(platform, kept, [emptied, append_if_changed(event)])


async def delete_bundles(platform: Platform, account_id: str) -> None:
    """Delete the files of all bundles of an account, whatever became of them; their rows stay. Raises
    ObjectsUnavailable, DatabaseError: asked again, it goes on."""
    bundles = statement(
        "SELECT object_key, former_key FROM archive_bundles WHERE account_id = ? ORDER BY id", account_id
    )
    for row in await platform.database.all(bundles):
        for key in (row["former_key"], row["object_key"]):
            if key is not None:
                await platform.objects.delete(str(key))


async def _finish_former(platform: Platform, run_id: str) -> None:
    """An earlier attempt may have died with the old file still there: delete all such files of the account."""
    rows = await platform.database.all(
        statement(
            "SELECT * FROM archive_bundles WHERE account_id = (SELECT account_id FROM runs WHERE id = ?) "
            "AND (state = 'dropped' OR former_key IS NOT NULL)",
            run_id,
        )
    )
    for row in rows:
        await delete_what_is_over(platform, row)


async def _take_out(platform: Platform, kept: Kept, change: Sequence[Statement]) -> bool:
    """Do `change`, and let the bundle go on without the run, in one batch; then delete the file with the run in it."""
    [bundle] = await platform.database.all(statement("SELECT * FROM archive_bundles WHERE id = ?", kept.bundle_id))
    if bundle["former_key"] is not None:
        await delete_what_is_over(platform, bundle)
    content = as_written(await platform.objects.get_bytes(kept.object_key), kept)
    rest = content[: kept.place] + content[kept.place + kept.size :]
    if rest:
        sha256, key = hashlib.sha256(rest).hexdigest(), new_bundle_key(text(bundle, "account_id"))
        await platform.objects.put_bytes(key, rest, MEDIA_TYPE)
        onward = statement(
            "UPDATE archive_bundles SET object_key = ?1, sha256 = ?2, former_key = object_key, "
            "state = CASE WHEN sha256 = ?4 AND former_key IS NULL THEN state END WHERE id = ?3",
            key,
            sha256,
            kept.bundle_id,
            kept.sha256,
        )
    else:
        onward = statement(
            "UPDATE archive_bundles SET state = CASE WHEN sha256 = ?2 THEN 'dropped' END WHERE id = ?1",
            kept.bundle_id,
            kept.sha256,
        )
    moved = statement(
        "UPDATE archived_runs SET place = place - ?1 WHERE bundle_id = ?2 AND place > ?3",
        kept.size,
        kept.bundle_id,
        kept.place,
    )
    try:
        await platform.database.batch([onward, moved, *change])
    except ConstraintFailed:
        return False  # somebody else took a run out of it at this moment
    for row in await platform.database.all(statement("SELECT * FROM archive_bundles WHERE id = ?", kept.bundle_id)):
        await delete_what_is_over(platform, row)
    return True


def _insert(key: str, table: str, rows: Sequence[Row]) -> list[Statement]:
    """Insert the rows as they were; those of the audit that stayed are there. A column that came later has its default.
    They lie in the file of that key.

    Raises:
        ArchiveLost: a column's name is none.
    """
    if not rows:
        return []
    columns = [*rows[0]]
    if not all(_NAME.fullmatch(each) for each in columns):
        raise ArchiveLost(key, Wrong.DIFFERS, f"has a column of {table} that is none")
    values = ", ".join(f"value ->> '{each}'" for each in columns)
    where = "WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE id = value ->> 'id')" if table == EVENTS else "WHERE 1"
    sql = f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM json_each(?1) {where} ORDER BY key"  # noqa: S608 - names that were checked
    return [statement(sql, some) for some in _in_texts(rows)]


def _in_texts(rows: Sequence[Row]) -> list[str]:
    """The rows as JSON arrays that D1 takes: no value is larger than 2 MB."""
    texts: list[str] = []
    waiting: list[Json] = []
    size = 0
    for row in rows:
        length = len(dump(dict(row)).encode())
        if waiting and size + length > _MOST_BYTES:
            texts.append(dump(waiting))
            waiting, size = [], 0
        waiting.append(dict(row))
        size += length
    return [*texts, dump(waiting)]
