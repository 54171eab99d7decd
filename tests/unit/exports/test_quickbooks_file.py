"""QuickBooks' bank CSV, by a strict reader of its published rules."""

import csv
import io
import re
from decimal import Decimal

import pytest

from tests.unit.exports.expenses import an_expense, file_of
from tillroll.expenses.exported import negated


def read(content: bytes) -> list[tuple[str, str, Decimal]]:
    heading, *lines = csv.reader(io.StringIO(content.decode(), newline=""), strict=True)
    assert heading == ["Date", "Description", "Amount"]
    for day, description, amount in lines:
        assert re.fullmatch(r"(0[1-9]|1[0-2])/(0[1-9]|[12]\d|3[01])/\d{4}", day)
        assert description
        assert re.fullmatch(r"-?\d+(\.\d+)?", amount)
    return [(day, description, Decimal(amount)) for day, description, amount in lines]


def test_what_was_spent_is_below_zero() -> None:
    found = read(
        file_of("quickbooks", an_expense(), an_expense(total="-1234.50", receipt_number=None))
    )
    assert found == [
        ("03/05/2026", "Green Garden Cafe A-17", Decimal("-12.90")),
        ("03/05/2026", "Green Garden Cafe", Decimal("1234.50")),
    ]


def test_a_description_is_one_line_and_no_formula() -> None:
    [(_, description, _)] = read(
        file_of("quickbooks", an_expense(merchant="=1\n+1", receipt_number=None))
    )
    assert description == "'=1 +1"


@pytest.mark.parametrize(
    ("amount", "other"), [("1.00", "-1.00"), ("-1.00", "1.00"), ("0.00", "0.00"), ("0", "0")]
)
def test_an_amount_is_turned_round(amount: str, other: str) -> None:
    assert negated(amount) == other
