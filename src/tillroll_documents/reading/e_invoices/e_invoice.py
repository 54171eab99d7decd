"""An e-invoice as values, each with its element's path, out of XML with all that can harm
refused. Terms are those of EN 16931-1."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final, Generic, NoReturn, TypeVar
from xml.parsers import expat

from tillroll_documents.days import is_usable
from tillroll_documents.reading.e_invoices.repairs import ContradictoryEncoding, one_reading
from tillroll_documents.reading.extraction import DocumentKind

Value = TypeVar("Value")

# UNTDID 1001, as EN 16931's code list for BT-3 divides them.
_CREDIT_NOTES: Final = frozenset(
    {"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"}
)
_NO_INVOICES: Final = frozenset({"310", "325"})
"""An offer and a proforma invoice: nothing is owed for either."""


@dataclass(frozen=True, slots=True)
class Located(Generic[Value]):
    """A value and the XPath of its element."""

    value: Value
    path: str


Text = Located[str]
Day = Located[date]
Amount = Located[Decimal]


class Syntax(StrEnum):
    """How the invoice is written."""

    UBL_INVOICE = "ubl-invoice"
    UBL_CREDIT_NOTE = "ubl-credit-note"
    UBL_DEBIT_NOTE = "ubl-debit-note"
    UBL_SELF_BILLED_INVOICE = "ubl-self-billed-invoice"
    UBL_SELF_BILLED_CREDIT_NOTE = "ubl-self-billed-credit-note"
    CII = "cii"
    ZUGFERD_1 = "zugferd-1"
    FATTURA = "fatturapa"
    KSEF = "ksef-fa"
    FACTURAE = "facturae"
    EBINTERFACE = "ebinterface"


class Relation(StrEnum):
    """What an invoice is to an earlier one."""

    REPLACES = "replaces"
    """It corrects or replaces that one."""
    FINISHES = "finishes"
    """It is the final one, after instalments."""
    RETURNS = "returns"
    """Goods of that one go back."""


_CREDIT_SYNTAXES: Final = frozenset({Syntax.UBL_CREDIT_NOTE, Syntax.UBL_SELF_BILLED_CREDIT_NOTE})


@dataclass(frozen=True, slots=True)
class Party:
    """Seller (BG-4) or buyer (BG-7)."""

    name: Text | None = None
    trading_name: Text | None = None
    vat_id: Text | None = None
    tax_number: Text | None = None
    country: Text | None = None
    """The country of the postal address (BT-40, BT-55)."""


@dataclass(frozen=True, slots=True)
class TaxBreakdown:
    """Tax of one category and rate (BG-23). `rate` is in percent."""

    base: Amount | None
    tax: Amount | None
    rate: Amount | None
    category: str | None = None


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """A line (BG-25). `counts` is false for one that only groups or explains others."""

    path: str
    name: Text | None
    quantity: Amount | None
    unit_price: Amount | None
    amount: Amount | None
    counts: bool = True
    code: str | None = None
    """The item's classification (BT-158) behind its list's identifier (BT-158-1):
    "TST:90111501"."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance (BG-20) or charge (BG-21) on the whole document; amounts without sign."""

    amount: Amount
    is_charge: bool


@dataclass(frozen=True, slots=True)
class Totals:
    """BG-22. `lines` is BT-106, `allowances` BT-107, `charges` BT-108, `net` BT-109, `tax`
    BT-110, `gross` BT-112, `prepaid` BT-113, `rounding` BT-114, `due` BT-115. `third_party` is the
    sum of what is due to others, BT-DEX-002 of XRechnung's extension."""

    lines: Amount | None = None
    allowances: Amount | None = None
    charges: Amount | None = None
    net: Amount | None = None
    tax: Amount | None = None
    gross: Amount | None = None
    prepaid: Amount | None = None
    rounding: Amount | None = None
    due: Amount | None = None
    third_party: Amount | None = None


