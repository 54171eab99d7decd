"""An invoice that is issued, as values, with its sums. Terms (BT) and groups (BG) are those of EN 16931-1."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

_CENT: Final = Decimal("0.01")


class VatCategory(StrEnum):
    """Codes of UNTDID 5305 as EN 16931 takes them for BT-118."""

    STANDARD = "S"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"


@dataclass(frozen=True)
class IssuedParty:
    """Seller (BG-4) or buyer (BG-7). `country` is ISO 3166-1 alpha-2, `registration_id` that of a legal register."""

    name: str
    country: str
    street: str | None = None
    city: str | None = None
    postal_code: str | None = None
    vat_id: str | None = None
    registration_id: str | None = None


@dataclass(frozen=True)
class IssuedVat:
    """How the whole invoice is taxed. `rate` is in percent, zero but for STANDARD; `reason` why there is none."""

    category: VatCategory
    rate: Decimal = Decimal(0)
    reason: str | None = None


@dataclass(frozen=True)
class IssuedLine:
    """What is charged. `gross` is what is to be paid for it, tax included; below zero, it is given back."""

    name: str
    gross: Decimal


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note takes something back of (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class IssuedInvoice:
    """An invoice, or, with `preceding`, a credit note, whose amounts are what is given back.

    Attributes:
        due_on: the last day on which it is paid in time; None of a credit note.
        reference: the buyer's own (BT-10), which public buyers ask for.
        iban: where it is paid to (BT-84).
    """

    number: str
    issued_on: date
    due_on: date | None
    currency: str
    seller: IssuedParty
    buyer: IssuedParty
    vat: IssuedVat
    lines: Sequence[IssuedLine]
    reference: str | None = None
    iban: str | None = None
    preceding: Preceding | None = None

    @property
    def gross(self) -> Decimal:
        """BT-112: what the lines come to."""
        return sum((line.gross for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        """BT-109. Tax is what lies between: EN 16931, BR-CO-17, holds to the cent."""
        return self._net_of(self.gross)

    @property
    def tax(self) -> Decimal:
        """BT-110."""
        return self.gross - self.net

    @property
    def net_lines(self) -> list[Decimal]:
        """BT-131 of each line. They come to the net amount exactly, since the sums are rounded, not the lines."""
        nets, so_far = list[Decimal](), Decimal(0)
        for line in self.lines:
            nets.append(self._net_of(so_far + line.gross) - self._net_of(so_far))
            so_far += line.gross
        return nets

    def _net_of(self, gross: Decimal) -> Decimal:
        return (gross * 100 / (100 + self.vat.rate)).quantize(_CENT, ROUND_HALF_UP)
