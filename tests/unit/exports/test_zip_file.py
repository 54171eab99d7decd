"""The ZIP with originals, read back by Python's own reader."""

import csv
import hashlib
import io
import zipfile

import pytest

from tests.unit.exports.expenses import MARCH, an_expense
from tillroll.expenses.exported import ExportedExpense
from tillroll.exports.writers.tables import ArchiveWriter, Original


def read(
    *given: tuple[ExportedExpense, Original | None],
) -> tuple[dict[str, bytes], list[dict[str, str]], list[str]]:
    """The originals by their names, the index, and what is remarked."""
    writer = ArchiveWriter(MARCH)
    content = b"".join([writer.begin(), *(writer.add_with(*each) for each in given), writer.end()])
    archive = zipfile.ZipFile(io.BytesIO(content))
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    index = files.pop("index.csv").decode("utf-8-sig")
    return (
        files,
        list(csv.DictReader(io.StringIO(index, newline=""), strict=True)),
        list(writer.remarks()),
    )


def test_an_original_is_named_and_indexed() -> None:
    files, [line], remarks = read(
        (an_expense(id="exp_01ABCDEFGH"), Original(b"photo", "image/jpeg"))
    )
    assert files == {"2026-03-05_Green-Garden-Cafe_12.90-MYR_ABCDEFGH.jpg": b"photo"}
    assert line["Original"] == "2026-03-05_Green-Garden-Cafe_12.90-MYR_ABCDEFGH.jpg"
    assert line["SHA-256"] == hashlib.sha256(b"photo").hexdigest()
    assert (line["Merchant"], line["Total"], line["Expense"]) == (
        "Green Garden Cafe",
        "12.90",
        "exp_01ABCDEFGH",
    )
    assert remarks == []


@pytest.mark.parametrize(
    ("merchant", "expected"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("C:\\con\n|?*", "C-con"),
        ("Café 收據", "Café-收據"),
        ("x" * 300, "x" * 40),
    ],
)
def test_a_name_is_no_path(merchant: str, expected: str) -> None:
    files, _, _ = read((an_expense(merchant=merchant), Original(b"%PDF-", "application/pdf")))
    assert [*files] == [f"2026-03-05_{expected}_12.90-MYR_exp_1.pdf"]


def test_names_of_two_are_told_apart() -> None:
    same = [
        (an_expense(id=f"exp_{letter}12345678"), Original(b"x", "image/png")) for letter in "AB"
    ]
    assert len(read(*same)[0]) == 2


def test_what_has_no_original_stands_in_the_index() -> None:
    files, lines, remarks = read(
        (an_expense(), None), (an_expense(merchant="=1").taken_back("xpt_1"), None)
    )
    assert files == {}
    assert [(line["Original"], line["Merchant"], line["Corrects"]) for line in lines] == [
        ("", "Green Garden Cafe", ""),
        ("", "'=1", "xpt_1"),
    ]
    assert remarks == ["1 original is not in the store any more; the index has its expense."]


def test_the_same_expenses_give_the_same_bytes() -> None:
    given = (an_expense(), Original(b"x", "image/webp"))
    writers = [ArchiveWriter(MARCH), ArchiveWriter(MARCH)]
    first, second = (writer.add_with(*given) + writer.end() for writer in writers)
    assert first == second
