"""Tables of expenses: columns, written as CSV (RFC 4180), JSON Lines, XLSX (ECMA-376), and a ZIP of
originals.
"""

import csv
import hashlib
import io
import json
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count
from operator import attrgetter
from typing import IO, Final, cast
from xml.sax.saxutils import escape

from tillroll.expenses.exported import ExportedExpense
from tillroll.expenses.fields import InFiles, fields_of
from tillroll.expenses.models import ExpenseValues
from tillroll.exports.writers.datev_charts import deductible_part, not_deductible_account
from tillroll.exports.writers.formats import (
    BYTE_ORDER_MARK,
    About,
    Coding,
    DateForm,
    ProfileOptions,
    Sink,
    Writer,
    harmless,
    moment,
    say_missing,
)
from tillroll_documents.money import minor_digits
from tillroll_documents.reading.voucher import ORIGINS

Column = Callable[[ExportedExpense], str | None]


def _joined(texts: Iterable[str | None]) -> str | None:
    """Each once: of a split expense that has one row, there are several."""
    return "; ".join(dict.fromkeys(filter(None, texts))) or None


def _tax_line_in_words(line: Mapping[str, str | None]) -> str:
    """A line of tax, such as "19 %: 100.00 + 19.00": the rate, the net amount, the tax."""
    rate = line["rate"] or "?"
    base = line["base"] or "?"
    tax = line["tax"] or "?"
    return f"{rate} %: {base} + {tax}"


def _column(name: str) -> Column:
    """The column of a field as it is said of the expense."""
    return attrgetter(name)


_DECLARED: Final[dict[str, Column]] = {
    in_files.heading: _column(name)
    for name, in_files in fields_of(ExpenseValues, InFiles).items()
    if in_files.heading is not None
}
# What is more than the value of one field.
_COMPUTED: Final[dict[str, Column]] = {
    "Tax lines": lambda expense: _joined(map(_tax_line_in_words, expense.tax_lines)),
    "VAT category": lambda expense: _joined(line.get("vat_category") for line in expense.tax_lines),
    "Taxed as": lambda expense: expense.tax_treatment,
    "Rate owed": lambda expense: expense.tax_rate_owed,
    "Seller country": lambda expense: expense.seller_country,
    "Category": lambda expense: _joined(share.category for share in expense.shares),
    "Base currency": lambda expense: expense.base_currency,
    "Base total": lambda expense: expense.base_total,
    "Base tax": lambda expense: expense.base_tax,
    "Rate": lambda expense: expense.rate,
    "Rate date": lambda expense: expense.rate_date,
    "Tags": lambda expense: _joined(expense.tags),
    "Employee": lambda expense: expense.employee,
    "Approved by": lambda expense: expense.approver,
    "Approved on": lambda expense: expense.approved_on,
    "File": lambda expense: expense.file_name,
    "Expense": lambda expense: expense.id,
    "Receipt": lambda expense: expense.receipt_id,
    "Corrects": lambda expense: expense.corrects,
    "After closing": lambda expense: expense.after_closing,
}
# The headings of a file in their order. A field's heading that is not here stands before the file's
# name.
_FIRST: Final = (
    *("Date", "Merchant", "Registered name", "Total", "Tax", "Currency", "Tax lines"),
    *("VAT category", "Taxed as", "Rate owed", "Seller country", "Category", "Kind", "Number"),
    *("Due date", "Amount due", "Buyer", "Base currency", "Base total", "Base tax", "Rate"),
    *("Rate date", "Note", "Project", "Client", "Tags", "Employee", "Approved by"),
    *("Approved on", "Payment method", "Paid by"),
)
_LAST: Final = ("File", "Expense", "Receipt", "Corrects", "After closing")
_BETWEEN: Final = [heading for heading in _DECLARED if heading not in _FIRST]
_ALL: Final = _DECLARED | _COMPUTED
COLUMNS: dict[str, Column] = {heading: _ALL[heading] for heading in (*_FIRST, *_BETWEEN, *_LAST)}
# Columns that stand only where a profile asks for them: codes are its own.
CODES = ("Account", "Tax code")
CHOSEN = (*CODES, "Part", "Not deductible")
# What somebody wrote or printed. All else (amounts, days, codes) is written by this program and
# begins no formula.
_TEXTS: Final = [
    in_files.heading
    for in_files in fields_of(ExpenseValues, InFiles).values()
    if in_files.is_text and in_files.heading is not None
]
WRITTEN_BY_OTHERS = frozenset({*_TEXTS, "Employee", "Approved by", "File", *CODES})
DAYS = frozenset({"Date", "Due date", "Rate date", "Approved on"})
# The amounts, each with the currency that it is of.
AMOUNTS: dict[str, Column] = {
    "Total": lambda expense: expense.currency,
    "Tax": lambda expense: expense.currency,
    "Amount due": lambda expense: expense.currency,
    "Base total": lambda expense: expense.base_currency,
    "Base tax": lambda expense: expense.base_currency,
    "Not deductible": lambda expense: expense.currency,
}


