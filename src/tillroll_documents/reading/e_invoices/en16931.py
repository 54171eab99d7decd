"""Invoices in UBL and CII, the two syntaxes of EN 16931, and in ZUGFeRD 1, which came before.
Pure.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from tillroll_documents.reading.e_invoices import e_invoice, once, ubl_taxes
from tillroll_documents.reading.reasons import InvoiceReason, ReviewReason

_UNCOUNTED: Final = frozenset({"GROUP", "INFORMATION"})
"""LineStatusReasonCode of the extended profile: such a line's amount is that of others, or
nobody's."""

# Paths of local names by term in UBL and in CII, "" for none; "|" stands between two, either of
# which may hold it.
_TRANSACTION: Final = "SupplyChainTradeTransaction"
_AGREEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeAgreement"
_SETTLEMENT: Final = f"{_TRANSACTION}/ApplicableHeaderTradeSettlement"
_ISSUED: Final = "ExchangedDocument/IssueDateTime"
_DUE: Final = f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/DueDateDateTime"
_LONGEST_CODE: Final = 40
_PATHS: Final = {
    "profile": (
        "CustomizationID",
        "ExchangedDocumentContext/GuidelineSpecifiedDocumentContextParameter/ID",
    ),
    "number": ("ID", "ExchangedDocument/ID"),
    "type_code": ("InvoiceTypeCode", "ExchangedDocument/TypeCode"),
    "issue_date": ("IssueDate", f"{_ISSUED}/DateTimeString|{_ISSUED}/DateTime"),
    "due_date": ("DueDate|PaymentMeans/PaymentDueDate", f"{_DUE}/DateTimeString|{_DUE}/DateTime"),
    "currency": ("DocumentCurrencyCode", f"{_SETTLEMENT}/InvoiceCurrencyCode"),
    "seller": ("AccountingSupplierParty/Party", f"{_AGREEMENT}/SellerTradeParty"),
    "buyer": ("AccountingCustomerParty/Party", f"{_AGREEMENT}/BuyerTradeParty"),
    "totals": (
        "LegalMonetaryTotal",
        f"{_SETTLEMENT}/SpecifiedTradeSettlementHeaderMonetarySummation",
    ),
    "adjustments": ("AllowanceCharge", f"{_SETTLEMENT}/SpecifiedTradeAllowanceCharge"),
    "freight": ("", f"{_SETTLEMENT}/SpecifiedLogisticsServiceCharge/AppliedAmount"),
    "taxes": ("TaxTotal/TaxSubtotal", f"{_SETTLEMENT}/ApplicableTradeTax"),
    "lines": ("InvoiceLine", f"{_TRANSACTION}/IncludedSupplyChainTradeLineItem"),
    "iban": (
        "PaymentMeans/PayeeFinancialAccount/ID",
        (
            f"{_SETTLEMENT}/SpecifiedTradeSettlementPaymentMeans/"
            "PayeePartyCreditorFinancialAccount/IBANID"
        ),
    ),
    "reference": ("PaymentMeans/PaymentID", f"{_SETTLEMENT}/PaymentReference"),
    "payment_terms": ("PaymentTerms/Note", f"{_SETTLEMENT}/SpecifiedTradePaymentTerms/Description"),
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
    "unit_price": (
        "Price/PriceAmount",
        "SpecifiedLineTradeAgreement/NetPriceProductTradePrice/ChargeAmount",
    ),
    "amount": (
        "LineExtensionAmount",
        (
            "SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/"
            "LineTotalAmount"
        ),
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
_OF_CREDIT_NOTES: Final = {
    "InvoiceTypeCode": "CreditNoteTypeCode",
    "InvoiceLine": "CreditNoteLine",
    "InvoicedQuantity": "CreditedQuantity",
}
_OTHER_NAMES: Final[Mapping[e_invoice.Syntax, Mapping[str, str]]] = {
    e_invoice.Syntax.UBL_CREDIT_NOTE: _OF_CREDIT_NOTES,
    e_invoice.Syntax.UBL_SELF_BILLED_CREDIT_NOTE: _OF_CREDIT_NOTES,
    e_invoice.Syntax.UBL_DEBIT_NOTE: {
        "InvoiceLine": "DebitNoteLine",
        "InvoicedQuantity": "DebitedQuantity",
        "LegalMonetaryTotal": "RequestedMonetaryTotal",
    },
    e_invoice.Syntax.ZUGFERD_1: {
        "ExchangedDocumentContext": "SpecifiedExchangedDocumentContext",
        "ExchangedDocument": "HeaderExchangedDocument",
        "SupplyChainTradeTransaction": "SpecifiedSupplyChainTradeTransaction",
        "ApplicableHeaderTradeAgreement": "ApplicableSupplyChainTradeAgreement",
        "ApplicableHeaderTradeSettlement": "ApplicableSupplyChainTradeSettlement",
        "SpecifiedTradeSettlementHeaderMonetarySummation": (
            "SpecifiedTradeSettlementMonetarySummation"
        ),
        "SpecifiedLineTradeAgreement": "SpecifiedSupplyChainTradeAgreement",
        "SpecifiedLineTradeDelivery": "SpecifiedSupplyChainTradeDelivery",
        "SpecifiedLineTradeSettlement": "SpecifiedSupplyChainTradeSettlement",
        "SpecifiedTradeSettlementLineMonetarySummation": (
            "SpecifiedTradeSettlementMonetarySummation"
        ),
        "RateApplicablePercent": "ApplicablePercent",
    },
}


class _Document:
    """A document's root, with the paths of its syntax."""

    def __init__(self, root: e_invoice.Element, syntax: e_invoice.Syntax) -> None:
        self.root = root
        self.is_ubl = syntax.value.startswith("ubl-")
        self._renamed = _OTHER_NAMES.get(syntax, {})

    def at(self, term: str, element: e_invoice.Element | None = None) -> e_invoice.Element | None:
        """The first element of the term in the document, or in one of its elements."""
        elements = ((element or self.root).first(*steps) for steps in self._steps(term))
        return next((each for each in elements if each is not None), None)

    def all(self, term: str) -> Iterator[e_invoice.Element]:
        return (element for steps in self._steps(term) for element in self.root.all(*steps))

    def _steps(self, term: str) -> Iterator[list[str]]:
        for path in _PATHS[term][not self.is_ubl].split("|"):
            yield [self._renamed.get(name, name) for name in path.split("/")]


def read(root: e_invoice.Element, syntax: e_invoice.Syntax) -> e_invoice.ElectronicInvoice:
    """The invoice of a document. Raises InvalidInvoice: an amount or a day is none."""
    document = _Document(root, syntax)
    at = document.at
    party = _cii_party
    if document.is_ubl:
        party = _ubl_party
    currency = e_invoice.text_of(at("currency")) or _currency_of_totals(document)
    tax_totals: list[e_invoice.Element] = []
    taxes = [*document.all("taxes")]
    if document.is_ubl:
        tax_totals = ubl_taxes.totals_in(root, currency)
        taxes = ubl_taxes.rows_of(tax_totals)
    doubts: list[str] = []
    if syntax is e_invoice.Syntax.UBL_DEBIT_NOTE:
        doubts.append(InvoiceReason.DEBIT_NOTE.value)
    others = once.other_currencies(root, syntax, currency, tax_totals)
    if others:
        doubts.append(InvoiceReason.CURRENCY_IN_XML.value)
    profile = e_invoice.text_of(at("profile"))
    totals = _totals(document, tax_totals, currency)
    third_party = _third_party(document, profile)
    if third_party is not None:
        totals = replace(totals, third_party=third_party)
        doubts.append(ReviewReason.CHARGED_OTHERWISE.value)
    if profile is not None and profile.value.upper().startswith(_OIOUBL):
        totals = _oioubl(totals)
    return e_invoice.ElectronicInvoice(
        syntax=syntax,
        profile=profile,
        number=e_invoice.text_of(at("number")),
        type_code=e_invoice.text_of(at("type_code")),
        issue_date=e_invoice.day_of(at("issue_date")),
        due_date=e_invoice.day_of(at("due_date")),
        currency=currency,
        seller=party(at("seller")),
        buyer=party(at("buyer")),
        totals=_with_gross(totals),
        taxes=tuple(_tax(element, document) for element in taxes),
        adjustments=tuple(_adjustments(document)),
        lines=tuple(_line(element, document) for element in document.all("lines")),
        iban=e_invoice.text_of(at("iban")),
        payment_reference=e_invoice.text_of(at("reference")),
        payment_terms=e_invoice.text_of(at("payment_terms")),
        preceding=e_invoice.text_of(at("preceding")),
        relation=_relation(e_invoice.text_of(at("type_code")), totals.prepaid),
        doubts=tuple(doubts),
        contradictions=others,
    )


_OIOUBL: Final = "OIOUBL"
# UNTDID 1001: a corrected invoice; final invoices of building; and UBL-TR's types of returns, which
# the buyer writes (UBL-TR code lists of Turkey's revenue administration).
_REPLACING: Final = frozenset({"384"})
_FINISHING: Final = frozenset({"218", "876", "877"})
_RETURNING: Final = frozenset({"IADE", "TEVKIFATIADE"})


def _relation(
    type_code: e_invoice.Text | None,
    prepaid: e_invoice.Amount | None,
) -> e_invoice.Relation | None:
    """What the invoice is to an earlier one, by its type code. A final one that nothing was paid
    of before stands by itself."""
    if type_code is None:
        return None
    if type_code.value in _REPLACING:
        return e_invoice.Relation.REPLACES
    if type_code.value in _RETURNING:
        return e_invoice.Relation.RETURNS
    if type_code.value in _FINISHING and prepaid is not None and prepaid.value:
        return e_invoice.Relation.FINISHES
    return None


def _currency_of_totals(document: _Document) -> e_invoice.Text | None:
    """The currency of the amount that is due, where the document names none for all of it."""
    summation = document.at("totals")
    if summation is None:
        return None
    for name in ("due", "gross"):
        element = summation.first(_TOTALS[name][not document.is_ubl])
        if element is not None and element.attributes.get("currencyID"):
            return e_invoice.Located(
                element.attributes["currencyID"], f"{element.path}/@currencyID"
            )
    return None


def _oioubl(totals: e_invoice.Totals) -> e_invoice.Totals:
    """In OIOUBL, TaxExclusiveAmount is the tax: "the total of taxes" (OIOUBL guideline G27)."""
    net = totals.net
    tax = totals.tax
    lines = totals.lines
    if net is None or tax is None or lines is None or net.value != tax.value:
        return totals
    value = lines.value
    if totals.allowances is not None:
        value -= totals.allowances.value
    if totals.charges is not None:
        value += totals.charges.value
    return replace(totals, net=e_invoice.Located(value, lines.path))


def _with_gross(totals: e_invoice.Totals) -> e_invoice.Totals:
    """Where the total with tax is missing: what is due, with what was prepaid."""
    if totals.gross is not None or totals.due is None:
        return totals
    value = totals.due.value
    if totals.prepaid is not None:
        value += totals.prepaid.value
    if totals.rounding is not None:
        value -= totals.rounding.value
    return replace(totals, gross=e_invoice.Located(value, totals.due.path))


def _ubl_party(party: e_invoice.Element | None) -> e_invoice.Party:
    """The legal name, or the name alone, which is then no trading name beside it."""
    if party is None:
        return e_invoice.Party()
    legal = e_invoice.text_of(party.first("PartyLegalEntity", "RegistrationName"))
    called = e_invoice.text_of(party.first("PartyName", "Name"))
    numbers: dict[str, e_invoice.Text | None] = {}
    for element in party.all("PartyTaxScheme"):
        scheme = element.first("TaxScheme", "ID")
        numbers["" if scheme is None else scheme.value] = e_invoice.text_of(
            element.first("CompanyID")
        )
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
    trading_name = e_invoice.text_of(
        party.first("SpecifiedLegalOrganization", "TradingBusinessName")
    )
    return e_invoice.Party(
        name=e_invoice.text_of(party.first("Name")),
        trading_name=trading_name,
        vat_id=numbers.get("VA"),
        tax_number=numbers.get("FC"),
        country=e_invoice.text_of(party.first("PostalTradeAddress", "CountryID")),
    )


def _totals(
    document: _Document, tax_totals: list[e_invoice.Element], currency: e_invoice.Text | None
) -> e_invoice.Totals:
    summation = document.at("totals")
    elements = {
        name: summation and summation.first(local[not document.is_ubl])
        for name, local in _TOTALS.items()
    }
    if not document.is_ubl and summation:  # the tax may be stated again here too
        taxes = [*summation.named("TaxTotalAmount")]
        in_currency = [tax for tax in taxes if ubl_taxes.is_in(tax, currency)]
        elements["tax"] = next(iter([*in_currency, *taxes]), None)
    # What is wrong with the tax is said first.
    stated_tax = elements.pop("tax")
    tax = ubl_taxes.amount_of(tax_totals) or e_invoice.amount_of(stated_tax)
    amounts = {name: e_invoice.amount_of(element) for name, element in elements.items()}
    return e_invoice.Totals(**amounts, tax=tax)


def _third_party(
    document: _Document,
    profile: e_invoice.Text | None,
) -> e_invoice.Amount | None:
    """What is due to others beside the invoice's total, by XRechnung's extension (BG-DEX-09 and
    BR-DEX-09 of KoSIT's rules). Elsewhere the element says what was prepaid."""
    if profile is None or not document.is_ubl or _EXTENSION not in profile.value.lower():
        return None
    payments = document.root.all("PrepaidPayment", "PaidAmount")
    amounts = [e_invoice.amount_of(each) for each in payments]
    present = [amount for amount in amounts if amount is not None]
    if not present:
        return None
    return e_invoice.Located(e_invoice.total_of(present), present[0].path)


_EXTENSION: Final = "kosit:extension"
# Names of OIOUBL for the codes of EN 16931.
_CATEGORY_NAMES: Final = {"StandardRated": "S", "ZeroRated": "Z", "ReverseCharge": "AE"}


def _tax(tax: e_invoice.Element, document: _Document) -> e_invoice.TaxBreakdown:
    category = document.at("category", tax)
    return e_invoice.TaxBreakdown(
        base=e_invoice.amount_of(document.at("base", tax)),
        tax=e_invoice.amount_of(document.at("tax", tax)),
        rate=e_invoice.amount_of(document.at("rate", tax)),
        category=_category(category),
    )


def _category(element: e_invoice.Element | None) -> str | None:
    if element is None:
        return None
    return _CATEGORY_NAMES.get(element.value, element.value)


def _adjustments(document: _Document) -> Iterator[e_invoice.Adjustment]:
    for element in document.all("adjustments"):
        amount = e_invoice.amount_of(document.at("adjusted", element))
        indicator = document.at("is_charge", element)
        if amount is not None:
            is_charge = indicator is not None and indicator.value in (
                {"true", "1"} if document.is_ubl else {"true"}
            )
            yield e_invoice.Adjustment(amount, is_charge)
    for element in document.all("freight"):
        amount = e_invoice.amount_of(element)
        if amount is not None:
            yield e_invoice.Adjustment(amount, is_charge=True)


def _line(line: e_invoice.Element, document: _Document) -> e_invoice.InvoiceLine:
    if document.is_ubl:
        status = None
    else:
        status = line.first("AssociatedDocumentLineDocument", "LineStatusReasonCode")
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
    if element is None:
        return None
    return f"{element.attributes.get('listID', '')}:{element.value[:_LONGEST_CODE]}"
