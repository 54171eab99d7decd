"""A bank's file of any format: detected by its content, read in pieces."""

import codecs
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from tillroll_documents.bank_files.api.files import ApiReader, is_api_file
from tillroll_documents.bank_files.bai2 import Bai2Reader
from tillroll_documents.bank_files.camt.messages import CamtReader
from tillroll_documents.bank_files.cfonb import CfonbReader
from tillroll_documents.bank_files.coda import CodaReader
from tillroll_documents.bank_files.csv.files import CsvReader, TableReader
from tillroll_documents.bank_files.csv.layout import CsvMapping
from tillroll_documents.bank_files.encodings import Encoding
from tillroll_documents.bank_files.mt940 import Mt940Reader
from tillroll_documents.bank_files.norma43 import Norma43Reader
from tillroll_documents.bank_files.ofx import OfxReader
from tillroll_documents.bank_files.printed import Item, UnreadableFile
from tillroll_documents.bank_files.qif import QifReader
from tillroll_documents.bank_files.reader import TRANSMISSION, Reader
from tillroll_documents.bank_files.records import WAY_OUT, RecordReader

HEAD: Final = 4_096
"""Bytes that tell the format."""
_OTHERS: Final = (
    (b"%PDF", f"The file is a PDF. {WAY_OUT}"),
    (b"\x1f\x8b", "The file is compressed by gzip: unpack it"),
    (b"Rar!", "The file is a RAR archive: unpack it"),
    (b"7z\xbc\xaf", "The file is a 7z archive: unpack it"),
    (b"\xd0\xcf\x11\xe0", "The file is an old spreadsheet (Excel, XLS): save the sheet as CSV"),
    (b"\x89PNG", f"The file is a picture. {WAY_OUT}"),
    (b"\xff\xd8\xff", f"The file is a picture. {WAY_OUT}"),
    (b"{\\rtf", f"The file is a document of a word processor (RTF). {WAY_OUT}"),
)
_ZIP: Final = b"PK\x03\x04"
_SHEETS: Final = (
    (b"[Content_Types].xml", "Excel, XLSX"),
    (b"xl/", "Excel, XLSX"),
    (b"opendocument.spreadsheet", "OpenDocument, ODS"),
)
"""What the first files of a spreadsheet's archive are called, and whose it is."""
_HTML: Final = re.compile(r"<(?:!doctype )?html", re.IGNORECASE)
_OFX: Final = re.compile(r"<OFX\s{0,20}>|<\?OFX|OFXHEADER", re.IGNORECASE)
_MT940: Final = re.compile(r"^(?:\{1:|(?:\{4:)?:20:)", re.MULTILINE)
_QIF: Final = re.compile(r"!(?:type|account|option|clear)\b", re.IGNORECASE)
_RECORDS: Final[tuple[tuple[re.Pattern[str], type[RecordReader]], ...]] = (
    (re.compile(r"0{5}[0-9]{6}[0-9A-Z ]{3}05"), CodaReader),
    (re.compile(r"0[1457][0-9]{5}.{4}[0-9A-Z]{5}[A-Z]{3}[0-9]"), CfonbReader),
    (re.compile(r"01,[^,\n]{0,40},[^,\n]{0,40},[0-9]{6},"), Bai2Reader),
    (re.compile(r"11[0-9]{18}[0-9]{12}[12][0-9]{14}"), Norma43Reader),
)
"""How the first records of a format begin."""
_NAMED: Final = (
    (re.compile(r"3[0-9]{15}E"), "a CFONB 240, which lists single payments"),
    (re.compile(r"101 [0-9 ]{9}"), "an ACH file of NACHA, which orders payments"),
    (re.compile(r"01BGMAX", re.IGNORECASE), "a Bankgiro file (BgMax)"),
    (re.compile(r"NY[0-9]{6}"), "a Nets file (OCR giro or payments)"),
    (re.compile(r"T00[0-9]{3}"), "a Finnish statement of records (TITO)"),
    (re.compile(r"0 {17}01"), "an Australian ABA file, which orders payments"),
    (re.compile(r"07[45][0-9]{16}"), "a Czech or Slovak ABO statement (GPC)"),
    (re.compile(r"[0-9]{3}00000"), "a Brazilian CNAB file"),
    (re.compile(r"02RETORNO|01REMESSA", re.IGNORECASE), "a Brazilian CNAB file"),
    (re.compile(r"UN[AB][:+]"), "an EDIFACT message, such as FINSTA"),
    (re.compile(r"ISA[*|~^]"), "an X12 message"),
    (re.compile(r"VOL1"), "a tape of BACS"),
    (re.compile(r"0128A[A-Z]"), "a DTAUS file, which orders payments"),
    (re.compile(r"#FLAGGA\b"), "a SIE file of bookkeeping"),
    (re.compile(r"\"?(?:EXTF|DTVF)\"?;"), "a DATEV file of bookkeeping"),
    (re.compile(r"[{\[]\s*[\"{\[]"), "JSON of another system"),
    (re.compile(r"00[0-9]{4,8}[A-Z0-9 ]{0,40}\n5[12]"), "a file of payment orders"),
)
"""Formats that are known and not read: how they begin, and what they are."""