def columns_of(profile: ProfileOptions) -> dict[str, Column]:
    """The columns that a profile chooses, in its order."""

    def coded(code_of: Callable[[Coding], str | None]) -> Column:
        return lambda expense: _joined(
            code_of(profile.coding_of(share.category)) for share in expense.shares
        )

    chosen: dict[str, Column] = {
        "Account": coded(lambda coding: coding.account),
        "Tax code": coded(lambda coding: coding.tax_code),
        "Cost centre": lambda expense: _joined(
            profile.cost_center_of(expense.cost_center, share.category) for share in expense.shares
        ),
        "Part": lambda expense: expense.part,
        "Not deductible": lambda expense: _not_deductible(profile, expense),
    }
    columns = COLUMNS | chosen
    return {heading: columns[heading] for heading in profile.columns or COLUMNS}


def _not_deductible(profile: ProfileOptions, expense: ExportedExpense) -> str | None:
    """What of entertainment in Germany does not reduce the profit: 30 percent of what it costs
    without the tax that is deducted; None of all else."""
    costs = [
        Decimal(share.total) - Decimal(share.tax or 0) * expense.tax_deductible / 100
        for share in expense.shares
        if not_deductible_account(profile.coding_of(share.category).account, profile) is not None
    ]
    if not costs:
        return None
    cost = sum(costs, Decimal(0)).quantize(Decimal(expense.total), ROUND_HALF_EVEN)
    return f"{cost - deductible_part(cost) + 0:f}"


def rows_of(profile: ProfileOptions, expense: ExportedExpense) -> Sequence[ExportedExpense]:
    """What of an expense has a row of its own."""
    if profile.rows != "expense":
        return expense.by_parts
    return [expense]


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
    """A heading, then a line for each expense, or each part of one that is split, in the profile's
    columns and forms.
    """

    def __init__(self, about: About) -> None:
        self._profile = about.profile
        self._days = about.profile.date_form or DateForm.ISO
        self._columns = columns_of(about.profile)
        self._lines = Lines(about.profile.separator)

    def begin(self) -> bytes:
        return BYTE_ORDER_MARK + self._lines.line([*self._columns])

    def add(self, expense: ExportedExpense) -> bytes:
        return b"".join(
            self._lines.line(
                [self._cell(heading, value_of(row)) for heading, value_of in self._columns.items()]
            )
            for row in rows_of(self._profile, expense)
        )

    def _cell(self, heading: str, value: str | None) -> str:
        if value is None:
            return ""
        if heading in DAYS:
            return self._days.write(value)
        if heading in AMOUNTS or heading == "Rate":
            return self._profile.number(value)
        return plain_cell(heading, value)


