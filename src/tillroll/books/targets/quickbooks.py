"""QuickBooks Online's Accounting API, minor version 75, by Intuit's schema
(github.com/intuit/QuickBooks-V3-PHP-SDK) and pages (developer.intuit.com), read in November 2026
and never asked for real.

`requestid` stands for a request that changes something: sent again, it is answered as before.
`SyncToken` is a document's version; an earlier one is refused. An error may come with status 200,
as a `Fault`.

A document's number has at most 21 characters, and our reference is a line of its private note:
"#exp_1". A query can only ask for the number, so `find` needs the number as it was sent. A vendor
credit and a credit memo have no due day. A line of an invoice names an item, as "item:12"; a line
of a bill names an account, or an item.
"""

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from tillroll.books.targets.calls import (
    Answer,
    Calls,
    OneToken,
    Tokens,
    minor_of,
    number_of,
    objects,
    text,
)
from tillroll.books.targets.errors import (
    Busy,
    ChangedElsewhere,
    GrantRevoked,
    ItemRefused,
    TargetError,
    TargetUncertain,
    WrittenOtherwise,
)
from tillroll.books.targets.quickbooks_answers import (
    PATIENCE_SECONDS,
    checked,
    code_of,
    entity_of,
    refusal_of,
)
from tillroll.books.targets.quickbooks_documents import (
    ENTITIES,
    ITEM,
    NAME,
    as_it_reads,
    body_of,
    changed_body,
    day_of,
    has_reference,
    written_of,
)
from tillroll.books.targets.quickbooks_tax import Codes, read_codes, reference
from tillroll.books.targets.target import (
    Account,
    Attachment,
    Chart,
    Company,
    Contact,
    Document,
    Kind,
    Limits,
    Role,
    Write,
    Written,
    already_written,
    checked_total,
    only_standing,
)
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform

API_URL: Final = "https://quickbooks.api.intuit.com"

LIMITS: Final = Limits(
    per_minute=500, at_once=10, per_day=None, page=100, batch=30, attachment_bytes=10 * 1024 * 1024
)
"""What Intuit allows for one company. It also allows 10 requests a second and 40 batches a minute
(developer.intuit.com, limits and throttles).
"""

SCOPES: Final = ("com.intuit.quickbooks.accounting",)

_MINOR_VERSION: Final = "75"
_LONGEST_REQUEST_ID: Final = 50
_MOST_ROWS: Final = 1000
_MOST_FOUND: Final = 100
# A name as it is, with its role or currency, and with both.
_MOST_NAMES: Final = 3
_STALE = "5010"
_NOT_FOUND = "610"
_NAME_TAKEN = "6240"
_FILE_NAME: Final = re.compile(r'[^<>:"/\\|?*\x00-\x1f]{1,120}')


