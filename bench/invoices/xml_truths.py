"""What an e-invoice says, taken out of its XML by names of elements alone.

It shares no line with the reader that is counted by it: the standard library parses, and each
family has a table of where its values stand. Sums are only made where the form prescribes no
element for them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Final
from xml.etree import ElementTree

_Element = ElementTree.Element


@dataclass(frozen=True)
class XmlTruth:
    """`values` are by field: text as it is written, days as YYYYMMDD, amounts as decimals with the
    sign of money that goes out. What the file does not say is left out.
    """

    family: str
    values: Mapping[str, str | Decimal] = field(default_factory=dict[str, str | Decimal])


def truth_of(content: bytes) -> XmlTruth | None:
    """The truth of a file; None where it is of no family that is known here, or no XML."""
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - files of the developer's own choice
    except ElementTree.ParseError:
        return None
    namespace, _, kind = root.tag.rpartition("}")
    take = _FAMILIES.get(kind)
    if kind == "Invoice" and "ebinterface" in namespace:
        take = _ebinterface
    elif kind == "Invoice" and "oasis" not in namespace:
        take = None
    if take is None:
        return None
    return take(root)


def _at(root: _Element | None, path: str) -> str:
    """The text of the first element at a path of local names, in one line."""
    if root is None:
        return ""
    element = root.find("./" + "/".join(f"{{*}}{name}" for name in path.split("/")))
    if element is None:
        return ""
    return " ".join((element.text or "").split())


def _all(root: _Element, path: str) -> list[_Element]:
    return root.findall("./" + "/".join(f"{{*}}{name}" for name in path.split("/")))


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _sum(texts: list[str]) -> Decimal | None:
    amounts = [amount for amount in map(_decimal, texts) if amount is not None]
    if not amounts:
        return None
    return sum(amounts, Decimal(0))


def _truth(
    family: str, texts: Mapping[str, str], amounts: Mapping[str, Decimal | None], sign: int = 1
) -> XmlTruth:
    values: dict[str, str | Decimal] = {name: text for name, text in texts.items() if text}
    for name in ("date", "due date"):
        if name in values:
            values[name] = str(values[name]).replace("-", "")[:8]
    values |= {name: amount * sign for name, amount in amounts.items() if amount is not None}
    return XmlTruth(family, values)


_CREDITS: Final = frozenset(
    {"381", "261", "262", "296", "308", "396", "420", "458", "532", "83", "81"}
)


def _sign(code: str, total: Decimal | None, *, is_credit: bool = False) -> int:
    """Amounts of a credit note have no sign, unless they are below zero themselves."""
    if (is_credit or code in _CREDITS) and (total is None or total >= 0):
        return -1
    return 1


def _ubl(root: _Element) -> XmlTruth:
    kind = root.tag.rpartition("}")[2]
    party = "AccountingSupplierParty/Party"
    sums = "LegalMonetaryTotal"
    if kind == "DebitNote":
        sums = "RequestedMonetaryTotal"
    total = _decimal(_at(root, f"{sums}/TaxInclusiveAmount"))
    code = _at(root, "InvoiceTypeCode") or _at(root, "CreditNoteTypeCode")
    texts = {
        "seller": _at(root, f"{party}/PartyLegalEntity/RegistrationName")
        or _at(root, f"{party}/PartyName/Name"),
        "number": _at(root, "ID"),
        "date": _at(root, "IssueDate"),
        "due date": _at(root, "DueDate") or _at(root, "PaymentMeans/PaymentDueDate"),
        "currency": _at(root, "DocumentCurrencyCode"),
        "iban": _at(root, "PaymentMeans/PayeeFinancialAccount/ID"),
        "buyer": _at(root, "AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName"),
    }
    amounts = {
        "total": total,
        "due": _decimal(_at(root, f"{sums}/PayableAmount")),
    }
    if not _at(root, "CustomizationID").startswith("OIOUBL"):
        amounts["net"] = _decimal(_at(root, f"{sums}/TaxExclusiveAmount"))
    return _truth(f"UBL {kind}", texts, amounts, _sign(code, total, is_credit="Credit" in kind))


def _cii(root: _Element) -> XmlTruth:
    is_old = root.tag.endswith("}CrossIndustryDocument")
    document = "ExchangedDocument"
    trade = "SupplyChainTradeTransaction"
    part = "ApplicableHeaderTrade"
    summation = "SpecifiedTradeSettlementHeaderMonetarySummation"
    family = "CII"
    if is_old:
        document = "HeaderExchangedDocument"
        trade = "SpecifiedSupplyChainTradeTransaction"
        part = "ApplicableSupplyChainTrade"
        summation = "SpecifiedTradeSettlementMonetarySummation"
        family = "ZUGFeRD 1"
    settlement = f"{trade}/{part}Settlement"
    total = _decimal(_at(root, f"{settlement}/{summation}/GrandTotalAmount"))
    texts = {
        "seller": _at(root, f"{trade}/{part}Agreement/SellerTradeParty/Name"),
        "buyer": _at(root, f"{trade}/{part}Agreement/BuyerTradeParty/Name"),
        "number": _at(root, f"{document}/ID"),
        "date": _at(root, f"{document}/IssueDateTime/DateTimeString"),
        "due date": _at(
            root, f"{settlement}/SpecifiedTradePaymentTerms/DueDateDateTime/DateTimeString"
        ),
        "currency": _at(root, f"{settlement}/InvoiceCurrencyCode"),
        "iban": _at(
            root,
            f"{settlement}/SpecifiedTradeSettlementPaymentMeans/PayeePartyCreditorFinancialAccount/IBANID",
        ),
    }
    amounts = {
        "total": total,
        "net": _decimal(_at(root, f"{settlement}/{summation}/TaxBasisTotalAmount")),
        "due": _decimal(_at(root, f"{settlement}/{summation}/DuePayableAmount")),
    }
    return _truth(family, texts, amounts, _sign(_at(root, f"{document}/TypeCode"), total))


def _fattura(root: _Element) -> XmlTruth:
    document = "FatturaElettronicaBody/DatiGenerali/DatiGeneraliDocumento"
    seller = "FatturaElettronicaHeader/CedentePrestatore/DatiAnagrafici/Anagrafica"
    buyer = "FatturaElettronicaHeader/CessionarioCommittente/DatiAnagrafici/Anagrafica"

    def name(path: str) -> str:
        person = f"{_at(root, f'{path}/Nome')} {_at(root, f'{path}/Cognome')}".strip()
        return _at(root, f"{path}/Denominazione") or person

    body = root.find("./{*}FatturaElettronicaBody")
    rows = []
    if body is not None:
        rows = _all(body, "DatiBeniServizi/DatiRiepilogo")
    net = _sum([_at(row, "ImponibileImporto") for row in rows])
    tax = _sum([_at(row, "Imposta") for row in rows])
    texts = {
        "seller": name(seller),
        "buyer": name(buyer),
        "number": _at(root, f"{document}/Numero"),
        "date": _at(root, f"{document}/Data"),
        "due date": _at(
            root, "FatturaElettronicaBody/DatiPagamento/DettaglioPagamento/DataScadenzaPagamento"
        ),
        "currency": _at(root, f"{document}/Divisa"),
        "iban": _at(root, "FatturaElettronicaBody/DatiPagamento/DettaglioPagamento/IBAN"),
    }
    total = _decimal(_at(root, f"{document}/ImportoTotaleDocumento"))
    is_credit = _at(root, f"{document}/TipoDocumento") == "TD04"
    amounts = {"total": total, "net": net, "tax": tax}
    return _truth("FatturaPA", texts, amounts, _sign("", total or net, is_credit=is_credit))


def _ksef(root: _Element) -> XmlTruth:
    texts = {
        "seller": _at(root, "Podmiot1/DaneIdentyfikacyjne/Nazwa"),
        "buyer": _at(root, "Podmiot2/DaneIdentyfikacyjne/Nazwa"),
        "number": _at(root, "Fa/P_2"),
        "date": _at(root, "Fa/P_1"),
        "due date": _at(root, "Fa/Platnosc/TerminPlatnosci/Termin"),
        "currency": _at(root, "Fa/KodWaluty"),
        "iban": _at(root, "Fa/Platnosc/RachunekBankowy/NrRB"),
    }
    invoice = root.find("./{*}Fa")
    children = []
    if invoice is not None:
        children = [(child.tag.rpartition("}")[2], child.text or "") for child in invoice]
    amounts = {
        "total": _decimal(_at(root, "Fa/P_15")),
        "net": _sum([text for name, text in children if name.startswith("P_13_")]),
        "tax": _sum(
            [text for name, text in children if name.startswith("P_14_") and not name.endswith("W")]
        ),
    }
    return _truth("KSeF", texts, amounts)


def _facturae(root: _Element) -> XmlTruth:
    invoice = root.find("./{*}Invoices/{*}Invoice")
    texts = {
        "seller": _at(root, "Parties/SellerParty/LegalEntity/CorporateName"),
        "buyer": _at(root, "Parties/BuyerParty/LegalEntity/CorporateName"),
        "number": _at(invoice, "InvoiceHeader/InvoiceNumber"),
        "date": _at(invoice, "InvoiceIssueData/IssueDate"),
        "due date": _at(invoice, "PaymentDetails/Installment/InstallmentDueDate"),
        "currency": _at(invoice, "InvoiceIssueData/InvoiceCurrencyCode"),
        "iban": _at(invoice, "PaymentDetails/Installment/AccountToBeCredited/IBAN"),
    }
    net = _decimal(_at(invoice, "InvoiceTotals/TotalGrossAmountBeforeTaxes"))
    tax = _decimal(_at(invoice, "InvoiceTotals/TotalTaxOutputs"))
    total: Decimal | None = None
    if net is not None and tax is not None:
        total = net + tax
    amounts = {
        "total": total,
        "net": net,
        "tax": tax,
        "due": _decimal(_at(invoice, "InvoiceTotals/TotalExecutableAmount")),
    }
    return _truth("Facturae", texts, amounts)


def _ebinterface(root: _Element) -> XmlTruth:
    texts = {
        "seller": _at(root, "Biller/Address/Name"),
        "buyer": _at(root, "InvoiceRecipient/Address/Name"),
        "number": _at(root, "InvoiceNumber"),
        "date": _at(root, "InvoiceDate"),
        "due date": _at(root, "PaymentConditions/DueDate"),
        "currency": next(
            (value for name, value in root.attrib.items() if name.endswith("InvoiceCurrency")), ""
        ),
        "iban": _at(root, "PaymentMethod/UniversalBankTransaction/BeneficiaryAccount/IBAN"),
    }
    total = _decimal(_at(root, "TotalGrossAmount"))
    kind = next((value for name, value in root.attrib.items() if name.endswith("DocumentType")), "")
    amounts = {"total": total, "due": _decimal(_at(root, "PayableAmount"))}
    return _truth(
        "ebInterface",
        texts,
        amounts,
        _sign("", total, is_credit=kind in {"CreditMemo", "SubsequentCredit"}),
    )


_FAMILIES: Final[Mapping[str, Callable[[_Element], XmlTruth]]] = {
    **dict.fromkeys(
        ("Invoice", "CreditNote", "DebitNote", "SelfBilledInvoice", "SelfBilledCreditNote"), _ubl
    ),
    **dict.fromkeys(("CrossIndustryInvoice", "CrossIndustryDocument"), _cii),
    "FatturaElettronica": _fattura,
    "Faktura": _ksef,
    "Facturae": _facturae,
}
