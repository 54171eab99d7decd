"""What Tillroll writes into accounting software, and the protocol that each target follows."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Protocol

from tillroll.books.targets.errors import ChangedElsewhere, FoundTwice, TargetError
from tillroll_durable.platform.json import JsonObject, dump

LONGEST_NUMBER: Final = 21
"""QuickBooks takes no longer number of a document."""


class Kind(StrEnum):
    """A bill is what a supplier or an employee is owed, an invoice what a customer owes. Each has
    its credit.
    """

    BILL = "bill"
    CREDIT_NOTE = "credit_note"
    INVOICE = "invoice"
    INVOICE_CREDIT = "invoice_credit"

    @property
    def is_of_supplier(self) -> bool:
        return self in {Kind.BILL, Kind.CREDIT_NOTE}

    @property
    def credit(self) -> "Kind":
        """What reverses it. Raises KeyError: it is a credit itself."""
        return {Kind.BILL: Kind.CREDIT_NOTE, Kind.INVOICE: Kind.INVOICE_CREDIT}[self]


class Role(StrEnum):
    """What a contact is to the company. A target may keep suppliers and customers apart."""

    SUPPLIER = "supplier"
    CUSTOMER = "customer"


@dataclass(frozen=True)
class Line:
    """One line, in minor units of the document's currency. `account` and `tax_code` are codes of
    the target's chart.
    """

    description: str
    net: int
    tax: int
    account: str
    tax_code: str | None = None


@dataclass(frozen=True)
class Document:
    """A document as it should be in the books. Amounts are minor units, and a credit's are positive
    too.

    Attributes:
        reference: our id of its subject, such as an expense's id with a revision's suffix. A target
            finds it by this.
        number: for people, 1 to LONGEST_NUMBER characters. Others may have the same number.
        contact: the target's id of the supplier or customer.
        total: the sum of all lines, net and tax.

    Raises ValueError: the lines do not add up, or the document could not be written anywhere.
    """

    kind: Kind
    reference: str
    number: str
    contact: str
    issued: date
    due: date
    currency: str
    lines: tuple[Line, ...]
    total: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.number) <= LONGEST_NUMBER:
            raise ValueError(f"give a document a number of 1 to {LONGEST_NUMBER} characters")
        if not self.reference or len(self.reference) > 100 or not self.reference.isprintable():
            raise ValueError("give a document a reference of 1 to 100 printable characters")
        if not self.lines:
            raise ValueError("give a document at least one line")
        if sum(line.net + line.tax for line in self.lines) != self.total:
            raise ValueError("the lines of a document must add up to its total")

    def fields(self) -> JsonObject:
        """What a target is meant to keep of it, in the form of `Written.fields`."""
        return {
            "contact": self.contact,
            "currency": self.currency,
            "due": self.due.isoformat(),
            "issued": self.issued.isoformat(),
            "lines": [line_fields(line) for line in self.lines],
            "number": self.number,
            "total": self.total,
        }


def line_fields(line: Line) -> JsonObject:
    return {
        "account": line.account,
        "description": line.description,
        "net": line.net,
        "tax": line.tax,
        "taxCode": line.tax_code,
    }


@dataclass(frozen=True)
class Written:
    """A document as the target has it now.

    Attributes:
        number: what the target shows to people.
        version: changes with each write there, by anybody. Opaque.
        url: where a person sees it; empty if the target has no such page.
        fields: what we wrote, read back: `contact`, `currency`, `due`, `issued`, `lines`, `number`,
            `total`. A line has what a person added to it there, too, under the target's own name.
        is_void: nothing is owed by it any more: voided or deleted there.
        is_settled: it is paid or credited, wholly or in part, so the target may refuse a change.
    """

    kind: Kind
    id: str
    number: str
    version: str
    url: str
    fields: JsonObject = field(compare=False)
    digest: str = ""
    is_void: bool = False
    is_settled: bool = False

    def __post_init__(self) -> None:
        if not self.digest:
            object.__setattr__(self, "digest", digest_of(self.fields))

    @property
    def total(self) -> int:
        """Minor units."""
        total = self.fields["total"]
        assert isinstance(total, int)  # noqa: S101 - each target reads it so
        return total


def digest_of(fields: JsonObject) -> str:
    """SHA-256 of a document's fields, in hexadecimal digits."""
    return hashlib.sha256(dump(fields).encode()).hexdigest()


@dataclass(frozen=True)
class Difference:
    """A field whose values differ: `ours` is what we want or wrote, `theirs` what the target has.
    Canonical JSON.
    """

    field: str
    ours: str
    theirs: str


def differences(ours: JsonObject, theirs: JsonObject) -> list[Difference]:
    """What two sides say differently, by field. The lines are one field."""
    names = sorted({*ours, *theirs})
    return [
        Difference(name, dump(ours.get(name)), dump(theirs.get(name)))
        for name in names
        if ours.get(name) != theirs.get(name)
    ]


@dataclass(frozen=True)
class Write:
    """One document of a batch. `key` stands for this content at this target: the same key with
    other content is a mistake. `previous` is what the target had when it was written last; None
    creates the document.
    """

    document: Document
    key: str
    previous: Written | None = None


