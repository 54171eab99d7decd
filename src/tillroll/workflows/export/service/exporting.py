"""Asking for an export, and reading those there are."""

from collections.abc import Sequence
from dataclasses import dataclass

from tillroll.durable import Actor, Statement, ValuesRefused, Workflow, begin, statement
from tillroll.durable.record.runs import NewRun
from tillroll.exports.formats import FORMATS, file_name
from tillroll.exports.writer import Format
from tillroll.platform.bindings.database import Database, optional_text, text
from tillroll.platform.ids import new_id
from tillroll.platform.json import dump
from tillroll.platform.services import Platform
from tillroll.workflows.export.contract import ExportParams
from tillroll.workflows.export.rows.exports import SELECT_EXPORTS, export_shape, insert_export, load_export
from tillroll.workflows.export.shapes import ExportFilter, ExportShape


class NoSuchExport(LookupError):
    """The account has no export of that id."""


class KeyReused(ValueError):
    """The idempotency key belongs to an export of something else."""


class NotWritten(LookupError):
    """The export has no file yet, or never will."""


@dataclass(frozen=True)
class StoredFile:
    """Where an export's file lies, and the name that it is saved under."""

    object_key: str
    file: Format
    name: str


async def ask_for_export(
    platform: Platform, workflow: Workflow, actor: Actor, file_format: str, chosen: ExportFilter, key: str | None
) -> ExportShape:
    """Begin an export. The same is another export, unless it is asked for under the same key: then it is that one.

    Raises:
        ValuesRefused: the format wants a filter that chooses by more.
        KeyReused: the key belongs to an export of another format or filter; nothing was begun.
    """

    def row(run: NewRun, now: str) -> Sequence[Statement]:
        return [insert_export(run, file_format, chosen, actor.name, now)]

    if FORMATS[file_format].has_one_currency and chosen.currency is None:
        message = "This format has no place for a currency: choose one, such as EUR, and export each by itself."
        raise ValuesRefused([("filter.currency", message)])
    export_id = new_id("xpt")
    begin_key = f"asked:{export_id}" if key is None else f"key:{key}"
    run = await begin(platform, workflow, ExportParams(export_id=export_id), actor, key=begin_key, also=row)
    export = await show_export(platform.database, actor.account_id, run.subject)
    if (export.format, dump(export.filter.as_json())) != (file_format, dump(chosen.as_json())):
        raise KeyReused(key)
    return export


async def show_export(database: Database, account_id: str, export_id: str) -> ExportShape:
    """One export of the account.

    Raises:
        NoSuchExport: there is none.
    """
    row = await database.first(
        statement(f"{SELECT_EXPORTS} WHERE exports.id = ? AND exports.account_id = ?", export_id, account_id)
    )
    if row is None:
        raise NoSuchExport(export_id)
    return export_shape(row)


async def list_exports(database: Database, account_id: str, before: str, limit: int) -> list[ExportShape]:
    """The account's exports, newest first, behind the id `before`."""
    rows = await database.all(
        statement(
            f"{SELECT_EXPORTS} WHERE exports.account_id = ? AND exports.id < ? ORDER BY exports.id DESC LIMIT ?",
            account_id,
            before,
            limit,
        )
    )
    return [export_shape(row) for row in rows]


async def find_file(database: Database, account_id: str, export_id: str) -> StoredFile:
    """Where the file of an export lies.

    Raises:
        NoSuchExport: the account has no such export.
        NotWritten: it has no file.
    """
    row = await database.first(
        statement("SELECT object_key FROM exports WHERE id = ? AND account_id = ?", export_id, account_id)
    )
    export = None if row is None else await load_export(database, export_id)
    if row is None or export is None:
        raise NoSuchExport(export_id)
    if optional_text(row, "object_key") is None:
        raise NotWritten(export_id)
    return StoredFile(text(row, "object_key"), export.file, file_name(export.file, export.about))
