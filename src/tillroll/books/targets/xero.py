"""Xero's Accounting API, by its OpenAPI document 16.1.0 (github.com/XeroAPI/Xero-OpenAPI), read in
November 2026 and never asked for real.

Bills and invoices are at /Invoices, both kinds of credit notes at /CreditNotes. PUT makes them,
POST changes one. `Idempotency-Key` has at most 128 characters; how long a key is known is not said.
There is no version to write against: somebody who changes a document between our reading and our
writing is overwritten.

A bill's `Reference` is not kept, and its number need not be unique. So our reference is a part of
the number there: "2026-0014 #exp_1". An invoice has our reference in `Reference`, and Xero refuses
a number that is taken.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from tillroll.books.targets.calls import (
    REFUSALS,
    Answer,
    Calls,
    OneToken,
    Tokens,
    minor_of,
    number_of,
    objects,
    reason,
    text,
)
from tillroll.books.targets.errors import (
    ChangedElsewhere,
    FoundTwice,
    GrantRevoked,
    ItemRefused,
    PeriodClosed,
    TargetError,
    TargetUncertain,
    WrittenOtherwise,
)
from tillroll.books.targets.target import (
    Account,
    Attachment,
    Chart,
    Company,
    Contact,
    Document,
    Kind,
    Limits,
    Line,
    Role,
    TaxCode,
    Write,
    Written,
    checked_total,
    is_written,
)
from tillroll_durable.platform.json import Json, JsonObject
from tillroll_durable.platform.services import Platform

API_URL: Final = "https://api.xero.com"
_API: Final = "/api.xro/2.0"

LIMITS: Final = Limits(
    per_minute=60, at_once=5, per_day=5000, page=100, batch=50, attachment_bytes=10 * 1024 * 1024
)
"""Of one organisation (developer.xero.com/faq/limits). Free apps may have fewer requests a day."""

SCOPES: Final = (
    "offline_access",
    "accounting.invoices",
    "accounting.contacts",
    "accounting.attachments",
    "accounting.settings.read",
)
"""What a grant needs. Apps made before March 2026 may have accounting.transactions in place of
accounting.invoices.
"""

_NAME: Final = "Xero"
_LONGEST_KEY: Final = 128
_LONGEST_NAME: Final = 255
_MARK: Final = " #"
_NO_TAX: Final = "NONE"
_MOST_FOUND: Final = 100
_MS_DATE: Final = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/")
_LOCKED_UNTIL: Final = re.compile(r"currently set at ([0-9]{1,2}-[A-Za-z]{3}-[0-9]{4})")
# Xero does not say which names it takes; these make trouble in a path or on a disk.
_FILE_NAME: Final = re.compile(r'[^<>:"/\\|?*\x00-\x1f]{1,120}')


@dataclass(frozen=True)
class _Endpoint:
    """Where a kind of document is: its path, its list's name, its `Type`, its id and its number."""

    path: str
    type: str
    id: str
    number: str
    page: str
    is_marked: bool


def _endpoint(path: str, one: str, type_: str, page: str, *, is_marked: bool) -> _Endpoint:
    return _Endpoint(
        path, type_, id=f"{one}ID", number=f"{one}Number", page=page, is_marked=is_marked
    )