@dataclass(frozen=True, slots=True)
class ElectronicInvoice:
    """All that is read; None or empty where the file says nothing. `profile` is the specification
    it claims (BT-24)."""

    syntax: Syntax
    profile: Text | None
    number: Text | None
    type_code: Text | None
    issue_date: Day | None
    due_date: Day | None
    currency: Text | None
    seller: Party
    buyer: Party
    totals: Totals
    taxes: tuple[TaxBreakdown, ...]
    adjustments: tuple[Adjustment, ...]
    lines: tuple[InvoiceLine, ...]
    iban: Text | None
    payment_reference: Text | None
    """What the payer writes (BT-83)."""
    preceding: Text | None
    """Number of the invoice that this one corrects or credits (BT-25)."""
    payment_terms: Text | None = None
    """In words, or as XRechnung writes discounts (BT-20). No field has them, the listing does."""
    relation: Relation | None = None
    doubts: tuple[str, ...] = ()
    """Codes of reasons why a person has to look at it, which its form gives."""
    contradictions: tuple[Text, ...] = ()
    """What it says besides: a second value of an element that stands twice, an amount in another
    currency, an IBAN that is none."""
    signed_by: str | None = None
    """The name in the certificate of the envelope that it came in; the signature is not
    verified."""
    stated_kind: DocumentKind | None = None
    """Where the form has other type codes than UNTDID 1001."""

    @property
    def kind(self) -> DocumentKind:
        """An invoice, a credit note or another document, by its type code (BT-3) and root
        element."""
        if self.stated_kind is not None:
            return self.stated_kind
        code = self.type_code.value if self.type_code else None
        if code in _NO_INVOICES:
            return DocumentKind.OTHER
        is_credit = self.syntax in _CREDIT_SYNTAXES or code in _CREDIT_NOTES
        if is_credit:
            return DocumentKind.CREDIT_NOTE
        return DocumentKind.INVOICE


def total_of(amounts: Iterable[Amount]) -> Decimal:
    return sum((amount.value for amount in amounts), Decimal(0))


class InvalidInvoice(ValueError):
    """The file cannot be read as an e-invoice; the message says what is wrong, and where."""


