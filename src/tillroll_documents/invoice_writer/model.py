"""An invoice by EN 16931-1, and what its lines come to. Amounts are whole minor units. Pure.

Terms (BT) and groups (BG) are those of EN 16931-1.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum


class VatCategory(StrEnum):
    """How a line is taxed (UNTDID 5305)."""

    STANDARD = "S"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"
    """Not subject to VAT: an invoice that has it has no other."""


@dataclass(frozen=True)
class Party:
    """Who charges (BG-4), or who is charged (BG-7). `tax_number` is that of a local tax office,
    `registration_id` that of a register of companies."""

    name: str
    country: str
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    vat_id: str | None = None
    tax_number: str | None = None
    registration_id: str | None = None
    mail: str | None = None


@dataclass(frozen=True)
class Line:
    """What is charged (BG-25). `net` below zero is given back; `rate` is in percent."""

    name: str
    net: int
    category: VatCategory
    rate: Decimal = Decimal(0)
    day: date | None = None
    """When it was supplied (BT-134 and BT-135)."""


@dataclass(frozen=True)
class TaxGroup:
    """The tax of one category and rate (BG-23). `reason` says why there is none (BT-120), `code` is
    that of the list VATEX (BT-121)."""

    category: VatCategory
    rate: Decimal
    base: int
    tax: int
    reason: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Exemption:
    """Why a category has no tax."""

    reason: str
    code: str | None = None


@dataclass(frozen=True)
class Preceding:
    """The invoice that a credit note takes something back of (BG-3)."""

    number: str
    issued_on: date


@dataclass(frozen=True)
class AccountingTax:
    """The tax in the currency of accounting (BT-6 and BT-111). `rate` is what one unit of the
    invoice's currency is worth in it."""

    currency: str
    tax: int
    rate: Decimal


@dataclass(frozen=True)
class Invoice:
    """An invoice; with `preceding`, a credit note, whose amounts are what is given back and which
    has no `due_on`."""

    number: str
    issued_on: date
    due_on: date | None
    currency: str
    seller: Party
    buyer: Party
    lines: Sequence[Line]
    taxes: Sequence[TaxGroup]
    first_day: date
    last_day: date
    """Between these days it was supplied (BG-14)."""
    reference: str | None = None
    """The buyer's own (BT-10)."""
    iban: str | None = None
    preceding: Preceding | None = None
    accounting: AccountingTax | None = None
    """Where the tax is accounted for in another currency."""

    @property
    def net(self) -> int:
        """BT-109, and BT-106: nothing is allowed or charged beside the lines (BR-CO-13)."""
        return sum(line.net for line in self.lines)

    @property
    def tax(self) -> int:
        """BT-110 (BR-CO-14)."""
        return sum(group.tax for group in self.taxes)

    @property
    def gross(self) -> int:
        """BT-112, and BT-115: nothing was prepaid (BR-CO-15 and BR-CO-16)."""
        return self.net + self.tax


def tax_on(base: int, rate: Decimal) -> int:
    """The tax on a sum, rounded half up to the minor unit (BR-CO-17)."""
    return int((base * rate / 100).quantize(Decimal(1), ROUND_HALF_UP))


def tax_groups(
    lines: Iterable[Line],
    exemptions: Mapping[VatCategory, Exemption] | None = None,
    taxes: Mapping[tuple[VatCategory, Decimal], int] | None = None,
) -> list[TaxGroup]:
    """The tax of each category and rate, in the order in which they come. `taxes` says what a tax
    comes to that is not reckoned here: a credit note gives back what the invoice charged."""
    bases: dict[tuple[VatCategory, Decimal], int] = defaultdict(int)
    for line in lines:
        bases[line.category, line.rate] += line.net
    groups: list[TaxGroup] = []
    for (category, rate), base in bases.items():
        tax = (taxes or {}).get((category, rate), tax_on(base, rate))
        group = TaxGroup(category, rate, base=base, tax=tax)
        exemption = (exemptions or {}).get(category)
        if exemption is not None:
            group = replace(group, reason=exemption.reason, code=exemption.code)
        groups.append(group)
    return groups
