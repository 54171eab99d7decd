"""Texts that somebody printed to do harm: no file breaks by one, and none computes or hides it."""

import csv
import io
import unicodedata
import zipfile
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.exports.expenses import BOOKS, MARCH, an_expense, file_of
from tests.unit.exports.test_datev_file import read, written
from tillroll.exports.writers.datev import DatevWriter
from tillroll.exports.writers.formats import FORMATS, Coding
from tillroll.exports.writers.tables import ArchiveWriter, Original

ABOUT = replace(MARCH, profile=BOOKS, base_currency="EUR")
NAMES = (
    *(
        'a"b',
        "a;b",
        "a\r\nb",
        "a\rb",
        "a\x00b",
        "x" * 10_000,
        "=1+1\r\n=2",
        '"";;;"\r\n"EXTF"',
        "\u2028x",
        "\x1b[31m",
    ),
    *(
        "\ud800",
        "\x85",
        "  =cmd",
        "\u202e=1",
        "\x0b=1",
        "\xa0=1",
        "\ufeff=1",
        "\u200b=1",
        "\x00=1",
        "\t@x",
    ),
)
TABLES = ("csv", "quickbooks", "xero-bills", "xero-statement")
MEMBERS = ("merchant", "receipt_number", "category", "note", "file_name")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("member", MEMBERS)
def test_every_format_writes_any_text(name: str, member: str) -> None:
    """A half of a mark ended the export, and nobody behind it was handed on."""
    for each in FORMATS:
        if each != "pdf":  # it has pictures beside, and a test of its own
            assert file_of(each, an_expense(currency="EUR", **{member: name}), about=ABOUT)
    [booking] = read(written(an_expense(currency="EUR", **{member: name}))[0])
    assert booking["Umsatz (ohne Soll/Haben-Kz)"] == "12,90"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("member", MEMBERS)
@pytest.mark.parametrize("table", TABLES)
def test_no_cell_computes_or_ends_a_text(name: str, member: str, table: str) -> None:
    text = file_of(table, an_expense(currency="EUR", **{member: name}), about=ABOUT).decode(
        "utf-8-sig"
    )
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert len(rows) == 2
    for cell in rows[1]:
        seen = "".join(
            mark for mark in cell if not mark.isspace() and unicodedata.category(mark) != "Cf"
        )
        assert not seen.startswith(("=", "@", "+")), cell
        assert not any(
            unicodedata.category(mark) in {"Cc", "Cs"} and mark not in "\r\n\t" for mark in cell
        )
        assert table == "csv" or len(cell) <= 600


@pytest.mark.parametrize("name", [*NAMES, "\uff1d1+1", "-1+1", "+49 30 1", "@SUM(A1)"])
@pytest.mark.parametrize("member", ["merchant", "receipt_number"])
def test_no_field_of_datev_computes(name: str, member: str) -> None:
    """What Windows-1252 lacks is written by other letters, which may begin a formula then."""
    books = BOOKS.model_copy(
        update={
            "codings": {
                "Meals": Coding(account="4664", tax_code="9", cost_center="=cmd|' /C calc'!A0")
            }
        }
    )
    writer = DatevWriter(replace(ABOUT, profile=books))
    writer.begin()
    row = next(
        csv.reader(
            [writer.add(an_expense(currency="EUR", **{member: name})).decode("cp1252")],
            delimiter=";",
        )
    )
    assert "'=cmd|' /C calc'!A0" in row
    for cell in row:
        assert not cell.lstrip().startswith(("=", "@", "+", "-")), cell


def test_no_code_of_xero_computes() -> None:
    books = BOOKS.model_copy(
        update={"codings": {"Meals": Coding(account="420", tax_code="=cmd|' /C calc'!A0")}}
    )
    text = file_of("xero-bills", an_expense(), about=replace(ABOUT, profile=books)).decode()
    assert "'=cmd|' /C calc'!A0" in next(csv.reader(text.splitlines()[1:]))


def test_two_entries_that_one_folder_takes_for_one_have_names_of_their_own() -> None:
    writer = ArchiveWriter(MARCH)
    content = bytearray(writer.begin())
    given = (("Cafe", "exp_00AAAAAAAA"), ("CAFE", "exp_11AAAAAAAA"), ("cafe", "exp_22aaaaaaaa"))
    given += (
        ("Stra\u00dfe", "exp_4"),
        ("STRASSE", "exp_4"),
        ("e\u0301", "exp_5"),
        ("\u00e9", "exp_5"),
    )
    given += (
        ("../../etc/passwd", "exp_6"),
        ("C:\\x", "exp_7"),
        ("\U00020000" * 300, "exp_8"),
        ("CON", "exp_9"),
    )
    for merchant, expense_id in given:
        content += writer.add_with(
            an_expense(merchant=merchant, id=expense_id), Original(b"x", "image/jpeg")
        )
    content += writer.end()
    names = zipfile.ZipFile(io.BytesIO(bytes(content))).namelist()
    assert len({unicodedata.normalize("NFC", name.casefold()) for name in names}) == len(given) + 1
    for name in names:
        assert not {*name} & {*'/\\:*?"<>|'}
        assert ".." not in name
        assert len(name.encode()) <= 255


def test_datev_takes_amounts_as_it_can_and_says_of_the_rest() -> None:
    """The largest amount that there is has fifteen digits, a dinar three behind its point."""
    amounts = (
        ("90071992547409.91", "EUR"),
        ("12.345", "KWD"),
        ("0.001", "KWD"),
        ("9999999999.99", "EUR"),
    )
    expenses = [
        an_expense(id=f"exp_{number}", total=total, currency=currency, tax=None)
        for number, (total, currency) in enumerate(amounts)
    ]
    content, writer = written(*expenses)
    assert [each["Umsatz (ohne Soll/Haben-Kz)"] for each in read(content)] == [
        "12,34",
        "9999999999,99",
    ]
    told = " ".join(writer.remarks())
    assert "1 expense is not in the file: DATEV takes amounts of at most ten digits. It is " in told
    assert "2 amounts with three digits" in told


def test_nothing_has_no_sign() -> None:
    parts = [{"category": None, "total": total, "tax": None} for total in ("-0.01", "0.01", "5.00")]
    shares = [row.base_total or "" for row in an_expense(base_total="0.01", parts=parts).by_parts]
    assert sum(map(Decimal, shares)) == Decimal("0.01")
    assert "-0.00" not in shares
