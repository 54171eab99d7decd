"""CSV, read back by Python's own reader."""

import csv
import io
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.exports.expenses import BOOKS, MARCH, an_expense, file_of
from tillroll.exports.writers.tables import BYTE_ORDER_MARK, COLUMNS


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
    # Meant.
    ["=1+1", "+49 30", "-2", "@SUM(A1)", "  =1+1", "＝1", '=HYPERLINK("http://x")'],  # noqa: RUF001
)
@pytest.mark.parametrize(
    "member",
    [
        "merchant",
        "registered_name",
        "category",
        "receipt_number",
        "buyer",
        "file_name",
        "employee",
        "approver",
    ],
)
def test_no_cell_begins_a_formula(name: str, member: str) -> None:
    [line] = read(file_of("csv", an_expense(**{member: name})))
    assert f"'{name}" in line.values()
    assert name not in line.values()


def test_money_that_came_back_stays_a_number() -> None:
    assert read(file_of("csv", an_expense(total="-12.90")))[0]["Total"] == "-12.90"


SPLIT = {
    "total": "10.00",
    "tax": "1.00",
    "category": None,
    "amount_due": "10.00",
    "base_currency": "EUR",
    "base_total": "2.01",
    "base_tax": "0.20",
    "parts": [
        {"category": "Meals", "total": "3.33", "tax": None},
        {"category": "Taxi", "total": "3.33", "tax": "1.00"},
        {"category": "=Gifts", "total": "3.34", "tax": None},
    ],
}


def table(**profile: Any) -> list[dict[str, str]]:
    return read(
        file_of(
            "csv",
            an_expense(**SPLIT),
            about=replace(MARCH, profile=BOOKS.model_copy(update=profile)),
        )
    )


def test_a_split_expense_has_a_row_for_each_part_which_add_up() -> None:
    lines = table(
        columns=(
            "Expense",
            "Part",
            "Category",
            "Account",
            "Total",
            "Tax",
            "Base total",
            "Base tax",
            "Amount due",
        )
    )
    assert [[*line.values()] for line in lines] == [
        ["exp_1", "1/3", "Meals", "4664", "3.33", "", "0.67", "", "10.00"],
        ["exp_1", "2/3", "Taxi", "4980", "3.33", "1.00", "0.67", "0.20", ""],
        ["exp_1", "3/3", "'=Gifts", "4980", "3.34", "", "0.67", "", ""],
    ]


def test_a_profile_may_have_one_row_for_it() -> None:
    [line] = table(columns=("Category", "Account", "Total", "Base total", "Part"), rows="expense")
    assert [*line.values()] == ["Meals; Taxi;' =Gifts", "4664; 4980", "10.00", "2.01", ""]


@given(
    parts=st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=9),
    base=st.integers(-(10**12), 10**12),
)
def test_no_cent_of_the_base_amount_is_lost(parts: list[int], base: int) -> None:
    shown = [
        {"category": None, "total": f"{Decimal(each) / 100:.2f}", "tax": None} for each in parts
    ]
    split = an_expense(base_total=f"{Decimal(base) / 100:.2f}", parts=shown)
    shares = [Decimal(row.base_total) for row in split.by_parts if row.base_total is not None]
    assert sum(shares) == Decimal(base) / 100


def test_no_expenses_are_a_heading() -> None:
    content = file_of("csv").removeprefix(BYTE_ORDER_MARK).decode()
    assert content.splitlines() == [",".join(COLUMNS)]


def test_its_own_cost_center_stands_before_that_of_its_category() -> None:
    about = replace(MARCH, profile=BOOKS)
    own = an_expense(cost_center="K 7")
    assert read(file_of("csv", own))[0]["Cost centre"] == "K 7"
    lines = read(file_of("csv", own, an_expense(), about=about))
    assert [line["Cost centre"] for line in lines] == ["K 7", "K1"]
