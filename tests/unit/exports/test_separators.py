"""No file of an export computes, whichever separator a spreadsheet parts its lines by.

A spreadsheet takes the list separator of its machine, and not that of the file: a comma on an
English one, a semicolon on a German one. `opened` parts as they do: quotes hold a cell together
only where it begins with one (RFC 4180, section 2; LibreOffice Help, "Text Import").
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.unit.exports.expenses import BOOKS, MARCH, an_expense, file_of
from tests.unit.exports.test_datev_bank import FEE, about_with
from tillroll.exports.writers.datev_bank import BankLine, write_bank
from tillroll.exports.writers.formats import ProfileOptions
from tillroll_documents.cells import with_formulas

SEPARATORS = (",", ";", "\t")
_BREAKS = (*SEPARATORS, "\n", "\r\n", "\r")
_BEGINNINGS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", " =1+1", '"=1+1"', "\u200b=1+1", "＝1")  # noqa: RUF001 - a sign of full width, which computes too
TEXTS = [
    *_BEGINNINGS,
    *(f"Shop{part}{formula}{part}" for part in _BREAKS for formula in _BEGINNINGS),
    '"Shop";=1+1',
    "Shop;\t=1",
    ";;=1",
]
_MEMBERS = ("merchant", "category", "note", "receipt_number", "buyer", "file_name", "project")
_NUMBER = re.compile(r"-?[0-9]+([.,][0-9]+)?", re.ASCII)
ABOUT = replace(MARCH, profile=BOOKS, base_currency="EUR")


def opened(text: str, separator: str) -> Iterator[str]:
    """The cells that a spreadsheet sees."""
    at = 0
    while at < len(text):
        cell = ""
        if text[at] == '"':
            at += 1
            while at < len(text) and (text[at] != '"' or text[at : at + 2] == '""'):
                at += 1 + (text[at] == '"')
                cell += text[at - 1]
            at += 1
        while at < len(text) and text[at] not in {separator, "\r", "\n"}:
            cell += text[at]
            at += 1
        at += 1
        yield cell


def computed(content: str) -> list[str]:
    """What of a file is a formula by some separator."""
    formulas: list[str] = []
    for separator in SEPARATORS:
        for cell in opened(content, separator):
            seen = cell
            while seen and (seen[0] in ' "' or unicodedata.category(seen[0]) in {"Cf", "Zs"}):
                seen = seen[1:]
            if seen.startswith(("=", "+", "-", "@", "＝")) and not _NUMBER.fullmatch(seen):  # noqa: RUF001 - a sign of full width, which computes too
                formulas.append(f"{separator!r}: {cell[:60]!r}")
    return formulas


def test_the_check_sees_a_formula_in_a_quoted_cell() -> None:
    assert computed('2026-03-05,"a ""b"", Shop;=1+1;",12.90\r\n') == ["';': '=1+1'"]
    assert computed("2026-03-05,-12.90,'=1,\"Shop;'=1\"\r\n") == []


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("name", ["csv", "quickbooks", "xero-bills", "xero-statement"])
def test_no_table_computes_by_another_separator(name: str, text: str) -> None:
    for member in _MEMBERS:
        expense = an_expense(currency="EUR", **{member: text})
        assert computed(file_of(name, expense, about=ABOUT).decode("utf-8-sig")) == [], member


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("delimiter", SEPARATORS)
def test_a_reader_that_takes_the_marks_away_has_the_text_again(text: str, delimiter: str) -> None:
    profile = ProfileOptions.model_validate({"delimiter": delimiter})
    about = replace(MARCH, profile=profile)
    content = file_of("csv", an_expense(merchant=text), about=about).decode("utf-8-sig")
    assert computed(content) == []
    [row] = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    assert with_formulas(row["Merchant"]) == text


@pytest.mark.parametrize("text", TEXTS)
def test_no_batch_of_datev_computes(text: str) -> None:
    for member in ("merchant", "note", "receipt_number"):
        expense = an_expense(currency="EUR", **{member: text})
        assert computed(file_of("datev", expense, about=ABOUT).decode("cp1252")) == [], member
    line = BankLine(replace(FEE, text=text))
    assert computed(write_bank(about_with(), [line]).decode("cp1252")) == []


@pytest.mark.parametrize("text", TEXTS)
def test_a_note_of_entertainment_stays_whole(text: str) -> None:
    note = f"Essen mit Gästen {text} " * 40
    books = BOOKS.model_copy(update={"other": BOOKS.other.model_copy(update={"account": "4650"})})
    about = replace(ABOUT, profile=books)
    expense = an_expense(currency="EUR", note=note[:2000], category="Entertaining")
    assert computed(file_of("datev", expense, about=about).decode("cp1252")) == []
