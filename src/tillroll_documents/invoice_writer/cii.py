"""Writes an invoice in CII (UN/CEFACT D16B, SCRDM): EN 16931-3-3 binds its terms to elements. Pure.

`reading.e_invoices` reads it back.
"""

import re
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from tillroll_documents.invoice_writer.model import Invoice, Line, Party, TaxGroup, VatCategory
from tillroll_documents.money import Money

_STANDARD: Final = "urn:un:unece:uncefact:data:standard:"
_ROOT: Final = f"{_STANDARD}CrossIndustryInvoice:100"
_WHOLE: Final = f"{_STANDARD}ReusableAggregateBusinessInformationEntity:100"
_PLAIN: Final = f"{_STANDARD}UnqualifiedDataType:100"
_QUALIFIED: Final = f"{_STANDARD}QualifiedDataType:100"
PROFILE: Final = "urn:cen.eu:en16931:2017"
# UNTDID 1001: a commercial invoice, a credit note. UN/ECE Rec 20: one. UNTDID 4461: a credit
# transfer. UNTDID 2379: a day as CCYYMMDD.
_INVOICE: Final = "380"
_CREDIT_NOTE: Final = "381"
_UNIT: Final = "C62"
_TRANSFER: Final = "30"
_DAY: Final = "102"
# XML 1.0 takes no other letters: https://www.w3.org/TR/xml/#charsets
_NO_LETTERS: Final = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

register_namespace("rsm", _ROOT)
register_namespace("ram", _WHOLE)
register_namespace("udt", _PLAIN)
register_namespace("qdt", _QUALIFIED)


def write_cii(invoice: Invoice) -> bytes:
    """The file. The same invoice gives the same bytes."""
    root = Element(f"{{{_ROOT}}}CrossIndustryInvoice")
    context = SubElement(root, f"{{{_ROOT}}}ExchangedDocumentContext")
    _say(_in(context, "GuidelineSpecifiedDocumentContextParameter"), "ID", PROFILE)
    document = SubElement(root, f"{{{_ROOT}}}ExchangedDocument")
    _say(document, "ID", invoice.number)
    code = _INVOICE
    if invoice.preceding is not None:
        code = _CREDIT_NOTE
    _say(document, "TypeCode", code)
    _day(_in(document, "IssueDateTime"), invoice.issued_on)
    transaction = SubElement(root, f"{{{_ROOT}}}SupplyChainTradeTransaction")
    for number, line in enumerate(invoice.lines, start=1):
        _line(transaction, number, line=line, currency=invoice.currency)
    _agreement(transaction, invoice)
    _in(transaction, "ApplicableHeaderTradeDelivery")
    _settlement(transaction, invoice)
    indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="utf-8") + b"\n"


def _line(parent: Element, number: int, line: Line, currency: str) -> None:
    """What is given back is one of less than none: a price is never below zero (BR-27)."""
    item = _in(parent, "IncludedSupplyChainTradeLineItem")
    _say(_in(item, "AssociatedDocumentLineDocument"), "LineID", str(number))
    _say(_in(item, "SpecifiedTradeProduct"), "Name", line.name)
    price = _in(_in(item, "SpecifiedLineTradeAgreement"), "NetPriceProductTradePrice")
    _amount(price, "ChargeAmount", minor=abs(line.net), currency=currency)
    delivery = _in(item, "SpecifiedLineTradeDelivery")
    count = "1"
    if line.net < 0:
        count = "-1"
    quantity = _say(delivery, "BilledQuantity", count)
    quantity.set("unitCode", _UNIT)
    settlement = _in(item, "SpecifiedLineTradeSettlement")
    tax = _in(settlement, "ApplicableTradeTax")
    _say(tax, "TypeCode", "VAT")
    _say(tax, "CategoryCode", line.category.value)
    _rate(tax, line)
    if line.day is not None:
        _period(settlement, line.day, line.day)
    summation = _in(settlement, "SpecifiedTradeSettlementLineMonetarySummation")
    _amount(summation, "LineTotalAmount", minor=line.net, currency=currency)


def _agreement(parent: Element, invoice: Invoice) -> None:
    agreement = _in(parent, "ApplicableHeaderTradeAgreement")
    if invoice.reference:
        _say(agreement, "BuyerReference", invoice.reference)
    is_outside = any(line.category is VatCategory.OUTSIDE for line in invoice.lines)
    _party(_in(agreement, "SellerTradeParty"), invoice.seller, is_outside=is_outside)
    _party(_in(agreement, "BuyerTradeParty"), invoice.buyer, is_outside=is_outside)


