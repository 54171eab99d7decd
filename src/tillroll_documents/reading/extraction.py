"""A receipt as text, and what is read from it: each value with its evidence and confidence."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints
from pydantic import Field as Constrained
from pydantic.alias_generators import to_camel

MAX_LINES = 1_000
MAX_LINE_LENGTH = 400

_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
"""The zero of Arabic, Persian, Devanagari, Bengali and Thai digits."""
# Signs that a reader takes for the same as the plain one, and marks that turn the direction of
# writing. One for one, so that spans stay valid in the original line.
_PLAIN = str.maketrans(
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
    | dict.fromkeys(
        map(ord, "\t\v\f\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000"), " "
    )
    | dict.fromkeys(range(0x2000, 0x200B), " ")
    | dict.fromkeys(range(0x2010, 0x2016), "-")
    | {0x2212: "-", 0xFE63: "-"}
    | dict.fromkeys((0x2018, 0x2019, 0x60, 0xB4, 0x2BC), "'")
    | {0xD7: "x", 0x66A: "%", 0x66B: ".", 0x66C: ","}
    # The full-width signs of cent, pound, yen and won.
    | {0xFFE0: "¢", 0xFFE1: "£", 0xFFE5: "¥", 0xFFE6: "₩"}
    | {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
    | dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F)), " ")
    | dict.fromkeys((*range(0x2066, 0x206A), 0xFEFF), " ")
)
_WITHIN_NUMBERS = re.compile(
    r"(?<=[0-9.,])"
    r"[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+"
    r"(?=[0-9.,])"
)
"""Marks without width inside a number, which a person does not see."""
_CELL = re.compile(r"\S+(?: \S+)*")


def without_marks(text: str) -> str:
    """The text without signs that have no width inside its numbers. A transcript is made so, that
    spans in it stay valid.
    """
    if text.isascii():
        return text
    return _WITHIN_NUMBERS.sub("", text)


@lru_cache(maxsize=1_000)
def _cells(plain: str) -> tuple[tuple[int, int], ...]:
    return tuple([match.span() for match in _CELL.finditer(plain)])


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line; `index` counts from 0."""

    index: int
    text: str
    plain: str
    """The line with look-alike signs (full-width letters, dashes, odd spaces) made plain; same
    length, at most MAX_LINE_LENGTH characters. The only white space in it is the space.
    """

    @property
    def cells(self) -> tuple[tuple[int, int], ...]:
        """Spans of the line's columns: runs kept apart by two or more spaces."""
        return _cells(self.plain)

    def evidence(self, start: int, end: int) -> "Evidence":
        return Evidence(line=self.index, text=self.text, start=start, end=end)


@dataclass(frozen=True)
class Transcript:
    """The lines of a receipt, in reading order; empty ones are kept, so that numbers agree with the
    stored text.
    """

    lines: tuple[Line, ...]

    @classmethod
    def from_text(cls, text: str) -> "Transcript":
        """Take the text as a vision model wrote it. What lies beyond MAX_LINES is not read."""
        whole = without_marks(text)
        rows = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")[:MAX_LINES]
        plain = "\n".join([row[:MAX_LINE_LENGTH] for row in rows]).translate(_PLAIN).split("\n")
        return cls(tuple([Line(index, row, plain[index]) for index, row in enumerate(rows)]))

    @property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines)


Value = TypeVar("Value")

DecimalString = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(\.[0-9]+)?$")]
"""An amount with the digits of its currency: "15.90", "1200" (JPY), "1.234" (KWD)."""

CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Model(BaseModel):
    """Frozen; JSON keys in camelCase, which are understood on reading as well as the names here."""

    model_config = ConfigDict(
        frozen=True, alias_generator=to_camel, populate_by_name=True, serialize_by_alias=True
    )


class Evidence(Model):
    """Where a value stands in the transcript."""

    line: int = Constrained(ge=0)
    """Number of the line, from 0."""
    text: str
    start: int = Constrained(ge=0)
    end: int = Constrained(ge=0)
    """The value's span in the line, end exclusive."""
    path: str | None = None
    """XPath of the element that says it, where it was read from an e-invoice's XML; the line is one
    of its listing.
    """


