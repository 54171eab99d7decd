"""Money in minor units: digits per currency, and decimal strings both ways."""

from datetime import date
from decimal import InvalidOperation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tillroll_documents.money import (
    CODES,
    ENDED,
    AmountError,
    Money,
    has_ended,
    minor_digits,
    minor_from_decimal_string,
    written_rate,
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


# The last day as legal tender, by each central bank: of ANG the Centrale Bank van Curaçao en Sint
# Maarten, of BYR the National Bank of Belarus, of ZWL the Reserve Bank of Zimbabwe, and so on.
_LAST_DAYS = {
    "ANG": "2025-06-30",
    "BGN": "2026-01-31",
    "BYR": "2016-12-31",
    "HRK": "2023-01-14",
    "LTL": "2015-01-15",
    "LVL": "2014-01-14",
    "MRO": "2018-12-31",
    "SLL": "2024-03-31",
    "VEF": "2018-12-05",
    "ZWL": "2024-04-30",
}


def test_a_currency_has_ended_behind_its_last_day() -> None:
    assert {code: day.isoformat() for code, day in ENDED.items()} == _LAST_DAYS
    assert not has_ended("HRK", date(2023, 1, 14))
    assert has_ended("HRK", date(2023, 1, 15))


def test_a_currency_in_use_has_not_ended_and_nothing_has_on_no_day() -> None:
    assert has_ended("EUR", date(2026, 1, 1)) is False
    assert has_ended("HRK", None) is False


@pytest.mark.parametrize(
    ("rate", "text"),
    [("1.0842", "1.0842"), ("1.10", "1.1"), ("100", "100"), ("0.00", "0"), ("-0", "0")],
)
def test_a_rate_is_kept_without_zeros_that_say_nothing(rate: str, text: str) -> None:
    assert written_rate(rate) == text


def test_what_is_no_rate_is_refused() -> None:
    with pytest.raises(InvalidOperation):
        written_rate("one")


def test_the_example_of_a_refusal_is_an_amount_of_the_currency() -> None:
    for text, currency, example in (("1.234", "EUR", "12.90"), ("12.5", "JPY", "1290")):
        with pytest.raises(AmountError, match=rf"such as {example}\.$"):
            minor_from_decimal_string(text, currency)


def test_an_amount_has_at_most_thirteen_digits_before_its_point() -> None:
    assert minor_from_decimal_string("9" * 13, "JPY") == 9_999_999_999_999
    with pytest.raises(AmountError):
        minor_from_decimal_string("1" + "0" * 13, "JPY")
