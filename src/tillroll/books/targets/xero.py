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
from datetime import date
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from tillroll.books.targets.calls import (
    Calls,
    OneToken,
    Tokens,
    minor_of,
    number_of,
    objects,
    text,
)
from tillroll.books.targets.errors import (
    ChangedElsewhere,
    GrantRevoked,
    ItemRefused,
    TargetError,
    TargetUncertain,
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
    Role,
    Write,
    Written,
    already_written,
    checked_total,
    only_standing,
)
from tillroll.books.targets.xero_answers import (
    attachment_of,
    checked,
    contact_of,
    first_of,
    outcome_of,
    tax_code_of,
)
from tillroll.books.targets.xero_documents import (
    ENDPOINTS,
    MARK,
    NAME,
    NO_TAX,
    day_of,
    quotable,
    sent,
    unsendable,
    written_of,
)
from tillroll_durable.platform.json import JsonObject
from tillroll_durable.platform.naming import fold_name
from tillroll_durable.platform.services import Platform

API_URL: Final = "https://api.xero.com"
_API: Final = "/api.xro/2.0"

LIMITS: Final = Limits(
    per_minute=60, at_once=5, per_day=5000, page=100, batch=50, attachment_bytes=10 * 1024 * 1024
)
"""What Xero allows one organisation (developer.xero.com/faq/limits). Free apps may have less."""

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

_LONGEST_KEY: Final = 128
_LONGEST_NAME: Final = 255
_MOST_FOUND: Final = 100
# Xero does not say which names it takes; these make trouble in a path or on a disk.
_FILE_NAME: Final = re.compile(r'[^<>:"/\\|?*\x00-\x1f]{1,120}')


