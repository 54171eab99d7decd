"""What an e-invoice says twice, and in which currencies it says its amounts. Pure.

A value must stand once where its schema lets it: number, day, kind, currency, seller, buyer and
each sum (UBL 2.1 and D16B of UN/CEFACT for Factur-X; FatturaPA 1.2, FA(3), Facturae 3.2 and
ebInterface 6.1). UBL lets a party have several legal entities, and EN 16931 lets it have one. Tax
totals may stand twice, as may a sum that is restated in another currency. All amounts of a document
are in its currency (PEPPOL-EN16931-R051).

No second reading settles such a doubt: nothing was misread. `SECOND_READING=doubted` leaves it out.
"""

from collections.abc import Iterator
from typing import Final

from tillroll_documents.reading.e_invoices.e_invoice import (
    Element,
    Located,
    Syntax,
    Text,
    text_of,
)

_UBL_PARTY: Final = "PartyLegalEntity/RegistrationName"
_UBL: Final = (
    "ID",
    "IssueDate",
    "DueDate",
    "InvoiceTypeCode",
    "CreditNoteTypeCode",
    "DocumentCurrencyCode",
    f"AccountingSupplierParty/Party/{_UBL_PARTY}",
    f"AccountingCustomerParty/Party/{_UBL_PARTY}",
)
_UBL_TOTALS: Final = ("LegalMonetaryTotal", "RequestedMonetaryTotal")
_UBL_SUMS: Final = (
    "LineExtensionAmount",
    "TaxExclusiveAmount",
    "TaxInclusiveAmount",
    "AllowanceTotalAmount",
    "ChargeTotalAmount",
    "PrepaidAmount",
    "PayableRoundingAmount",
    "PayableAmount",
)
_CII_SUMS: Final = (
    "LineTotalAmount",
    "ChargeTotalAmount",
    "AllowanceTotalAmount",
    "TaxBasisTotalAmount",
    "TaxTotalAmount",
    "RoundingAmount",
    "GrandTotalAmount",
    "TotalPrepaidAmount",
    "DuePayableAmount",
)


def _cii(*, document: str, transaction: str, kind: str, sums: str) -> tuple[str, ...]:
    """The paths of a Cross Industry Invoice, by the names that its version has."""
    agreement = f"{transaction}/Applicable{kind}TradeAgreement"
    settlement = f"{transaction}/Applicable{kind}TradeSettlement"
    return (
        f"{document}/ID",
        f"{document}/TypeCode",
        f"{document}/IssueDateTime/DateTimeString",
        f"{agreement}/SellerTradeParty/Name",
        f"{agreement}/BuyerTradeParty/Name",
        f"{settlement}/InvoiceCurrencyCode",
        *(f"{settlement}/{sums}/{name}" for name in _CII_SUMS),
    )