def _party(element: Element, party: Party, *, is_outside: bool) -> None:
    """No VAT id is named where an invoice is outside of VAT (BR-O-02). Who has neither that nor a
    number in a register is known by the number of the tax office (BR-CO-26)."""
    vat_id = party.vat_id
    tax_number = party.tax_number
    if is_outside:
        vat_id = None
        tax_number = None
    if party.tax_number and not vat_id and not party.registration_id:
        _say(element, "ID", party.tax_number)
    _say(element, "Name", party.name)
    if party.registration_id:
        _say(_in(element, "SpecifiedLegalOrganization"), "ID", party.registration_id)
    address = _in(element, "PostalTradeAddress")
    if party.postal_code:
        _say(address, "PostcodeCode", party.postal_code)
    if party.street:
        _say(address, "LineOne", party.street)
    if party.city:
        _say(address, "CityName", party.city)
    _say(address, "CountryID", party.country)
    if party.mail:
        place = _say(_in(element, "URIUniversalCommunication"), "URIID", party.mail)
        place.set("schemeID", "EM")
    for scheme, number in (("VA", vat_id), ("FC", tax_number)):
        if number:
            registration = _say(_in(element, "SpecifiedTaxRegistration"), "ID", number)
            registration.set("schemeID", scheme)


def _settlement(parent: Element, invoice: Invoice) -> None:
    settlement = _in(parent, "ApplicableHeaderTradeSettlement")
    preceding = invoice.preceding
    currency = invoice.currency
    is_paid_by_transfer = bool(invoice.iban) and preceding is None
    if is_paid_by_transfer:
        _say(settlement, "PaymentReference", invoice.number)
    accounting = invoice.accounting
    if accounting is not None:
        _say(settlement, "TaxCurrencyCode", accounting.currency)
    _say(settlement, "InvoiceCurrencyCode", currency)
    if is_paid_by_transfer:
        means = _in(settlement, "SpecifiedTradeSettlementPaymentMeans")
        _say(means, "TypeCode", _TRANSFER)
        _say(_in(means, "PayeePartyCreditorFinancialAccount"), "IBANID", invoice.iban or "")
    for group in invoice.taxes:
        _tax(settlement, group, currency)
    _period(settlement, invoice.first_day, invoice.last_day)
    terms = _in(settlement, "SpecifiedTradePaymentTerms")
    if preceding is not None:  # in place of a day on which it is due (BR-CO-25)
        _say(terms, "Description", f"Taken off what the invoice {preceding.number} is over.")
    elif invoice.due_on is not None:
        _day(_in(terms, "DueDateDateTime"), invoice.due_on)
    summation = _in(settlement, "SpecifiedTradeSettlementHeaderMonetarySummation")
    _amount(summation, "LineTotalAmount", minor=invoice.net, currency=currency)
    _amount(summation, "TaxBasisTotalAmount", minor=invoice.net, currency=currency)
    total = _amount(summation, "TaxTotalAmount", minor=invoice.tax, currency=currency)
    total.set("currencyID", currency)
    if accounting is not None:
        converted = _amount(
            summation, "TaxTotalAmount", minor=accounting.tax, currency=accounting.currency
        )
        converted.set("currencyID", accounting.currency)
    _amount(summation, "GrandTotalAmount", minor=invoice.gross, currency=currency)
    _amount(summation, "DuePayableAmount", minor=invoice.gross, currency=currency)
    if preceding is not None:
        referred = _in(settlement, "InvoiceReferencedDocument")
        _say(referred, "IssuerAssignedID", preceding.number)
        _day(_in(referred, "FormattedIssueDateTime"), preceding.issued_on, space=_QUALIFIED)


def _tax(parent: Element, group: TaxGroup, currency: str) -> None:
    tax = _in(parent, "ApplicableTradeTax")
    _amount(tax, "CalculatedAmount", minor=group.tax, currency=currency)
    _say(tax, "TypeCode", "VAT")
    if group.reason:
        _say(tax, "ExemptionReason", group.reason)
    _amount(tax, "BasisAmount", minor=group.base, currency=currency)
    _say(tax, "CategoryCode", group.category.value)
    if group.code:
        _say(tax, "ExemptionReasonCode", group.code)
    _rate(tax, group)


def _rate(tax: Element, charged: Line | TaxGroup) -> None:
    """What is outside of the tax has no rate (BR-O-05)."""
    if charged.category is not VatCategory.OUTSIDE:
        _say(tax, "RateApplicablePercent", f"{charged.rate:f}")


def _period(parent: Element, first: date, last: date) -> None:
    period = _in(parent, "BillingSpecifiedPeriod")
    _day(_in(period, "StartDateTime"), first)
    _day(_in(period, "EndDateTime"), last)


def _day(parent: Element, day: date, space: str = _PLAIN) -> None:
    element = SubElement(parent, f"{{{space}}}DateTimeString")
    element.set("format", _DAY)
    element.text = f"{day:%Y%m%d}"


def _amount(parent: Element, name: str, minor: int, currency: str) -> Element:
    return _say(parent, name, Money(minor, currency).to_decimal_string())


def _in(parent: Element, name: str) -> Element:
    return SubElement(parent, f"{{{_WHOLE}}}{name}")


def _say(parent: Element, name: str, content: str) -> Element:
    element = _in(parent, name)
    element.text = _NO_LETTERS.sub(" ", content).strip()
    return element
