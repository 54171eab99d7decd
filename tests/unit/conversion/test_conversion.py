"""Cross rates and rounding."""

from decimal import Context, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tillroll.conversion.rates import AmountTooLarge, convert, cross_rate, rate_text
from tillroll_documents.money import minor_digits

EUR, USD, JPY, KWD = "EUR", "USD", "JPY", "KWD"
RATES = {"USD": Decimal("1.0823"), "JPY": Decimal("163.06")}

_CURRENCIES = st.sampled_from([EUR, USD, JPY, KWD])
_QUOTES = st.decimals("0.0001", "99999", places=4)


def test_rates_go_through_the_euro() -> None:
    assert cross_rate(RATES, "EUR", "USD") == Decimal("1.0823")
    assert cross_rate(RATES, "USD", "EUR") == Decimal("0.923958237088")
    assert cross_rate(RATES, "USD", "JPY") == Decimal("150.660630140")
    assert cross_rate(RATES, "USD", "USD") == Decimal(1)


def test_what_is_not_quoted_has_no_rate() -> None:
    assert cross_rate(RATES, "KWD", "EUR") is None
    assert cross_rate(RATES, "EUR", "KWD") is None
    assert cross_rate({}, "EUR", "USD") is None
    assert cross_rate({}, "KWD", "KWD") == Decimal(1)


@pytest.mark.parametrize(
    ("minor", "source", "target", "rate", "converted"),
    [
        (1590, USD, EUR, "0.923958236348", 1469),
        (1200, JPY, EUR, "0.00613271188519", 736),
        (1000, EUR, JPY, "163.06", 1631),
        (1000, EUR, KWD, "0.3325", 3325),
        (25, EUR, USD, "0.1", 2),  # 2.5 goes to the even neighbour
        (35, EUR, USD, "0.1", 4),
        (-25, EUR, USD, "0.1", -2),
        (0, EUR, USD, "1.1", 0),
    ],
)
def test_amounts_are_rounded_half_to_even(
    minor: int, source: str, target: str, rate: str, converted: int
) -> None:
    assert convert(minor, source, target, Decimal(rate)) == converted


def test_an_amount_beyond_what_is_kept_exactly_is_refused() -> None:
    with pytest.raises(AmountTooLarge):
        convert(2**53 - 1, EUR, USD, Decimal("1.1"))


@given(st.integers(-(10**11), 10**11), _CURRENCIES, _CURRENCIES, _QUOTES)
def test_the_amount_is_the_nearest_to_the_exact_product(
    minor: int, source: str, target: str, rate: Decimal
) -> None:
    exact = (
        Fraction(minor, 10 ** minor_digits(source)) * Fraction(rate) * 10 ** minor_digits(target)
    )
    try:
        converted = convert(minor, source, target, rate)
    except AmountTooLarge:
        assert abs(exact) > 2**53 - 2
        return
    assert converted == round(exact)  # Python rounds fractions half to even


@given(st.integers(0, 10**9), _QUOTES, _QUOTES)
def test_there_and_back_is_off_by_the_rounding_only(
    minor: int, one: Decimal, other: Decimal
) -> None:
    rates = {"USD": one, "GBP": other}
    there, back = cross_rate(rates, "USD", "GBP"), cross_rate(rates, "GBP", "USD")
    assert there is not None
    assert back is not None
    assume(minor * there < 2**53 - 2)  # beyond it the amount is refused, which is tested above
    returned = convert(convert(minor, USD, "GBP", there), "GBP", USD, back)
    assert abs(returned - minor) <= 1 + back / 2 + Decimal(minor) / 10**11


@given(_QUOTES, _QUOTES)
def test_a_rate_survives_as_text_and_does_not_depend_on_the_callers_context(
    one: Decimal, other: Decimal
) -> None:
    rate = cross_rate({"USD": one, "GBP": other}, "USD", "GBP")
    assert rate is not None
    assert Decimal(rate_text(rate)) == rate
    assert "E" not in rate_text(rate)
    converted = convert(123_456, USD, EUR, rate)
    with localcontext(Context(prec=3)):
        assert cross_rate({"USD": one, "GBP": other}, "USD", "GBP") == rate
        assert convert(123_456, USD, EUR, rate) == converted