_FACTURAE_HEAD: Final = "Invoices/Invoice/InvoiceHeader"
_FACTURAE_SUMS: Final = "Invoices/Invoice/InvoiceTotals"
_FATTURA_HEAD: Final = "FatturaElettronicaBody/DatiGenerali/DatiGeneraliDocumento"
_FATTURA_SELLER: Final = "FatturaElettronicaHeader/CedentePrestatore/DatiAnagrafici"
_PATHS: Final = {
    Syntax.CII: _cii(
        document="ExchangedDocument",
        transaction="SupplyChainTradeTransaction",
        kind="Header",
        sums="SpecifiedTradeSettlementHeaderMonetarySummation",
    ),
    Syntax.ZUGFERD_1: _cii(
        document="HeaderExchangedDocument",
        transaction="SpecifiedSupplyChainTradeTransaction",
        kind="SupplyChain",
        sums="SpecifiedTradeSettlementMonetarySummation",
    ),
    Syntax.FATTURA: (
        f"{_FATTURA_SELLER}/Anagrafica/Denominazione",
        f"{_FATTURA_HEAD}/TipoDocumento",
        f"{_FATTURA_HEAD}/Divisa",
        f"{_FATTURA_HEAD}/Data",
        f"{_FATTURA_HEAD}/Numero",
        f"{_FATTURA_HEAD}/ImportoTotaleDocumento",
    ),
    Syntax.KSEF: (
        "Podmiot1/DaneIdentyfikacyjne/Nazwa",
        "Podmiot2/DaneIdentyfikacyjne/Nazwa",
        "Fa/KodWaluty",
        "Fa/P_1",
        "Fa/P_2",
        "Fa/P_15",
        "Fa/RodzajFaktury",
    ),
    Syntax.FACTURAE: (
        "Parties/SellerParty",
        "Parties/BuyerParty",
        f"{_FACTURAE_HEAD}/InvoiceNumber",
        f"{_FACTURAE_HEAD}/InvoiceClass",
        "Invoices/Invoice/InvoiceIssueData/IssueDate",
        "Invoices/Invoice/InvoiceIssueData/InvoiceCurrencyCode",
        f"{_FACTURAE_SUMS}/TotalGrossAmountBeforeTaxes",
        f"{_FACTURAE_SUMS}/TotalTaxOutputs",
        f"{_FACTURAE_SUMS}/InvoiceTotal",
    ),
    Syntax.EBINTERFACE: (
        "InvoiceNumber",
        "InvoiceDate",
        "Biller",
        "InvoiceRecipient",
        "TotalGrossAmount",
        "PayableAmount",
    ),
}
_SEVERAL_INVOICES: Final = frozenset({"FatturaElettronicaBody", "Invoice"})
"""Several of these are several invoices, of which the first is read; that is asked by itself."""
_AMOUNTS_OF_LINES: Final = "LineExtensionAmount"
_OF_UBL: Final = "ubl-"


def second_elements(root: Element, syntax: Syntax) -> tuple[Text, ...]:
    """The second of each pair of elements of which the schema allows one, with its path."""
    paths: tuple[str, ...] = _PATHS.get(syntax) or (
        *_UBL,
        *(f"{totals}/{name}" for totals in _UBL_TOTALS for name in _UBL_SUMS),
    )
    seconds: dict[str, Text] = {}
    for path in paths:
        for second in _second_on(root, [*path.split("/")]):
            seconds.setdefault(second.path, _value_of(second))
    return tuple(seconds.values())


def _second_on(root: Element, names: list[str]) -> Iterator[Element]:
    """The second element of a name on the way along a path, if there is one."""
    around: Element | None = root
    for name in names:
        if around is None:
            return
        present: list[Element] = [
            each for each in around.named(name) if each.value or each.children
        ]
        if len(present) > 1 and name not in _SEVERAL_INVOICES and not _are_restated(present):
            yield present[1]
        around = next(iter(present), None)


def _are_restated(elements: list[Element]) -> bool:
    """Whether each amount names a currency of its own."""
    currencies = [each.attributes.get("currencyID", "") for each in elements]
    return "" not in currencies and len({*currencies}) == len(currencies)


def _value_of(element: Element) -> Text:
    """The text of an element, or of the first one in it that has any."""
    waiting = [element]
    while waiting:
        each = waiting.pop(0)
        text = text_of(each)
        if text is not None:
            return Located(text.value, element.path)
        waiting += each.children
    return Located("", element.path)


def other_currencies(
    root: Element, syntax: Syntax, currency: Text | None, taxes: list[Element]
) -> tuple[Text, ...]:
    """The first amount of UBL in each currency that is not the document's, with its path. `taxes`
    are the tax totals that count."""
    if currency is None or not syntax.value.startswith(_OF_UBL):
        return ()
    amounts = [
        child for name in _UBL_TOTALS for totals in root.named(name) for child in totals.children
    ]
    amounts += [amount for total in taxes for amount in total.named("TaxAmount")]
    for child in root.children:
        if child.local.endswith("Line"):
            amounts += child.named(_AMOUNTS_OF_LINES)
    others: dict[str, Text] = {}
    for amount in amounts:
        code = amount.attributes.get("currencyID", currency.value)
        if code != currency.value:
            others.setdefault(code, Located(f"{amount.value} {code}", amount.path))
    return tuple(others.values())