class Reason(Model):
    """One thing that speaks for (weight above 0) or against a value; the codes are those of
    `weights`.
    """

    code: str
    weight: int


class Field(Model, Generic[Value]):
    """A value, or None when the receipt gives none."""

    value: Value | None = None
    evidence: Evidence | None = None
    confidence: float = Constrained(default=0.0, ge=0.0, le=1.0)
    reasons: tuple[Reason, ...] = ()


class PaymentMethod(StrEnum):
    """How the receipt was paid."""

    CASH = "cash"
    CARD = "card"
    """A card, a wallet on the phone, or a transfer that the till names in their place."""


class DocumentKind(StrEnum):
    """What was handed in."""

    RECEIPT = "receipt"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    """Money comes back: its total is below zero."""
    STATEMENT = "statement"
    """A statement of account or a reminder, of invoices that are documents of their own."""
    OTHER = "other"


class EInvoice(Model):
    """The XML that an e-invoice was read from."""

    syntax: str
    """ubl-invoice, ubl-credit-note, ubl-debit-note, ubl-self-billed-invoice,
    ubl-self-billed-credit-note, cii, zugferd-1, fatturapa, ksef-fa, facturae or ebinterface."""
    profile: str | None
    """What it claims to follow: "EN 16931", "XRechnung", "BASIC WL"."""
    file_name: str | None
    """Its name in the PDF; None where the XML came by itself."""
    signed_by: str | None = None
    """The name in the certificate of the signed envelope that it came in. The signature is not
    verified."""


class Attachment(Model):
    """A file that lies in the PDF of a document."""

    name: str
    """Its name in the PDF, at most 200 characters."""
    form: str | None
    """What it is, as far as that is known: an e-invoice's syntax, a form of XML that is not read
    ("isdoc", "finvoice"), or by the end of its name spreadsheet, text, picture, archive, xml, pdf,
    signed or json."""
    is_read: bool
    """Whether the values come from it."""
    reason: str | None = None
    """Why it is not read, in a sentence for people."""


class Stated(Model):
    """What a statement in place of a receipt says beside its values: why there is no receipt, a
    note, and the rates that its total stands on, each with its source.
    """

    reason: str
    note: str | None = None
    bases: tuple[str, ...] = ()

    @property
    def as_note(self) -> str:
        """Write all of it for the expense's note."""
        return "\n".join(filter(None, (self.note, f"No receipt: {self.reason}", *self.bases)))


VAT_CATEGORIES = ("S", "Z", "E", "AE", "K", "G", "O", "L", "M")
"""Those of EN 16931 (BT-118, a part of UNCL5305): standard rate, zero rate, exempt, reverse
charge, supply within the EU, export, outside of VAT, IGIC of the Canary Islands, IPSI of Ceuta
and Melilla."""


class TaxLine(Model):
    """The tax at one rate; what the receipt does not print of it is None."""

    rate: DecimalString | None
    """In percent: "6", "7.7"."""
    net: DecimalString | None
    tax: DecimalString
    evidence: Evidence
    vat_category: str | None = None
    """How an e-invoice, or the paper in words, says that it is taxed (BT-118): one of
    VAT_CATEGORIES.
    """


class LineItem(Model):
    """Something bought; what the receipt does not print of it is None."""

    description: str
    quantity: DecimalString | None
    """How many, or a weight or volume."""
    unit_price: DecimalString | None
    amount: DecimalString
    evidence: Evidence
    code: str | None = None
    """How an e-invoice classifies it (BT-158), behind its list's identifier: "TST:90111501"
    (UNSPSC).
    """


class KnownAs(Model):
    """What the merchant was recognised by, of receipts seen before."""

    by: Literal["name", "look_alike", "tax_id", "iban", "contact"]
    """The name as it was read, one that looks like it to OCR, or without a sure name the tax id,
    the bank account, or the web address or telephone number.
    """
    times: int
    """On how many receipts that was seen."""
    since: str
    """When it was first seen, UTC in ISO 8601."""
    spelling: str | None
    """The name as it was read this time; None where none was."""
    tax_id: str | None
    """The tax id, where that leads to the merchant too, or alone."""
    iban: str | None = None
    """The bank account, where that leads there too, or alone."""
    contact: str | None = None
    """The web address or telephone number, where that leads there too, or alone."""


