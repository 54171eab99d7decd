"""XLSX, read back by openpyxl."""

import io
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from tests.unit.exports.expenses import MARCH, an_expense, file_of
from tillroll.exports.writers import tables
from tillroll.exports.writers.tables import COLUMNS


def sheets(content: bytes) -> list[list[dict[str, Any]]]:
    """The rows of each sheet, by heading; None for an empty cell."""
    book: Any = openpyxl.load_workbook(io.BytesIO(content))
    found: list[list[dict[str, Any]]] = []
    for sheet in book.worksheets:
        heading, *rows = sheet.iter_rows(values_only=True)
        assert list(heading) == [*COLUMNS]
        found.append([dict(zip(heading, row, strict=True)) for row in rows])
    return found


def expenses_in(content: bytes) -> list[list[dict[str, Any]]]:
    """The rows of each sheet but those of sums."""
    return [
        [row for row in rows if not str(row["Merchant"]).startswith("Sum ")]
        for rows in sheets(content)
    ]


def sums_in(content: bytes) -> dict[str, dict[str, Any]]:
    """The rows of sums at the end of the last sheet, by what they are called."""
    last = sheets(content)[-1]
    rows = {str(row["Merchant"]): row for row in last}
    return {name: row for name, row in rows.items() if name.startswith("Sum ")}


def test_amounts_are_summed_up_by_currency_and_exactly() -> None:
    content = file_of(
        "xlsx",
        an_expense(total="0.10", tax=None, currency="EUR"),
        an_expense(total="0.20", tax="0.03", currency="EUR"),
        an_expense(total="-5.00", currency="USD", base_currency="EUR", base_total="-4.50"),
        an_expense(total="800", tax=None, currency="JPY"),
    )
    found = sums_in(content)
    assert [*found] == ["Sum EUR", "Sum JPY", "Sum USD"]
    euros = found["Sum EUR"]
    assert (euros["Total"], euros["Tax"], euros["Base total"]) == (0.3, 0.03, -4.5)
    assert (found["Sum JPY"]["Total"], found["Sum JPY"]["Tax"]) == (800, None)
    assert found["Sum USD"]["Total"] == -5


def test_parts_are_summed_up_once_and_columns_are_wide_enough() -> None:
    parts = [
        {"category": "Meals", "total": "7.90", "tax": None},
        {"category": "Taxi", "total": "5.00", "tax": None},
    ]
    content = file_of("xlsx", an_expense(tax=None, parts=parts))
    assert sums_in(content)["Sum MYR"]["Total"] == 12.9
    book: Any = openpyxl.load_workbook(io.BytesIO(content))
    widths = book.worksheets[0].column_dimensions
    assert (widths["A"].width, widths["B"].width) == (13, 30)


def test_who_handed_it_in_and_who_approved_it_have_columns() -> None:
    expense = an_expense(
        employee="Sam",
        tags=["fair", "trip"],
        approver="Petra",
        approved_on="2026-03-07",
        tax_lines=[{"rate": "19", "base": "100.00", "tax": "19.00", "vat_category": "S"}],
    )
    [[row]] = expenses_in(file_of("xlsx", expense))
    assert (row["Employee"], row["Tags"], row["Approved by"]) == ("Sam", "fair; trip", "Petra")
    assert row["Approved on"] == datetime(2026, 3, 7)  # noqa: DTZ001 - a cell's day has no zone
    assert row["Tax lines"] == "19 %: 100.00 + 19.00"


def test_amounts_are_numbers_and_days_are_days() -> None:
    [[row]] = expenses_in(
        file_of("xlsx", an_expense(due_date="2026-04-30", amount_due="12.90", rate="0.2137"))
    )
    assert row["Date"] == datetime(2026, 3, 5)  # noqa: DTZ001 - a cell's day has no zone
    assert row["Due date"] == datetime(2026, 4, 30)  # noqa: DTZ001 - as above
    assert (row["Total"], row["Amount due"], row["Rate"]) == (12.9, 12.9, 0.2137)
    assert (row["Merchant"], row["Buyer"]) == ("Green Garden Cafe", None)


@pytest.mark.parametrize(
    ("currency", "total", "shown"),
    [("JPY", "800", "#,##0"), ("EUR", "-8.00", "#,##0.00"), ("KWD", "8.123", "#,##0.000")],
)
def test_an_amount_is_shown_with_its_currencys_digits(
    currency: str, total: str, shown: str
) -> None:
    content = file_of("xlsx", an_expense(currency=currency, total=total, tax=None))
    book: Any = openpyxl.load_workbook(io.BytesIO(content))
    cell = book.worksheets[0].cell(2, [*COLUMNS].index("Total") + 1)
    assert (cell.value, cell.number_format) == (float(total), shown)


@pytest.mark.parametrize("name", ["=1+1", "+49 30", '<b>&"', "收據", " two  spaces "])
def test_a_name_is_a_text_as_it_stands(name: str) -> None:
    content = file_of("xlsx", an_expense(merchant=name))
    book: Any = openpyxl.load_workbook(io.BytesIO(content))
    cell = book.worksheets[0].cell(2, 2)
    assert cell.value == name
    assert cell.data_type in {"s", "inlineStr"}


def test_what_xml_cannot_hold_is_a_space() -> None:
    assert sheets(file_of("xlsx", an_expense(merchant="A\x00B\x1fC")))[0][0]["Merchant"] == "A B C"


def test_what_is_beyond_a_sheet_stands_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    found = expenses_in(file_of("xlsx", *[an_expense(id=f"exp_{n}") for n in range(5)]))
    assert [[row["Expense"] for row in rows] for rows in found] == [
        ["exp_0", "exp_1"],
        ["exp_2", "exp_3"],
        ["exp_4"],
    ]


def test_no_expenses_are_a_heading_and_the_same_expenses_the_same_bytes() -> None:
    assert sheets(file_of("xlsx")) == [[]]
    assert file_of("xlsx", an_expense()) == file_of("xlsx", an_expense())


def test_bytes_come_while_rows_are_added() -> None:
    """The file does not wait in memory for its end."""
    writer = tables.XlsxWriter(MARCH)
    size = sum(
        len(writer.add(an_expense(id=f"exp_{n}", merchant=str(n * 7919)))) for n in range(5_000)
    )
    assert size > 2 * len(writer.end())
