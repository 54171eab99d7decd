"""Jobs of data exports: files are deleted when their time is over, with what a lost attempt left."""

from typing import Final

from tillroll.durable import statement
from tillroll.durable.record.audit import append_if_changed, event_of_account
from tillroll.jobs.job import Job
from tillroll.jobs.scans import IN_TURN, IS_DUE, JOIN, each_row
from tillroll.platform.bindings.database import ConstraintFailed, Row, text
from tillroll.platform.clock import to_text
from tillroll.platform.services import Platform
from tillroll.privacy.tables import data_export_folder

_AT_ONCE: Final = 5
_PAGE: Final = 100
JOB: Final = "data exports"
_OVER: Final = f"""
  SELECT e.id, e.account_id, s.failures AS setbacks FROM data_exports e
  {JOIN.format(part=f"'{JOB}'", subject="e.id")}
  WHERE e.swept_at IS NULL AND e.expires_at <= ?1 AND {IS_DUE} ORDER BY {IN_TURN}, e.expires_at LIMIT ?2
"""  # noqa: S608 - constants


async def sweep_data_exports(platform: Platform) -> None:
    """Delete the files of some whose time is over: objects first, since rows say where they lie. An attempt that died
    leaves the rest to the next."""
    now = to_text(platform.clock.now())

    async def sweep(row: Row) -> None:
        export_id, account_id = text(row, "id"), text(row, "account_id")
        if await _delete(platform, data_export_folder(account_id, export_id)):
            await _note(platform, account_id, export_id, now)

    rows = await platform.database.all(statement(_OVER, now, _AT_ONCE))
    await each_row(platform, JOB, rows, "id", sweep)


async def _delete(platform: Platform, folder: str) -> bool:
    """Delete some of the objects; whether none is left."""
    own = [each.key for each in await platform.objects.page(folder, _PAGE) if each.key.startswith(folder)]
    for key in own:
        await platform.objects.delete(key)
    return len(own) < _PAGE


async def _note(platform: Platform, account_id: str, export_id: str, now: str) -> None:
    event = event_of_account(
        account_id,
        "data_export.swept",
        f"{export_id}:swept",
        actor="system:data-exports",
        at=now,
        detail={"dataExport": export_id},
    )
    swept = statement("UPDATE data_exports SET swept_at = ? WHERE id = ? AND swept_at IS NULL", now, export_id)
    files = statement("DELETE FROM data_export_files WHERE export_id = ?", export_id)
    try:
        await platform.database.batch([swept, append_if_changed(event), files])
    except ConstraintFailed:
        return  # another tick was first


JOBS: Final = (Job(JOB, sweep_data_exports, 10),)
