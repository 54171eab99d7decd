"""A target of one's own: an HTTPS address that takes signed requests.

Each request is a POST of one JSON object to that address, signed by Standard Webhooks as
notifications are. Its `operation` says what to do; docs/books-targets.md describes each. The header
`webhook-id` is the key of a write: the address does a write under a key once, and answers it again
in the same way.

An answer of 2xx is a JSON object. One of 4xx has `problem`, with `code`, `reason`, and, by its
code:

| code | also | error |
| --- | --- | --- |
| refused | `field` | ItemRefused |
| period-closed | `closedUntil` | PeriodClosed |
| changed | `document`, null if it is gone | ChangedElsewhere, if the fields differ |
| exists | `document` | ChangedElsewhere, unless the fields are the same |
| key-reused | | WrittenOtherwise |
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date
from http import HTTPStatus
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

from tillroll.books.targets.calls import REFUSALS, exchange, read, reason
from tillroll.books.targets.errors import (
    Busy,
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
    Contact,
    Document,
    Kind,
    Limits,
    Role,
    TaxCode,
    Write,
    Written,
    already_written,
    differences,
    digest_of,
)
from tillroll_durable.errors import one_line
from tillroll_durable.platform.bindings.http import HttpReply, HttpRequest, ResolvingFailed
from tillroll_durable.platform.json import JsonObject, dump
from tillroll_durable.platform.services import Platform
from tillroll_durable.platform.web.links import is_web_page
from tillroll_durable.platform.web.outgoing import NotPublic, check_before_asking
from tillroll_durable.webhooks.deliveries import Message, signed_headers

LIMITS: Final = Limits(
    per_minute=300, at_once=5, per_day=None, page=100, batch=50, attachment_bytes=10 * 1024 * 1024
)
"""What it is asked at most; the address itself says when less is right, by 429 and Retry-After."""

_NAME: Final = "the target"
_NOT_LET_IN: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.GONE})


class _Answered(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, strict=True)


class _Line(_Answered):
    model_config = ConfigDict(extra="allow")

    account: str
    description: str
    net: int
    tax: int
    tax_code: str | None = None


class _Document(_Answered):
    kind: Kind
    reference: str
    id: str = Field(min_length=1)
    version: str
    url: str = ""
    is_void: bool = False
    is_settled: bool = False
    contact: str
    currency: str
    due: date
    issued: date
    lines: list[_Line]
    number: str
    total: int

    @field_validator("url")
    @classmethod
    def _check_url(cls, url: str) -> str:
        """Pages make a link of it."""
        if url and not is_web_page(url):
            raise ValueError("it is no https address")
        return url

    def written(self) -> Written:
        """Make a `Written` of it."""
        names = ("contact", "currency", "due", "issued", "lines", "number", "total")
        every = self.model_dump(mode="json", by_alias=True)
        fields: JsonObject = {name: every[name] for name in names}
        return Written(
            self.kind,
            self.id,
            number=self.number,
            version=self.version,
            url=self.url,
            fields=fields,
            is_void=self.is_void,
            is_settled=self.is_settled,
        )


class _OneDocument(_Answered):
    document: _Document


class _MaybeDocument(_Answered):
    document: _Document | None


class _Documents(_Answered):
    documents: list[_Document]


class _Problem(_Answered):
    code: Literal["refused", "period-closed", "changed", "exists", "key-reused"]
    reason: str
    field: str = ""
    closed_until: date | None = None
    document: _Document | None = None


class _Outcome(_Answered):
    document: _Document | None = None
    problem: _Problem | None = None


class _Outcomes(_Answered):
    outcomes: list[_Outcome]


class _Account(_Answered):
    code: str
    name: str
    number: str = ""
    type: str = ""
    is_active: bool = True


class _TaxCode(_Answered):
    code: str
    name: str
    percent: str | None = None
    of_purchases: bool = True
    of_sales: bool = True
    is_active: bool = True


class _Chart(_Answered):
    company: str
    currency: str
    accounts: list[_Account]
    tax_codes: list[_TaxCode]


class _Period(_Answered):
    closed_until: date | None


class _ContactFields(_Answered):
    id: str = Field(min_length=1)
    name: str


class _Contact(_Answered):
    contact: _ContactFields


class _AttachmentFields(_Answered):
    id: str
    name: str
    media_type: str
    size: int | None = None

    def attachment(self) -> Attachment:
        return Attachment(self.id, self.name, media_type=self.media_type, size=self.size)


class _OneAttachment(_Answered):
    attachment: _AttachmentFields


class _Attachments(_Answered):
    attachments: list[_AttachmentFields]


Body = TypeVar("Body", bound=_Answered)


class SignedHttp:
    """`Target` at an address. `secrets` sign (whsec_…), the newest first: send both while one
    replaces the other.
    """

    def __init__(
        self, platform: Platform, url: str, secrets: Sequence[str], limits: Limits = LIMITS
    ) -> None:
        self._platform = platform
        self._url = url
        self._secrets = secrets
        self._limits = limits

    @property
    def limits(self) -> Limits:
        return self._limits

    async def read_chart(self) -> Chart:
        chart = await self._ask(_Chart, "chart.read")
        accounts = tuple(Account(**each.model_dump()) for each in chart.accounts)
        tax_codes = tuple(TaxCode(**each.model_dump()) for each in chart.tax_codes)
        return Chart(chart.company, chart.currency, accounts=accounts, tax_codes=tax_codes)

    async def closed_until(self) -> date | None:
        return (await self._ask(_Period, "period.read")).closed_until

    async def upsert_contact(self, name: str, key: str, role: Role, currency: str = "") -> Contact:
        del currency  # its contacts have documents in any
        contact = await self._ask(_Contact, "contact.upsert", key, name=name, role=role.value)
        return Contact(contact.contact.id, contact.contact.name)

    async def find(self, document: Document) -> Written | None:
        answer = await self._ask(
            _Documents, "document.find", kind=document.kind.value, reference=document.reference
        )
        if len(answer.documents) > 1:
            raise FoundTwice(
                f"{_NAME} has {len(answer.documents)} documents with the reference "
                f"{document.reference}"
            )
        if answer.documents:
            return answer.documents[0].written()
        return None

    async def read(self, kind: Kind, id_: str) -> Written | None:
        document = (
            await self._ask(_MaybeDocument, "document.read", kind=kind.value, id=id_)
        ).document
        if document is None:
            return None
        return document.written()

    async def as_it_reads(self, document: Document) -> Document:
        return document

    async def write(self, document: Document, key: str, previous: Written | None = None) -> Written:
        version: Written | None = None
        if previous is not None:
            version = await self.read(document.kind, previous.id)
            standing = already_written(document, previous, version)
            if standing is not None:
                return standing
        answer = await self._ask(
            _OneDocument,
            "document.write",
            key,
            document=_sent(document),
            previous=_version(version),
            intended=document,
        )
        return answer.document.written()

    async def write_many(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """A change is written by itself, since its document is read first."""
        new = [each for each in writes if each.previous is None]
        outcomes: dict[int, Written | TargetError] = {}
        if new:
            results = await self._make(new)
            outcomes = {id(each): outcome for each, outcome in zip(new, results, strict=True)}
        for each in writes:
            if each.previous is not None:
                outcomes[id(each)] = await self._changed(each)
        return [outcomes[id(each)] for each in writes]

    async def credit(self, document: Document, key: str, credited: Written) -> Written:
        existing = await self.find(document)
        if existing is not None:
            return existing
        answer = await self._ask(
            _OneDocument,
            "document.credit",
            key,
            document=_sent(document),
            credited={"kind": credited.kind.value, "id": credited.id},
            intended=document,
        )
        return answer.document.written()

    async def attachments(self, kind: Kind, id_: str) -> Sequence[Attachment]:
        answer = await self._ask(_Attachments, "attachment.list", kind=kind.value, id=id_)
        return [each.attachment() for each in answer.attachments]

    async def attach(
        self, kind: Kind, id_: str, name: str, media_type: str, content: bytes, key: str
    ) -> Attachment:
        if len(content) > self._limits.attachment_bytes:
            raise ItemRefused(f"the file has more than {self._limits.attachment_bytes} bytes")
        answer = await self._ask(
            _OneAttachment,
            "attachment.add",
            key,
            kind=kind.value,
            id=id_,
            name=name,
            mediaType=media_type,
            content=base64.b64encode(content).decode(),
        )
        return answer.attachment.attachment()

    async def _make(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """The outcomes of documents that are new."""
        sent = [
            {"key": each.key, "document": _sent(each.document), "previous": None} for each in writes
        ]
        # Other items, or in another order, are another request.
        key = f"batch_{hashlib.sha256(dump([each.key for each in writes]).encode()).hexdigest()}"
        try:
            answer = await self._ask(_Outcomes, "document.write_many", key, writes=sent)
        except TargetError as error:
            return [error for _ in writes]
        if len(answer.outcomes) != len(writes):
            return [TargetUncertain(f"{_NAME} answered another number of outcomes") for _ in writes]
        return [
            _outcome(each, outcome) for each, outcome in zip(writes, answer.outcomes, strict=True)
        ]

    async def _changed(self, write: Write) -> Written | TargetError:
        try:
            return await self.write(write.document, write.key, write.previous)
        except TargetError as error:
            return error

    async def _ask(
        self,
        shape: type[Body],
        operation: str,
        key: str = "",
        *,
        intended: Document | None = None,
        **members: Any,
    ) -> Body:
        """Send an operation. One without a key reads, so its id says what was read. `of` is the
        document that is written: where the address has it already, that is the answer.
        """
        body = dump({"operation": operation, **members})
        message = key or f"read_{hashlib.sha256(body.encode()).hexdigest()}"
        try:
            await check_before_asking(self._platform, self._url)
        except NotPublic as error:
            raise GrantRevoked(f"the target's address is not asked: {error}") from error
        except ResolvingFailed as error:
            raise Busy(f"the target's address is not known now: {error}") from error
        now = self._platform.clock.now()
        headers = signed_headers(self._secrets, Message(message, body, now))
        request = HttpRequest(
            "POST",
            self._url,
            headers=headers,
            body=body.encode(),
            only_reads=not key,
        )
        reply = await exchange(self._platform, _NAME, request)
        if not reply.is_success:
            answer: JsonObject | None = _already(reply, intended)
            if answer is None:
                raise _error(reply, intended)
            return _parsed(shape, dump(answer))
        return _parsed(shape, reply.body)


def _parsed(shape: type[Body], body: str) -> Body:
    try:
        return shape.model_validate_json(body)
    except ValidationError as error:
        where = ".".join(str(each) for each in error.errors()[0]["loc"])
        raise TargetUncertain(
            one_line(f"{_NAME}'s answer is wrong at {where or 'its beginning'}")
        ) from error


def _problem(reply: HttpReply) -> _Problem | None:
    if reply.status in _NOT_LET_IN:
        raise GrantRevoked(
            f"{_NAME} answered {reply.status}: it does not take our signature any more"
        )
    problem = read(_NAME, reply).get("problem")
    if not isinstance(problem, dict):
        return None
    return _parsed(_Problem, dump(problem))


def _already(reply: HttpReply, intended: Document | None) -> JsonObject | None:
    """The document that a write would have made, where it is there, as the answer to that write."""
    problem = _problem(reply)
    if (
        problem is None
        or problem.code not in {"exists", "changed"}
        or problem.document is None
        or intended is None
    ):
        return None
    is_it = (
        digest_of(problem.document.written().fields) == digest_of(intended.fields())
        and not problem.document.is_void
    )
    if is_it:
        return {"document": problem.document.model_dump(mode="json", by_alias=True)}
    return None


def _error(reply: HttpReply, intended: Document | None) -> TargetError:
    problem = _problem(reply)
    if problem is not None:
        return _meaning(problem, intended)
    if reply.status in REFUSALS:
        return ItemRefused(f"{_NAME} answered {reply.status}")
    return TargetUncertain(f"{_NAME} answered {reply.status}")


def _meaning(problem: _Problem, intended: Document | None) -> TargetError:
    match problem.code:
        case "refused":
            return ItemRefused(reason(problem.reason), problem.field[:100])
        case "period-closed":
            return PeriodClosed(reason(problem.reason), problem.closed_until)
        case "key-reused":
            return WrittenOtherwise(f"{_NAME} has other content under this key")
        case "changed" | "exists":
            document = None if problem.document is None else problem.document.written()
            if document is None or intended is None:
                apart = ()
            else:
                apart = tuple(differences(intended.fields(), document.fields))
            return ChangedElsewhere(
                f"{_NAME} has the document otherwise: {problem.code}", document, apart
            )


def _outcome(write: Write, outcome: _Outcome) -> Written | TargetError:
    if outcome.document is not None:
        return outcome.document.written()
    if outcome.problem is None:
        return TargetUncertain(f"{_NAME} answered no outcome")
    document = outcome.problem.document
    if outcome.problem.code == "exists" and document is not None and not document.is_void:
        written = document.written()
        if written.digest == digest_of(write.document.fields()):
            return written
    return _meaning(outcome.problem, write.document)


def _sent(document: Document) -> JsonObject:
    return {"kind": document.kind.value, "reference": document.reference, **document.fields()}


def _version(document: Written | None) -> JsonObject | None:
    if document is None:
        return None
    return {"id": document.id, "version": document.version}