def plain_cell(heading: str, value: str | None) -> str:
    """A column's value as it is; what others wrote, as no formula."""
    if heading in WRITTEN_BY_OTHERS:
        return harmless(value)
    return value or ""


class JsonLinesWriter(Writer):
    """What an expense has not is null, so every line has the same keys."""

    def __init__(self, _about: About) -> None:
        """Take what every writer gets; nothing of it matters here."""

    def add(self, expense: ExportedExpense) -> bytes:
        line = json.dumps(expense.as_line(), ensure_ascii=False)
        # A half of a mark, which UTF-8 does not have, ends no export.
        return f"{line}\n".encode(errors="replace")


# A sheet has so many rows (ECMA-376, section 18.3.1.73, as Excel has it); what is beyond stands on
# the next one.
MOST_ROWS = 1_048_576
# Day 1 is the first of January 1900, and the 29th of February 1900 is counted, which never was.
_DAY_ZERO = date(1899, 12, 30)
# Before it, a spreadsheet's days and the calendar's are not the same.
_FIRST_SURE_DAY = "1900-03-01"
# The numbers of cell formats in _STYLES.
_HEADING = 1
_DAY = 2
_BY_DIGITS = {0: 3, 2: 4, 3: 5}
# What XML 1.0 cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>
<numFmt numFmtId="165" formatCode="#,##0.000"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>
<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill>
<fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""


# Widths of columns, in characters; all others have the second one.
_WIDTHS: Final[Mapping[str, int]] = {
    "Merchant": 30,
    "Registered name": 30,
    "Tax lines": 30,
    "Category": 22,
    "Buyer": 22,
    "Note": 30,
    "Project": 20,
    "Client": 20,
    "Tags": 20,
    "Employee": 20,
    "Approved by": 20,
    "File": 26,
    "Expense": 32,
    "Receipt": 32,
    "Corrects": 32,
    "After closing": 24,
}
_USUAL_WIDTH: Final = 13


class XlsxWriter(Writer):
    """One sheet, its heading frozen; another for each further million rows. Below the last expense
    stands a row with the sums of each currency.
    """

    def __init__(self, about: About) -> None:
        self._moment = moment(about.asked_at)
        self._sink = Sink()
        sink = cast(IO[bytes], self._sink)
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED)
        self._profile = about.profile
        self._columns = columns_of(about.profile)
        self._sheets = 0
        self._rows = 0
        # By currency and heading.
        self._sums: dict[str, dict[str, Decimal]] = {}
        self._open_sheet()

    def begin(self) -> bytes:
        return self._sink.take()

    def add(self, expense: ExportedExpense) -> bytes:
        for row in rows_of(self._profile, expense):
            self._next_row(_cells(row, self._columns))
            self._sum_up(row)
        return self._sink.take()

    def end(self) -> bytes:
        for currency in sorted(self._sums):
            self._next_row(_cells_of_sums(currency, self._sums[currency], self._columns))
        self._close_sheet()
        numbers = range(1, self._sheets + 1)
        sheets = "".join(
            f'<sheet name="Expenses {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers
        )
        parts = "".join(
            (
                f'<Override PartName="/xl/worksheets/sheet{n}.xml" '
                f'ContentType="{_TYPES}.worksheet+xml"/>'
            )
            for n in numbers
        )
        links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        self._part("xl/styles.xml", _STYLES)
        self._part(
            "xl/workbook.xml",
            (
                f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets>'
                "</workbook>"
            ),
        )
        self._part("xl/_rels/workbook.xml.rels", _links([*links, ("rId0", "styles", "styles.xml")]))
        self._part("_rels/.rels", _links([("rId1", "officeDocument", "xl/workbook.xml")]))
        self._part(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{parts}'
            "</Types>",
        )
        self._archive.close()
        return self._sink.take()

    def close(self) -> None:
        # An archive with an open entry cannot be closed, and says so when it is collected.
        self._sheet.close()
        self._archive.close()

    def _next_row(self, cells: Iterator[str]) -> None:
        """Write a row, on a new sheet where this one is full."""
        if self._rows == MOST_ROWS:
            self._close_sheet()
            self._open_sheet()
        self._row(cells)

    def _sum_up(self, row: ExportedExpense) -> None:
        for heading, currency_of in AMOUNTS.items():
            if heading not in self._columns:
                continue
            value = self._columns[heading](row)
            currency = currency_of(row)
            if value is None or currency is None:
                continue
            sums = self._sums.setdefault(currency, {})
            sums[heading] = sums.get(heading, Decimal(0)) + Decimal(value)

    def _open_sheet(self) -> None:
        self._sheets += 1
        self._rows = 0
        self._sheet = self._archive.open(self._entry(f"xl/worksheets/sheet{self._sheets}.xml"), "w")
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
            "</sheetView></sheetViews>"
            f'<sheetFormatPr defaultRowHeight="15"/>{_widths(self._columns)}<sheetData>'
        )
        self._row(_text(heading, _HEADING) for heading in self._columns)

    def _close_sheet(self) -> None:
        self._write("</sheetData></worksheet>")
        self._sheet.close()

    def _row(self, cells: Iterator[str]) -> None:
        self._rows += 1
        self._write(f"<row>{''.join(cells)}</row>")

    def _write(self, xml: str) -> None:
        self._sheet.write(xml.encode())

    def _part(self, name: str, xml: str) -> None:
        self._archive.writestr(self._entry(name), xml)

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


