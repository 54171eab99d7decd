"""How an invoice is taxed where nobody says it, and what it still lacks.

A cost that is passed on is a part of what the company charges for its own work, with its own tax:
section 10 (1) UStG, Article 78 of Directive 2006/112/EC. What was paid in the client's name and for
their account is no part of it: section 10 (1) sentence 5 UStG, Article 79 (c).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from pydantic.alias_generators import to_camel

from tillroll.claims.contract import InvoiceParams, InvoiceParty
from tillroll.expenses.sellers import EU
from tillroll.tax.rates import rate_text
from tillroll.tax.standard_rates import standard_rate_on

SMALL_BUSINESS: Final = "small_business"
_GERMANY: Final = "DE"
# Of EN 16931: VAT is charged.
_STANDARD: Final = "S"
_SMALL_IN_GERMANY: Final = "No VAT is charged: small business by section 19 UStG."
_SMALL: Final = "No VAT is charged: small business by Article 284 of Directive 2006/112/EC."
SMALL_REASONS: Final = frozenset({_SMALL_IN_GERMANY, _SMALL})


def with_treatment(invoice: InvoiceParams, scheme: str | None, today: date) -> InvoiceParams:
    """The invoice with its VAT category and rate, where nobody gave them. It is taxed as at home,
    unless the parties say otherwise: that is safe, since tax that is missing is owed all the
    same. The rate is the standard one of the seller's country."""
    seller = invoice.seller
    buyer = invoice.buyer
    if seller is None or buyer is None:
        return invoice
    if invoice.vat_category is None:
        invoice = invoice.model_copy(update=_treatment(seller, buyer, scheme))
    if invoice.vat_category == _STANDARD and invoice.vat_rate is None:
        rate = rate_text(standard_rate_on(seller.country, today))
        invoice = invoice.model_copy(update={"vat_rate": rate})
    return invoice


def _treatment(
    seller: InvoiceParty, buyer: InvoiceParty, scheme: str | None
) -> dict[str, str | None]:
    """The VAT category that follows from both sides, with what belongs to it."""
    if scheme == SMALL_BUSINESS:
        reason = _SMALL
        if seller.country == _GERMANY:
            reason = _SMALL_IN_GERMANY
        return {"vat_category": "E", "vat_reason": reason}
    is_abroad = buyer.country != seller.country
    if is_abroad and buyer.country in EU and seller.country in EU and buyer.vat_id:
        return {"vat_category": "AE", "vat_rate": None}
    is_elsewhere = is_abroad and buyer.country not in EU
    if is_elsewhere and (buyer.vat_id or buyer.registration_id):
        return {"vat_category": "O", "vat_rate": None}
    return {"vat_category": _STANDARD}


_OF_SELLER: Final = {
    "name": "An invoice needs your company's name: add it under Settings → Company.",
    "street": "An invoice needs your street: add it under Settings → Company.",
    "postal_code": "An invoice needs your postal code: add it under Settings → Company.",
    "city": "An invoice needs your city: add it under Settings → Company.",
    "country": "An invoice needs your country: add it under Settings → Company.",
}
_OF_BUYER: Final = {
    "street": "An invoice needs the client's street: add it to the client.",
    "postal_code": "An invoice needs the client's postal code: add it to the client.",
    "city": "An invoice needs the client's city: add it to the client.",
    "country": "An invoice needs the client's country: add it to the client.",
}
_LACKS_NUMBER: Final = (
    "Add the tax number or the register number under Settings → Company: what is not subject to "
    "VAT names no VAT id."
)

_LACKS_RATE: Final = "Type in the VAT rate: the standard rate of your country is not known."


def what_lacks(invoice: InvoiceParams) -> list[tuple[str, str]]:
    """What the law and EN 16931 want of an invoice and is not known: each field, with what to do
    (section 14 (4) UStG, Article 226 of Directive 2006/112/EC)."""
    lacking = [
        *_party(invoice.seller, "seller", _OF_SELLER),
        *_party(invoice.buyer, "buyer", _OF_BUYER),
    ]
    seller = invoice.seller
    buyer = invoice.buyer
    category = invoice.vat_category
    if seller is not None and not (seller.vat_id or seller.tax_number):
        lacking.append(
            ("invoice.seller.vatId", "Add the VAT id or the tax number under Settings → Company.")
        )
    is_known = seller is None or bool(seller.registration_id or seller.tax_number)
    if category == "O" and not is_known:
        lacking.append(("invoice.seller.taxNumber", _LACKS_NUMBER))
    if buyer is not None and category == "AE" and not buyer.vat_id:
        lacking.append(
            ("invoice.buyer.vatId", "Add the VAT id to the client: reverse charge needs it.")
        )
    if category == _STANDARD and Decimal(invoice.vat_rate or 0) <= 0:
        lacking.append(("invoice.vatRate", _LACKS_RATE))
    return lacking


def _party(
    party: InvoiceParty | None, role: str, problems: Mapping[str, str]
) -> Sequence[tuple[str, str]]:
    if party is None:
        return []
    return [
        (f"invoice.{role}.{to_camel(name)}", problem)
        for name, problem in problems.items()
        if not getattr(party, name)
    ]
