"""Amounts of a claim."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Final

from tillroll.receipts.amounts.currencies import minor_digits

_EXACT: Final = Context(prec=60, rounding=ROUND_HALF_EVEN)


class NoClaim(ValueError):
    """Nothing can be claimed as it was asked. `field` is what to correct; the message says how."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """A part of a claim: `quantity` units (kilometres, miles, days) at `unit_price`; the amount in minor units."""

    description: str
    quantity: Decimal
    unit_price: Decimal
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be claimed: the sum of its lines in minor units of `currency` (ISO 4217), and the rates that it stands
    on, each with its source."""

    currency: str
    lines: tuple[ClaimLine, ...]
    bases: tuple[str, ...]

    @property
    def total_minor(self) -> int:
        return sum(line.amount_minor for line in self.lines)


def to_minor(amount: Decimal, currency: str) -> int:
    """Minor units of an amount, rounded once, half to even, as money is everywhere here."""
    return int(_EXACT.scaleb(amount, minor_digits(currency)).to_integral_value(ROUND_HALF_EVEN))