def _links(links: list[tuple[str, str, str]]) -> str:
    """Relationships of a part: id, kind and target of each."""
    each = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>'
        for key, kind, to in links
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _widths(headings: Iterable[str]) -> str:
    """How wide each column is."""
    widths = [_WIDTHS.get(heading, _USUAL_WIDTH) for heading in headings]
    columns = "".join(
        f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        for number, width in enumerate(widths, start=1)
    )
    return f"<cols>{columns}</cols>"


def _cells_of_sums(
    currency: str, sums: Mapping[str, Decimal], columns: Iterable[str]
) -> Iterator[str]:
    """The sums of a currency below their columns; the first column of text names it."""
    style = _BY_DIGITS[minor_digits(currency)]
    is_named = False
    for heading in columns:
        if heading in sums:
            yield f'<c s="{style}"><v>{sums[heading]:f}</v></c>'
        elif heading in AMOUNTS or heading in DAYS or is_named:
            yield "<c/>"
        else:
            is_named = True
            yield _text(f"Sum {currency}", _HEADING)


def _cells(expense: ExportedExpense, columns: dict[str, Column]) -> Iterator[str]:
    for heading, value_of in columns.items():
        value = value_of(expense)
        if value is None:
            yield "<c/>"
        elif heading in DAYS and value >= _FIRST_SURE_DAY:
            yield f'<c s="{_DAY}"><v>{(date.fromisoformat(value) - _DAY_ZERO).days}</v></c>'
        elif heading in AMOUNTS:
            digits = minor_digits(AMOUNTS[heading](expense) or "")
            yield f'<c s="{_BY_DIGITS[digits]}"><v>{value}</v></c>'
        elif heading == "Rate":
            yield f"<c><v>{value}</v></c>"
        else:
            yield _text(value)


def _text(value: str, style: int = 0) -> str:
    escaped = escape(_NO_XML.sub(" ", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escaped}</t></is></c>'


EXTENSIONS: Final[Mapping[str, str]] = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
    "application/pdf": "pdf",
    "application/xml": "xml",
    "text/plain": "txt",
    **dict.fromkeys(ORIGINS, "json"),
}
INDEX: Final = "index.csv"
_NO_WORD = re.compile(r"[\W_]+")


@dataclass(frozen=True)
class Original:
    """The document of an expense, as it is handed out."""

    content: bytes
    media_type: str


