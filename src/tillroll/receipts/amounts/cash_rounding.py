"""What totals are rounded to where they are paid in cash: the smallest coin, or what a law says."""

from collections.abc import Mapping
from typing import Final

_UNITS: Final[Mapping[str, int]] = {
    "MYR": 5, "SGD": 5, "BND": 5, "HKD": 10, "AUD": 5, "NZD": 10, "CAD": 5, "CHF": 5, "EUR": 5, "ZAR": 10, "ILS": 10,
    "SEK": 100, "NOK": 100, "DKK": 50, "CZK": 100, "HUF": 500, "PHP": 25, "THB": 25, "TRY": 5, "RON": 10,
}  # fmt: skip


def cash_unit(currency: str | None) -> int:
    """In minor units of the currency (ISO 4217); 0 where nothing is rounded: "MYR" is 5 sen."""
    return _UNITS.get(currency or "", 0)