_BILLS = "AccountsPayable/"
_SALES = "AccountsReceivable/"
_VIEW = "View.aspx?InvoiceID="
_VIEW_CREDIT = "ViewCreditNote.aspx?creditNoteID="
_OF: Final = {
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


class Xero:
    """`Target` of one organisation, which `tenant` names."""

    def __init__(
        self, platform: Platform, tokens: Tokens, tenant: str, api_url: str = API_URL
    ) -> None:
        self._calls = Calls(
            platform,
            tokens,
            provider=_NAME,
            url=api_url + _API,
            headers={"xero-tenant-id": tenant},
            limit_header="x-rate-limit-problem",
        )

    @property
    def limits(self) -> Limits:
        return LIMITS

    async def read_chart(self) -> Chart:
        organisation = await self._organisation()
        accounts = await self._list("/Accounts", "Accounts")
        rates = await self._list("/TaxRates", "TaxRates")
        return Chart(
            text(organisation, "Name"),
            text(organisation, "BaseCurrency"),
            accounts=tuple(
                Account(
                    text(each, "Code"),
                    text(each, "Name"),
                    number=text(each, "Code"),
                    type=text(each, "Type"),
                    is_active=text(each, "Status") == "ACTIVE",
                )
                for each in accounts
                if text(each, "Code")
            ),
            # A line without a tax code has this one.
            tax_codes=tuple(
                _tax_code(each) for each in rates if text(each, "TaxType") not in {"", _NO_TAX}
            ),
        )

    async def closed_until(self) -> date | None:
        organisation = await self._organisation()
        locks = [organisation.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")]
        return max((_date(each) for each in locks if each), default=None)

    async def upsert_contact(self, name: str, key: str, role: Role) -> Contact:
        """Xero's contacts are both. Quotation marks of a name become apostrophes."""
        del role
        clean_name = " ".join(name.replace('"', "'").replace("\\", "/").split())[:_LONGEST_NAME]
        contact = await self._contact(clean_name)
        if contact is not None:
            return contact
        body: JsonObject = {"Contacts": [{"Name": clean_name}]}
        answer = await self._calls.give("PUT", "/Contacts", body, headers=_keyed(key))
        if answer.status == HTTPStatus.BAD_REQUEST:
            contact = await self._contact(clean_name)  # somebody was faster: a name is unique
            if contact is not None:
                return contact
        return _contact(_first(_checked(answer), "Contacts"))

    async def find(self, document: Document) -> Written | None:
        endpoint = _OF[document.kind]
        reference = _quotable(document.reference)
        if endpoint.is_marked:
            has_it = f'{endpoint.number}.EndsWith("{_MARK}{reference}")'
        else:
            has_it = f'Reference=="{reference}"'
        query = {
            "where": f'Type=="{endpoint.type}" AND {has_it}',
            "page": "1",
            "pageSize": str(_MOST_FOUND),
        }
        answer = _checked(await self._calls.get(f"/{endpoint.path}", query))
        documents = [
            _written(document.kind, each) for each in objects(answer.said.get(endpoint.path))
        ]
        standing = [each for each in documents if not each.is_void]
        if len(standing) > 1:
            raise FoundTwice(
                f"{_NAME} has {len(standing)} documents with the reference {document.reference}"
            )
        if standing:
            return standing[0]
        if documents:
            return documents[-1]
        return None

    async def read(self, kind: Kind, id_: str) -> Written | None:
        document = await self._read(kind, id_)
        if document is None:
            return None
        return _written(kind, document)

    async def write(self, document: Document, key: str, previous: Written | None = None) -> Written:
        endpoint = _OF[document.kind]
        body: JsonObject = {endpoint.path: [_sent(document)]}
        if previous is None:
            answer = await self._calls.give("PUT", f"/{endpoint.path}", body, headers=_keyed(key))
            return checked_total(
                document, _written(document.kind, _first(_checked(answer), endpoint.path))
            )
        current = await self.read(document.kind, previous.id)
        if is_written(document, previous, current) and current is not None:
            return current
        path = f"/{endpoint.path}/{quote(previous.id, safe='')}"
        answer = await self._calls.give("POST", path, body, headers=_keyed(key))
        if answer.status == HTTPStatus.NOT_FOUND:
            raise ChangedElsewhere("Xero has the document no more", None)
        return checked_total(
            document, _written(document.kind, _first(_checked(answer), endpoint.path))
        )

    async def write_many(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """Documents that are new are sent together, by endpoint. A change is written by itself."""
        outcomes: dict[int, Written | TargetError] = {
            number: error
            for number, each in enumerate(writes)
            if (error := _unsendable(each.document))
        }
        for path in ("Invoices", "CreditNotes"):
            new = [
                number
                for number, each in enumerate(writes)
                if number not in outcomes
                and each.previous is None
                and _OF[each.document.kind].path == path
            ]
            if new:
                results = await self._make(path, [writes[number] for number in new])
                outcomes |= dict(zip(new, results, strict=True))
        for number, each in enumerate(writes):
            if number not in outcomes and each.previous is not None:
                try:
                    outcomes[number] = await self.write(each.document, each.key, each.previous)
                except TargetError as error:
                    outcomes[number] = error
        return [outcomes[number] for number in range(len(writes))]

    async def credit(self, document: Document, key: str, of: Written) -> Written:
        """The credit is allocated to `of`, as far as that is owed. What is paid already remains as
        a credit.
        """
        credit = await self.find(document) or await self.write(document, key)
        if credit.is_settled or credit.is_void:
            return credit
        credited = await self._read(of.kind, of.id)
        if credited is None:
            raise ChangedElsewhere("Xero has the credited document no more", None)
        owed = minor_of(credited.get("AmountDue", 0), document.currency, _NAME)
        amount = min(owed, credit.total)
        if amount <= 0:
            return credit
        allocation: JsonObject = {
            "Invoice": {"InvoiceID": of.id},
            "Amount": number_of(amount, document.currency),
            "Date": document.issued.isoformat(),
        }
        path = f"/CreditNotes/{quote(credit.id, safe='')}/Allocations"
        body: JsonObject = {"Allocations": [allocation]}
        _checked(await self._calls.give("PUT", path, body, headers=_keyed(f"{key}:allocation")))
        return await self.read(document.kind, credit.id) or credit

    async def attachments(self, kind: Kind, id_: str) -> Sequence[Attachment]:
        rows = await self._list(
            f"/{_OF[kind].path}/{quote(id_, safe='')}/Attachments", "Attachments"
        )
        return [_attachment(each) for each in rows]

    async def attach(
        self, kind: Kind, id_: str, name: str, media_type: str, content: bytes, key: str
    ) -> Attachment:
        """Raises ItemRefused also for a name that cannot be a file's, and for a large file."""
        if not _FILE_NAME.fullmatch(name):
            raise ItemRefused(
                "the file's name is too long, or has characters that no file's name has", "FileName"
            )
        if len(content) > LIMITS.attachment_bytes:
            raise ItemRefused(f"the file has more than {LIMITS.attachment_bytes} bytes")
        path = f"/{_OF[kind].path}/{quote(id_, safe='')}/Attachments/{quote(name, safe='')}"
        headers = {"content-type": media_type, **_keyed(key)}
        return _attachment(
            _first(
                _checked(await self._calls.send("PUT", path, body=content, headers=headers)),
                "Attachments",
            )
        )

    async def _make(self, path: str, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """The outcomes of documents that are new, and can be sent."""
        body: JsonObject = {path: [_sent(each.document) for each in writes]}
        # Other items, or in another order, are another request.
        key = "batch_" + hashlib.sha256("\n".join(each.key for each in writes).encode()).hexdigest()
        query = {"summarizeErrors": "false"}
        try:
            answer = _checked(
                await self._calls.give("PUT", f"/{path}", body, query=query, headers=_keyed(key))
            )
        except TargetError as error:
            return [error for _ in writes]
        outcomes = objects(answer.said.get(path))
        if len(outcomes) != len(writes):
            return [
                TargetUncertain(f"{_NAME} answered another number of documents") for _ in writes
            ]
        return [
            _outcome(each.document, outcome) for each, outcome in zip(writes, outcomes, strict=True)
        ]

    async def _read(self, kind: Kind, id_: str) -> JsonObject | None:
        endpoint = _OF[kind]
        answer = await self._calls.get(f"/{endpoint.path}/{quote(id_, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        document = _first(_checked(answer), endpoint.path)
        if text(document, "Type") == endpoint.type:
            return document
        return None

    async def _organisation(self) -> JsonObject:
        return _first(_checked(await self._calls.get("/Organisation")), "Organisations")

    async def _list(self, path: str, name: str) -> list[JsonObject]:
        return objects(_checked(await self._calls.get(path)).said.get(name))

    async def _contact(self, name: str) -> Contact | None:
        answer = _checked(
            await self._calls.get("/Contacts", {"where": f'Name=="{name}"', "page": "1"})
        )
        contacts = [_contact(each) for each in objects(answer.said.get("Contacts"))]
        return next((each for each in contacts if each.name.casefold() == name.casefold()), None)


def _keyed(key: str) -> dict[str, str]:
    if len(key) <= _LONGEST_KEY:
        short = key
    else:
        short = hashlib.sha256(key.encode()).hexdigest()
    return {"idempotency-key": short}


def _quotable(reference: str) -> str:
    """Raises ItemRefused: a reference that a filter could not have, or that would not be read
    back.
    """
    if '"' in reference or "\\" in reference or _MARK in reference:
        raise ItemRefused(
            "the reference has a quotation mark, a backslash or a number sign", "Reference"
        )
    return reference


def _sent(document: Document) -> JsonObject:
    endpoint = _OF[document.kind]
    reference = _quotable(document.reference)
    return {
        "Type": endpoint.type,
        "Contact": {"ContactID": document.contact},
        "Date": document.issued.isoformat(),
        "DueDate": document.due.isoformat(),
        "CurrencyCode": document.currency,
        "LineAmountTypes": "Exclusive",
        "Status": "AUTHORISED",
        endpoint.number: f"{document.number}{_MARK}{reference}"
        if endpoint.is_marked
        else document.number,
        **({} if endpoint.is_marked else {"Reference": reference}),
        "LineItems": [_sent_line(line, document.currency) for line in document.lines],
    }


def _unsendable(document: Document) -> ItemRefused | None:
    try:
        _sent(document)
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
        "TaxType": line.tax_code or _NO_TAX,
        "TaxAmount": number_of(line.tax, currency),
    }


def _written(kind: Kind, answer: JsonObject) -> Written:
    """Raises TargetUncertain: it is no such document."""
    endpoint = _OF[kind]
    currency = text(answer, "CurrencyCode")
    id_ = text(answer, endpoint.id)
    contact = answer.get("Contact")
    if not currency or not id_ or not isinstance(contact, dict):
        raise TargetUncertain(f"{_NAME}'s answer is no document")
    number = text(answer, endpoint.number)
    if endpoint.is_marked:
        number = number.rpartition(_MARK)[0] or number
    total = minor_of(answer.get("Total", 0), currency, _NAME)
    is_inclusive = text(answer, "LineAmountTypes") == "Inclusive"
    issued = _date(answer.get("Date"))
    fields: JsonObject = {
        "contact": text(contact, "ContactID"),
        "currency": currency,
        "due": _date(answer.get("DueDate") or answer.get("Date")).isoformat(),
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
        minor_of(answer.get(name, 0), currency, _NAME) for name in ("AmountPaid", "AmountCredited")
    ):
        return True
    remaining = answer.get("RemainingCredit")
    return remaining is not None and minor_of(remaining, currency, _NAME) != total


def _line(answer: JsonObject, currency: str, *, is_inclusive: bool) -> JsonObject:
    tax = minor_of(answer.get("TaxAmount", 0), currency, _NAME)
    amount = minor_of(answer.get("LineAmount", 0), currency, _NAME)
    code = text(answer, "TaxType")
    added = {
        name: answer[name] for name in ("ItemCode", "Tracking", "DiscountRate") if answer.get(name)
    }
    return {
        "account": text(answer, "AccountCode"),
        "description": text(answer, "Description"),
        "net": amount - tax if is_inclusive else amount,
        "tax": tax,
        "taxCode": None if code in {"", _NO_TAX} else code,
        **added,
    }


def _date(value: Json) -> date:
    """Raises TargetUncertain."""
    if isinstance(value, str):
        match = _MS_DATE.fullmatch(value)
    else:
        match = None
    if match is None:
        raise TargetUncertain(f"{_NAME} answered something else than a day")
    try:
        return datetime.fromtimestamp(int(match[1]) / 1000, UTC).date()
    except (OverflowError, ValueError, OSError) as error:
        raise TargetUncertain(f"{_NAME} answered a day that is none") from error


def _tax_code(answer: JsonObject) -> TaxCode:
    rate = answer.get("EffectiveRate")
    try:
        if rate is None:
            percent = None
        else:
            percent = f"{Decimal(str(rate)).normalize():f}"
    except InvalidOperation:
        percent = None
    return TaxCode(
        text(answer, "TaxType"),
        text(answer, "Name"),
        percent,
        is_active=text(answer, "Status") == "ACTIVE",
        of_purchases=answer.get("CanApplyToExpenses") is not False,
        of_sales=answer.get("CanApplyToRevenue") is not False,
    )


def _contact(answer: JsonObject) -> Contact:
    if not text(answer, "ContactID"):
        raise TargetUncertain(f"{_NAME}'s answer is no contact")
    return Contact(text(answer, "ContactID"), text(answer, "Name"))


def _attachment(answer: JsonObject) -> Attachment:
    size = answer.get("ContentLength")
    return Attachment(
        text(answer, "AttachmentID"),
        text(answer, "FileName"),
        media_type=text(answer, "MimeType"),
        size=size if isinstance(size, int) else None,
    )


def _first(answer: Answer, name: str) -> JsonObject:
    rows = objects(answer.said.get(name))
    if not rows:
        raise TargetUncertain(f"{_NAME}'s answer has no {name}")
    return rows[0]


def _outcome(document: Document, answer: JsonObject) -> Written | TargetError:
    """The outcome of one document of a batch."""
    try:
        errors = objects(answer.get("ValidationErrors"))
        if errors or text(answer, "StatusAttributeString") == "ERROR":
            return _refused([text(each, "Message") for each in errors])
        return checked_total(document, _written(document.kind, answer))
    except TargetError as error:
        return error


def _checked(answer: Answer) -> Answer:
    """Raises ItemRefused, PeriodClosed, WrittenOtherwise, TargetUncertain."""
    if answer.is_success:
        return answer
    if answer.status not in REFUSALS:
        raise TargetUncertain(f"{_NAME} answered {answer.status}")
    elements = objects(answer.said.get("Elements"))
    sentences = [
        text(error, "Message")
        for each in elements
        for error in objects(each.get("ValidationErrors"))
    ]
    fallback = (
        text(answer.said, "Message")
        or text(answer.said, "Detail")
        or f"{_NAME} answered {answer.status}"
    )
    raise _refused(sentences or [fallback])


def _refused(sentences: Sequence[str]) -> TargetError:
    why = reason("; ".join(sentences))
    if "idempotency" in why.lower():
        return WrittenOtherwise(f"{_NAME} has other content under this key")
    if "lock date" not in why.lower():
        return ItemRefused(why)
    match = _LOCKED_UNTIL.search(why)
    try:
        if match:
            until = datetime.strptime(match[1], "%d-%b-%Y").replace(tzinfo=UTC).date()
        else:
            until = None
    except ValueError:
        until = None
    return PeriodClosed(why, until)


async def company_of(platform: Platform, access_token: str, api_url: str = API_URL) -> Company:
    """The organisation that a person has just connected. Raises GrantRevoked: the person chose
    none.
    """
    calls = Calls(platform, OneToken(access_token), provider=_NAME, url=api_url)
    companies = objects(_checked(await calls.get("/connections")).said.get("items"))
    organisations = [each for each in companies if text(each, "tenantType") == "ORGANISATION"]
    if not organisations:
        raise GrantRevoked("no organisation was chosen: connect again, and choose one")
    # A token reaches all that the person ever connected to this app.
    last = max(organisations, key=lambda each: text(each, "updatedDateUtc"))
    return Company(text(last, "tenantId"), text(last, "tenantName"))
