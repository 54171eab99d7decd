"""A file of a data export: a ZIP of the next rows and documents, as many as one run may read."""

import csv
import io
import zipfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Final, LiteralString

from tillroll.exports.writers.formats import Sink, harmless, moment
from tillroll.exports.writers.tables import EXTENSIONS
from tillroll.privacy.repository import DataExport, What, data_export_folder, insert_export_file
from tillroll.privacy.rows import (
    from_bundles,
    left_by_runs,
    next_events,
    next_runs,
    read_page,
    shown,
    tables_handed_out,
    tables_withheld,
)
from tillroll_documents.pictures.bare import bare
from tillroll_durable.archive.files import EVENTS, Rows
from tillroll_durable.platform import log
from tillroll_durable.platform.bindings.database import Row, Statement, Value, statement, text
from tillroll_durable.platform.bindings.objects import ObjectWriter, Stored
from tillroll_durable.platform.encryption import UnreadableSecret, decrypt
from tillroll_durable.platform.ids import new_id
from tillroll_durable.platform.json import Json, JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.tables import Table

# A table that is longer is written in several entries, of which one is in memory at a time.
MOST_WAITING = 4 * 2**20


class _Waiting:
    """Rows of one table that are not written yet, all with the same columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self.count = 0
        self.lines = io.StringIO()
        self.cells = io.StringIO()
        self._table = csv.writer(self.cells)
        self.cells.write("\ufeff")
        self._table.writerow(columns)

    @property
    def size(self) -> int:
        """Give the size in characters."""
        return self.lines.tell()

    def add(self, row: Row) -> None:
        values: JsonObject = {**row}
        self.lines.write(f"{dump(values)}\n")
        self._table.writerow([_cell(value) for value in row.values()])
        self.count += 1


class Archive:
    """The ZIP of that number, of a data export that was asked for at `at`, UTC. `entries` says what
    is in it.
    """

    def __init__(self, number: int, at: str) -> None:
        self._number = number
        self._moment = moment(at)
        self._sink = Sink()
        # It writes and tells where it is, which is all that a ZIP needs.
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)  # type: ignore[arg-type]
        self._waiting: dict[str, _Waiting] = {}
        self._entries_of: dict[str, int] = {}
        self.entries: list[Json] = []
        self.rows = 0

    def add_rows(self, table: str, rows: Sequence[Row]) -> None:
        """The next rows of a table. Rows of other columns, as an earlier schema had them, begin
        another entry.
        """
        for row in rows:
            waiting = self._waiting.get(table)
            if waiting is not None and waiting.columns != [*row]:
                self._end_table(table)
                waiting = None
            if waiting is None:
                waiting = self._waiting[table] = _Waiting([*row])
            waiting.add(row)
            if sum(each.size for each in self._waiting.values()) > MOST_WAITING:
                self.end_rows()

    def end_rows(self) -> None:
        """Write the rows that wait."""
        for table in [*self._waiting]:
            self._end_table(table)

    def _end_table(self, table: str) -> None:
        waiting = self._waiting.pop(table)
        entry = self._entries_of[table] = self._entries_of.get(table, 0) + 1
        # What was unpacked from several files stands side by side.
        if (self._number, entry) == (1, 1):
            part = ""
        else:
            part = f"-{self._number}-{entry}"
        self._write(
            f"rows/{table}{part}.jsonl", waiting.lines.getvalue().encode(), zipfile.ZIP_DEFLATED
        )
        self._write(
            f"rows/{table}{part}.csv", waiting.cells.getvalue().encode(), zipfile.ZIP_DEFLATED
        )
        self.entries.append({"table": table, "name": f"rows/{table}{part}", "rows": waiting.count})
        self.rows += waiting.count

    def add_document(self, name: str, content: bytes) -> None:
        self._write(name, content, zipfile.ZIP_STORED)

    def end(self, summary: JsonObject) -> None:
        """Close it, with what it says of itself."""
        self.end_rows()
        if self._number == 1:
            name = "manifest.json"
        else:
            name = f"manifest-{self._number}.json"
        self._write(name, dump({**summary, "tables": self.entries}).encode(), zipfile.ZIP_DEFLATED)
        self.close()

    def close(self) -> None:
        """Let go of the ZIP, also where it is left half-written."""
        self._zip.close()

    def take(self) -> bytes:
        """The bytes that were written since."""
        return self._sink.take()

    def _write(self, name: str, content: bytes, compression: int) -> None:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = compression
        self._zip.writestr(entry, content)


def _cell(value: object) -> str:
    """Write a value for a spreadsheet: no text of others becomes a formula."""
    if value is None:
        return ""
    if isinstance(value, str):
        return harmless(value)
    return str(value)


# Of one file: questions to the database and the store, of which an invocation has a thousand, and
# bytes.
MOST_ASKED = 400
MOST_BYTES = 500 * 2**20
_PAGE_DOCUMENTS: Final = 50

# Documents by where they stand in the file: their ids, keys and types.
_DOCUMENTS: Final[Mapping[str, LiteralString]] = {
    "documents": (
        "SELECT id, object_key, media_type FROM receipts "
        "WHERE account_id = ?1 AND (?2 = ?1 OR uploaded_by = ?2) AND id > ?3 ORDER BY id LIMIT ?4"
    ),
    "received-mail": (
        "SELECT id, object_key, 'message/rfc822' AS media_type FROM received_mail "
        "WHERE account_id = ?1 AND (?2 = ?1 OR user_id = ?2) AND deleted_at IS NULL AND id > ?3 "
        "ORDER BY id LIMIT ?4"
    ),
}
_EXTENSIONS: Final = {**EXTENSIONS, "message/rfc822": "eml"}


@dataclass(frozen=True)
class Place:
    """Where a file begins: in a section (a table, or one of _DOCUMENTS), behind a key."""

    section: str = ""
    after: tuple[Value, ...] = ()


Adding = Callable[[str, Sequence[Value]], Awaitable[tuple[Value, ...] | None]]
"""Adds what is next of a section behind a key; hands back the key of the last, None behind the
end.
"""


class NoSuchSection(LookupError):
    """What a file was to begin with is not deployed any more."""


async def write(
    platform: Platform, export: DataExport, number: int, place: Place
) -> tuple[Stored, Statement, Place | None]:
    """Write the file of that number; beside it, what notes it, and where the next begins, None
    behind the last. Its key is its own: an attempt that comes late replaces nothing that another
    wrote. Raises NoSuchSection.
    """
    with closing(Archive(number, export.requested_at)) as archive:
        writing = _Writing(platform, export, number=number, archive=archive)
        following = await writing.write_from(place)
        return *await writing.close(is_last=following is None), following


class _Writing:
    """One file. `_asked` counts what was asked of the database and the store."""

    def __init__(
        self, platform: Platform, export: DataExport, number: int, archive: Archive
    ) -> None:
        key = f"{data_export_folder(export.account_id, export.id)}{number}-{new_id('zip')}.zip"
        self._platform = platform
        self._export = export
        self._number = number
        self._archive = archive
        self._object = ObjectWriter(platform.objects, key, "application/zip")
        self._asked = 0
        self._documents = 0
        self._missing: list[Json] = []
        self._tables: dict[str, tuple[Table, LiteralString]] = {
            table.name: (table, where) for table, where in tables_handed_out(export.what)
        }
        # In their order. What runs left is a section for each condition, in the place of the first
        # of its tables.
        self._sections: dict[str, Adding] = {}
        self._left: dict[str, list[str]] = {}
        orders = left_by_runs()
        first = dict[LiteralString, str]()
        for name, (_, where) in self._tables.items():
            if name in orders:
                section = first.setdefault(where, name)
                self._left.setdefault(section, []).append(name)
                self._sections[section] = self._add_left_by_runs
            else:
                self._sections[name] = self._add_events if name == EVENTS else self._add_rows
        self._sections |= dict.fromkeys(_DOCUMENTS, self._add_documents)

    async def write_from(self, place: Place) -> Place | None:
        names = [*self._sections]
        if place.section and place.section not in names:
            raise NoSuchSection(place.section)
        for section in names[names.index(place.section) if place.section else 0 :]:
            after = place.after if section == place.section else ()
            while True:
                if self._is_full:
                    return Place(section, after)
                following = await self._sections[section](section, after)
                await self._platform.pause()
                if following is None:
                    break
                after = following
            self._archive.end_rows()
            await self._object.add(self._archive.take())
        return None

    @property
    def _is_full(self) -> bool:
        return self._asked >= MOST_ASKED or self._object.size >= MOST_BYTES

    async def _add_rows(self, name: str, after: Sequence[Value]) -> tuple[Value, ...] | None:
        table, where = self._tables[name]
        # No run erases here: no row is one's that does.
        values = [self._export.account_id, self._export.target, "none"]
        page = await read_page(
            self._platform.database, table, where=where, values=values, after=after
        )
        self._asked += 1
        self._archive.add_rows(
            name, [await decrypted(self._platform, table, row) for row in page.rows]
        )
        await self._object.add(self._archive.take())
        if page.after is None:
            return None
        return tuple(page.after)

    async def _add_events(self, name: str, after: Sequence[Value]) -> tuple[Value, ...] | None:
        last = after[0] if after else 0
        assert isinstance(last, int | float)  # noqa: S101 - the table's key is a number
        page = await next_events(self._platform, self._export, *self._tables[name], int(last))
        self._asked += 2
        self._archive.add_rows(name, page.rows)
        await self._object.add(self._archive.take())
        if page.after is None:
            return None
        return tuple(page.after)

    async def _add_left_by_runs(
        self, section: str, after: Sequence[Value]
    ) -> tuple[Value, ...] | None:
        names = self._left[section]
        where = self._tables[section][1]
        page = await next_runs(
            self._platform, self._export, names=names, where=where, after=after[0] if after else ""
        )
        self._asked += 2 + len({each.object_key for each in page.kept})
        await self._add_left(names, page.there)
        async for rows in from_bundles(self._platform, page.kept):
            await self._add_left(names, rows)
        if page.after is None:
            return None
        return (page.after,)

    async def _add_left(self, names: Sequence[str], rows: Rows) -> None:
        for name in names:
            table, _ = self._tables[name]
            self._archive.add_rows(name, [shown(row, table) for row in rows.get(name, ())])
        await self._object.add(self._archive.take())

    async def _add_documents(
        self, section: str, after: Sequence[Value]
    ) -> tuple[Value, ...] | None:
        query = statement(
            _DOCUMENTS[section],
            [
                self._export.account_id,
                self._export.target,
                after[0] if after else "",
                _PAGE_DOCUMENTS,
            ],
        )
        rows = await self._platform.database.all(query)
        self._asked += 1
        for row in rows:
            await self._add_document(
                section,
                text(row, "id"),
                key=text(row, "object_key"),
                media_type=text(row, "media_type"),
            )
            if self._is_full:
                return (text(row, "id"),)
        if len(rows) == _PAGE_DOCUMENTS:
            return (text(rows[-1], "id"),)
        return None

    async def _add_document(
        self, section: str, document_id: str, key: str, media_type: str
    ) -> None:
        content = await self._platform.objects.get_bytes(key)
        self._asked += 1
        name = f"{section}/{document_id}.{_EXTENSIONS.get(media_type, 'bin')}"
        if content is None:
            self._missing.append(name)
            return
        # The one who took a photo gets what it tells of them; nobody else does.
        picture = content if self._export.what is What.PERSON else bare(media_type, content)
        self._archive.add_document(name, picture)
        self._documents += 1
        await self._object.add(self._archive.take())

    async def close(self, *, is_last: bool) -> tuple[Stored, Statement]:
        withheld: dict[str, Json] = {**tables_withheld(self._export.what)}
        self._archive.end(
            {
                "dataExport": self._export.id,
                "what": self._export.what.value,
                "target": self._export.target,
                "requestedAt": self._export.requested_at,
                "file": self._number,
                "isLast": is_last,
                "documents": self._documents,
                "missing": self._missing,
                "withheld": withheld,
            }
        )
        await self._object.add(self._archive.take())
        stored = await self._object.close()
        noted = insert_export_file(
            self._export.id,
            self._number,
            stored=stored,
            rows=self._archive.rows,
            documents=self._documents,
            missing=len(self._missing),
        )
        return stored, noted


async def decrypted(platform: Platform, table: Table, row: Row) -> Row:
    """The row with what lies encrypted in it; without that, where no key reads it any more."""
    column = table.encrypted
    if column is None or row[column] is None:
        return row
    id_ = text(row, "id")
    try:
        return {**row, column: await decrypt(platform, text(row, column), f"{table.name}/{id_}")}
    except UnreadableSecret as error:
        log.error("secret.unreadable", subject=id_, source=table.name, error=error)
        return {**row, column: None}
