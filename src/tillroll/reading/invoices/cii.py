"""UN/CEFACT Cross Industry Invoice: D16B, as Factur-X, ZUGFeRD 2 and XRechnung use it, and the draft of ZUGFeRD 1.

The two differ in the names of their groups only; EN 16931-3-3 binds the terms to the elements of the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.reading.invoices.e_invoice import (
    Adjustment,
    Amount,
    Day,
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


@dataclass(frozen=True, slots=True)
class _Names:
    """The names of the groups, where the two versions differ."""

    context: str
    document: str
    transaction: str
    agreement: str
    settlement: str
    summation: str
    line_agreement: str
    line_delivery: str
    line_settlement: str
    line_summation: str
    percent: str


_D16B: Final = _Names(
    context="ExchangedDocumentContext",
    document="ExchangedDocument",
    transaction="SupplyChainTradeTransaction",
    agreement="ApplicableHeaderTradeAgreement",
    settlement="ApplicableHeaderTradeSettlement",
    summation="SpecifiedTradeSettlementHeaderMonetarySummation",
    line_agreement="SpecifiedLineTradeAgreement",
    line_delivery="SpecifiedLineTradeDelivery",
    line_settlement="SpecifiedLineTradeSettlement",
    line_summation="SpecifiedTradeSettlementLineMonetarySummation",
    percent="RateApplicablePercent",
)
_ZUGFERD_1: Final = _Names(
    context="SpecifiedExchangedDocumentContext",
    document="HeaderExchangedDocument",
    transaction="SpecifiedSupplyChainTradeTransaction",
    agreement="ApplicableSupplyChainTradeAgreement",
    settlement="ApplicableSupplyChainTradeSettlement",
    summation="SpecifiedTradeSettlementMonetarySummation",
    line_agreement="SpecifiedSupplyChainTradeAgreement",
    line_delivery="SpecifiedSupplyChainTradeDelivery",
    line_settlement="SpecifiedSupplyChainTradeSettlement",
    line_summation="SpecifiedTradeSettlementMonetarySummation",
    percent="ApplicablePercent",
)


def read_cii(root: Element, syntax: Syntax) -> ElectronicInvoice:
    """The invoice of a CrossIndustryInvoice, or of a CrossIndustryDocument of ZUGFeRD 1.

    Raises:
        InvalidInvoice: an amount or a day is none.
    """
    names = _ZUGFERD_1 if syntax is Syntax.ZUGFERD_1 else _D16B
    settlement = (names.transaction, names.settlement)
    agreement = (names.transaction, names.agreement)
    currency = text_of(root.first(*settlement, "InvoiceCurrencyCode"))
    lines = [*root.all(names.transaction, "IncludedSupplyChainTradeLineItem")]
    return ElectronicInvoice(
        syntax=syntax,
        profile=text_of(root.first(names.context, "GuidelineSpecifiedDocumentContextParameter", "ID")),
        number=text_of(root.first(names.document, "ID")),
        type_code=text_of(root.first(names.document, "TypeCode")),
        issue_date=_day(root, names.document, "IssueDateTime"),
        due_date=_day(root, *settlement, "SpecifiedTradePaymentTerms", "DueDateDateTime"),
        currency=currency,
        seller=_party(root.first(*agreement, "SellerTradeParty")),
        buyer=_party(root.first(*agreement, "BuyerTradeParty")),
        totals=_totals(root.first(*settlement, names.summation), currency),
        taxes=tuple(_tax(element, names) for element in root.all(*settlement, "ApplicableTradeTax")),
        adjustments=tuple(_adjustments(root, settlement)),
        lines=tuple(_line(element, names) for element in lines),
        payment=_payment(root, settlement),
        preceding=text_of(root.first(*settlement, "InvoiceReferencedDocument", "IssuerAssignedID")),
    )


def _day(root: Element, *path: str) -> Day | None:
    return day_of(root.first(*path, "DateTimeString") or root.first(*path, "DateTime"))


def _party(party: Element | None) -> Party:
    if party is None:
        return Party()
    registered = {
        element.attributes.get("schemeID", ""): text_of(element)
        for element in party.all("SpecifiedTaxRegistration", "ID")
    }
    return Party(
        name=text_of(party.first("Name")),
        trading_name=text_of(party.first("SpecifiedLegalOrganization", "TradingBusinessName")),
        vat_id=registered.get("VA"),
        tax_number=registered.get("FC"),
    )


def _totals(summation: Element | None, currency: Text | None) -> Totals:
    if summation is None:
        return Totals()

    def amount(name: str) -> Amount | None:
        return amount_of(summation.first(name))

    # Tax may be stated again in the currency of accounting (BT-111).
    taxes = [*summation.named("TaxTotalAmount")]
    own = [tax for tax in taxes if currency and tax.attributes.get("currencyID") == currency.value]
    return Totals(
        lines=amount("LineTotalAmount"),
        allowances=amount("AllowanceTotalAmount"),
        charges=amount("ChargeTotalAmount"),
        net=amount("TaxBasisTotalAmount"),
        tax=amount_of(next(iter([*own, *taxes]), None)),
        gross=amount("GrandTotalAmount"),
        prepaid=amount("TotalPrepaidAmount"),
        rounding=amount("RoundingAmount"),
        due=amount("DuePayableAmount"),
    )


def _tax(tax: Element, names: _Names) -> TaxBreakdown:
    category = tax.first("CategoryCode")
    return TaxBreakdown(
        base=amount_of(tax.first("BasisAmount")),
        tax=amount_of(tax.first("CalculatedAmount")),
        rate=amount_of(tax.first(names.percent)),
        category=None if category is None else category.value,
    )


def _adjustments(root: Element, settlement: tuple[str, ...]) -> Iterator[Adjustment]:
    for element in root.all(*settlement, "SpecifiedTradeAllowanceCharge"):
        amount = amount_of(element.first("ActualAmount"))
        indicator = element.first("ChargeIndicator", "Indicator")
        if amount is not None:
            yield Adjustment(amount, is_charge=indicator is not None and indicator.value == "true")
    for element in root.all(*settlement, "SpecifiedLogisticsServiceCharge", "AppliedAmount"):
        amount = amount_of(element)
        if amount is not None:
            yield Adjustment(amount, is_charge=True)


def _line(line: Element, names: _Names) -> InvoiceLine:
    status = line.first("AssociatedDocumentLineDocument", "LineStatusReasonCode")
    return InvoiceLine(
        path=line.path,
        name=text_of(line.first("SpecifiedTradeProduct", "Name")),
        quantity=amount_of(line.first(names.line_delivery, "BilledQuantity")),
        unit_price=amount_of(line.first(names.line_agreement, "NetPriceProductTradePrice", "ChargeAmount")),
        amount=amount_of(line.first(names.line_settlement, names.line_summation, "LineTotalAmount")),
        counts=status is None or status.value not in _UNCOUNTED,
    )


def _payment(root: Element, settlement: tuple[str, ...]) -> Payment:
    account = (*settlement, "SpecifiedTradeSettlementPaymentMeans", "PayeePartyCreditorFinancialAccount", "IBANID")
    return Payment(iban=text_of(root.first(*account)), reference=text_of(root.first(*settlement, "PaymentReference")))
