"""The tax lines of an expense that a person split, in the files."""

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.exports.expenses import an_expense
from tests.unit.exports.test_datev_keys import booked

# A restaurant's bill: 24.00 at 19 %, 64.00 at 7 %, a tip of 7.00.
LINES = [
    {"rate": "19", "base": "20.17", "tax": "3.83", "vat_category": "S"},
    {"rate": "7", "base": "59.81", "tax": "4.19", "vat_category": "S"},
]
BILL: dict[str, Any] = {"total": "95.00", "tax": "8.02", "tax_lines": LINES}


def parts_of(*parts: tuple[str, str | None]) -> list[dict[str, Any]]:
    return [{"category": "Taxi", "total": total, "tax": tax} for total, tax in parts]


def cents(amount: str | None) -> int:
    return int(Decimal(amount or 0) * 100)


def test_each_rate_is_shared_over_the_parts() -> None:
    # 66.50 is 70 % of the bill, 28.50 is 30 %.
    bookings, remarks = booked(**BILL, parts=parts_of(("66.50", "5.61"), ("28.50", "2.41")))
    assert bookings == [
        *[("16,80", "9", ""), ("44,80", "8", ""), ("4,90", "", "")],
        *[("7,20", "9", ""), ("19,20", "8", ""), ("2,10", "", "")],
    ]
    assert remarks == []


@pytest.mark.parametrize(
    "totals",
    [
        ["66.50", "28.50"],
        ["31.67", "31.67", "31.66"],
        ["0.01", "94.99"],
        ["0.01", "0.01", "0.01", "94.97"],
    ],
)
@pytest.mark.parametrize("sign", ["", "-"])
def test_the_shares_add_up_to_the_parts_and_to_the_rates(totals: list[str], sign: str) -> None:
    lines = [
        {**line, "base": f"{sign}{line['base']}", "tax": f"{sign}{line['tax']}"} for line in LINES
    ]
    split = an_expense(
        total=f"{sign}95.00",
        tax=f"{sign}8.02",
        tax_lines=lines,
        parts=parts_of(*[(f"{sign}{total}", None) for total in totals]),
    )
    shares = split.shares_by_rate
    assert shares is not None
    unit = -1 if sign else 1
    for rate, gross, tax in [("19", 2400, 383), ("7", 6400, 419), ("0", 700, 0)]:
        of_rate = [share for share in shares if share.rate == rate]
        assert sum(cents(share.total) for share in of_rate) == unit * gross
        assert sum(cents(share.tax) for share in of_rate) == unit * tax
    rows = split.by_parts
    for place, line in enumerate(lines):
        for name in ("base", "tax"):
            assert sum(cents(row.tax_lines[place][name]) for row in rows) == cents(line[name])


def test_a_tax_that_a_person_gave_a_part_counts() -> None:
    # 64.00 at 7 % have 4.19, 31.00 have the rest: no single rate, so nothing is guessed.
    bookings, remarks = booked(**BILL, parts=parts_of(("64.00", "4.19"), ("31.00", "3.83")))
    assert [key for _, key, _ in bookings] == ["", ""]
    assert remarks != []
    by_rate = parts_of(("64.00", "4.19"), ("24.00", "3.83"), ("7.00", "0.00"))
    assert booked(**BILL, parts=by_rate) == (
        [("64,00", "8", ""), ("24,00", "9", ""), ("7,00", "", "")],
        [],
    )


def test_a_tip_beside_one_rate_has_no_key_in_any_part() -> None:
    line = {"rate": "19", "base": "100.00", "tax": "19.00", "vat_category": "S"}
    bookings, _ = booked(
        total="129.00",
        tax="19.00",
        tax_lines=[line],
        parts=parts_of(("64.50", "9.50"), ("64.50", "9.50")),
    )
    assert bookings == [
        *[("59,50", "9", ""), ("5,00", "", "")],
        *[("59,50", "9", ""), ("5,00", "", "")],
    ]