class UnknownDocument(InvalidInvoice):
    """The file is well-formed, but no document type that is read here; the message names its root
    element. `reason` is the code of what it is, None where nobody knows it."""

    def __init__(self, message: str, reason: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason


MOST_BYTES: Final = 10 * 1024 * 1024
MOST_ELEMENTS: Final = 100_000
MOST_LEVELS: Final = 40
LONGEST_TEXT: Final = 4_000
"""Characters of one element that are kept; a longer text is no value of an invoice's head."""


@dataclass(slots=True, eq=False)
class Element:
    """An element with its direct text, its attributes by local name, and its children in order."""

    namespace: str
    local: str
    prefix: str
    parent: "Element | None"
    attributes: dict[str, str]
    text: str = ""
    children: list["Element"] = field(default_factory=list["Element"])
    names: dict[str, int] = field(default_factory=dict[str, int])
    position: int = 1
    """Among the siblings of its name, from 1."""

    @property
    def value(self) -> str:
        """The text without white space around it."""
        return self.text.strip()

    @property
    def path(self) -> str:
        """Where it stands, as an XPath with the file's own prefixes; numbered where its name is
        there several times."""
        around = "" if self.parent is None else self.parent.path
        if self.prefix:
            name = f"{self.prefix}:{self.local}"
        else:
            name = self.local
        is_one_of_several = self.parent is not None and self.parent.names[self.local] > 1
        if is_one_of_several:
            return f"{around}/{name}[{self.position}]"
        return f"{around}/{name}"

    def named(self, local: str) -> Iterator["Element"]:
        """The children of this name; those of a foreign vocabulary, such as an extension, are
        left out."""
        return (
            child
            for child in self.children
            if child.local == local and _is_kin(child.namespace, self.namespace)
        )

    def all(self, *locals_: str) -> Iterator["Element"]:
        """The elements at the end of a path of local names, in the file's order."""
        if not locals_:
            yield self
            return
        for child in self.named(locals_[0]):
            yield from child.all(*locals_[1:])

    def first(self, *locals_: str) -> "Element | None":
        """The first of `all` that has a value or children."""
        return next(
            (element for element in self.all(*locals_) if element.value or element.children), None
        )


def _is_kin(namespace: str, other: str) -> bool:
    """Whether two namespaces are of one vocabulary: CII and UBL each spread over several, and
    elements of FatturaPA and Facturae have none below the root."""
    if not namespace:
        return not other or other.startswith("http")
    return namespace.split(":")[:3] == other.split(":")[:3] or (
        _is_cii(namespace) and _is_cii(other)
    )


def _is_cii(namespace: str) -> bool:
    return namespace.startswith(("urn:un:unece:uncefact:", "urn:ferd:"))


def parse(content: bytes) -> Element:
    """The root element. Raises InvalidInvoice: not well-formed, too large or too deep, or with a
    document type."""
    if len(content) > MOST_BYTES:
        raise InvalidInvoice(f"the XML has more than {MOST_BYTES // 1024 // 1024} MB")
    builder = _Builder()
    try:
        content, encoding = one_reading(content)
    except ContradictoryEncoding as error:
        raise InvalidInvoice(f"the XML is not well-formed: {error}") from error
    parser = expat.ParserCreate(encoding, " ")
    parser.namespace_prefixes = True
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = builder.begin
    parser.CharacterDataHandler = builder.add
    parser.EndElementHandler = builder.end
    try:
        parser.Parse(content, True)
    except InvalidInvoice:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        # An encoding that is unknown, or has several bytes a sign, is Python's own error.
        raise InvalidInvoice(f"the XML is not well-formed: {error}") from error
    if builder.root is None:
        raise InvalidInvoice("the XML has no element")
    return builder.root


def _refuse_doctype(*_: object) -> NoReturn:
    raise InvalidInvoice("the XML has a document type (DOCTYPE), which no e-invoice has")


class _Builder:
    def __init__(self) -> None:
        self.root: Element | None = None
        self._open: list[Element] = []
        self._count = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if self._count > MOST_ELEMENTS:
            raise InvalidInvoice(f"the XML has more than {MOST_ELEMENTS} elements")
        if len(self._open) >= MOST_LEVELS:
            raise InvalidInvoice(f"the XML's elements are nested more than {MOST_LEVELS} deep")
        namespace, local, prefix = _parts(name)
        parent = self._open[-1] if self._open else None
        plain = {_parts(key)[1]: value[:LONGEST_TEXT] for key, value in attributes.items()}
        element = Element(namespace, local, prefix=prefix, parent=parent, attributes=plain)
        if parent is None:
            self.root = element
        else:
            element.position = parent.names[local] = parent.names.get(local, 0) + 1
            parent.children.append(element)
        self._open.append(element)

    def add(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) < LONGEST_TEXT:
            element.text = (element.text + text)[:LONGEST_TEXT]

    def end(self, _: str) -> None:
        self._open.pop()


def _parts(name: str) -> tuple[str, str, str]:
    """Namespace, local name and prefix of a name as expat gives it: "uri local prefix", "uri
    local" or "local"."""
    parts = name.split(" ")
    if len(parts) <= 2:
        parts.append("")
    *namespace, local, prefix = parts
    return " ".join(namespace), local, prefix


# xsd:decimal, with a bound on its digits.
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,15})?|\.[0-9]{1,15})")
# xsd:date may carry an offset from UTC, UN/CEFACT's 102 is CCYYMMDD.
_ISO_DAY: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T[0-9:.]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_PLAIN_DAY: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{4,6})?")
_SPACES: Final = re.compile(r"\s+")


def text_of(element: Element | None) -> Text | None:
    """The text in one line, None where it is empty."""
    if element is None or not element.value:
        return None
    return Located(_SPACES.sub(" ", element.value), element.path)


def amount_of(element: Element | None) -> Amount | None:
    if element is None or not element.value:
        return None
    if not _DECIMAL.fullmatch(element.value):
        raise InvalidInvoice(f"{element.path} holds {element.value[:40]!r}, which is no amount")
    return Located(Decimal(element.value), element.path)


def day_of(element: Element | None) -> Day | None:
    """The day of an xsd:date or a DateTimeString (102, 203), None where there is none.
    Raises InvalidInvoice."""
    if element is None or not element.value:
        return None
    match = _ISO_DAY.fullmatch(element.value) or _PLAIN_DAY.fullmatch(element.value)
    try:
        if match is None:
            day = None
        else:
            day = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        day = None
    if day is None or not is_usable(day):
        raise InvalidInvoice(f"{element.path} holds {element.value[:40]!r}, which is no day")
    return Located(day, element.path)
