"""Money in minor units: digits per currency, and decimal strings both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.money import (
    CODES,
    AmountError,
    Money,
    minor_digits,
    minor_from_decimal_string,
)


@pytest.mark.parametrize(
    ("money", "text"),
    [
        (Money(1590, "MYR"), "15.90"),
        (Money(5, "EUR"), "0.05"),
        (Money(-2, "EUR"), "-0.02"),
        (Money(1200, "JPY"), "1200"),
        (Money(1234, "KWD"), "1.234"),
        (Money(0, "USD"), "0.00"),
    ],
)
def test_decimal_strings_have_the_digits_of_the_currency(money: Money, text: str) -> None:
    assert money.to_decimal_string() == text
    assert minor_from_decimal_string(text, money.currency) == money.minor


@given(st.integers(-(10**12), 10**12), st.sampled_from(sorted(CODES)))
def test_every_amount_survives_the_round_trip(minor: int, currency: str) -> None:
    assert minor_from_decimal_string(Money(minor, currency).to_decimal_string(), currency) == minor


@pytest.mark.parametrize(("text", "minor"), [("15", 1500), ("15.9", 1590), (" 15.90 ", 1590)])
def test_missing_digits_are_filled_up(text: str, minor: int) -> None:
    assert minor_from_decimal_string(text, "EUR") == minor


@pytest.mark.parametrize("text", ["", "12,90", "RM 3", "1e3", "--1", "NaN", "١٢"])
def test_what_is_no_plain_decimal_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(AmountError, match=r"such as 12\.90"):
        minor_from_decimal_string(text, "EUR")


@pytest.mark.parametrize(
    ("text", "currency", "message"),
    [("1.234", "EUR", "at most 2 digits"), ("12.5", "JPY", "no digits after the point")],
)
def test_more_digits_than_the_currency_has_are_refused(
    text: str, currency: str, message: str
) -> None:
    with pytest.raises(AmountError, match=message):
        minor_from_decimal_string(text, currency)


def test_minor_digits_default_to_two() -> None:
    assert [minor_digits(code) for code in ("EUR", "JPY", "KWD")] == [2, 0, 3]
