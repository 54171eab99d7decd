"""CSV by RFC 4180, for spreadsheets and scripts: UTF-8 with a byte order mark, without which Excel reads it as ANSI."""

import csv
import io
from collections.abc import Sequence

from tillroll.exports.expense import ExportedExpense
from tillroll.exports.profile import DateForm
from tillroll.exports.tables.cells import harmless
from tillroll.exports.tables.columns import AMOUNTS, DAYS, WRITTEN_BY_OTHERS, columns_of, rows_of
from tillroll.exports.writer import About, Writer

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Lines:
    """Lines of CSV, each as its bytes."""

    def __init__(self, delimiter: str = ",") -> None:
        self._text = io.StringIO()
        self._table = csv.writer(self._text, lineterminator="\r\n", delimiter=delimiter)

    def line(self, cells: Sequence[str]) -> bytes:
        self._table.writerow(cells)
        line = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return line.encode()


class CsvWriter(Writer):
    """A heading, then a line for each expense, or each part of one that is split. The profile says which columns,
    and how days and amounts are written."""

    def __init__(self, about: About) -> None:
        self._profile = about.profile
        self._days = about.profile.date_form or DateForm.ISO
        self._columns = columns_of(about.profile)
        self._lines = Lines(about.profile.delimiter)

    def begin(self) -> bytes:
        return BYTE_ORDER_MARK + self._lines.line([*self._columns])

    def add(self, expense: ExportedExpense) -> bytes:
        return b"".join(
            self._lines.line([self._cell(heading, value_of(row)) for heading, value_of in self._columns.items()])
            for row in rows_of(self._profile, expense)
        )

    def _cell(self, heading: str, value: str | None) -> str:
        if value is None:
            return ""
        if heading in DAYS:
            return self._days.write(value)
        return self._profile.number(value) if heading in AMOUNTS or heading == "Rate" else plain_cell(heading, value)


def plain_cell(heading: str, value: str | None) -> str:
    """A column's value as it is; what others wrote, as no formula."""
    return harmless(value) if heading in WRITTEN_BY_OTHERS else value or ""
