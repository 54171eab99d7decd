"""Facturae 3.2 to 3.2.2, the invoice of Spain's public sector. Pure.

Source: the schemas and the description of fields at facturae.gob.es. InvoiceTotal is what is left
after withheld taxes (IRPF), so the total here is the amount before these."""

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
    Syntax,
    TaxBreakdown,
    Text,
    Totals,
)
from tillroll_documents.reading.extraction import DocumentKind
from tillroll_documents.reading.reasons import InvoiceReason

_CORRECTIVE: Final = frozenset({"OR", "CR"})
_SELF_INVOICE: Final = "AF"
# TaxTypeCode: IVA, IPSI, IGIC.
_CATEGORIES: Final[Mapping[str, str]] = {"01": "S", "02": "M", "03": "L"}
_EXEMPT: Final = "01"
_NOT_SUBJECT: Final = "02"
_COUNTRIES: Final[Mapping[str, str]] = {
    "AUT": "AT",
    "BEL": "BE",
    "BGR": "BG",
    "CHE": "CH",
    "CYP": "CY",
    "CZE": "CZ",
    "DEU": "DE",
    "DNK": "DK",
    "ESP": "ES",
    "EST": "EE",
    "FIN": "FI",
    "FRA": "FR",
    "GBR": "GB",
    "GRC": "GR",
    "HRV": "HR",
    "HUN": "HU",
    "IRL": "IE",
    "ITA": "IT",
    "LTU": "LT",
    "LUX": "LU",
    "LVA": "LV",
    "MLT": "MT",
    "NLD": "NL",
    "NOR": "NO",
    "POL": "PL",
    "PRT": "PT",
    "ROU": "RO",
    "SVK": "SK",
    "SVN": "SI",
    "SWE": "SE",
    "USA": "US",
}


def read(root: Element) -> ElectronicInvoice:
    """The first invoice of a file. Raises InvalidInvoice: an amount or a day is none."""
    invoices = [*root.all("Invoices", "Invoice")]
    invoice = next(iter(invoices), None)
    rows = [*_rows(invoice)]
    withheld = national.amount_at(invoice, "InvoiceTotals/TotalTaxesWithheld")
    net = national.amount_at(invoice, "InvoiceTotals/TotalGrossAmountBeforeTaxes")
    tax = national.amount_at(invoice, "InvoiceTotals/TotalTaxOutputs")
    whole = sum((amount.value for amount in (net, tax) if amount is not None), Decimal(0))
    gross = _gross(national.amount_at(invoice, "InvoiceTotals/InvoiceTotal"), withheld, whole)
    is_corrective = national.value_at(invoice, "InvoiceHeader/InvoiceClass") in _CORRECTIVE
    doubts = national.doubts_of(rows, gross, expected=[whole])
    if len(invoices) > 1:
        doubts.append(InvoiceReason.SEVERAL_INVOICES.value)
    if national.value_at(invoice, "InvoiceHeader/InvoiceDocumentType") == _SELF_INVOICE:
        doubts.append(InvoiceReason.SELF_INVOICE.value)
    return ElectronicInvoice(
        syntax=Syntax.FACTURAE,
        profile=Located(
            f"Facturae {national.value_at(root, 'FileHeader/SchemaVersion')}".strip(), root.path
        ),
        number=_number(invoice, "InvoiceHeader"),
        type_code=national.text_at(invoice, "InvoiceHeader/InvoiceClass"),
        issue_date=national.day_at(invoice, "InvoiceIssueData/IssueDate"),
        due_date=national.day_at(invoice, "PaymentDetails/Installment/InstallmentDueDate"),
        currency=national.text_at(invoice, "InvoiceIssueData/InvoiceCurrencyCode"),
        seller=_party(root.first("Parties", "SellerParty")),
        buyer=_party(root.first("Parties", "BuyerParty")),
        totals=Totals(net=net, tax=tax, gross=gross, due=_due(invoice)),
        taxes=tuple(rows),
        adjustments=(),
        lines=tuple(_lines(invoice)),
        iban=national.text_at(invoice, "PaymentDetails/Installment/AccountToBeCredited/IBAN"),
        payment_reference=national.text_at(
            invoice, "PaymentDetails/Installment/PaymentReconciliationReference"
        ),
        preceding=_number(invoice, "InvoiceHeader/Corrective"),
        relation=national.replaces_if(is_corrective),
        doubts=tuple(doubts),
        stated_kind=DocumentKind.INVOICE,
    )


