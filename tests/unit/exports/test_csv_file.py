"""CSV, read back by Python's own reader."""

import csv
import io

import pytest

from tests.unit.exports.expenses import an_expense, file_of
from tillroll.exports.tables.columns import COLUMNS
from tillroll.exports.tables.csv_file import BYTE_ORDER_MARK


def read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(BYTE_ORDER_MARK)
    text = content.removeprefix(BYTE_ORDER_MARK).decode()
    assert "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_an_expense_is_a_line_with_every_column() -> None:
    [line] = read(file_of("csv", an_expense()))
    assert list(line) == [*COLUMNS]
    assert (line["Date"], line["Merchant"], line["Total"], line["Currency"]) == (
        "2026-03-05",
        "Green Garden Cafe",
        "12.90",
        "MYR",
    )
    assert line["Due date"] == ""


def test_commas_quotes_and_other_scripts_come_back() -> None:
    merchant = 'Müller, "Söhne" & 收據'
    assert read(file_of("csv", an_expense(merchant=merchant)))[0]["Merchant"] == merchant


def test_a_line_break_in_a_name_stays_in_its_cell() -> None:
    content = file_of("csv", an_expense(merchant="A\r\nB"), an_expense(merchant="C"))
    assert [line["Merchant"] for line in read(content)] == ["A\r\nB", "C"]


@pytest.mark.parametrize(
    "name",
    ["=1+1", "+49 30", "-2", "@SUM(A1)", "\t=1", "  =1+1", "＝1", '=HYPERLINK("http://x")'],  # noqa: RUF001 - meant
)
@pytest.mark.parametrize("member", ["merchant", "registered_name", "category", "receipt_number", "buyer", "file_name"])
def test_no_cell_begins_a_formula(name: str, member: str) -> None:
    [line] = read(file_of("csv", an_expense(**{member: name})))
    assert f"'{name}" in line.values()
    assert name not in line.values()


def test_money_that_came_back_stays_a_number() -> None:
    assert read(file_of("csv", an_expense(total="-12.90")))[0]["Total"] == "-12.90"


def test_no_expenses_are_a_heading() -> None:
    content = file_of("csv").removeprefix(BYTE_ORDER_MARK).decode()
    assert content.splitlines() == [",".join(COLUMNS)]
