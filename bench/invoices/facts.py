"""What an invented invoice says, and what must be read of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Party:
    """A seller, a buyer or another one. `name` is what a register or the tax office knows; `brand`
    what a logo says in its place. `address` has no name in it; its last line can be the country.
    """

    name: str
    address: tuple[str, ...]
    city: str
    country: str
    brand: str = ""
    vat_id: str = ""
    tax_number: str = ""
    register: str = ""
    phone: str = ""
    fax: str = ""
    mail: str = ""
    web: str = ""
    iban: str = ""
    bic: str = ""
    bank: str = ""
    accounts: tuple[str, ...] = ()
    """Lines for payments inside of the country, where it has such."""
    people: tuple[str, ...] = ()
    is_sole: bool = False


@dataclass(frozen=True)
class Line:
    """One thing that is sold. `amount` is as printed: without tax, or with it where the prices have
    it in them.
    """

    description: str
    quantity: Decimal
    unit: str
    price: Decimal
    rate: Decimal
    amount: Decimal
    details: tuple[str, ...] = ()
    sku: str = ""
    discount: Decimal = Decimal(0)


@dataclass(frozen=True)
class TaxSum:
    rate: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class Deduction:
    """What is taken off the total: a `partial` invoice of before, a `retention` until later, or a
    tax that the buyer pays to the state (`withholding`).
    """

    kind: str
    amount: Decimal
    rate: int = 0
    number: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Earlier:
    """Another invoice that this one names: it is unpaid (`previous`), or this one stands for it
    (`replaces`).
    """

    kind: str
    number: str
    day: date
    amount: Decimal


@dataclass(frozen=True)
class Facts:
    """An invoice without its looks. Amounts are positive, also of a credit note; `charges` are what
    shipping adds and a rebate takes off, without tax or with it as the lines.
    """

    country: str
    language: str
    currency: str
    seller: Party
    buyer: Party
    number: str
    day: date
    due: date | None
    lines: tuple[Line, ...]
    charges: tuple[tuple[str, Decimal], ...]
    taxes: tuple[TaxSum, ...]
    net: Decimal
    tax: Decimal
    total: Decimal
    rounding: Decimal = Decimal(0)
    """In the total, where coins are too large for cents."""
    deductions: tuple[Deduction, ...] = ()
    prepaid: Decimal = Decimal(0)
    prepaid_on: date | None = None
    is_credit: bool = False
    is_gross: bool = False
    no_tax: str = ""
    """"" where tax is due; `small_business` or `reverse_charge`."""
    other: Mapping[str, str] = field(default_factory=dict[str, str])
    """Numbers and days of the head by their names: `customer`, `order`, `delivered`, `period` and
    the like.
    """
    delivery: Party | None = None
    agent: Party | None = None
    """Who sells in the seller's name: a marketplace, or an agency on whose paper the invoice is
    (`is_by_agent`).
    """
    is_by_agent: bool = False
    earlier: Earlier | None = None
    branch: Party | None = None
    """The seller's, whose address stands at the head."""
    buyer_by: str = ""
    """The firm that acts for the buyer."""

    @property
    def payable(self) -> Decimal:
        return (
            self.total - self.prepaid - sum((part.amount for part in self.deductions), Decimal(0))
        )

    @property
    def issuer(self) -> Party:
        """Whose letterhead the invoice has."""
        return self.agent if self.agent and self.is_by_agent else self.seller

    def truth(self) -> dict[str, Any]:
        """As JSON keeps it: amounts as text, below zero on a credit note."""
        sign = -1 if self.is_credit else 1
        return {
            "seller": self.seller.name,
            "brand": self.seller.brand or None,
            "buyer": self.buyer.name,
            "number": self.number,
            "date": self.day.isoformat(),
            "dueDate": self.due.isoformat() if self.due else None,
            "total": str(sign * self.total),
            "net": str(sign * self.net),
            "tax": str(sign * self.tax),
            "rounding": str(sign * self.rounding),
            "payable": str(sign * self.payable),
            "currency": self.currency,
            "lines": [
                {
                    "description": line.description,
                    "quantity": str(line.quantity),
                    "amount": str(sign * line.amount),
                }
                for line in self.lines
            ],
            "charges": [str(sign * amount) for _, amount in self.charges],
        }
