"""What the company charged, as taxes see it: the output side of the tax report.

Tax on services is owed for the period in which they were supplied, section 13 (1) no. 1 (a) UStG
and Article 63 of Directive 2006/112/EC: here the day of the invoice stands for it. Who is taxed by
what came in owes it for the period of the payment: section 20 and section 13 (1) no. 1 (b) UStG,
Article 66 (b). A credit note takes tax back in its own period: section 17 (1) UStG, Article 90.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tillroll.exports.writers.datev_debtors import Debtor


class SaleTreatment(StrEnum):
    """How something that was charged is taxed."""

    TAXED = "taxed"
    """At a rate of the company's own country."""
    EU_SERVICES = "eu_services"
    """To a firm in another country of the EU, which owes the tax: section 18b UStG."""
    DOMESTIC_REVERSE = "domestic_reverse"
    """To a firm at home, which owes the tax: section 13b (5) UStG."""
    ABROAD = "abroad"
    """Supplied elsewhere, so it is not subject to VAT at home."""
    OUTSIDE = "outside"
    """Not subject to VAT, although it is supplied at home."""
    EXEMPT = "exempt"
    SMALL_BUSINESS = "small_business"
    """Exempt, since the company is a small business: section 19 UStG, Article 284."""
    DISBURSED = "disbursed"
    """Laid out in the client's name and for their account: no part of the taxable amount."""


@dataclass(frozen=True)
class SaleKey:
    """What a row of the output side is of; `rate` is in percent, None where there is none."""

    treatment: SaleTreatment
    rate: Decimal | None = None


@dataclass(frozen=True)
class SaleFigures:
    """Sums over so many documents, in minor units. A credit note takes off."""

    documents: int = 0
    net: int = 0
    tax: int = 0

    @property
    def gross(self) -> int:
        return self.net + self.tax

    def __add__(self, other: "SaleFigures") -> "SaleFigures":
        return SaleFigures(
            self.documents + other.documents, self.net + other.net, tax=self.tax + other.tax
        )


@dataclass(frozen=True)
class Sale:
    """What counts on a day of one document at one rate: of an invoice, a credit note or a payment.
    `currency` is what `net` and `tax` are in: the company's, or that of an invoice that has no
    exchange rate. `client_vat_id` is the one that the invoice names. `debtor` is the client as it
    is now, None where it has no personal account in DATEV.
    """

    claim_id: str
    number: str
    client: str
    day: date
    key: SaleKey
    currency: str
    net: int
    tax: int
    client_vat_id: str | None = None
    debtor: Debtor | None = None


@dataclass(frozen=True)
class SalesRequest:
    """The days of which sales are asked for, both included; `begin_with` is the id of the claim
    that is the first, empty for all.
    """

    account_id: str
    first: date
    last: date
    by_payment: bool = False
    begin_with: str = ""
