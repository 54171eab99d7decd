"""CSV files of banks, read by a mapping that a person has confirmed for their layout."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

from tillroll_documents.bank_files.csv.layout import (
    SEPARATORS,
    CsvLayout,
    CsvMapping,
    cells_of,
    detect_layout,
)
from tillroll_documents.bank_files.csv.proposal import propose
from tillroll_documents.bank_files.csv.rows import PreviewRow, PreviewTotals, Rows, preview
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.limits import MAX_PREAMBLE, MAX_TEXT
from tillroll_documents.bank_files.printed import Format, UnreadableFile
from tillroll_documents.bank_files.reader import LineReader, TextDecoder

_FIRST_RECORDS: Final = MAX_PREAMBLE + 100
_OPENING: Final = re.compile(r'(?:^|[;,\t|])"')
_OPENINGS: Final = {
    separator: re.compile(rf'(?:^|{re.escape(separator)})"') for separator in SEPARATORS
}


class MappingNeeded(Exception):
    """Nobody has said yet what the columns of this layout are.

    Attributes:
        layout: of the file.
        proposal: what the headers suggest.
        preview: the first rows as the proposal reads them.
        totals: what goes out and comes in by these and some more rows.
    """

    def __init__(
        self,
        layout: CsvLayout,
        proposal: CsvMapping,
        previewed: tuple[tuple[PreviewRow, ...], PreviewTotals],
    ) -> None:
        super().__init__("Say which column is what: this layout was not seen before")
        self.layout = layout
        self.proposal = proposal
        self.preview, self.totals = previewed


class OtherLayout(Exception):
    """The mapping that was given is for another layout, which is `layout`'s."""

    def __init__(self, layout: CsvLayout, missing: tuple[str, ...]) -> None:
        if missing:
            columns = f": it has no column {', '.join(missing)}"
        else:
            columns = ""
        super().__init__(f"The mapping is for another layout than the file's{columns}")
        self.layout = layout


