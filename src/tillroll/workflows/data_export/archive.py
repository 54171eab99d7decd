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


class Archive:
    """The ZIP of that number, of a data export that was asked for at `at`, UTC. What is to be written is taken after
    each addition. `entries` says what is in it."""

    def __init__(self, number: int, at: str) -> None:
        self._number = number
        self._moment = moment(at)
        self._sink = Sink()
        self._zip = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_STORED)  # type: ignore[arg-type] - it writes and tells where it is, which is all that a ZIP needs
        self._table = ""
        self._entry = 0
        self._count = 0
        self._lines = io.StringIO()
        self._cells = io.StringIO()
        self.entries: list[Json] = []
        self.rows = 0

    def add_rows(self, table: str, rows: Sequence[Row]) -> None:
        """The next rows of a table; tables come one after the other."""
        if table != self._table:
            self.end_rows()
            self._table, self._entry = table, 0
        for row in rows:
            if self._count == 0:
                self._cells.write(_BYTE_ORDER_MARK)
                csv.writer(self._cells).writerow(row)
            values: JsonObject = {**row}
            self._lines.write(f"{dump(values)}\n")
            csv.writer(self._cells).writerow([_cell(value) for value in row.values()])
            self._count += 1
            if self._lines.tell() > MOST_WAITING:
                self.end_rows()

    def end_rows(self) -> None:
        """Write the rows that wait."""
        if self._count == 0:
            return
        self._entry += 1
        # What was unpacked from several files stands side by side.
        part = "" if (self._number, self._entry) == (1, 1) else f"-{self._number}-{self._entry}"
        for extension, waiting in (("jsonl", self._lines), ("csv", self._cells)):
            name = f"rows/{self._table}{part}.{extension}"
            self._write(name, waiting.getvalue().encode(), zipfile.ZIP_DEFLATED)
            waiting.seek(0)
            waiting.truncate()
        self.entries.append({"table": self._table, "name": f"rows/{self._table}{part}", "rows": self._count})
        self.rows += self._count
        self._count = 0

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
