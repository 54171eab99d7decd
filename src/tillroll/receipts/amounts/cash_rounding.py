"""What totals are rounded to where they are paid in cash: the smallest coin, or what a law says."""

from collections.abc import Mapping
from typing import Final, NamedTuple

_UNITS: Final[Mapping[str, int]] = {
    "MYR": 5, "SGD": 5, "BND": 5, "HKD": 10, "AUD": 5, "NZD": 10, "CAD": 5, "CHF": 5, "EUR": 5, "ZAR": 10, "ILS": 10,
    "SEK": 100, "NOK": 100, "DKK": 50, "CZK": 100, "HUF": 500, "PHP": 25, "THB": 25, "TRY": 5, "RON": 10,
}  # fmt: skip


_MAY_BE_PAID_EXACTLY: Final = frozenset({"EUR", "SGD", "PHP", "THB", "TRY", "RON", "ZAR"})
"""There smaller coins are legal tender, and the shops or countries that round are some of many."""


class Coins(NamedTuple):
    """What cash is rounded to: `unit` in minor units of the currency, 0 where nothing is rounded; `always` where no
    coins pay anything else."""

    unit: int = 0
    always: bool = False

    @classmethod
    def of(cls, currency: str | None) -> "Coins":
        """Those of a currency (ISO 4217): "MYR" is always rounded to 5 sen."""
        unit = _UNITS.get(currency or "", 0)
        return cls(unit, always=unit > 0 and currency not in _MAY_BE_PAID_EXACTLY)

    def pay(self, minor: int) -> bool:
        """Whether coins can pay an amount."""
        return not self.always or minor % self.unit == 0
