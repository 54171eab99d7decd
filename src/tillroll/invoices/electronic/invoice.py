"""An e-invoice as values, each with the path of the element that it was read from.

The names of the business terms (BT) and groups (BG) are those of EN 16931-1, section 6.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, TypeVar

Value = TypeVar("Value")

# UNTDID 1001, as EN 16931's code list for BT-3 divides them.
_CREDIT_NOTES: Final = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
_NO_INVOICES: Final = frozenset({"310", "325"})
"""An offer and a proforma invoice: nothing is owed for either."""


@dataclass(frozen=True, slots=True)
class Located(Generic[Value]):
    """A value and the XPath of its element."""

    value: Value
    path: str


Text = Located[str]
Day = Located[date]
Amount = Located[Decimal]


class Syntax(StrEnum):
    """How the invoice is written."""

    UBL_INVOICE = "ubl-invoice"
    UBL_CREDIT_NOTE = "ubl-credit-note"
    CII = "cii"
    ZUGFERD_1 = "zugferd-1"


class Kind(StrEnum):
    """What the document is, by its type code (BT-3) and root element."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4) or buyer (BG-7)."""

    name: Text | None = None
    trading_name: Text | None = None
    vat_id: Text | None = None
    tax_number: Text | None = None


@dataclass(frozen=True, slots=True)
class TaxBreakdown:
    """Tax of one category and rate (BG-23). `rate` is in percent."""

    base: Amount | None
    tax: Amount | None
    rate: Amount | None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line (BG-25). `counts` is false for one that only groups or explains others."""

    path: str
    name: Text | None
    quantity: Amount | None
    unit_price: Amount | None
    amount: Amount | None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance (BG-20) or charge (BG-21) on the whole document; amounts without sign."""

    amount: Amount
    is_charge: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22. `lines` is BT-106, `allowances` BT-107, `charges` BT-108, `net` BT-109, `tax` BT-110, `gross` BT-112,
    `prepaid` BT-113, `rounding` BT-114, `due` BT-115."""

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    net: Amount | None = None
    tax: Amount | None = None
    gross: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None
    due: Amount | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """How it is to be paid (BG-16); `reference` is what the payer writes (BT-83)."""

    iban: Text | None = None
    reference: Text | None = None


@dataclass(frozen=True, slots=True)
class ElectronicInvoice:
    """All that is read; None or empty where the file says nothing. `profile` is the specification it claims (BT-24)."""

    syntax: Syntax
    profile: Text | None
    number: Text | None
    type_code: Text | None
    issue_date: Day | None
    due_date: Day | None
    currency: Text | None
    seller: Party
    buyer: Party
    totals: Totals
    taxes: tuple[TaxBreakdown, ...]
    adjustments: tuple[Adjustment, ...]
    lines: tuple[InvoiceLine, ...]
    payment: Payment
    preceding: Text | None = None
    """Number of the invoice that this one corrects or credits (BT-25)."""

    @property
    def kind(self) -> Kind:
        code = self.type_code.value if self.type_code else None
        if code in _NO_INVOICES:
            return Kind.OTHER
        is_credit = self.syntax is Syntax.UBL_CREDIT_NOTE or code in _CREDIT_NOTES
        return Kind.CREDIT_NOTE if is_credit else Kind.INVOICE


def total_of(amounts: Iterable[Amount]) -> Decimal:
    """The sum, zero for none."""
    return sum((amount.value for amount in amounts), Decimal(0))