class Alternative(Model):
    """Another reading of a field, which stands in the transcript as well; `source` names the model
    that gave it.
    """

    value: str
    evidence: Evidence
    source: str


class GivenByRule(Model):
    """What a rule of the account gives the expense: `rule` is its id. `category` is proposed in the
    field of that name too, and a person may choose another.
    """

    rule: str
    category: str | None = None
    project: str | None = None
    tags: tuple[str, ...] = ()
    paid_by: str | None = None
    cost_center: str | None = None


class ProposedCategory(Model):
    """A category that is proposed for the expense, which nobody has taken yet."""

    category: str
    source: Literal["history", "merchant", "items", "print", "model"]
    """What it stands on most: what people chose for the merchant, a word in its name, what was
    bought, other words on the receipt, or a language model.
    """
    reason: str
    """For people, in a sentence."""
    score: float = Constrained(ge=0.0, le=1.0)


class Extraction(Model):
    """All that was read. An amount without a value means that the receipt names none."""

    merchant: Field[str] = Field[str]()
    """The name that a person would say: the brand where one is printed, else the registered
    name.
    """
    registered_name: Field[str] = Field[str]()
    """The firm that sold, as its register has it ("Maxincome Resources Sdn Bhd"); also where it is
    the merchant.
    """
    date: Field[datetime.date] = Field[datetime.date]()
    total: Field[DecimalString] = Field[DecimalString]()
    tax: Field[DecimalString] = Field[DecimalString]()
    currency: Field[CurrencyCode] = Field[CurrencyCode]()
    time: Field[str] = Field[str]()
    """Local time of day, HH:MM or HH:MM:SS."""
    subtotal: Field[DecimalString] = Field[DecimalString]()
    discount: Field[DecimalString] = Field[DecimalString]()
    """Taken off the whole purchase, without sign."""
    service_charge: Field[DecimalString] = Field[DecimalString]()
    tip: Field[DecimalString] = Field[DecimalString]()
    rounding: Field[DecimalString] = Field[DecimalString]()
    """What rounding to the smallest coin added; below zero where it took something off."""
    payment_method: Field[PaymentMethod] = Field[PaymentMethod]()
    card_last_four: Field[str] = Field[str]()
    document_kind: Field[DocumentKind] = Field[DocumentKind]()
    receipt_number: Field[str] = Field[str]()
    """Also of an invoice."""
    due_date: Field[datetime.date] = Field[datetime.date]()
    amount_due: Field[DecimalString] = Field[DecimalString]()
    """What is still to be paid of an invoice: the total less what was paid before."""
    buyer: Field[str] = Field[str]()
    buyer_tax_id: Field[str] = Field[str]()
    iban: Field[str] = Field[str]()
    """The account that an invoice is to be paid into."""
    payment_reference: Field[str] = Field[str]()
    refers_to: Field[str] = Field[str]()
    """The number of the invoice that this one corrects or credits."""
    e_invoice: EInvoice | None = None
    attachments: tuple[Attachment, ...] = ()
    """The files that lie in its PDF, at most 20."""
    stated: Stated | None = None
    tax_id: Field[str] = Field[str]()
    """The merchant's number for value added or sales tax, without spaces and points."""
    seller_country: Field[str] = Field[str]()
    """Where an e-invoice says that the seller is (BT-40, ISO 3166)."""
    contact: Field[str] = Field[str]()
    """A web address, or the last digits of a telephone number, that the issuer's papers have in
    common.
    """
    tax_lines: tuple[TaxLine, ...] = ()
    line_items: tuple[LineItem, ...] = ()
    category: Field[str] = Field[str]()
    """The merchant's usual one, by what people chose before; it stands on no receipt."""
    proposed_category: ProposedCategory | None = None
    """Where the account's rules and its usual category give none: one that is likely."""
    known_as: KnownAs | None = None
    """Where the merchant is one that the account knows: `merchant.value` is then its usual name."""
    rule: GivenByRule | None = None
    """Where a rule of the account decided."""
    alternatives: Mapping[str, Alternative] = Constrained(default_factory=dict[str, Alternative])
    """By field: what a language model read instead of the value above. A person decides."""
