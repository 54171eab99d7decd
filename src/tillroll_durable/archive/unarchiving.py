"""How rows of archived runs come back, or are erased."""

import hashlib
from collections.abc import Sequence
from typing import Final

from tillroll_durable.archive import files as archive
from tillroll_durable.archive.archiving import MEDIA_TYPE, delete_what_is_over
from tillroll_durable.archive.files import ArchiveLost, Kept, Wrong
from tillroll_durable.audit import Audited, append_if_changed, event_of_account, event_of_run
from tillroll_durable.platform.bindings.database import (
    ConstraintFailed,
    Row,
    Statement,
    columns_of,
    statement,
    text,
)
from tillroll_durable.platform.bindings.guards import must_hit
from tillroll_durable.platform.clock import to_text
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.runs import Run

_MOST_BYTES_OF_TEXT: Final = 2**20


async def restore_run(platform: Platform, run: Run, actor: str) -> bool:
    """Bring an archived run's rows back and take them out of the archive; False where it is not
    archived. Raises ArchiveLost; ObjectsUnavailable, DatabaseError: try again.
    """
    place = await archive.kept_of(platform.database, run.id)
    if place is None:
        return False
    rows = await archive.rows_of(platform.objects, place)
    now = to_text(platform.clock.now())
    detail: JsonObject = {"bundle": place.bundle_id}
    event = event_of_run(
        run, Audited.RUN_RESTORED, f"{run.id}:restored:{now}", actor=actor, at=now, detail=detail
    )
    back = [
        each
        for table, table_rows in rows.items()
        for each in _put_back(place.object_key, table, table_rows)
    ]
    removal = statement(
        "DELETE FROM archived_runs WHERE run_id = ? AND bundle_id = ?", [run.id, place.bundle_id]
    )
    return await _take_out(platform, place, [*back, removal, append_if_changed(event)])


async def erase_archived(platform: Platform, run_id: str) -> bool:
    """Delete what the archive has of a run; that it was archived stays, for the audit's numbers.
    Raises ArchiveLost; ObjectsUnavailable, DatabaseError: try again.
    """
    await _finish_former(platform, run_id)
    place = await archive.kept_of(platform.database, run_id)
    if place is None:
        return False
    emptied = statement(
        "UPDATE archived_runs SET bundle_id = NULL, place = 0, size = 0 WHERE run_id = ? "
        "AND bundle_id = ?",
        [run_id, place.bundle_id],
    )
    account_id = place.object_key.split("/")[0]
    now = to_text(platform.clock.now())
    detail: JsonObject = {"bundle": place.bundle_id, "run": run_id}
    event = event_of_account(
        account_id,
        Audited.ARCHIVE_RUN_ERASED,
        f"archive.run_erased:{run_id}",
        actor=archive.ACTOR,
        at=now,
        detail=detail,
    )
    return await _take_out(platform, place, [emptied, append_if_changed(event)])


async def delete_bundles(platform: Platform, account_id: str) -> None:
    """Delete the files of all of an account's bundles; their rows stay. Raises ObjectsUnavailable,
    DatabaseError.
    """
    bundles = statement(
        "SELECT object_key, former_key FROM archive_bundles WHERE account_id = ? ORDER BY id",
        [account_id],
    )
    for row in await platform.database.all(bundles):
        for key in (row["former_key"], row["object_key"]):
            if key is not None:
                await platform.objects.delete(str(key))


async def _finish_former(platform: Platform, run_id: str) -> None:
    """An earlier attempt may have died with the old file still there: delete all such files of the
    account.
    """
    sql = (
        "SELECT * FROM archive_bundles WHERE account_id = "
        "(SELECT account_id FROM runs WHERE id = ?) "
        "AND (state = 'dropped' OR former_key IS NOT NULL)"
    )
    rows = await platform.database.all(statement(sql, [run_id]))
    for row in rows:
        await delete_what_is_over(platform, row)


async def _take_out(platform: Platform, place: Kept, change: Sequence[Statement]) -> bool:
    """Do `change`, and let the bundle go on without the run, in one batch; then delete the file
    with the run in it.
    """
    [bundle] = await platform.database.all(
        statement("SELECT * FROM archive_bundles WHERE id = ?", [place.bundle_id])
    )
    if bundle["former_key"] is not None:
        await delete_what_is_over(platform, bundle)
    content = archive.as_written(await platform.objects.get_bytes(place.object_key), place)
    rest = content[: place.place] + content[place.place + place.size :]
    if rest:
        sha256 = hashlib.sha256(rest).hexdigest()
        key = archive.new_bundle_key(text(bundle, "account_id"))
        await platform.objects.put_bytes(key, rest, MEDIA_TYPE)
        sql = (
            "UPDATE archive_bundles SET object_key = ?1, sha256 = ?2, former_key = object_key "
            "WHERE id = ?3 AND sha256 = ?4 AND former_key IS NULL"
        )
        values = (key, sha256, place.bundle_id, place.sha256)
        onward = statement(sql, [*values], account=text(bundle, "account_id"))
    else:
        onward = statement(
            "UPDATE archive_bundles SET state = 'dropped' WHERE id = ?1 AND sha256 = ?2",
            [place.bundle_id, place.sha256],
            account=text(bundle, "account_id"),
        )
    moved = statement(
        "UPDATE archived_runs SET place = place - ?1 WHERE bundle_id = ?2 AND place > ?3",
        [place.size, place.bundle_id, place.place],
    )
    try:
        await platform.database.batch([*must_hit(onward), moved, *change])
    except ConstraintFailed:
        return False  # somebody else took a run out of it at this moment
    for row in await platform.database.all(
        statement("SELECT * FROM archive_bundles WHERE id = ?", [place.bundle_id])
    ):
        await delete_what_is_over(platform, row)
    return True


def _put_back(key: str, table: str, rows: Sequence[Row]) -> list[Statement]:
    """Insert an archived table's rows; events that stayed are there. Raises ArchiveLost: a name is
    none.
    """
    if not rows:
        return []
    try:
        name, *columns = columns_of([table, *rows[0]])
    except ValueError as error:
        raise ArchiveLost(key, Wrong.DIFFERS, f"has a column of {table} that is none") from error
    values = ", ".join(f"value ->> '{each}'" for each in columns)
    if table == archive.EVENTS:
        where = "WHERE NOT EXISTS (SELECT 1 FROM audit_events WHERE id = value ->> 'id')"
    else:
        where = "WHERE 1"
    sql = (
        f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM json_each(?1) {where} "
        "ORDER BY key"
    )
    return [statement(sql, [some]) for some in _in_texts(rows)]


def _in_texts(rows: Sequence[Row]) -> list[str]:
    """The rows as JSON arrays that D1 takes: no value is larger than 2 MB."""
    texts: list[str] = []
    waiting: list[Json] = []
    size = 0
    for row in rows:
        length = len(dump(dict(row)).encode())
        if waiting and size + length > _MOST_BYTES_OF_TEXT:
            texts.append(dump(waiting))
            waiting = []
            size = 0
        waiting.append(dict(row))
        size += length
    return [*texts, dump(waiting)]