class Xero:
    """`Target` of one organisation, which `tenant` names."""

    def __init__(
        self, platform: Platform, tokens: Tokens, tenant: str, api_url: str = API_URL
    ) -> None:
        self._calls = Calls(
            platform,
            tokens,
            provider=NAME,
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
                tax_code_of(each) for each in rates if text(each, "TaxType") not in {"", NO_TAX}
            ),
        )

    async def closed_until(self) -> date | None:
        organisation = await self._organisation()
        locks = [organisation.get(name) for name in ("PeriodLockDate", "EndOfYearLockDate")]
        return max((day_of(each) for each in locks if each), default=None)

    async def upsert_contact(self, name: str, key: str, role: Role, currency: str = "") -> Contact:
        """Xero's contacts are both, and have documents in any currency. Quotation marks of a name
        become apostrophes.
        """
        del role, currency
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
        return contact_of(first_of(checked(answer), "Contacts"))

    async def find(self, document: Document) -> Written | None:
        endpoint = ENDPOINTS[document.kind]
        reference = quotable(document.reference)
        if endpoint.is_marked:
            has_it = f'{endpoint.number}.EndsWith("{MARK}{reference}")'
        else:
            has_it = f'Reference=="{reference}"'
        query = {
            "where": f'Type=="{endpoint.type}" AND {has_it}',
            "page": "1",
            "pageSize": str(_MOST_FOUND),
        }
        answer = checked(await self._calls.get(f"/{endpoint.path}", query))
        documents = [
            written_of(document.kind, each) for each in objects(answer.said.get(endpoint.path))
        ]
        return only_standing(documents, NAME, document.reference)

    async def read(self, kind: Kind, id_: str) -> Written | None:
        document = await self._read(kind, id_)
        if document is None:
            return None
        return written_of(kind, document)

    async def as_it_reads(self, document: Document) -> Document:
        return document

    async def write(self, document: Document, key: str, previous: Written | None = None) -> Written:
        endpoint = ENDPOINTS[document.kind]
        body: JsonObject = {endpoint.path: [sent(document)]}
        if previous is None:
            answer = await self._calls.give("PUT", f"/{endpoint.path}", body, headers=_keyed(key))
            return checked_total(
                document, written_of(document.kind, first_of(checked(answer), endpoint.path))
            )
        current = await self.read(document.kind, previous.id)
        standing = already_written(document, previous, current)
        if standing is not None:
            return standing
        path = f"/{endpoint.path}/{quote(previous.id, safe='')}"
        answer = await self._calls.give("POST", path, body, headers=_keyed(key))
        if answer.status == HTTPStatus.NOT_FOUND:
            raise ChangedElsewhere("Xero has the document no more", None)
        return checked_total(
            document, written_of(document.kind, first_of(checked(answer), endpoint.path))
        )

    async def write_many(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """Documents that are new are sent together, by endpoint. A change is written by itself."""
        outcomes: dict[int, Written | TargetError] = {
            number: error
            for number, each in enumerate(writes)
            if (error := unsendable(each.document))
        }
        for path in ("Invoices", "CreditNotes"):
            new = [
                number
                for number, each in enumerate(writes)
                if number not in outcomes
                and each.previous is None
                and ENDPOINTS[each.document.kind].path == path
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

    async def credit(self, document: Document, key: str, credited: Written) -> Written:
        """Allocate the credit to `credited`, as far as that is owed. What is paid already remains
        as a credit.
        """
        credit = await self.find(document) or await self.write(document, key)
        if credit.is_settled or credit.is_void:
            return credit
        raw = await self._read(credited.kind, credited.id)
        if raw is None:
            raise ChangedElsewhere("Xero has the credited document no more", None)
        owed = minor_of(raw.get("AmountDue", 0), document.currency, NAME)
        amount = min(owed, credit.total)
        if amount <= 0:
            return credit
        allocation: JsonObject = {
            "Invoice": {"InvoiceID": credited.id},
            "Amount": number_of(amount, document.currency),
            "Date": document.issued.isoformat(),
        }
        path = f"/CreditNotes/{quote(credit.id, safe='')}/Allocations"
        body: JsonObject = {"Allocations": [allocation]}
        checked(await self._calls.give("PUT", path, body, headers=_keyed(f"{key}:allocation")))
        return await self.read(document.kind, credit.id) or credit

    async def attachments(self, kind: Kind, id_: str) -> Sequence[Attachment]:
        rows = await self._list(
            f"/{ENDPOINTS[kind].path}/{quote(id_, safe='')}/Attachments", "Attachments"
        )
        return [attachment_of(each) for each in rows]

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
        path = f"/{ENDPOINTS[kind].path}/{quote(id_, safe='')}/Attachments/{quote(name, safe='')}"
        headers = {"content-type": media_type, **_keyed(key)}
        return attachment_of(
            first_of(
                checked(await self._calls.send("PUT", path, body=content, headers=headers)),
                "Attachments",
            )
        )

    async def _make(self, path: str, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """The outcomes of documents that are new, and can be sent."""
        body: JsonObject = {path: [sent(each.document) for each in writes]}
        # Other items, or in another order, are another request.
        key = "batch_" + hashlib.sha256("\n".join(each.key for each in writes).encode()).hexdigest()
        query = {"summarizeErrors": "false"}
        try:
            answer = checked(
                await self._calls.give("PUT", f"/{path}", body, query=query, headers=_keyed(key))
            )
        except TargetError as error:
            return [error for _ in writes]
        outcomes = objects(answer.said.get(path))
        if len(outcomes) != len(writes):
            return [TargetUncertain(f"{NAME} answered another number of documents") for _ in writes]
        return [
            outcome_of(each.document, outcome)
            for each, outcome in zip(writes, outcomes, strict=True)
        ]

    async def _read(self, kind: Kind, id_: str) -> JsonObject | None:
        endpoint = ENDPOINTS[kind]
        answer = await self._calls.get(f"/{endpoint.path}/{quote(id_, safe='')}")
        if answer.status == HTTPStatus.NOT_FOUND:
            return None
        document = first_of(checked(answer), endpoint.path)
        if text(document, "Type") == endpoint.type:
            return document
        return None

    async def _organisation(self) -> JsonObject:
        return first_of(checked(await self._calls.get("/Organisation")), "Organisations")

    async def _list(self, path: str, name: str) -> list[JsonObject]:
        return objects(checked(await self._calls.get(path)).said.get(name))

    async def _contact(self, name: str) -> Contact | None:
        answer = checked(
            await self._calls.get("/Contacts", {"where": f'Name=="{name}"', "page": "1"})
        )
        contacts = [contact_of(each) for each in objects(answer.said.get("Contacts"))]
        same = [each for each in contacts if fold_name(each.name) == fold_name(name)]
        exact = [each for each in same if each.name == name]
        return next(iter([*exact, *same]), None)


def _keyed(key: str) -> dict[str, str]:
    if len(key) <= _LONGEST_KEY:
        short = key
    else:
        short = hashlib.sha256(key.encode()).hexdigest()
    return {"idempotency-key": short}


async def company_of(platform: Platform, access_token: str, api_url: str = API_URL) -> Company:
    """The organisation that a person has just connected. Raises GrantRevoked: the person chose
    none.
    """
    calls = Calls(platform, OneToken(access_token), provider=NAME, url=api_url)
    companies = objects(checked(await calls.get("/connections")).said.get("items"))
    organisations = [each for each in companies if text(each, "tenantType") == "ORGANISATION"]
    if not organisations:
        raise GrantRevoked("no organisation was chosen: connect again, and choose one")
    # A token reaches all that the person ever connected to this app.
    last = max(organisations, key=lambda each: text(each, "updatedDateUtc"))
    return Company(text(last, "tenantId"), text(last, "tenantName"))