class FileReader(Reader):
    """Reads one file of a format that its first bytes tell. `feed` and `close` are as in `Reader`.

    Args:
        mappings: of CSV layouts that were confirmed, by their fingerprints.
        mapping: the one to use for a CSV file, whatever was confirmed.
        currency: of the account, for CSV files that do not name it.
        encoding: what a person says that the text is in; None to find it by the content.

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
        encoding: Encoding | None = None,
    ) -> None:
        super().__init__()
        self._head = b""
        self._reader: Reader | None = None
        self._mappings = mappings
        self._mapping = mapping
        self._currency = currency
        self._encoding: Encoding | None = encoding

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

    @property
    def lists_states(self) -> bool:
        """Whether the file says of each entry whether it is booked."""
        return isinstance(self._reader, TableReader) and self._reader.lists_states

    @property
    def leaves_out_information(self) -> bool:
        """Whether entries that are information are rows that moved no money, such as declined
        ones.
        """
        return isinstance(self._reader, TableReader)

    def _detected(self) -> Reader:
        kind = detect(self._head)
        if issubclass(kind, TableReader):
            return kind(
                mappings=self._mappings,
                mapping=self._mapping,
                currency=self._currency,
                encoding=self._encoding,
            )
        if issubclass(kind, ApiReader):
            return kind()
        return kind(self._encoding)


def detect(head: bytes) -> "Detected":
    """The reader for a file that begins like this; what is nothing else is CSV.

    Raises:
        UnreadableFile: the file is empty, or of a kind that is not read: the message names it.
    """
    bare = head.removeprefix(codecs.BOM_UTF8)
    _refuse_binary(bare)
    # All marks that tell a format are ASCII, in UTF-16 with NUL between them.
    text = (
        bare.removeprefix(codecs.BOM_UTF16_LE)
        .removeprefix(codecs.BOM_UTF16_BE)
        .replace(b"\0", b"")
        .decode("latin-1")
    )
    text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip(f"{TRANSMISSION} \n\t\v\f")
    if not text:
        raise UnreadableFile("The file is empty")
    if _OFX.search(text):
        return OfxReader
    if _HTML.match(text):
        raise UnreadableFile(
            "The file is a web page: the bank may have ended the session before the download"
        )
    if text.startswith("<"):
        return CamtReader
    if is_api_file(text):
        return ApiReader
    if _MT940.search(text):
        return Mt940Reader
    if _QIF.match(text):
        return QifReader
    return _of_records(text) or CsvReader


def _refuse_binary(head: bytes) -> None:
    """Raise UnreadableFile for a file of a kind that is no text: the message names it."""
    if head.startswith(_ZIP):
        raise UnreadableFile(_of_archive(head))
    for begins, sentence in _OTHERS:
        if head.startswith(begins):
            raise UnreadableFile(sentence)


def _of_archive(head: bytes) -> str:
    """Why an archive is not read."""
    for name, program in _SHEETS:
        if name in head:
            return f"The file is a spreadsheet ({program}): save the sheet as CSV"
    return "The file is a ZIP archive or a spreadsheet: unpack it, or save the sheet as CSV"


Detected = type[OfxReader | CamtReader | ApiReader | Mt940Reader | TableReader | RecordReader]
"""A reader that the first bytes tell."""


def _of_records(text: str) -> type[RecordReader] | None:
    """Find the reader of a format whose records have marks at their beginning.
    Raises UnreadableFile: it is known, and not read.
    """
    for begins, reader in _RECORDS:
        if begins.match(text):
            return reader
    for begins, name in _NAMED:
        if begins.match(text):
            raise UnreadableFile(f"The file is {name}. {WAY_OUT}")
    return None


def walk(
    chunks: Iterable[bytes],
    *,
    mappings: Mapping[str, CsvMapping] | None = None,
    mapping: CsvMapping | None = None,
    currency: str | None = None,
    encoding: Encoding | None = None,
) -> Iterator[Item]:
    """The entries of a statement, then the statement, and so on to the end of the file.

    Raises:
        UnreadableFile: at any item. Store nothing before the last one has come.
        MappingNeeded, OtherLayout: as `FileReader` says.
    """
    reader = FileReader(mappings=mappings, mapping=mapping, currency=currency, encoding=encoding)
    for chunk in chunks:
        yield from reader.feed(chunk)
    yield from reader.close()
