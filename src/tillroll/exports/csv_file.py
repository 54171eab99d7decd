"""CSV by RFC 4180, for spreadsheets and scripts: UTF-8 with a byte order mark, without which Excel reads it as ANSI."""

import csv
import io
from collections.abc import Sequence

from tillroll.exports.cells import harmless
from tillroll.exports.columns import COLUMNS, WRITTEN_BY_OTHERS
from tillroll.exports.expense import ExportedExpense
from tillroll.exports.writer import About

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class Lines:
    """Lines of CSV, each as its bytes."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self._table = csv.writer(self._text, lineterminator="\r\n")

    def line(self, cells: Sequence[str]) -> bytes:
        self._table.writerow(cells)
        line = self._text.getvalue()
        self._text.seek(0)
        self._text.truncate()
        return line.encode()


class CsvWriter:
    """A heading, then a line for each expense."""

    def __init__(self, _about: About) -> None:
        self._lines = Lines()

    def begin(self) -> bytes:
        return BYTE_ORDER_MARK + self._lines.line([*COLUMNS])

    def add(self, expense: ExportedExpense) -> bytes:
        cells = {heading: value_of(expense) for heading, value_of in COLUMNS.items()}
        return self._lines.line(
            [harmless(cell) if heading in WRITTEN_BY_OTHERS else cell or "" for heading, cell in cells.items()]
        )

    def end(self) -> bytes:
        return b""
