"""Amounts for people: the API has whole minor units of a currency."""

import re

_DECIMAL = re.compile(r"([0-9]{1,13})(?:\.([0-9]{1,3}))?", re.ASCII)

_WITHOUT_DIGITS = "BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
_DIGITS = {**dict.fromkeys(_WITHOUT_DIGITS.split(), 0), **dict.fromkeys(_THREE_DIGITS.split(), 3)}
"""Of the currencies that have not two digits after the point."""


def decimal(minor: int | None, currency: str) -> str:
    """The amount with the currency's digits: "15.90", "-0.02", "1200" of JPY; empty for None."""
    if minor is None:
        return ""
    digits = _DIGITS.get(currency, 2)
    padded, sign = str(abs(minor)).zfill(digits + 1), "-" if minor < 0 else ""
    return f"{sign}{padded[:-digits]}.{padded[-digits:]}" if digits else f"{sign}{padded}"


def with_currency(minor: int, currency: str) -> str:
    """Such as "12.90 EUR"."""
    return f"{decimal(minor, currency)} {currency}"


def is_above_zero(text: str) -> bool:
    """Whether it is an amount of some currency, and more than nothing."""
    return _DECIMAL.fullmatch(text) is not None and any(each in text for each in "123456789")


def minor(text: str, currency: str) -> int:
    """Minor units of a decimal without sign, such as "12.90" or "12". Raises ValueError: it is
    none, or has other digits than the currency.
    """
    digits = _DIGITS.get(currency, 2)
    found = _DECIMAL.fullmatch(text)
    if found is None or len(found[2] or "") not in {0, digits}:
        raise ValueError(f"{text!r}: write an amount such as {decimal(1290, currency)}")
    return int(found[1] + (found[2] or "0" * digits))
