"""Where UBL 2.1 and UN/CEFACT's Cross Industry Invoice have the terms of EN 16931, and the invoice that they make.

EN 16931-3-2 binds UBL; 3-3 binds CII in D16B, as Factur-X, ZUGFeRD 2 and XRechnung use it. In the draft of ZUGFeRD 1
the groups of CII have other names.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from tillroll.reading.invoices.e_invoice import (
    Adjustment,
    ElectronicInvoice,
    Element,
    InvoiceLine,
    Party,
    Payment,
    Syntax,
    TaxBreakdown,
    Text,
    Totals,
    amount_of,
    day_of,
    text_of,
)

_UNCOUNTED: Final = frozenset({"GROUP", "INFORMATION"})
"""LineStatusReasonCode of the extended profile: such a line's amount is that of others, or nobody's."""

# Paths of local names by term in UBL and in CII, "" for none; "|" stands between two, either of which may hold it.
_TRANSACTION: Final = "SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeSettlement"
_ISSUED: Final = "ExchangedDocument/IssueDateTime"
_DUE: Final = f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime"
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
_OTHER_NAMES: Final[Mapping[Syntax, Mapping[str, str]]] = {
    Syntax.UBL_CREDIT_NOTE: {
        "InvoiceTypeCode": "CreditNoteTypeCode",
        "InvoiceLine": "CreditNoteLine",
        "InvoicedQuantity": "CreditedQuantity",
    },
    Syntax.ZUGFERD_1: {
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

    def __init__(self, root: Element, syntax: Syntax) -> None:
        self.root = root
        self.is_ubl = syntax in {Syntax.UBL_INVOICE, Syntax.UBL_CREDIT_NOTE}
        self._renamed = _OTHER_NAMES.get(syntax, {})

    def at(self, term: str, element: Element | None = None) -> Element | None:
        """The first element of the term in the document, or in one of its elements."""
        found = ((element or self.root).first(*steps) for steps in self._steps(term))
        return next((each for each in found if each is not None), None)

    def all(self, term: str) -> Iterator[Element]:
        return (element for steps in self._steps(term) for element in self.root.all(*steps))

    def _steps(self, term: str) -> Iterator[list[str]]:
        for path in _PATHS[term][not self.is_ubl].split("|"):
            yield [self._renamed.get(name, name) for name in path.split("/")]


def read(root: Element, syntax: Syntax) -> ElectronicInvoice:
    """The invoice of a document.

    Raises:
        InvalidInvoice: an amount or a day is none.
    """
    document = _Document(root, syntax)
    at, party = document.at, _ubl_party if document.is_ubl else _cii_party
    currency = text_of(at("currency"))
    tax_totals = _own_tax_totals(root, currency) if document.is_ubl else []
    taxes = (part for total in tax_totals for part in total.named("TaxSubtotal"))
    return ElectronicInvoice(
        syntax=syntax,
        profile=text_of(at("profile")),
        number=text_of(at("number")),
        type_code=text_of(at("type_code")),
        issue_date=day_of(at("issue_date")),
        due_date=day_of(at("due_date")),
        currency=currency,
        seller=party(at("seller")),
        buyer=party(at("buyer")),
        totals=_totals(document, tax_totals, currency),
        taxes=tuple(_tax(element, document) for element in (taxes if document.is_ubl else document.all("taxes"))),
        adjustments=tuple(_adjustments(document)),
        lines=tuple(_line(element, document) for element in document.all("lines")),
        payment=Payment(iban=text_of(at("iban")), reference=text_of(at("reference"))),
        preceding=text_of(at("preceding")),
    )


def _ubl_party(party: Element | None) -> Party:
    """The legal name, or the name alone, which is then no trading name beside it."""
    if party is None:
        return Party()
    legal, called = (
        text_of(party.first("PartyLegalEntity", "RegistrationName")),
        text_of(party.first("PartyName", "Name")),
    )
    numbers: dict[str, Text | None] = {}
    for element in party.all("PartyTaxScheme"):
        scheme = element.first("TaxScheme", "ID")
        numbers["" if scheme is None else scheme.value] = text_of(element.first("CompanyID"))
    vat_id = numbers.pop("VAT", None)
    return Party(legal or called, called if legal else None, vat_id, next(iter(numbers.values()), None))


def _cii_party(party: Element | None) -> Party:
    if party is None:
        return Party()
    numbers = {
        each.attributes.get("schemeID", ""): text_of(each) for each in party.all("SpecifiedTaxRegistration", "ID")
    }
    trading_name = text_of(party.first("SpecifiedLegalOrganization", "TradingBusinessName"))
    return Party(text_of(party.first("Name")), trading_name, numbers.get("VA"), numbers.get("FC"))


def _own_tax_totals(root: Element, currency: Text | None) -> list[Element]:
    """UBL's TaxTotal in the invoice's currency, alone: it may be stated again in that of accounting (BT-111)."""
    totals = [*root.named("TaxTotal")]
    return [each for each in totals if _is_in(each.first("TaxAmount"), currency)][:1] or totals[:1]


def _is_in(amount: Element | None, currency: Text | None) -> bool:
    return currency is not None and amount is not None and amount.attributes.get("currencyID") == currency.value


def _totals(document: _Document, tax_totals: list[Element], currency: Text | None) -> Totals:
    summation = document.at("totals")
    elements = {name: summation and summation.first(local[not document.is_ubl]) for name, local in _TOTALS.items()}
    if document.is_ubl:
        elements = {"tax": None} | elements  # what is wrong with it is said first
        elements["tax"] = tax_totals[0].first("TaxAmount") if tax_totals else None
    elif summation:  # the tax may be stated again here too
        taxes = [*summation.named("TaxTotalAmount")]
        elements["tax"] = next((tax for tax in taxes if _is_in(tax, currency)), taxes[0] if taxes else None)
    return Totals(**{name: amount_of(element) for name, element in elements.items()})


def _tax(tax: Element, document: _Document) -> TaxBreakdown:
    category = document.at("category", tax)
    return TaxBreakdown(
        base=amount_of(document.at("base", tax)),
        tax=amount_of(document.at("tax", tax)),
        rate=amount_of(document.at("rate", tax)),
        category=None if category is None else category.value,
    )


def _adjustments(document: _Document) -> Iterator[Adjustment]:
    for element in document.all("adjustments"):
        amount, indicator = amount_of(document.at("adjusted", element)), document.at("is_charge", element)
        if amount is not None:
            is_charge = indicator is not None and indicator.value in ({"true", "1"} if document.is_ubl else {"true"})
            yield Adjustment(amount, is_charge)
    for element in document.all("freight"):
        amount = amount_of(element)
        if amount is not None:
            yield Adjustment(amount, is_charge=True)


def _line(line: Element, document: _Document) -> InvoiceLine:
    status = None if document.is_ubl else line.first("AssociatedDocumentLineDocument", "LineStatusReasonCode")
    return InvoiceLine(
        path=line.path,
        name=text_of(document.at("name", line)),
        quantity=amount_of(document.at("quantity", line)),
        unit_price=amount_of(document.at("unit_price", line)),
        amount=amount_of(document.at("amount", line)),
        counts=status is None or status.value not in _UNCOUNTED,
    )
