"""A bank's file of any format: detected by its content, read in pieces."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tillroll.bank.api_files import ApiReader, is_api_file
from tillroll.bank.camt import CamtReader
from tillroll.bank.csv_files import CsvReader
from tillroll.bank.csv_layout import CsvMapping
from tillroll.bank.mt940 import Mt940Reader
from tillroll.bank.ofx import OfxReader
from tillroll.bank.printed import Item, UnreadableFile
from tillroll.bank.reader import Reader

HEAD: Final = 4_096
"""Bytes that tell the format."""
_OTHERS: Final = (
    (b"%PDF", "The file is a PDF. Download camt.053, MT940, OFX or CSV from the bank in its place"),
    (b"PK\x03\x04", "The file is a ZIP archive or a spreadsheet: unpack it, or save the sheet as CSV"),
    (b"\x1f\x8b", "The file is compressed by gzip: unpack it"),
    (b"\xd0\xcf\x11\xe0", "The file is an old spreadsheet: save the sheet as CSV"),
    (b"\x89PNG", "The file is a picture. Download camt.053, MT940, OFX or CSV from the bank in its place"),
    (b"\xff\xd8\xff", "The file is a picture. Download camt.053, MT940, OFX or CSV from the bank in its place"),
    (b"!Type:", "The file is a QIF, which has no balances and no ids. Download OFX or CSV in its place"),
)
_HTML: Final = re.compile(r"<(?:!doctype )?html", re.IGNORECASE)
_OFX: Final = re.compile(r"<OFX>|<\?OFX|OFXHEADER", re.IGNORECASE)
_MT940: Final = re.compile(r"^(?:\{1:|(?:\{4:)?:20:)", re.MULTILINE)


class FileReader(Reader):
    """Reads one file of a format that its first bytes tell. `feed` and `close` are as in `Reader`.

    Args:
        mappings: of CSV layouts that were confirmed, by their fingerprints.
        mapping: the one to use for a CSV file, whatever was confirmed.
        currency: of the account, for CSV files that do not name it.

    Raises:
        MappingNeeded: nobody has confirmed a mapping for this layout of CSV.
        OtherLayout: `mapping` is for another layout.
    """

    def __init__(
        self,
        *,
        mappings: Mapping[str, CsvMapping] | None = None,
        mapping: CsvMapping | None = None,
        currency: str | None = None,
    ) -> None:
        super().__init__()
        self._head = b""
        self._reader: Reader | None = None
        self._csv = (mappings, mapping, currency)

    def _take(self, chunk: bytes) -> None:
        if self._reader is None:
            self._head += chunk
            if len(self._head) < HEAD:
                return
            self._reader, chunk = self._detected(), self._head
        self._out += self._reader.feed(chunk)

    def _end(self) -> None:
        if self._reader is None:
            self._reader = self._detected()
            self._out += self._reader.feed(self._head)
        self._out += self._reader.close()
        self._statements = 1  # the reader has refused a file without one

    def _detected(self) -> Reader:
        kind = detect(self._head)
        if kind is not CsvReader:
            return kind()
        mappings, mapping, currency = self._csv
        return CsvReader(mappings=mappings, mapping=mapping, currency=currency)


def detect(head: bytes) -> type[Reader]:
    """The reader for a file that begins like this; what is nothing else is CSV.

    Raises:
        UnreadableFile: the file is empty, or of a kind that is not read: the message names it.
    """
    bare = head.removeprefix(codecs.BOM_UTF8)
    for begins, says in _OTHERS:
        if bare.startswith(begins):
            raise UnreadableFile(says)
    # All marks that tell a format are ASCII, in UTF-16 with NUL between them.
    text = (
        bare.removeprefix(codecs.BOM_UTF16_LE).removeprefix(codecs.BOM_UTF16_BE).replace(b"\0", b"").decode("latin-1")
    )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip()
    if not text:
        raise UnreadableFile("The file is empty")
    if _OFX.search(text):
        return OfxReader
    if _HTML.match(text):
        raise UnreadableFile("The file is a web page: the bank may have ended the session before the download")
    if text.startswith("<"):
        return CamtReader
    if is_api_file(text):
        return ApiReader
    return Mt940Reader if _MT940.search(text) else CsvReader


def walk(
    chunks: Iterable[bytes],
    *,
    mappings: Mapping[str, CsvMapping] | None = None,
    mapping: CsvMapping | None = None,
    currency: str | None = None,
) -> Iterator[Item]:
    """The entries of a statement, then the statement, and so on to the end of the file.

    Raises:
        UnreadableFile: at any item. Store nothing before the last one has come.
        MappingNeeded, OtherLayout: as `FileReader` says.
    """
    reader = FileReader(mappings=mappings, mapping=mapping, currency=currency)
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.close()