def _number(invoice: Element | None, header: str) -> Text | None:
    """The number behind its series, with a hyphen: numbers of two series may be the same."""
    number = national.text_at(invoice, f"{header}/InvoiceNumber")
    series = national.value_at(invoice, f"{header}/InvoiceSeriesCode").strip()
    if number is None or not series or number.value.startswith(series):
        return number
    return Located(f"{series}-{number.value}", number.path)


def _gross(stated: Amount | None, withheld: Amount | None, whole: Decimal) -> Amount | None:
    """The total before withheld taxes: the schema's InvoiceTotal is after them, and some programs
    write it before."""
    if stated is not None and stated.value == whole:
        return stated
    return national.plus(stated, withheld)


def _due(invoice: Element | None) -> Amount | None:
    return national.amount_at(invoice, "InvoiceTotals/TotalExecutableAmount") or national.amount_at(
        invoice, "InvoiceTotals/TotalOutstandingAmount"
    )


def _rows(invoice: Element | None) -> Iterator[TaxBreakdown]:
    if invoice is None:
        return
    for tax in invoice.all("TaxesOutputs", "Tax"):
        rate = national.amount_at(tax, "TaxRate")
        category = _CATEGORIES.get(national.value_at(tax, "TaxTypeCode"))
        if category == "S" and (rate is None or not rate.value):
            category = "E"
        yield TaxBreakdown(
            base=national.amount_at(tax, "TaxableBase/TotalAmount"),
            tax=national.amount_at(tax, "TaxAmount/TotalAmount"),
            rate=rate,
            category=category,
        )
        # What retailers pay on top (recargo de equivalencia) has a rate of its own, on the same
        # base.
        surcharge = national.amount_at(tax, "EquivalenceSurchargeAmount/TotalAmount")
        if surcharge is not None and surcharge.value:
            rate = national.amount_at(tax, "EquivalenceSurcharge")
            yield TaxBreakdown(base=None, tax=surcharge, rate=rate)


def _lines(invoice: Element | None) -> Iterator[InvoiceLine]:
    if invoice is None:
        return
    for line in invoice.all("Items", "InvoiceLine"):
        yield InvoiceLine(
            path=line.path,
            name=national.text_at(line, "ItemDescription"),
            quantity=national.amount_at(line, "Quantity"),
            unit_price=national.amount_at(line, "UnitPriceWithoutTax"),
            amount=national.amount_at(line, "GrossAmount") or national.amount_at(line, "TotalCost"),
        )


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    return Party(
        name=_name(party),
        trading_name=national.text_at(party, "LegalEntity/TradeName"),
        vat_id=_vat_id(party),
        country=_country(party),
    )


def _name(party: Element) -> Text | None:
    firm = national.text_at(party, "LegalEntity/CorporateName")
    if firm is not None:
        return firm
    parts = [
        national.text_at(party, f"Individual/{name}")
        for name in ("Name", "FirstSurname", "SecondSurname")
    ]
    present = [part for part in parts if part is not None]
    if not present:
        return None
    return Located(" ".join(part.value for part in present), present[0].path)


def _vat_id(party: Element) -> Text | None:
    """The number with its country: files write both "B12345674" and "ESB12345674"."""
    number = national.text_at(party, "TaxIdentification/TaxIdentificationNumber")
    country = _country(party)
    if number is None or country is None or number.value[:2].isalpha():
        return number
    return Located(f"{country.value}{number.value}", number.path)


def _country(party: Element) -> Text | None:
    for entity in ("LegalEntity", "Individual"):
        for address in ("AddressInSpain", "OverseasAddress"):
            code = national.text_at(party, f"{entity}/{address}/CountryCode")
            if code is not None and code.value in _COUNTRIES:
                return Located(_COUNTRIES[code.value], code.path)
    return None
