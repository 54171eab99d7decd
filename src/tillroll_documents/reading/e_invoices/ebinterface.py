"""ebInterface 6.0 and 6.1, the invoice of Austria's public sector. Pure.

Source: the schema and its documentation at ebinterface.at.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from tillroll_documents.reading.e_invoices import national
from tillroll_documents.reading.e_invoices.e_invoice import (
    Amount,
    ElectronicInvoice,
    Element,
    InvoiceLine,
    Located,
    Party,
    Relation,
    Syntax,
    TaxBreakdown,
    Totals,
    day_of,
)
from tillroll_documents.reading.extraction import VAT_CATEGORIES
from tillroll_documents.reading.reasons import InvoiceReason

NAMESPACES: Final[Mapping[str, str]] = {
    "http://www.ebinterface.at/schema/6p0/": "6.0",
    "http://www.ebinterface.at/schema/6p1/": "6.1",
}
_CREDITS: Final = frozenset({"CreditMemo", "SubsequentCredit"})
_FINAL: Final = "FinalSettlement"
# Rates that are lower or higher than the standard one are charged as it is.
_CHARGED: Final = frozenset({"AA", "H", "S"})


def read(root: Element) -> ElectronicInvoice:
    """The invoice of a file. Raises InvalidInvoice: an amount or a day is none."""
    rows = [*_rows(root)]
    net = national.summed(row.base for row in rows)
    tax = national.summed(row.tax for row in rows)
    gross = national.amount_at(root, "TotalGrossAmount")
    prepaid = national.amount_at(root, "PrepaidAmount")
    rounding = national.amount_at(root, "RoundingAmount")
    due = national.amount_at(root, "PayableAmount")
    kind = root.attributes.get("DocumentType", "")
    whole = sum((amount.value for amount in (net, tax) if amount is not None), Decimal(0))
    doubts = national.doubts_of(rows, gross, expected=[whole])
    if not _is_due(gross, prepaid, rounding, due=due):
        doubts.append(InvoiceReason.RULE_16.value)
    cancelled = national.text_at(root, "CancelledOriginalDocument/InvoiceNumber")
    return ElectronicInvoice(
        syntax=Syntax.EBINTERFACE,
        profile=Located(f"ebInterface {NAMESPACES.get(root.namespace, '')}".strip(), root.path),
        number=national.text_at(root, "InvoiceNumber"),
        type_code=_attribute(root, "DocumentType"),
        issue_date=day_of(root.first("InvoiceDate")),
        due_date=day_of(root.first("PaymentConditions", "DueDate")),
        currency=_attribute(root, "InvoiceCurrency"),
        seller=_party(root.first("Biller")),
        buyer=_party(root.first("InvoiceRecipient")),
        totals=Totals(net=net, tax=tax, gross=gross, prepaid=prepaid, rounding=rounding, due=due),
        taxes=tuple(rows),
        adjustments=(),
        lines=tuple(_lines(root)),
        iban=national.text_at(
            root, "PaymentMethod/UniversalBankTransaction/BeneficiaryAccount/IBAN"
        ),
        payment_reference=national.text_at(
            root, "PaymentMethod/UniversalBankTransaction/PaymentReference"
        ),
        preceding=cancelled or national.text_at(root, "RelatedDocument/InvoiceNumber"),
        relation=_relation(kind, prepaid, is_cancelling=cancelled is not None),
        doubts=tuple(doubts),
        stated_kind=national.credit_note_if(kind in _CREDITS),
    )


def _attribute(root: Element, name: str) -> Located[str] | None:
    value = root.attributes.get(name, "").strip()
    if not value:
        return None
    return Located(value, f"{root.path}/@{name}")


def _relation(kind: str, prepaid: Amount | None, *, is_cancelling: bool) -> Relation | None:
    if is_cancelling and kind not in _CREDITS:
        return Relation.REPLACES
    if kind == _FINAL and prepaid is not None and prepaid.value:
        return Relation.FINISHES
    return None


def _is_due(
    gross: Amount | None,
    prepaid: Amount | None,
    rounding: Amount | None,
    *,
    due: Amount | None,
) -> bool:
    """Whether what is due is the total less what was prepaid, and rounded."""
    expected = national.plus(national.minus(gross, prepaid), rounding)
    return due is None or expected is None or due.value == expected.value


def _rows(root: Element) -> Iterator[TaxBreakdown]:
    for item in root.all("Tax", "TaxItem"):
        percent = item.first("TaxPercent")
        code = ""
        if percent is not None:
            code = percent.attributes.get("TaxCategoryCode", "")
        category: str | None = None
        if code in _CHARGED:
            category = "S"
        elif code in VAT_CATEGORIES:
            category = code
        base = national.amount_at(item, "TaxableAmount")
        rate = national.amount_at(item, "TaxPercent")
        yield TaxBreakdown(base=base, tax=_tax(item, base, rate), rate=rate, category=category)


def _tax(item: Element, base: Amount | None, rate: Amount | None) -> Amount | None:
    """The stated tax; of a rate of nothing it may be left out."""
    stated = national.amount_at(item, "TaxAmount")
    if stated is None and base is not None and rate is not None and not rate.value:
        return Located(Decimal(0), base.path)
    return stated


def _lines(root: Element) -> Iterator[InvoiceLine]:
    for line in root.all("Details", "ItemList", "ListLineItem"):
        yield InvoiceLine(
            path=line.path,
            name=national.text_at(line, "Description"),
            quantity=national.amount_at(line, "Quantity"),
            unit_price=national.amount_at(line, "UnitPrice"),
            amount=national.amount_at(line, "LineItemAmount"),
        )


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    vat_id = national.text_at(party, "VATIdentificationNumber")
    if vat_id is not None and not any(mark in "123456789" for mark in vat_id.value):
        # "00000000" stands where the party has none.
        vat_id = None
    country = party.first("Address", "Country")
    code: Located[str] | None = None
    if country is not None and country.attributes.get("CountryCode"):
        code = Located(country.attributes["CountryCode"], f"{country.path}/@CountryCode")
    return Party(name=national.text_at(party, "Address/Name"), vat_id=vat_id, country=code)
