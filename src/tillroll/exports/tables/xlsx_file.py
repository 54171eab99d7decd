"""XLSX (ECMA-376, Office Open XML): a workbook whose sheet is compressed as it is written, row by row.

Texts stand in their cells as inline strings, which no program computes; amounts are numbers and days are days.
"""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from xml.sax.saxutils import escape

from tillroll.exports.expense import ExportedExpense, digits_of
from tillroll.exports.sink import Sink, moment
from tillroll.exports.tables.columns import AMOUNTS, DAYS, Column, columns_of, rows_of
from tillroll.exports.writer import About, Writer

# A sheet has so many rows (ECMA-376, section 18.3.1.73, as Excel has it); what is beyond stands on the next one.
MOST_ROWS = 1_048_576
# Day 1 is the first of January 1900, and the 29th of February 1900 is counted, which never was.
_DAY_ZERO = date(1899, 12, 30)
# Before it, a spreadsheet's days and the calendar's are not the same.
_FIRST_SURE_DAY = "1900-03-01"
# The numbers of cell formats in _STYLES.
_HEADING, _DAY, _BY_DIGITS = 1, 2, {0: 3, 2: 4, 3: 5}
# What XML 1.0 cannot hold.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}">
<numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/><numFmt numFmtId="165" formatCode="#,##0.000"/></numFmts>
<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>
<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>
<cellXfs count="6"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>
<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="3" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="4" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>
<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>
</styleSheet>"""  # noqa: E501 - as the standard's examples are laid out


class XlsxWriter(Writer):
    """One sheet, its heading frozen; another for each further million rows."""

    def __init__(self, about: About) -> None:
        self._moment = moment(about.asked_at)
        self._sink = Sink()
        self._archive = zipfile.ZipFile(self._sink, "w", zipfile.ZIP_DEFLATED)  # type: ignore[arg-type]
        self._profile = about.profile
        self._columns = columns_of(about.profile)
        self._sheets = 0
        self._rows = 0
        self._open_sheet()

    def begin(self) -> bytes:
        return self._sink.take()

    def add(self, expense: ExportedExpense) -> bytes:
        for row in rows_of(self._profile, expense):
            if self._rows == MOST_ROWS:
                self._close_sheet()
                self._open_sheet()
            self._row(_cells(row, self._columns))
        return self._sink.take()

    def end(self) -> bytes:
        self._close_sheet()
        numbers = range(1, self._sheets + 1)
        sheets = "".join(f'<sheet name="Expenses {n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
        parts = "".join(
            f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_TYPES}.worksheet+xml"/>' for n in numbers
        )
        links = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in numbers]
        self._part("xl/styles.xml", _STYLES)
        self._part(
            "xl/workbook.xml",
            f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{sheets}</sheets></workbook>',
        )
        self._part("xl/_rels/workbook.xml.rels", _links([*links, ("rId0", "styles", "styles.xml")]))
        self._part("_rels/.rels", _links([("rId1", "officeDocument", "xl/workbook.xml")]))
        self._part(
            "[Content_Types].xml",
            f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
            f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_TYPES}.styles+xml"/>{parts}</Types>',
        )
        self._archive.close()
        return self._sink.take()

    def _open_sheet(self) -> None:
        self._sheets += 1
        self._rows = 0
        self._sheet = self._archive.open(self._entry(f"xl/worksheets/sheet{self._sheets}.xml"), "w")
        self._write(
            f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
            '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
            '<sheetFormatPr defaultRowHeight="15"/><sheetData>'
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
    each = "".join(f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for key, kind, to in links)
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _cells(expense: ExportedExpense, columns: dict[str, Column]) -> Iterator[str]:
    for heading, value_of in columns.items():
        value = value_of(expense)
        if value is None:
            yield "<c/>"
        elif heading in DAYS and value >= _FIRST_SURE_DAY:
            yield f'<c s="{_DAY}"><v>{(date.fromisoformat(value) - _DAY_ZERO).days}</v></c>'
        elif heading in AMOUNTS:
            digits = digits_of(AMOUNTS[heading](expense) or "")
            yield f'<c s="{_BY_DIGITS[digits]}"><v>{value}</v></c>'
        elif heading == "Rate":
            yield f"<c><v>{value}</v></c>"
        else:
            yield _text(value)


def _text(value: str, style: int = 0) -> str:
    shown = escape(_NO_XML.sub(" ", value))
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{shown}</t></is></c>'