class QuickBooks:
    """`Target` of one company, which `realm` names."""

    def __init__(
        self, platform: Platform, tokens: Tokens, realm: str, api_url: str = API_URL
    ) -> None:
        url = f"{api_url}/v3/company/{quote(realm, safe='')}"
        self._calls = Calls(platform, tokens, provider=NAME, url=url, patience=PATIENCE_SECONDS)
        self._realm = realm
        self._known_codes: Codes | None = None
        self._known_currencies: JsonObject | None = None

    @property
    def limits(self) -> Limits:
        return LIMITS

    async def company(self) -> Company:
        entity = entity_of(
            checked(await self._get(f"/companyinfo/{quote(self._realm, safe='')}")), "CompanyInfo"
        )
        return Company(self._realm, text(entity, "CompanyName"))

    async def read_chart(self) -> Chart:
        preferences = await self._preferences()
        accounts = [
            Account(
                text(each, "Id"),
                text(each, "FullyQualifiedName") or text(each, "Name"),
                number=text(each, "AcctNum"),
                type=text(each, "AccountType"),
                is_active=each.get("Active") is not False,
            )
            for each in await self._every("Account")
        ]
        items = [
            Account(
                f"{ITEM}{text(each, 'Id')}",
                text(each, "FullyQualifiedName") or text(each, "Name"),
                number="",
                type="Item",
                is_active=each.get("Active") is not False,
            )
            for each in await self._every("Item")
        ]
        codes = await self._codes()
        taxes = {**codes.of_sales, **codes.of_purchases}
        currency = reference(_currencies(preferences), "HomeCurrency")
        tax_codes = tuple(
            replace(
                each.shown(), of_purchases=id_ in codes.of_purchases, of_sales=id_ in codes.of_sales
            )
            for id_, each in taxes.items()
        )
        return Chart(
            (await self.company()).name, currency, accounts=(*accounts, *items), tax_codes=tax_codes
        )

    async def closed_until(self) -> date | None:
        accounting = (await self._preferences()).get("AccountingInfoPrefs")
        if isinstance(accounting, dict):
            day = text(accounting, "BookCloseDate")
        else:
            day = ""
        if day:
            return day_of(day)
        return None

    async def upsert_contact(self, name: str, key: str, role: Role, currency: str = "") -> Contact:
        """A name stands for one vendor, customer or employee. Where another has it, the contact's
        name ends with its role; where its documents are in another currency, with the currency.
        Colons and control characters, which a name cannot have, become spaces.

        A vendor's or customer's `CurrencyRef` is set when it is made and never changes; without
        it, it is the company's (developer.intuit.com, "Manage multiple currencies", and the pages
        of both). Raises ItemRefused also for another currency in a company that has one.
        """
        clean_name = " ".join(
            "".join(" " if each == ":" or not each.isprintable() else each for each in name).split()
        )
        entity = _person(role)
        endings: list[str] = []
        for attempt in range(_MOST_NAMES):
            tried = clean_name
            if endings:
                tried = f"{clean_name} ({', '.join(endings)})"
            row = await self._contact(tried, role)
            if row is not None:
                if await self._is_in(row, currency):
                    return _contact(row)
                endings.append(currency)
                continue
            body: JsonObject = {"DisplayName": tried, **await self._currency_of_new(currency)}
            query = {"requestid": _request_id(f"{key}:{attempt}")}
            answer = await self._post(f"/{entity.lower()}", body, query)
            if code_of(answer) != _NAME_TAKEN:
                return _contact(entity_of(checked(answer), entity))
            endings.append(role.value)
        raise ItemRefused("others have this name already", "DisplayName")

    async def find(self, document: Document) -> Written | None:
        entity = ENTITIES[document.kind]
        rows = await self._query(
            entity.name, f"DocNumber = {_quoted(document.number)}", _MOST_FOUND
        )
        if len(rows) == _MOST_FOUND:
            raise ItemRefused(
                f"{_MOST_FOUND} documents have this number: give it another", "DocNumber"
            )
        codes = await self._codes()
        mine = [
            written_of(document.kind, row, codes)
            for row in rows
            if has_reference(row, document.reference)
        ]
        return only_standing(mine, NAME, document.reference)

    async def read(self, kind: Kind, id_: str) -> Written | None:
        document = await self._read(kind, id_)
        if document is None:
            return None
        return written_of(kind, document, await self._codes())

    async def as_it_reads(self, document: Document) -> Document:
        return as_it_reads(document, await self._codes())

    async def write(self, document: Document, key: str, previous: Written | None = None) -> Written:
        codes = await self._codes()
        entity = ENTITIES[document.kind]
        body = body_of(document, codes)
        query = {"requestid": _request_id(key)}
        if previous is None:
            answer = await self._post(f"/{entity.path}", body, query)
            return _written(document, entity_of(checked(answer), entity.name), codes)
        raw = await self._read(document.kind, previous.id)
        current = None if raw is None else written_of(document.kind, raw, codes)
        expected = as_it_reads(document, codes)
        standing = already_written(expected, previous, current)
        if standing is not None:
            return standing
        answer = await self._post(
            f"/{entity.path}", changed_body(raw or {}, body, document.reference), query
        )
        # 610 says of a document that it is gone, and of an account, vendor or item that it is
        # inactive (developer.intuit.com, "Handling common errors"): of which, the document says.
        if code_of(answer) in {_STALE, _NOT_FOUND}:
            current = await self.read(document.kind, previous.id)
            standing = already_written(expected, previous, current)
            if standing is not None:
                return standing
        if code_of(answer) == _STALE:
            raise Busy(f"{NAME} has a newer version of the document", 1)
        return _written(document, entity_of(checked(answer), entity.name), codes)

    async def write_many(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """Documents that are new are sent together. A change is written by itself, since its
        document is read first.
        """
        try:
            codes = await self._codes()
        except TargetError as error:
            return [error for _ in writes]
        outcomes: dict[int, Written | TargetError] = {}
        new: dict[int, JsonObject] = {}
        for number, each in enumerate(writes):
            if each.previous is not None:
                continue
            try:
                new[number] = body_of(each.document, codes)
            except TargetError as error:
                outcomes[number] = error
        if new:
            outcomes |= await self._make({number: writes[number] for number in new}, new, codes)
        for number, each in enumerate(writes):
            if each.previous is not None:
                try:
                    outcomes[number] = await self.write(each.document, each.key, each.previous)
                except TargetError as error:
                    outcomes[number] = error
        return [outcomes[number] for number in range(len(writes))]

    async def credit(self, document: Document, key: str, credited: Written) -> Written:
        """Apply the credit to `credited`, as far as that is owed, by a payment of zero."""
        credit = await self.find(document) or await self.write(document, key)
        if credit.is_settled or credit.is_void:
            return credit
        raw = await self._read(credited.kind, credited.id)
        if raw is None:
            raise ChangedElsewhere(f"{NAME} has the credited document no more", None)
        owed = minor_of(raw.get("Balance", 0), document.currency, NAME)
        amount = min(owed, credit.total)
        if amount <= 0:
            return credit
        payment = await self._payment(document, credited, credit=credit, amount=amount)
        if payment is None:
            return credit
        path = f"/{ENTITIES[credited.kind].paid_by.lower()}"
        checked(await self._post(path, payment, {"requestid": _request_id(f"{key}:apply")}))
        return await self.read(document.kind, credit.id) or credit

    async def attachments(self, kind: Kind, id_: str) -> Sequence[Attachment]:
        type_ = _quoted(ENTITIES[kind].name)
        clause = (
            f"AttachableRef.EntityRef.Type = {type_} "
            f"AND AttachableRef.EntityRef.value = {_quoted(id_)}"
        )
        return [_attachment(each) for each in await self._query("Attachable", clause, _MOST_FOUND)]

    async def attach(
        self, kind: Kind, id_: str, name: str, media_type: str, content: bytes, key: str
    ) -> Attachment:
        """Raises ItemRefused also for a name that cannot be a file's, and for a large file."""
        if not _FILE_NAME.fullmatch(name):
            raise ItemRefused(
                "the file's name is too long, or has characters that no file's name has", "FileName"
            )
        if not media_type.isprintable():
            raise ItemRefused("the file's type is none", "ContentType")
        if len(content) > LIMITS.attachment_bytes:
            raise ItemRefused(f"the file has more than {LIMITS.attachment_bytes} bytes")
        about: JsonObject = {
            "AttachableRef": [{"EntityRef": {"type": ENTITIES[kind].name, "value": id_}}],
            "FileName": name,
            "ContentType": media_type,
        }
        boundary = f"till{secrets.token_hex(16)}"
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        path = f"/upload?requestid={_request_id(key)}&minorversion={_MINOR_VERSION}"
        answer = await self._calls.send(
            "POST",
            path,
            body=_multipart(boundary, about, name=name, media_type=media_type, content=content),
            headers=headers,
        )
        attachments = objects(checked(answer).said.get("AttachableResponse"))
        if not attachments:
            raise TargetUncertain(f"{NAME}'s answer has no attachment")
        fault = attachments[0].get("Fault")
        if fault:
            raise refusal_of(fault if isinstance(fault, dict) else {})
        return _attachment(entity_of(Answer(200, attachments[0]), "Attachable"))

    async def _make(
        self, writes: dict[int, Write], bodies: dict[int, JsonObject], codes: Codes
    ) -> dict[int, Written | TargetError]:
        """The outcomes of documents that are new, by their places."""
        requests: list[JsonObject] = [
            {
                "bId": str(number),
                "operation": "create",
                ENTITIES[each.document.kind].name: bodies[number],
            }
            for number, each in writes.items()
        ]
        query = {"requestid": _request_id("\n".join(each.key for each in writes.values()))}
        try:
            answer = checked(await self._post("/batch", {"BatchItemRequest": [*requests]}, query))
        except TargetError as error:
            return dict.fromkeys(writes, error)
        answers = {
            text(each, "bId"): each for each in objects(answer.said.get("BatchItemResponse"))
        }
        return {
            number: _outcome(each, answers.get(str(number)), codes)
            for number, each in writes.items()
        }

    async def _payment(
        self, document: Document, credited: Written, credit: Written, amount: int
    ) -> JsonObject | None:
        """A payment of zero that links both. None: a bill's needs a bank account, and there is
        none.
        """
        kinds = (
            (credited.id, ENTITIES[credited.kind].name),
            (credit.id, ENTITIES[credit.kind].name),
        )
        lines: list[JsonObject] = [
            {
                "Amount": number_of(amount, document.currency),
                "LinkedTxn": [{"TxnId": id_, "TxnType": type_}],
            }
            for id_, type_ in kinds
        ]
        body: JsonObject = {
            ENTITIES[credited.kind].contact: {"value": document.contact},
            "TotalAmt": 0,
            "TxnDate": document.issued.isoformat(),
            "CurrencyRef": {"value": document.currency},
            "PrivateNote": f"#{document.reference}",
            "Line": [*lines],
        }
        if not credited.kind.is_of_supplier:
            return body
        banks = await self._query("Account", "AccountType = 'Bank'", 1)
        if not banks:
            return None
        return {
            **body,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": text(banks[0], "Id")}},
        }

    async def _read(self, kind: Kind, id_: str) -> JsonObject | None:
        entity = ENTITIES[kind]
        answer = await self._get(f"/{entity.path}/{quote(id_, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND or code_of(answer) == _NOT_FOUND:
            return None
        return entity_of(checked(answer), entity.name)

    async def _codes(self) -> Codes:
        if self._known_codes is None:
            self._known_codes = read_codes(
                await self._every("TaxCode"), await self._every("TaxRate")
            )
        return self._known_codes

    async def _preferences(self) -> JsonObject:
        return entity_of(checked(await self._get("/preferences")), "Preferences")

    async def _currencies(self) -> JsonObject:
        if self._known_currencies is None:
            self._known_currencies = _currencies(await self._preferences())
        return self._known_currencies

    async def _contact(self, name: str, role: Role) -> JsonObject | None:
        rows = await self._query(
            _person(role), f"DisplayName = {_quoted(name)} AND Active IN (true, false)", 1
        )
        if rows:
            return rows[0]
        return None

    async def _currency_of_new(self, currency: str) -> JsonObject:
        """What says the currency of a contact that is made: nothing for the company's own."""
        if not currency:
            return {}
        currencies = await self._currencies()
        home = reference(currencies, "HomeCurrency")
        if currency == home:
            return {}
        if currencies.get("MultiCurrencyEnabled") is False:
            raise ItemRefused(
                f"the company has one currency, {home}: turn on several there", "CurrencyRef"
            )
        return {"CurrencyRef": {"value": currency}}

    async def _is_in(self, contact: JsonObject, currency: str) -> bool:
        """Whether the contact's documents are in the currency."""
        if not currency:
            return True
        own = reference(contact, "CurrencyRef")
        if not own:
            own = reference(await self._currencies(), "HomeCurrency")
        return own == currency

    async def _every(self, entity: str) -> list[JsonObject]:
        entities: list[JsonObject] = []
        while True:
            rows = await self._query(
                entity, "Active IN (true, false)", _MOST_ROWS, begin=len(entities) + 1
            )
            entities += rows
            if len(rows) < _MOST_ROWS:
                return entities

    async def _query(self, entity: str, clause: str, most: int, begin: int = 1) -> list[JsonObject]:
        # This is Intuit's query language. It takes no parameters: `_quoted` quotes values.
        sql = f"SELECT * FROM {entity} WHERE {clause} STARTPOSITION {begin} MAXRESULTS {most}"
        answer = checked(await self._get("/query", {"query": sql}))
        return objects(entity_of(answer, "QueryResponse").get(entity))

    async def _get(self, path: str, query: dict[str, str] | None = None) -> Answer:
        return await self._calls.get(path, {**(query or {}), "minorversion": _MINOR_VERSION})

    async def _post(self, path: str, body: JsonObject, query: dict[str, str]) -> Answer:
        return await self._calls.give(
            "POST", path, body, query={**query, "minorversion": _MINOR_VERSION}
        )


async def company_of(
    platform: Platform, access_token: str, realm: str, api_url: str = API_URL
) -> Company:
    """The company that a person has connected; its `realm` comes back with the code, as
    `realmId`.
    """
    if not re.fullmatch("[0-9]{1,30}", realm):
        raise GrantRevoked("no company came back: connect again")
    return await QuickBooks(
        platform, OneToken(access_token), realm=realm, api_url=api_url
    ).company()


def _request_id(key: str) -> str:
    if len(key) <= _LONGEST_REQUEST_ID:
        return key
    return hashlib.sha256(key.encode()).hexdigest()[:_LONGEST_REQUEST_ID]


def _quoted(value: str) -> str:
    """A text of their query language."""
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _written(document: Document, answer: JsonObject, codes: Codes) -> Written:
    """Raises WrittenOtherwise: the answer is one to another request of this id; ChangedElsewhere:
    another total.
    """
    if (
        not has_reference(answer, document.reference)
        or text(answer, "DocNumber") != document.number
    ):
        raise WrittenOtherwise(f"{NAME} has other content under this key")
    return checked_total(document, written_of(document.kind, answer, codes))


def _outcome(write: Write, reply: JsonObject | None, codes: Codes) -> Written | TargetError:
    """The outcome of one document of a batch."""
    try:
        if reply is None:
            return TargetUncertain(f"{NAME} answered no outcome")
        fault = reply.get("Fault")
        if fault:
            return refusal_of(fault if isinstance(fault, dict) else {})
        return _written(
            write.document, entity_of(Answer(200, reply), ENTITIES[write.document.kind].name), codes
        )
    except TargetError as error:
        return error


def _person(role: Role) -> str:
    """The entity of contacts that have this role."""
    if role is Role.SUPPLIER:
        return "Vendor"
    return "Customer"


def _currencies(preferences: JsonObject) -> JsonObject:
    currencies = preferences.get("CurrencyPrefs")
    if isinstance(currencies, dict):
        return currencies
    return {}


def _contact(answer: JsonObject) -> Contact:
    if not text(answer, "Id"):
        raise TargetUncertain(f"{NAME}'s answer is no contact")
    return Contact(text(answer, "Id"), text(answer, "DisplayName"))


def _attachment(answer: JsonObject) -> Attachment:
    size = answer.get("Size")
    return Attachment(
        text(answer, "Id"),
        text(answer, "FileName"),
        media_type=text(answer, "ContentType"),
        size=size if isinstance(size, int) else None,
    )


def _multipart(
    boundary: str, about: JsonObject, name: str, media_type: str, content: bytes
) -> bytes:
    """Two parts, the second the file. A name in other letters is UTF-8, as HTML has forms."""
    first = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="file_metadata_0"; '
        'filename="a.json"\r\n'
    )
    second = (
        f'\r\n--{boundary}\r\nContent-Disposition: form-data; name="file_content_0"; '
        f'filename="{name}"\r\n'
    )
    return b"".join(
        (
            f"{first}Content-Type: application/json\r\n\r\n{dump(about)}".encode(),
            f"{second}Content-Type: {media_type}\r\n\r\n".encode(),
            content,
            f"\r\n--{boundary}--\r\n".encode(),
        )
    )