class TableReader(LineReader):
    """Reads rows by a mapping, once the layout is known by the first ones.

    Args:
        mappings: those that were confirmed, by the fingerprints of their layouts.
        mapping: the one to use, whatever was confirmed.
        currency: of the account, where neither the file nor the mapping has it.
        encoding: what a person chose; it counts more than that of a mapping.

    Raises:
        MappingNeeded: in `feed` or `close`, if there is none for this layout.
        OtherLayout: `mapping` is for another layout.
    """

    format: Format

    def __init__(
        self,
        *,
        mappings: Mapping[str, CsvMapping] | None = None,
        mapping: CsvMapping | None = None,
        currency: str | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        if encoding is None and mapping is not None:
            super().__init__(mapping.encoding)
        else:
            super().__init__(encoding)
        self._mappings: Mapping[str, CsvMapping] = mappings or {}
        self._mapping = mapping
        self._currency = currency
        self._encoding: Encoding | None = encoding
        self._rows: Rows | None = None

    @property
    def lists_states(self) -> bool:
        """Whether a column says of each row whether it is booked."""
        return self._rows is not None and self._rows.lists_states

    def _chosen(self, layout: CsvLayout, proposal: CsvMapping) -> CsvMapping:
        mapping = self._mapping or self._mappings.get(layout.fingerprint)
        if mapping is None:
            raise MappingNeeded(layout, proposal, preview(layout, proposal, self._currency))
        missing = tuple(column for column in mapping.columns() if column not in layout.columns)
        if missing or mapping.fingerprint != layout.fingerprint:
            raise OtherLayout(layout, missing)
        sentence = mapping.missing()
        if sentence is not None:
            raise UnreadableFile(f"The mapping is incomplete: {sentence[:1].lower()}{sentence[1:]}")
        return mapping

    def _row(self, rows: Rows, line: int, cells: Sequence[str]) -> None:
        try:
            if not rows.is_entry(cells, line):
                return
            self._count_entry()
            self._emit_entry(rows.entry(cells, line))
        except UnreadableFile as error:
            self._refuse_row(rows, line, error)

    def _refuse_row(self, rows: Rows, line: int, error: UnreadableFile) -> NoReturn:
        if error.line is not None:
            raise error
        raise UnreadableFile(
            f"Line {line}: {error}", line=line, entry=rows.position, field=error.field
        ) from error


class _OtherEncoding(Exception):
    """The mapping that is remembered for this layout has another encoding than was found."""

    def __init__(self, mapping: CsvMapping) -> None:
        super().__init__()
        self.mapping = mapping


class CsvReader(TableReader):
    """Reads one file. The bytes up to the first rows are kept, since another encoding may be
    remembered for them.
    """

    format = Format.CSV

    def __init__(
        self,
        *,
        mappings: Mapping[str, CsvMapping] | None = None,
        mapping: CsvMapping | None = None,
        currency: str | None = None,
        encoding: Encoding | None = None,
    ) -> None:
        super().__init__(mappings=mappings, mapping=mapping, currency=currency, encoding=encoding)
        self._raw: list[bytes] = []
        self._start()

    def _start(self) -> None:
        self._record: list[str] = []
        self._length = 0
        self._record_at = 0
        self._first: list[tuple[int, str]] = []
        self._separator = ""

    def _take(self, chunk: bytes) -> None:
        if self._rows is None:
            self._raw.append(chunk)
        try:
            super()._take(chunk)
        except _OtherEncoding as other:
            self._read_again(other.mapping)

    def _end(self) -> None:
        try:
            super()._end()
        except _OtherEncoding as other:
            self._read_again(other.mapping)
            super()._end()

    def _line(self, line: str) -> None:
        if not self._record:
            self._record_at = self._line_number
            if self._line_number == 1 and line.lower().startswith("sep=") and len(line) == 5:
                return
        self._record.append(line)
        self._length += len(line) + 1
        is_open = _is_open(line, is_within=len(self._record) > 1, separator=self._separator)
        if is_open and self._length <= MAX_TEXT:
            return
        if is_open:
            self._refuse_quote()
        record = "\n".join(self._record)
        self._length = 0
        self._record.clear()
        self._take_record(self._record_at, record)

    def _ended(self) -> None:
        if self._record:
            self._refuse_quote()
        self._begin()
        if self._rows is not None:
            self._emit_statement(self._rows.ended())

    def _refuse_quote(self) -> NoReturn:
        raise UnreadableFile(
            f"Line {self._record_at}: a quote does not end, so the file may be cut off",
            line=self._record_at,
        )

    def _take_record(self, line: int, record: str) -> None:
        if not record.strip():
            return
        if self._rows is not None:
            self._record_in(self._rows, line, record)
            return
        self._first.append((line, record))
        if len(self._first) >= _FIRST_RECORDS:
            self._begin()

    def _begin(self) -> None:
        """Find the layout by the first records, and read those."""
        if self._rows is not None:
            return
        layout = detect_layout(self._first)
        if layout is None:
            raise UnreadableFile("The file is no table with a day and an amount in each row")
        remembered = self._remembered(layout)
        if remembered is not None and remembered.encoding not in {None, self._decoder.name}:
            raise _OtherEncoding(remembered)
        mapping = self._chosen(
            layout, propose(layout).model_copy(update={"encoding": self._encoding})
        )
        self._separator = layout.separator
        rows = self._rows = Rows(layout, mapping, self._currency)
        self._raw.clear()
        for line, record in self._first:
            if line >= layout.first_line:
                self._record_in(rows, line, record)
        self._first.clear()

    def _remembered(self, layout: CsvLayout) -> CsvMapping | None:
        """The confirmed mapping: of this layout, or of that which the bytes have in an encoding
        that was chosen.
        """
        if self._mapping or self._encoding:
            return None
        if layout.fingerprint in self._mappings:
            return self._mappings[layout.fingerprint]
        chosen: set[Encoding] = {
            each.encoding for each in self._mappings.values() if each.encoding is not None
        }
        for encoding in sorted(chosen):
            other = detect_layout(self._records_in(encoding))
            if other is not None and other.fingerprint in self._mappings:
                return self._mappings[other.fingerprint]
        return None

    def _records_in(self, encoding: Encoding) -> list[tuple[int, str]]:
        """The first lines in another encoding; none where it does not fit. A record of several
        lines ends the list.
        """
        try:
            text = TextDecoder(encoding).decode(b"".join(self._raw))
        except UnreadableFile:
            return []
        lines = (
            text.replace("\r\n", "\n")
            .replace("\r", "\n")
            .split("\n")[: len(self._first) + MAX_PREAMBLE]
        )
        return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]

    def _read_again(self, mapping: CsvMapping) -> None:
        """Read what has come so far in the encoding that is remembered for its layout."""
        raw = b"".join(self._raw)
        self._mapping = mapping
        self._decoder = TextDecoder(mapping.encoding)
        self._rest = ""
        self._line_number = 0
        self._raw.clear()
        self._start()
        self._take(raw)

    def _record_in(self, rows: Rows, line: int, record: str) -> None:
        try:
            cells = cells_of(record, rows.layout.separator)
        except UnreadableFile as error:
            self._refuse_row(rows, line, error)
        self._row(rows, line, cells)


def _is_open(line: str, *, is_within: bool, separator: str) -> bool:
    """Whether a quoted cell goes on in the next line. A quote opens at the beginning of a cell
    only.
    """
    opening = _OPENINGS.get(separator, _OPENING)
    begin = 0 if is_within else _after(opening, line, 0)
    while begin >= 0:
        end = line.find('"', begin)
        while end >= 0 and line.startswith('"', end + 1):
            end = line.find('"', end + 2)
        if end < 0:
            return True
        begin = _after(opening, line, end + 1)
    return False


def _after(opening: re.Pattern[str], line: str, at: int) -> int:
    """Where the next quoted cell begins; -1 if there is none."""
    match = opening.search(line, at)
    if match is None:
        return -1
    return match.end()
