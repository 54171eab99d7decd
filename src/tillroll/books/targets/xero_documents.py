"""Documents as Xero takes and answers them."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from tillroll.books.targets.calls import (
    minor_of,
    number_of,
    objects,
    text,
)
from tillroll.books.targets.errors import (
    ItemRefused,
    TargetUncertain,
)
from tillroll.books.targets.target import (
    Document,
    Kind,
    Line,
    Written,
)
from tillroll_durable.platform.json import Json, JsonObject

NAME: Final = "Xero"
MARK: Final = " #"
NO_TAX: Final = "NONE"
_MS_DATE: Final = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")


@dataclass(frozen=True)
class Endpoint:
    """Where a kind of document is: its path, its list's name, its `Type`, its id and its number."""

    path: str
    type: str
    id: str
    number: str
    page: str
    is_marked: bool


def _endpoint(path: str, one: str, type_: str, page: str, *, is_marked: bool) -> Endpoint:
    return Endpoint(
        path, type_, id=f"{one}ID", number=f"{one}Number", page=page, is_marked=is_marked
    )


_BILLS = "AccountsPayable/"
_SALES = "AccountsReceivable/"
_VIEW = "View.aspx?InvoiceID="
_VIEW_CREDIT = "ViewCreditNote.aspx?creditNoteID="
ENDPOINTS: Final = {
    Kind.BILL: _endpoint(
        "Invoices", "Invoice", type_="ACCPAY", page=_BILLS + _VIEW, is_marked=True
    ),
    Kind.INVOICE: _endpoint(
        "Invoices", "Invoice", type_="ACCREC", page=_SALES + _VIEW, is_marked=False
    ),
    Kind.CREDIT_NOTE: _endpoint(
        "CreditNotes",
        "CreditNote",
        type_="ACCPAYCREDIT",
        page=_BILLS + _VIEW_CREDIT,
        is_marked=True,
    ),
    Kind.INVOICE_CREDIT: _endpoint(
        "CreditNotes",
        "CreditNote",
        type_="ACCRECCREDIT",
        page=_SALES + _VIEW_CREDIT,
        is_marked=False,
    ),
}


def quotable(reference: str) -> str:
    """Raises ItemRefused: a reference that a filter could not have, or that would not be read
    back.
    """
    if '"' in reference or "\\" in reference or MARK in reference:
        raise ItemRefused(
            "the reference has a quotation mark, a backslash or a number sign", "Reference"
        )
    return reference


def sent(document: Document) -> JsonObject:
    endpoint = ENDPOINTS[document.kind]
    reference = quotable(document.reference)
    return {
        "Type": endpoint.type,
        "Contact": {"ContactID": document.contact},
        "Date": document.issued.isoformat(),
        "DueDate": document.due.isoformat(),
        "CurrencyCode": document.currency,
        "LineAmountTypes": "Exclusive",
        "Status": "AUTHORISED",
        endpoint.number: f"{document.number}{MARK}{reference}"
        if endpoint.is_marked
        else document.number,
        **({} if endpoint.is_marked else {"Reference": reference}),
        "LineItems": [_sent_line(line, document.currency) for line in document.lines],
    }


def unsendable(document: Document) -> ItemRefused | None:
    try:
        sent(document)
    except ItemRefused as error:
        return error
    return None


def _sent_line(line: Line, currency: str) -> JsonObject:
    if line.tax and line.tax_code is None:
        raise ItemRefused("a line with tax needs a tax code", "TaxType")
    return {
        "Description": line.description,
        "Quantity": 1,
        "UnitAmount": number_of(line.net, currency),
        "AccountCode": line.account,
        "TaxType": line.tax_code or NO_TAX,
        "TaxAmount": number_of(line.tax, currency),
    }


def written_of(kind: Kind, answer: JsonObject) -> Written:
    """Raises TargetUncertain: it is no such document."""
    endpoint = ENDPOINTS[kind]
    currency = text(answer, "CurrencyCode")
    id_ = text(answer, endpoint.id)
    contact = answer.get("Contact")
    if not currency or not id_ or not isinstance(contact, dict):
        raise TargetUncertain(f"{NAME}'s answer is no document")
    number = text(answer, endpoint.number)
    if endpoint.is_marked:
        number = number.rpartition(MARK)[0] or number
    total = minor_of(answer.get("Total", 0), currency, NAME)
    is_inclusive = text(answer, "LineAmountTypes") == "Inclusive"
    issued = day_of(answer.get("Date"))
    fields: JsonObject = {
        "contact": text(contact, "ContactID"),
        "currency": currency,
        "due": day_of(answer.get("DueDate") or answer.get("Date")).isoformat(),
        "issued": issued.isoformat(),
        "lines": [
            _line(each, currency, is_inclusive=is_inclusive)
            for each in objects(answer.get("LineItems"))
        ],
        "number": number,
        "total": total,
    }
    status = text(answer, "Status")
    return Written(
        kind,
        id_,
        number=number,
        version=text(answer, "UpdatedDateUTC"),
        url=f"https://go.xero.com/{endpoint.page}{id_}",
        fields=fields,
        is_void=status in {"VOIDED", "DELETED"},
        is_settled=status == "PAID" or _settled(answer, currency, total),
    )


def _settled(answer: JsonObject, currency: str, total: int) -> bool:
    if any(
        minor_of(answer.get(name, 0), currency, NAME) for name in ("AmountPaid", "AmountCredited")
    ):
        return True
    remaining = answer.get("RemainingCredit")
    return remaining is not None and minor_of(remaining, currency, NAME) != total


def _line(answer: JsonObject, currency: str, *, is_inclusive: bool) -> JsonObject:
    tax = minor_of(answer.get("TaxAmount", 0), currency, NAME)
    amount = minor_of(answer.get("LineAmount", 0), currency, NAME)
    code = text(answer, "TaxType")
    added = {
        name: answer[name] for name in ("ItemCode", "Tracking", "DiscountRate") if answer.get(name)
    }
    return {
        "account": text(answer, "AccountCode"),
        "description": text(answer, "Description"),
        "net": amount - tax if is_inclusive else amount,
        "tax": tax,
        "taxCode": None if code in {"", NO_TAX} else code,
        **added,
    }


def day_of(value: Json) -> date:
    """Raises TargetUncertain."""
    if isinstance(value, str):
        match = _MS_DATE.fullmatch(value)
    else:
        match = None
    if match is None:
        raise TargetUncertain(f"{NAME} answered something else than a day")
    try:
        return datetime.fromtimestamp(int(match[1]) / 1000, UTC).date()
    except (OverflowError, ValueError, OSError) as error:
        raise TargetUncertain(f"{NAME} answered a day that is none") from error
