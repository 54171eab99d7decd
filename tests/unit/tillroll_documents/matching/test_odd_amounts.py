"""Amounts that differ: cash that is rounded, tax on top, and tips."""

from decimal import Decimal

import pytest

from tillroll_documents.matching.odd_amounts import is_nearly, is_rounded_cash, is_tip, tax_on_top
from tillroll_documents.reading.totals.figures import USUAL_RATES


@pytest.mark.parametrize("total", [1, 7, 99, 1_000, 4_217, 123_456_789])
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_tax_on_top_is_that_of_the_plain_formula(total: int, more: int) -> None:
    for rate in map(Decimal, USUAL_RATES["DE"].split()):
        paid = int(total * (100 + rate) / 100) + more
        is_to_the_cent = abs(total * (100 + rate) / 100 - paid) < 1
        answer = tax_on_top(-paid, -total, "EUR")
        assert not is_to_the_cent or answer is not None


def test_rates_are_those_of_the_currency() -> None:
    assert tax_on_top(-10_810, -10_000, "CHF") == "8.1"
    assert tax_on_top(-10_810, -10_000, "EUR") is None
    assert tax_on_top(-11_900, -10_000, "USD") is None
    assert tax_on_top(-11_900, 0, "EUR") is None


@pytest.mark.parametrize(
    ("paid", "total", "currency", "is_rounded"),
    [
        (1_000, 998, "EUR", True),
        (1_000, 1_002, "EUR", True),
        (1_000, 1_003, "EUR", False),
        (1_001, 1_000, "EUR", False),
        (1_000, 1_000, "EUR", False),
        (500_000, 500_200, "HUF", True),
        (1_000, 998, "PLN", False),
    ],
)
def test_cash_is_rounded_as_its_currency_is(
    paid: int, total: int, currency: str, *, is_rounded: bool
) -> None:
    assert is_rounded_cash(-paid, -total, currency) is is_rounded


def test_a_tip_is_more_than_nothing_and_no_tax() -> None:
    assert is_tip(-5_100, -4_630, currency="EUR", most=250)
    assert not is_tip(-5_001, -5_000, currency="EUR", most=250)
    assert not is_tip(-5_950, -5_000, currency="EUR", most=250)
    assert not is_tip(-7_000, -5_000, currency="EUR", most=250)
    assert not is_tip(-4_000, -5_000, currency="EUR", most=250)


def test_a_cent_or_two_more_is_nearly_the_same() -> None:
    assert [is_nearly(-1_000 - more, -1_000) for more in (-1, 0, 1, 2, 3)] == [
        False,
        False,
        True,
        True,
        False,
    ]
