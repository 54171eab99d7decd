"""Truths come in whatever form was printed."""

from datetime import date
from decimal import Decimal

import pytest

from bench.truth import Truth, read_date, read_total


@pytest.mark.parametrize(
    ("printed", "day"),
    [
        ("22/12/2017", date(2017, 12, 22)),
        ("12/28/2017", date(2017, 12, 28)),
        ("03/04/2018", date(2018, 4, 3)),
        ("9/2/2017", date(2017, 2, 9)),
        ("18/03/18", date(2018, 3, 18)),
        ("18.03.18", date(2018, 3, 18)),
        ("(06/12/2016)", date(2016, 12, 6)),
        ("25032018", date(2018, 3, 25)),
        ("28 MAR 18", date(2018, 3, 28)),
        ("05-AUG-2017", date(2017, 8, 5)),
        ("02/JAN/2017", date(2017, 1, 2)),
        ("10 October 2017", date(2017, 10, 10)),
        ("March 28, 2018", date(2018, 3, 28)),
        ("2018-03-23", date(2018, 3, 23)),
        ("2018/02/22", date(2018, 2, 22)),
        ("25/12/2018 8:13:39 PM", date(2018, 12, 25)),
        ("no date", None),
        ("", None),
    ],
)
def test_dates(printed: str, day: date | None) -> None:
    assert read_date(printed) == day


@pytest.mark.parametrize(
    ("printed", "total"),
    [
        ("15.90", "15.90"),
        ("RM41.45", "41.45"),
        ("RM 29.70", "29.70"),
        ("1,234.50", "1234.50"),
        ("1.234,50", "1234.50"),
        ("12,50 EUR", "12.50"),
        ("1,200", "1200"),
        ("$8", "8"),
        ("none", None),
    ],
)
def test_totals(printed: str, total: str | None) -> None:
    assert read_total(printed) == (None if total is None else Decimal(total))


def test_what_counts_as_right() -> None:
    truth = Truth("bhpetrolsdnbhd", date(2018, 3, 23), Decimal("15.9"))
    assert truth.agrees("merchant", "BH Petrol Sdn. Bhd.")
    assert truth.agrees("date", "2018-03-23")
    assert truth.agrees("total", "15.90")
    assert truth.agrees("total", None) is False
    assert Truth(None, None, None).agrees("date", "2018-03-23") is None