class ArchiveWriter(Writer):
    """Each expense with its original; the index stands last, with a line for each, and the SHA-256
    of its original.
    """

    def __init__(self, about: About) -> None:
        self._sink = Sink()
        sink = cast(IO[bytes], self._sink)
        self._archive = zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED)
        self._moment = moment(about.asked_at)
        self._lines = Lines(about.profile.separator)
        self._index = bytearray(
            BYTE_ORDER_MARK + self._lines.line(["Original", "SHA-256", *COLUMNS])
        )
        self._names: set[str] = set()
        self._missing = 0

    def add(self, expense: ExportedExpense) -> bytes:
        """A line of the index that has no original: what takes back an earlier one."""
        return self.add_with(expense, None)

    def add_with(self, expense: ExportedExpense, original: Original | None) -> bytes:
        name = ""
        digest = ""
        if original is not None:
            name = self._name(expense, original.media_type)
            digest = hashlib.sha256(original.content).hexdigest()
            self._archive.writestr(self._entry(name), original.content)
            self._written(name, digest)
        elif expense.corrects is None:
            self._missing += 1
        cells = [plain_cell(heading, value_of(expense)) for heading, value_of in COLUMNS.items()]
        self._index += self._lines.line([name, digest, *cells])
        return self._sink.take()

    def _written(self, name: str, digest: str) -> None:
        """An original is in the file, under this name and with this SHA-256."""

    def end(self) -> bytes:
        self._archive.writestr(self._entry(INDEX, zipfile.ZIP_DEFLATED), bytes(self._index))
        self._archive.close()
        return self._sink.take()

    def close(self) -> None:
        self._archive.close()

    def remarks(self) -> Sequence[str]:
        return say_missing(self._missing)

    def _name(self, expense: ExportedExpense, media_type: str) -> str:
        """The day, the merchant, the total and the end of the id; no part of it is a path."""
        merchant = _NO_WORD.sub("-", unicodedata.normalize("NFC", expense.merchant)).strip("-")[:40]
        total = f"{expense.total}-{expense.currency}".removeprefix("-")
        extension = EXTENSIONS.get(media_type, "bin")
        words = [expense.date, merchant.rstrip("-"), total]
        name = f"{'_'.join(filter(None, words))}_{expense.id[-8:]}.{extension}"
        if _as_folders_see(name) in self._names:
            name = f"{'_'.join(filter(None, words))}_{expense.id}.{extension}"
        for number in count(2):
            if _as_folders_see(name) not in self._names:
                break
            name = f"{'_'.join(filter(None, words))}_{expense.id}_{number}.{extension}"
        self._names.add(_as_folders_see(name))
        return name

    def _entry(self, name: str, compression: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name, self._moment)
        entry.compress_type = compression
        return entry


SUMS: Final = "SHA256SUMS"


class PackageWriter(ArchiveWriter):
    """Writes the package for a tax adviser: originals in a folder for each month, other files
    beside the index, and the checksums of all of them last, as `sha256sum -c` reads them."""

    def __init__(self, about: About) -> None:
        super().__init__(about)
        self._sums: list[str] = []

    def add_file(self, name: str, content: bytes) -> bytes:
        """A file beside the index, such as a report."""
        self._archive.writestr(self._entry(name, zipfile.ZIP_DEFLATED), content)
        self._sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
        return self._sink.take()

    def end(self) -> bytes:
        index = self.add_file(INDEX, bytes(self._index))
        self._archive.writestr(self._entry(SUMS, zipfile.ZIP_DEFLATED), "".join(self._sums))
        self._archive.close()
        return index + self._sink.take()

    def _name(self, expense: ExportedExpense, media_type: str) -> str:
        return f"{expense.date[:7]}/{super()._name(expense, media_type)}"

    def _written(self, name: str, digest: str) -> None:
        self._sums.append(f"{digest}  {name}\n")


def _as_folders_see(name: str) -> str:
    """Two names that are this one are one file on Windows and macOS, which would lose the first."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
