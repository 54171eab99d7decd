"""An invoice that is issued, with its sums, in UBL 2.1: an Invoice or a CreditNote. Terms (BT) and groups (BG) are of
EN 16931-1; EN 16931-3-2 binds them to the elements. `reading.invoices` reads it back."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tillroll.claims.contract import InvoiceParams, InvoiceParty

_CENT: Final = Decimal("0.01")
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_INVOICE: Final = f"{_UBL}Invoice-2"
_CREDIT_NOTE: Final = f"{_UBL}CreditNote-2"
_BASIC: Final = f"{_UBL}CommonBasicComponents-2"
_WHOLE: Final = f"{_UBL}CommonAggregateComponents-2"
_PROFILE: Final = "urn:cen.eu:en16931:2017"
# UNTDID 1001: a commercial invoice, a credit note. UN/ECE Rec 20: one. UNTDID 4461: a credit transfer.
_TYPE, _CREDIT_TYPE, _UNIT, _TRANSFER = "380", "381", "C62", "30"
# XML 1.0 takes no other letters: https://www.w3.org/TR/xml/#charsets
_NO_LETTERS: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("ubl", _INVOICE)
register_namespace("cn", _CREDIT_NOTE)
register_namespace("cbc", _BASIC)
register_namespace("cac", _WHOLE)


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
        terms: between whom it is, and how the whole of it is taxed.
    """

    number: str
    issued_on: date
    due_on: date | None
    currency: str
    terms: InvoiceParams
    lines: Sequence[IssuedLine]
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
        return (gross * 100 / (100 + self.terms.rate)).quantize(_CENT, ROUND_HALF_UP)


def write_ubl(invoice: IssuedInvoice) -> bytes:
    """The file. The same invoice gives the same bytes."""
    preceding, terms = invoice.preceding, invoice.terms
    is_credit = preceding is not None
    root = Element(f"{{{_CREDIT_NOTE}}}CreditNote" if is_credit else f"{{{_INVOICE}}}Invoice")
    _say(root, "CustomizationID", _PROFILE)
    _say(root, "ID", invoice.number)
    _say(root, "IssueDate", invoice.issued_on.isoformat())
    _say(root, "DueDate", None if invoice.due_on is None else invoice.due_on.isoformat())
    _say(root, "CreditNoteTypeCode" if is_credit else "InvoiceTypeCode", _CREDIT_TYPE if is_credit else _TYPE)
    _say(root, "DocumentCurrencyCode", invoice.currency)
    _say(root, "BuyerReference", terms.reference)
    if preceding is not None:
        referred = _in(_in(root, "BillingReference"), "InvoiceDocumentReference")
        _say(referred, "ID", preceding.number)
        _say(referred, "IssueDate", preceding.issued_on.isoformat())
    _party(_in(root, "AccountingSupplierParty"), terms.seller)
    _party(_in(root, "AccountingCustomerParty"), terms.buyer)
    if terms.iban and preceding is None:
        means = _in(root, "PaymentMeans")
        _say(means, "PaymentMeansCode", _TRANSFER)
        _say(means, "PaymentID", invoice.number)
        _say(_in(means, "PayeeFinancialAccount"), "ID", terms.iban)
    if preceding is not None:  # in place of a day on which it is due (BR-CO-25)
        _say(_in(root, "PaymentTerms"), "Note", f"Taken off what the invoice {preceding.number} is over.")
    taxes = _in(root, "TaxTotal")
    _amount(taxes, "TaxAmount", invoice.tax, invoice)
    subtotal = _in(taxes, "TaxSubtotal")
    _amount(subtotal, "TaxableAmount", invoice.net, invoice)
    _amount(subtotal, "TaxAmount", invoice.tax, invoice)
    _category(_in(subtotal, "TaxCategory"), terms, reason=terms.exemption)
    totals = _in(root, "LegalMonetaryTotal")
    for name, amount in (
        ("LineExtensionAmount", invoice.net),
        ("TaxExclusiveAmount", invoice.net),
        ("TaxInclusiveAmount", invoice.gross),
        ("PayableAmount", invoice.gross),
    ):
        _amount(totals, name, amount, invoice)
    for number, (line, net) in enumerate(zip(invoice.lines, invoice.net_lines, strict=True), start=1):
        _line(_in(root, "CreditNoteLine" if is_credit else "InvoiceLine"), number, line.name, net, invoice)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _party(parent: Element, party: InvoiceParty) -> None:
    found = _in(parent, "Party")
    address = _in(found, "PostalAddress")
    _say(address, "StreetName", party.street)
    _say(address, "CityName", party.city)
    _say(address, "PostalZone", party.postal_code)
    _say(_in(address, "Country"), "IdentificationCode", party.country)
    if party.vat_id:
        scheme = _in(found, "PartyTaxScheme")
        _say(scheme, "CompanyID", party.vat_id)
        _say(_in(scheme, "TaxScheme"), "ID", "VAT")
    legal = _in(found, "PartyLegalEntity")
    _say(legal, "RegistrationName", party.name)
    _say(legal, "CompanyID", party.registration_id)


def _line(parent: Element, number: int, name: str, net: Decimal, invoice: IssuedInvoice) -> None:
    """What is given back is one of less than none: a price is never below zero (BR-27)."""
    _say(parent, "ID", str(number))
    counted = "InvoicedQuantity" if invoice.preceding is None else "CreditedQuantity"
    quantity = _say(parent, counted, "-1" if net < 0 else "1")
    if quantity is not None:
        quantity.set("unitCode", _UNIT)
    _amount(parent, "LineExtensionAmount", net, invoice)
    item = _in(parent, "Item")
    _say(item, "Name", name)
    _category(_in(item, "ClassifiedTaxCategory"), invoice.terms)
    _amount(_in(parent, "Price"), "PriceAmount", abs(net), invoice)


def _category(parent: Element, terms: InvoiceParams, reason: str | None = None) -> None:
    """What is outside of the tax has no rate (BR-O-05)."""
    _say(parent, "ID", terms.vat_category)
    _say(parent, "Percent", None if terms.vat_category == "O" else f"{terms.rate:f}")
    _say(parent, "TaxExemptionReason", reason)
    _say(_in(parent, "TaxScheme"), "ID", "VAT")


def _amount(parent: Element, name: str, amount: Decimal, invoice: IssuedInvoice) -> None:
    said = _say(parent, name, f"{amount:.2f}")
    if said is not None:
        said.set("currencyID", invoice.currency)


def _in(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{_WHOLE}}}{name}")


def _say(parent: Element, name: str, said: str | None) -> Element | None:
    """An element with a text; none where there is nothing to say."""
    text = _NO_LETTERS.sub(" ", said or "").strip()
    if not text:
        return None
    found = SubElement(parent, f"{{{_BASIC}}}{name}")
    found.text = text
    return found
