"""A file of a data export: a ZIP, written as it grows. Each table's rows stand in it twice, as JSON Lines with the
values as they are, and as CSV for spreadsheets; documents beside them."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Final

from tillroll.exports.sink import Sink, moment
from tillroll.exports.tables.cells import harmless
from tillroll.platform.bindings.database import Row
from tillroll.platform.json import Json, JsonObject, dump

# A table that is longer is written in several entries, of which one is in memory at a time.
MOST_WAITING = 4 * 2**20
_BYTE_ORDER_MARK: Final = "\ufeff"


class _Waiting:
    """Rows of one table that are not written yet, all with the same columns."""

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = columns
        self.count = 0
        self.lines = io.StringIO()
        self.cells = io.StringIO()
        self._table = csv.writer(self.cells)
        self.cells.write(_BYTE_ORDER_MARK)
        self._table.writerow(columns)

    @property
    def size(self) -> int:
        """In characters."""
        return self.lines.tell()

    def add(self, row: Row) -> None:
        values: JsonObject = {**row}
        self.lines.write(f"{dump(values)}\n")
        self._table.writerow([_cell(value) for value in row.values()])
        self.count += 1


class Archive:
    """The ZIP of that number, of a data export that was asked for at `at`, UTC. What is to be written is taken after
    each addition. `entries` says what is in it."""

    def __init__(self, number: int, at: str) -> None:
        self._number = number
        self._moment = moment(at)
        self._sink = Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)  # type: ignore[arg-type] - it writes and tells where it is, which is all that a ZIP needs
        self._waiting: dict[str, _Waiting] = {}
        self._entries_of: dict[str, int] = {}
        self.entries: list[Json] = []
        self.rows = 0

    def add_rows(self, table: str, rows: Sequence[Row]) -> None:
        """The next rows of a table. Rows of other columns, as an earlier schema had them, begin another entry."""
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
        part = "" if (self._number, entry) == (1, 1) else f"-{self._number}-{entry}"
        self._write(f"rows/{table}{part}.jsonl", waiting.lines.getvalue().encode(), zipfile.ZIP_DEFLATED)
        self._write(f"rows/{table}{part}.csv", waiting.cells.getvalue().encode(), zipfile.ZIP_DEFLATED)
        self.entries.append({"table": table, "name": f"rows/{table}{part}", "rows": waiting.count})
        self.rows += waiting.count

    def add_document(self, name: str, content: bytes) -> None:
        self._write(name, content, zipfile.ZIP_STORED)

    def end(self, says: JsonObject) -> None:
        """Close it, with what it says of itself."""
        self.end_rows()
        name = "manifest.json" if self._number == 1 else f"manifest-{self._number}.json"
        self._write(name, dump({**says, "tables": self.entries}).encode(), zipfile.ZIP_DEFLATED)
        self._zip.close()

    def take(self) -> bytes:
        """The bytes that were written since."""
        return self._sink.take()

    def _write(self, name: str, content: bytes, compression: int) -> None:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = compression
        self._zip.writestr(entry, content)


def _cell(value: object) -> str:
    """As a spreadsheet may read it: what others wrote, as no formula."""
    if value is None:
        return ""
    return harmless(value) if isinstance(value, str) else str(value)