@dataclass(frozen=True)
class Company:
    """Whose books or CRM it is, by the provider's id."""

    id: str
    name: str


@dataclass(frozen=True)
class Account:
    """`code` is what a line names; `number` and `name` are for people."""

    code: str
    name: str
    number: str = ""
    type: str = ""
    is_active: bool = True


@dataclass(frozen=True)
class TaxCode:
    """`percent` is a decimal such as "19" or "7.7"; None where the code has several rates or none.
    It is a code `of_purchases`, `of_sales`, or of both.
    """

    code: str
    name: str
    percent: str | None = None
    is_active: bool = True
    of_purchases: bool = True
    of_sales: bool = True


@dataclass(frozen=True)
class Chart:
    """What lines can name, and the company whose books they are."""

    company: str
    currency: str
    accounts: tuple[Account, ...]
    tax_codes: tuple[TaxCode, ...]


@dataclass(frozen=True)
class Contact:
    id: str
    name: str


@dataclass(frozen=True)
class Attachment:
    """A file at a document. `size` is in bytes; None where the target does not say."""

    id: str
    name: str
    media_type: str
    size: int | None


@dataclass(frozen=True)
class Limits:
    """What the target allows one company: requests per minute, at once and per day (None: no such
    limit); documents of a page that is read; writes of one `write_many`; bytes of an attachment.
    """

    per_minute: int
    at_once: int
    per_day: int | None
    page: int
    batch: int
    attachment_bytes: int


class Target(Protocol):
    """The books of one company at one provider. Every method raises one of `errors`; see there what
    is safe next.

    After TargetUncertain from `write`, ask `find` before the next write. Sending the same write
    again is safe only while the target remembers the key, and no target remembers it for ever.
    """

    @property
    def limits(self) -> Limits: ...

    async def read_chart(self) -> Chart: ...

    async def closed_until(self) -> date | None:
        """The last day that is closed: nothing may be written up to it. None: every day is open."""
        ...

    async def upsert_contact(self, name: str, key: str, role: Role, currency: str = "") -> Contact:
        """The contact of that name, made if there is none. Safe to send again. Its documents are
        in `currency`, where the target's contacts have one; empty: in any.
        """
        ...

    async def find(self, document: Document) -> Written | None:
        """The document with its kind and reference; None where the target has none.
        Raises SystemsDisagree: it has several, so a person must decide.
        """
        ...

    async def read(self, kind: Kind, id_: str) -> Written | None:
        """None where the target has no such document."""
        ...

    async def as_it_reads(self, document: Document) -> Document:
        """The document as `read` gives it back once it is written: a target may keep less of it.
        Raises ItemRefused: the target could not take it.
        """
        ...

    async def write(self, document: Document, key: str, previous: Written | None = None) -> Written:
        """Create the document, or change the one that `previous` names. Raises ChangedElsewhere:
        the target's fields are not those of `previous`; nothing was written.
        """
        ...

    async def write_many(self, writes: Sequence[Write]) -> Sequence[Written | TargetError]:
        """The outcome of each of up to `limits.batch` writes, in their order: what was written, or
        the error that `write` would have raised. Raises nothing of `errors` itself.
        """
        ...

    async def credit(self, document: Document, key: str, credited: Written) -> Written:
        """Reverse `credited` by `document`, a credit. Finds the credit first, so it is safe to call
        again.
        """
        ...

    async def attachments(self, kind: Kind, id_: str) -> Sequence[Attachment]: ...

    async def attach(
        self, kind: Kind, id_: str, name: str, media_type: str, content: bytes, key: str
    ) -> Attachment:
        """Attach a file. After TargetUncertain, ask `attachments` for the name first. Names are
        unique per document.
        """
        ...


def only_standing(documents: Sequence[Written], target: str, reference: str) -> Written | None:
    """The document that stands of those a target has with a reference, or else the last void one;
    None without any. Raises FoundTwice: several stand."""
    standing = [each for each in documents if not each.is_void]
    if len(standing) > 1:
        raise FoundTwice(f"{target} has {len(standing)} documents with the reference {reference}")
    if standing:
        return standing[0]
    if documents:
        return documents[-1]
    return None


def changed(previous: Written, now: Written) -> bool:
    """Whether somebody changed what we wrote. A payment changes the version, and none of the
    fields.
    """
    return previous.digest != now.digest or now.is_void != previous.is_void


def already_written(
    document: Document, previous: Written, current: Written | None
) -> Written | None:
    """What the target has, where that is `document` already, as after a lost answer. None: it still
    has `previous`. `document` is as it reads. Raises ChangedElsewhere: the target has something
    else, so somebody changed it.
    """
    if current is None:
        raise ChangedElsewhere("the target has the document no more", None)
    if not current.is_void and current.digest == digest_of(document.fields()):
        return current
    if changed(previous, current):
        apart = tuple(differences(previous.fields, current.fields))
        raise ChangedElsewhere(
            "the target has the document otherwise than it was written", current, apart
        )
    return None


def checked_total(document: Document, written: Written) -> Written:
    """Raises ChangedElsewhere: the target made another total of the lines, so a person must
    look.
    """
    if written.total != document.total:
        apart = tuple(differences(document.fields(), written.fields))
        raise ChangedElsewhere("the target makes another total of the lines", written, apart)
    return written
