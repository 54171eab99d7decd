"""From one currency into another through the euro, in decimals."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from tillroll.exchange.rates import EURO

RATE_DIGITS: Final = 12
LARGEST_MINOR: Final = 2**53 - 1
"""What databases and JSON keep exactly everywhere."""

_RATE: Final = Context(prec=RATE_DIGITS, rounding=ROUND_HALF_EVEN)
_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


class AmountTooLarge(ValueError):
    """The converted amount is beyond LARGEST_MINOR."""


@dataclass(frozen=True, slots=True)
class Currency:
    """An ISO 4217 code and how many digits its amounts have after the point."""

    code: str
    minor_digits: int


def cross_rate(per_euro: Mapping[str, Decimal], source: str, target: str) -> Decimal | None:
    """How much of `target` one `source` was worth, to 12 significant digits; None where one of them was not quoted.

    `per_euro` holds a day's rates by currency; the euro needs none, and a currency is worth itself on any day.
    """
    if source == target:
        return Decimal(1)
    quoted = {**per_euro, EURO: Decimal(1)}
    if source not in quoted or target not in quoted:
        return None
    return _RATE.divide(quoted[target], quoted[source])


def convert(minor: int, source: Currency, target: Currency, rate: Decimal) -> int:
    """`minor` units of `source` in minor units of `target`: the product with the rate, rounded half to even.

    Whoever has the rate can therefore work out the amount again.

    Raises:
        AmountTooLarge: it cannot be kept exactly.
    """
    amount = Decimal(minor).scaleb(target.minor_digits - source.minor_digits, _EXACT)
    converted = int(_EXACT.multiply(amount, rate).to_integral_value(ROUND_HALF_EVEN))
    if abs(converted) > LARGEST_MINOR:
        raise AmountTooLarge(f"{minor} {source.code} is {converted} {target.code}")
    return converted


def rate_text(rate: Decimal) -> str:
    """The rate in plain digits, without an exponent or needless zeros: "0.000056", "4.7"."""
    return format(rate.normalize(_RATE), "f")
