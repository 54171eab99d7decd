"""Documents as QuickBooks Online has them (see `quickbooks`): what is sent, and what comes back."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from tillroll.books.targets.calls import minor_of, number_of, objects, text
from tillroll.books.targets.errors import ItemRefused, TargetUncertain
from tillroll.books.targets.quickbooks_tax import Codes, as_read, by_rate, reference, taxes_of
from tillroll.books.targets.target import Document, Kind, Line, Written
from tillroll_durable.platform.json import JsonObject

NAME: Final = "QuickBooks"
ITEM: Final = "item:"
_NOTE_CHARACTERS: Final = 4000


@dataclass(frozen=True)
class Entity:
    """What a kind of document is there. `paid_by` is what applies its credit."""

    name: str
    contact: str
    has_due: bool
    paid_by: str

    @property
    def path(self) -> str:
        return self.name.lower()


ENTITIES: Final = {
    Kind.BILL: Entity("Bill", "VendorRef", has_due=True, paid_by="BillPayment"),
    Kind.CREDIT_NOTE: Entity("VendorCredit", "VendorRef", has_due=False, paid_by="BillPayment"),
    Kind.INVOICE: Entity("Invoice", "CustomerRef", has_due=True, paid_by="Payment"),
    Kind.INVOICE_CREDIT: Entity("CreditMemo", "CustomerRef", has_due=False, paid_by="Payment"),
}


def has_reference(answer: JsonObject, reference_: str) -> bool:
    """Whether the note names our reference."""
    return f"#{reference_}" in text(answer, "PrivateNote").splitlines()


def body_of(document: Document, codes: Codes) -> JsonObject:
    """What creates the document. Raises ItemRefused: a line of an invoice names no item."""
    entity = ENTITIES[document.kind]
    kind = document.kind
    theirs = codes.of(is_of_supplier=kind.is_of_supplier)
    rates = by_rate(document.lines, theirs)
    body: JsonObject = {
        entity.contact: {"value": document.contact},
        "TxnDate": document.issued.isoformat(),
        "DocNumber": document.number,
        "PrivateNote": f"#{document.reference}",
        "CurrencyRef": {"value": document.currency},
        "Line": [_sent_line(line, document) for line in document.lines],
    }
    if entity.has_due:
        body["DueDate"] = document.due.isoformat()
    if theirs:
        body["GlobalTaxCalculation"] = "TaxExcluded" if rates else "NotApplicable"
    if rates:
        taxes: list[JsonObject] = [
            {
                "Amount": number_of(tax, document.currency),
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": rate},
                    "NetAmountTaxable": number_of(net, document.currency),
                    "PercentBased": False,
                },
            }
            for rate, (net, tax) in rates.items()
        ]
        total = sum(tax for _, tax in rates.values())
        body["TxnTaxDetail"] = {
            "TotalTax": number_of(total, document.currency),
            "TaxLine": [*taxes],
        }
    return body


def _sent_line(line: Line, document: Document) -> JsonObject:
    tax: JsonObject = {} if line.tax_code is None else {"TaxCodeRef": {"value": line.tax_code}}
    if line.account.startswith(ITEM):
        item = line.account.removeprefix(ITEM)
    else:
        item = ""
    if not document.kind.is_of_supplier and not item:
        raise ItemRefused("a line of an invoice names an item, such as item:12", "ItemRef")
    type_ = "AccountBasedExpenseLineDetail"
    if item:
        if document.kind.is_of_supplier:
            type_ = "ItemBasedExpenseLineDetail"
        else:
            type_ = "SalesItemLineDetail"
    named: JsonObject = (
        {"ItemRef": {"value": item}} if item else {"AccountRef": {"value": line.account}}
    )
    return {
        "Amount": number_of(line.net, document.currency),
        "Description": line.description[:_NOTE_CHARACTERS],
        "DetailType": type_,
        type_: {**named, **tax},
    }


def changed_body(raw: JsonObject, body: JsonObject, reference_: str) -> JsonObject:
    """What is there, with our fields in place of theirs: an update without a field would empty
    it.
    """
    note = text(raw, "PrivateNote")
    private_note = (
        note if f"#{reference_}" in note.splitlines() else f"{note}\n#{reference_}".strip()
    )
    return {**raw, **body, "PrivateNote": private_note[:_NOTE_CHARACTERS], "sparse": False}


def as_it_reads(document: Document, codes: Codes) -> Document:
    """The document as it will be read back."""
    lines = as_read(document.lines, codes.of(is_of_supplier=document.kind.is_of_supplier))
    due = document.due if ENTITIES[document.kind].has_due else document.issued
    return replace(document, lines=tuple(lines), due=due)


def written_of(kind: Kind, answer: JsonObject, codes: Codes) -> Written:
    """A document that was answered. Raises TargetUncertain: it is no such document."""
    entity = ENTITIES[kind]
    id_ = text(answer, "Id")
    currency = reference(answer, "CurrencyRef")
    if not id_ or not currency:
        raise TargetUncertain(f"{NAME}'s answer is no document")
    total = minor_of(answer.get("TotalAmt", 0), currency, NAME)
    issued = day_of(text(answer, "TxnDate"))
    number = text(answer, "DocNumber")
    note = text(answer, "PrivateNote")
    fields: JsonObject = {
        "contact": reference(answer, entity.contact),
        "currency": currency,
        "due": (
            day_of(text(answer, "DueDate")) if entity.has_due and answer.get("DueDate") else issued
        ).isoformat(),
        "issued": issued.isoformat(),
        "lines": [*_lines(kind, answer, currency=currency, codes=codes)],
        "number": number,
        "total": total,
    }
    balance = answer.get("Balance", answer.get("RemainingCredit"))
    return Written(
        kind,
        id_,
        number=number,
        version=text(answer, "SyncToken"),
        url=f"https://app.qbo.intuit.com/app/{entity.path}?txnId={id_}",
        fields=fields,
        is_void=total == 0 and note.startswith("Voided"),
        is_settled=balance is not None and minor_of(balance, currency, NAME) != total,
    )


def _lines(kind: Kind, answer: JsonObject, currency: str, codes: Codes) -> list[JsonObject]:
    lines: list[JsonObject] = []
    for each in objects(answer.get("Line")):
        type_ = text(each, "DetailType")
        detail = each.get(type_)
        if type_ == "SubTotalLineDetail" or not isinstance(detail, dict):
            continue
        if type_ != "AccountBasedExpenseLineDetail":
            item = reference(detail, "ItemRef")
        else:
            item = ""
        code = reference(detail, "TaxCodeRef")
        added: JsonObject = {
            name: detail[name]
            for name in ("ClassRef", "CustomerRef", "DiscountRate")
            if detail.get(name)
        }
        lines.append(
            {
                "account": f"{ITEM}{item}" if item else reference(detail, "AccountRef"),
                "description": text(each, "Description"),
                "net": minor_of(each.get("Amount", 0), currency, NAME),
                "taxCode": code or None,
                **added,
            }
        )
    detail = answer.get("TxnTaxDetail")
    taxes: dict[str, int] = {}
    for each in objects(detail.get("TaxLine")) if isinstance(detail, dict) else []:
        of_rate = each.get("TaxLineDetail")
        if isinstance(of_rate, dict):
            rate = reference(of_rate, "TaxRateRef")
        else:
            rate = ""
        taxes[rate] = taxes.get(rate, 0) + minor_of(each.get("Amount", 0), currency, NAME)
    nets = [(_whole(line["net"]), _code_of(line)) for line in lines]
    theirs = codes.of(is_of_supplier=kind.is_of_supplier)
    for line, tax in zip(lines, taxes_of(nets, taxes, theirs), strict=True):
        line["tax"] = tax
    return lines


def _whole(value: object) -> int:
    if isinstance(value, int):
        return value
    return 0


def _code_of(line: JsonObject) -> str | None:
    return text(line, "taxCode") or None


def day_of(value: str) -> date:
    """A day as it is answered. Raises TargetUncertain."""
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise TargetUncertain(f"{NAME} answered something else than a day") from error
