"""Reads the XML of an e-invoice, and makes an extraction of it, each value with its path."""

import datetime
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Final

from tillroll.reading.extraction import (
    VAT_CATEGORIES,
    DocumentKind,
    EInvoice,
    Evidence,
    Extraction,
    Field,
    LineItem,
    TaxLine,
)
from tillroll.reading.invoices import e_invoice
from tillroll.reading.money import CODES, NO_CURRENCY, decimal_string, minor_digits

_UNCOUNTED: Final = frozenset({"GROUP", "INFORMATION"})
"""LineStatusReasonCode of the extended profile: such a line's amount is that of others, or nobody's."""

# Paths of local names by term in UBL and in CII, "" for none; "|" stands between two, either of which may hold it.
_TRANSACTION: Final = "SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeSettlement"
_ISSUED: Final = "ExchangedDocument/IssueDateTime"
_DUE: Final = f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime"
_LONGEST_CODE: Final = 40
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_PATHS: Final = {
    "profile": ("CustomizationID", "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID"),
    "number": ("ID", "ExchangedDocument/ID"),
    "type_code": ("InvoiceTypeCode", "ExchangedDocument/TypeCode"),
    "issue_date": ("IssueDate", f"{_ISSUED}/DateTimeString|{_ISSUED}/DateTime"),
    "due_date": ("DueDate|PaymentMeans/PaymentDueDate", f"{_DUE}/DateTimeString|{_DUE}/DateTime"),
    "currency": ("DocumentCurrencyCode", f"{_SETTLEMENT}/InvoiceCurrencyCode"),
    "seller": ("AccountingSupplierParty/Party", f"{_AGREEMENT}/SellerTradeParty"),
    "buyer": ("AccountingCustomerParty/Party", f"{_AGREEMENT}/BuyerTradeParty"),
    "totals": ("LegalMonetaryTotal", f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation"),
    "adjustments": ("AllowanceCharge", f"{_SETTLEMENT}/SpecifiedTradeAllowanceCharge"),
    "freight": ("", f"{_SETTLEMENT}/SpecifiedLogisticsServiceCharge/AppliedAmount"),
    "taxes": ("TaxTotal/TaxSubtotal", f"{_SETTLEMENT}/ApplicableTradeTax"),
    "lines": ("InvoiceLine", f"{_TRANSACTION}/IncludedSupplyChainTradeLineItem"),
    "iban": (
        "PaymentMeans/PayeeFinancialAccount/ID",
        f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID",
    ),
    "reference": ("PaymentMeans/PaymentID", f"{_SETTLEMENT}/PaymentReference"),
    "preceding": (
        "BillingReference/InvoiceDocumentReference/ID",
        f"{_SETTLEMENT}/InvoiceReferencedDocument/IssuerAssignedID",
    ),
    # In an adjustment, a line, and the tax of one rate.
    "adjusted": ("Amount", "ActualAmount"),
    "is_charge": ("ChargeIndicator", "ChargeIndicator/Indicator"),
    "name": ("Item/Name", "SpecifiedTradeProduct/Name"),
    "code": (
        "Item/CommodityClassification/ItemClassificationCode",
        "SpecifiedTradeProduct/DesignatedProductClassification/ClassCode",
    ),
    "quantity": ("InvoicedQuantity", "SpecifiedLineTradeDelivery/BilledQuantity"),
    "unit_price": ("Price/PriceAmount", "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount"),
    "amount": (
        "LineExtensionAmount",
        "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount",
    ),
    "base": ("TaxableAmount", "BasisAmount"),
    "tax": ("TaxAmount", "CalculatedAmount"),
    "rate": ("TaxCategory/Percent", "RateApplicablePercent"),
    "category": ("TaxCategory/ID", "CategoryCode"),
}
_TOTALS: Final = {
    "lines": ("LineExtensionAmount", "LineTotalAmount"),
    "allowances": ("AllowanceTotalAmount", "AllowanceTotalAmount"),
    "charges": ("ChargeTotalAmount", "ChargeTotalAmount"),
    "net": ("TaxExclusiveAmount", "TaxBasisTotalAmount"),
    "tax": ("", "TaxTotalAmount"),
    "gross": ("TaxInclusiveAmount", "GrandTotalAmount"),
    "prepaid": ("PrepaidAmount", "TotalPrepaidAmount"),
    "rounding": ("PayableRoundingAmount", "RoundingAmount"),
    "due": ("PayableAmount", "DuePayableAmount"),
}
_OTHER_NAMES: Final[Mapping[e_invoice.Syntax, Mapping[str, str]]] = {
    e_invoice.Syntax.UBL_CREDIT_NOTE: {
        "InvoiceTypeCode": "CreditNoteTypeCode",
        "InvoiceLine": "CreditNoteLine",
        "InvoicedQuantity": "CreditedQuantity",
    },
    e_invoice.Syntax.ZUGFERD_1: {
        "ExchangedDocumentContext": "SpecifiedExchangedDocumentContext",
        "ExchangedDocument": "HeaderExchangedDocument",
        "SupplyChainTradeTransaction": "SpecifiedSupplyChainTradeTransaction",
        "ApplicableHeaderTradeAgreement": "ApplicableSupplyChainTradeAgreement",
        "ApplicableHeaderTradeSettlement": "ApplicableSupplyChainTradeSettlement",
        "SpecifiedTradeSettlementHeaderMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
        "SpecifiedLineTradeAgreement": "SpecifiedSupplyChainTradeAgreement",
        "SpecifiedLineTradeDelivery": "SpecifiedSupplyChainTradeDelivery",
        "SpecifiedLineTradeSettlement": "SpecifiedSupplyChainTradeSettlement",
        "SpecifiedTradeSettlementLineMonetarySummation": "SpecifiedTradeSettlementMonetarySummation",
        "RateApplicablePercent": "ApplicablePercent",
    },
}


class _Document:
    """A document's root, with the paths of its syntax."""

    def __init__(self, root: e_invoice.Element, syntax: e_invoice.Syntax) -> None:
        self.root = root
        self.is_ubl = syntax in {e_invoice.Syntax.UBL_INVOICE, e_invoice.Syntax.UBL_CREDIT_NOTE}
        self._renamed = _OTHER_NAMES.get(syntax, {})

    def at(self, term: str, element: e_invoice.Element | None = None) -> e_invoice.Element | None:
        """The first element of the term in the document, or in one of its elements."""
        found = ((element or self.root).first(*steps) for steps in self._steps(term))
        return next((each for each in found if each is not None), None)

    def all(self, term: str) -> Iterator[e_invoice.Element]:
        return (element for steps in self._steps(term) for element in self.root.all(*steps))

    def _steps(self, term: str) -> Iterator[list[str]]:
        for path in _PATHS[term][not self.is_ubl].split("|"):
            yield [self._renamed.get(name, name) for name in path.split("/")]


def read(root: e_invoice.Element, syntax: e_invoice.Syntax) -> e_invoice.ElectronicInvoice:
    """The invoice of a document. Raises InvalidInvoice: an amount or a day is none."""
    document = _Document(root, syntax)
    at, party = document.at, _ubl_party if document.is_ubl else _cii_party
    currency = e_invoice.text_of(at("currency"))
    tax_totals = [*root.named("TaxTotal")] if document.is_ubl else []
    # Only that in the invoice's currency: it may be stated again in that of accounting (BT-111).
    tax_totals = [each for each in tax_totals if _is_in(each.first("TaxAmount"), currency)][:1] or tax_totals[:1]
    taxes = (part for total in tax_totals for part in total.named("TaxSubtotal"))
    return e_invoice.ElectronicInvoice(
        syntax=syntax,
        profile=e_invoice.text_of(at("profile")),
        number=e_invoice.text_of(at("number")),
        type_code=e_invoice.text_of(at("type_code")),
        issue_date=e_invoice.day_of(at("issue_date")),
        due_date=e_invoice.day_of(at("due_date")),
        currency=currency,
        seller=party(at("seller")),
        buyer=party(at("buyer")),
        totals=_totals(document, tax_totals, currency),
        taxes=tuple(_tax(element, document) for element in (taxes if document.is_ubl else document.all("taxes"))),
        adjustments=tuple(_adjustments(document)),
        lines=tuple(_line(element, document) for element in document.all("lines")),
        iban=e_invoice.text_of(at("iban")),
        payment_reference=e_invoice.text_of(at("reference")),
        preceding=e_invoice.text_of(at("preceding")),
    )


def _ubl_party(party: e_invoice.Element | None) -> e_invoice.Party:
    """The legal name, or the name alone, which is then no trading name beside it."""
    if party is None:
        return e_invoice.Party()
    legal = e_invoice.text_of(party.first("PartyLegalEntity", "RegistrationName"))
    called = e_invoice.text_of(party.first("PartyName", "Name"))
    numbers: dict[str, e_invoice.Text | None] = {}
    for element in party.all("PartyTaxScheme"):
        scheme = element.first("TaxScheme", "ID")
        numbers["" if scheme is None else scheme.value] = e_invoice.text_of(element.first("CompanyID"))
    vat_id = numbers.pop("VAT", None)
    return e_invoice.Party(
        name=legal or called,
        trading_name=called if legal else None,
        vat_id=vat_id,
        tax_number=next(iter(numbers.values()), None),
        country=e_invoice.text_of(party.first("PostalAddress", "Country", "IdentificationCode")),
    )


def _cii_party(party: e_invoice.Element | None) -> e_invoice.Party:
    if party is None:
        return e_invoice.Party()
    numbers = {
        each.attributes.get("schemeID", ""): e_invoice.text_of(each)
        for each in party.all("SpecifiedTaxRegistration", "ID")
    }
    trading_name = e_invoice.text_of(party.first("SpecifiedLegalOrganization", "TradingBusinessName"))
    return e_invoice.Party(
        name=e_invoice.text_of(party.first("Name")),
        trading_name=trading_name,
        vat_id=numbers.get("VA"),
        tax_number=numbers.get("FC"),
        country=e_invoice.text_of(party.first("PostalTradeAddress", "CountryID")),
    )


def _is_in(amount: e_invoice.Element | None, currency: e_invoice.Text | None) -> bool:
    return currency is not None and amount is not None and amount.attributes.get("currencyID") == currency.value


def _totals(
    document: _Document, tax_totals: list[e_invoice.Element], currency: e_invoice.Text | None
) -> e_invoice.Totals:
    summation = document.at("totals")
    elements = {name: summation and summation.first(local[not document.is_ubl]) for name, local in _TOTALS.items()}
    if document.is_ubl:
        elements = {"tax": None} | elements  # what is wrong with it is said first
        elements["tax"] = tax_totals[0].first("TaxAmount") if tax_totals else None
    elif summation:  # the tax may be stated again here too
        taxes = [*summation.named("TaxTotalAmount")]
        elements["tax"] = next((tax for tax in taxes if _is_in(tax, currency)), taxes[0] if taxes else None)
    return e_invoice.Totals(**{name: e_invoice.amount_of(element) for name, element in elements.items()})


def _tax(tax: e_invoice.Element, document: _Document) -> e_invoice.TaxBreakdown:
    category = document.at("category", tax)
    return e_invoice.TaxBreakdown(
        base=e_invoice.amount_of(document.at("base", tax)),
        tax=e_invoice.amount_of(document.at("tax", tax)),
        rate=e_invoice.amount_of(document.at("rate", tax)),
        category=None if category is None else category.value,
    )


def _adjustments(document: _Document) -> Iterator[e_invoice.Adjustment]:
    for element in document.all("adjustments"):
        amount, indicator = e_invoice.amount_of(document.at("adjusted", element)), document.at("is_charge", element)
        if amount is not None:
            is_charge = indicator is not None and indicator.value in ({"true", "1"} if document.is_ubl else {"true"})
            yield e_invoice.Adjustment(amount, is_charge)
    for element in document.all("freight"):
        amount = e_invoice.amount_of(element)
        if amount is not None:
            yield e_invoice.Adjustment(amount, is_charge=True)


def _line(line: e_invoice.Element, document: _Document) -> e_invoice.InvoiceLine:
    status = None if document.is_ubl else line.first("AssociatedDocumentLineDocument", "LineStatusReasonCode")
    return e_invoice.InvoiceLine(
        path=line.path,
        name=e_invoice.text_of(document.at("name", line)),
        quantity=e_invoice.amount_of(document.at("quantity", line)),
        unit_price=e_invoice.amount_of(document.at("unit_price", line)),
        amount=e_invoice.amount_of(document.at("amount", line)),
        counts=status is None or status.value not in _UNCOUNTED,
        code=_code(document.at("code", line)),
    )


def _code(element: e_invoice.Element | None) -> str | None:
    return None if element is None else f"{element.attributes.get('listID', '')}:{element.value[:_LONGEST_CODE]}"


_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS: Final[dict[tuple[str, str], e_invoice.Syntax]] = {
    (f"{_UBL}Invoice-2", "Invoice"): e_invoice.Syntax.UBL_INVOICE,
    (f"{_UBL}CreditNote-2", "CreditNote"): e_invoice.Syntax.UBL_CREDIT_NOTE,
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"): e_invoice.Syntax.CII,
    ("urn:ferd:CrossIndustryDocument:invoice:1p0", "CrossIndustryDocument"): e_invoice.Syntax.ZUGFERD_1,
}
EMBEDDED_NAMES: Final = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""Names, in lower case, under which Factur-X 1, ZUGFeRD 1 and 2, and XRechnung lie in a PDF."""
_PROFILES: Final = (
    *(("xrechnung", "XRechnung"), ("xeinkauf", "XRechnung"), ("extended", "EXTENDED"), ("minimum", "MINIMUM")),
    *(("basicwl", "BASIC WL"), ("basic", "BASIC"), ("comfort", "COMFORT"), ("peppol", "Peppol BIS")),
    ("en16931", "EN 16931"),
)


def read_invoice(content: bytes) -> e_invoice.ElectronicInvoice:
    """The invoice of an XML file. Raises UnknownDocument: it is no UBL or Cross Industry Invoice; InvalidInvoice."""
    root = e_invoice.parse(content)
    syntax = _ROOTS.get((root.namespace, root.local))
    if syntax is None:
        name = f"{root.local[:60]} of {root.namespace[:120]}" if root.namespace else root.local[:60]
        raise e_invoice.UnknownDocument(f"the XML is no invoice that is known here, but {name}")
    return read(root, syntax)


def profile_name(identifier: str) -> str:
    """What people call a specification identifier (BT-24); the identifier itself where it is no known one."""
    return next((name for part, name in _PROFILES if part in identifier.lower()), identifier)


_MOST_LINES: Final = 400
"""Lines of an invoice that are listed and kept; the sums hold for all."""


def extract(
    invoice: e_invoice.ElectronicInvoice, *, first_line: int = 0, file_name: str | None = None
) -> tuple[Extraction, list[str]]:
    """The extraction of an invoice, and its listing, which begins at `first_line` of the transcript: a path, two
    spaces, and the value. The amounts of a credit note, stated without sign, are below zero here."""
    listing = _Listing(invoice, first_line)
    totals, seller = invoice.totals, invoice.seller
    extraction = Extraction(
        merchant=listing.text(seller.trading_name or seller.name),
        registered_name=listing.text(seller.name),
        document_kind=listing.kind(),
        receipt_number=listing.text(invoice.number),
        date=listing.day(invoice.issue_date),
        due_date=listing.day(invoice.due_date),
        currency=listing.text(listing.currency),
        total=listing.amount(totals.gross),
        amount_due=listing.amount(totals.due),
        tax=listing.amount(totals.tax),
        subtotal=listing.amount(totals.net),
        tax_id=listing.text(seller.vat_id or seller.tax_number),
        seller_country=listing.country(seller.country),
        buyer=listing.text(invoice.buyer.name),
        buyer_tax_id=listing.text(invoice.buyer.vat_id),
        iban=listing.text(invoice.iban),
        payment_reference=listing.text(invoice.payment_reference),
        refers_to=listing.text(invoice.preceding),
        tax_lines=listing.taxes(),
        line_items=listing.items(),
        e_invoice=EInvoice(
            syntax=invoice.syntax.value,
            profile=None if invoice.profile is None else profile_name(invoice.profile.value),
            file_name=file_name,
        ),
    )
    return extraction, listing.lines


class _Listing:
    def __init__(self, invoice: e_invoice.ElectronicInvoice, first_line: int) -> None:
        self.lines: list[str] = []
        self._invoice = invoice
        self._first = first_line
        self.currency = invoice.currency if invoice.currency and invoice.currency.value in CODES else None
        self._digits = minor_digits(self.currency.value if self.currency else NO_CURRENCY)
        self._sign = -1 if invoice.kind is DocumentKind.CREDIT_NOTE else 1

    def text(self, found: e_invoice.Text | None) -> Field[str]:
        return Field[str]() if found is None else self._field(found.value, found.path, found.value)

    def country(self, code: e_invoice.Text | None) -> Field[str]:
        """A code of ISO 3166; nothing for what is none."""
        is_code = code is not None and _COUNTRY.fullmatch(code.value) is not None
        return self.text(code) if is_code else Field[str]()

    def day(self, found: e_invoice.Day | None) -> Field[datetime.date]:
        if found is None:
            return Field[datetime.date]()
        evidence = self._list(found.path, found.value.isoformat())
        return Field[datetime.date](value=found.value, evidence=evidence, confidence=1.0)

    def amount(self, found: e_invoice.Amount | None) -> Field[str]:
        """With the currency's digits, where it has no more of them."""
        return Field[str]() if found is None else self._field(self._signed(found), found.path, f"{found.value:f}")

    def _field(self, value: str, path: str, printed: str) -> Field[str]:
        return Field[str](value=value, evidence=self._list(path, printed), confidence=1.0)

    def kind(self) -> Field[DocumentKind]:
        """By the type code; an invoice whose total is below zero gives money back too."""
        code, gross = self._invoice.type_code, self._invoice.totals.gross
        kind = self._invoice.kind
        if kind is DocumentKind.INVOICE and gross is not None and gross.value < 0:
            kind = DocumentKind.CREDIT_NOTE
        evidence = None if code is None else self._list(code.path, code.value)
        return Field[DocumentKind](value=kind, evidence=evidence, confidence=1.0)

    def taxes(self) -> tuple[TaxLine, ...]:
        return tuple(
            TaxLine(
                rate=_plain(row.rate),
                net=None if row.base is None else self._signed(row.base),
                tax=self._signed(row.tax),
                evidence=self._list(row.tax.path, f"{row.tax.value:f}"),
                vat_category=row.category if row.category in VAT_CATEGORIES else None,
            )
            for row in self._invoice.taxes
            if row.tax is not None
        )

    def items(self) -> tuple[LineItem, ...]:
        rows = [(row, row.name, row.amount) for row in self._invoice.lines]
        return tuple(
            LineItem(
                description=name.value,
                quantity=_plain(row.quantity),
                unit_price=_plain(row.unit_price),
                amount=self._signed(amount),
                evidence=self._list(row.path, f"{amount.value:f}", before=f"{name.value}  "),
                code=row.code,
            )
            for row, name, amount in [each for each in rows if each[1] and each[2]][:_MOST_LINES]
            if name and amount
        )

    def _signed(self, amount: e_invoice.Amount) -> str:
        minor = (amount.value * self._sign).scaleb(self._digits)
        if minor == minor.to_integral_value():
            return decimal_string(int(minor), self._digits)
        return _shortest(amount.value * self._sign)

    def _list(self, path: str, value: str, *, before: str = "") -> Evidence:
        head = f"{path}  {before}"
        line, text = self._first + len(self.lines), f"{head}{value}"
        self.lines.append(text)
        return Evidence(line=line, text=text, start=len(head), end=len(text), path=path)


def _plain(amount: e_invoice.Amount | None) -> str | None:
    return None if amount is None else _shortest(amount.value)


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
