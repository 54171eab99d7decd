"""Amounts at the terminal: as the Worker writes them, for each currency."""

import pytest

from cli.amounts import decimal, minor, with_currency
from tillroll_documents.money import CODES, Money, minor_from_decimal_string


@pytest.mark.parametrize("amount", [0, 5, -2, 1_290, -123_456_789])
def test_an_amount_is_written_as_the_worker_writes_it(amount: int) -> None:
    for currency in sorted(CODES):
        assert decimal(amount, currency) == Money(amount, currency).to_decimal_string()
        written = decimal(abs(amount), currency)
        assert minor(written, currency) == minor_from_decimal_string(written, currency)
    assert with_currency(-1_290, "EUR") == "-12.90 EUR"
    assert decimal(None, "EUR") == ""


@pytest.mark.parametrize("text", ["", "12.9", "12.900", "-12.90", "12,90", "x", "1e3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"such as 12\.90"):
        minor(text, "EUR")
    assert minor("12", "EUR") == 1_200
