"""Reads the XML of an e-invoice, and makes an extraction of it, each value with its path."""

import datetime
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from importlib import import_module
from typing import Final

from tillroll_documents.money import CODES, NO_CURRENCY, decimal_string, minor_digits
from tillroll_documents.reading.e_invoices import e_invoice
from tillroll_documents.reading.extraction import (
    VAT_CATEGORIES,
    DocumentKind,
    EInvoice,
    Evidence,
    Extraction,
    Field,
    LineItem,
    TaxLine,
)
from tillroll_documents.reading.reasons import InvoiceReason
from tillroll_documents.signed_files import begins_signed

_COUNTRY: Final = re.compile(r"[A-Z]{2}")
_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS: Final[dict[tuple[str, str], e_invoice.Syntax]] = {
    (f"{_UBL}Invoice-2", "Invoice"): e_invoice.Syntax.UBL_INVOICE,
    (f"{_UBL}CreditNote-2", "CreditNote"): e_invoice.Syntax.UBL_CREDIT_NOTE,
    (f"{_UBL}DebitNote-2", "DebitNote"): e_invoice.Syntax.UBL_DEBIT_NOTE,
    (f"{_UBL}SelfBilledInvoice-2", "SelfBilledInvoice"): e_invoice.Syntax.UBL_SELF_BILLED_INVOICE,
    (f"{_UBL}SelfBilledCreditNote-2", "SelfBilledCreditNote"): (
        e_invoice.Syntax.UBL_SELF_BILLED_CREDIT_NOTE
    ),
    (
        "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
        "CrossIndustryInvoice",
    ): e_invoice.Syntax.CII,
    (
        "urn:ferd:CrossIndustryDocument:invoice:1p0",
        "CrossIndustryDocument",
    ): e_invoice.Syntax.ZUGFERD_1,
    (
        "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.2",
        "FatturaElettronica",
    ): e_invoice.Syntax.FATTURA,
    (
        "http://ivaservizi.agenziaentrate.gov.it/docs/xsd/fatture/v1.0",
        "FatturaElettronicaSemplificata",
    ): e_invoice.Syntax.FATTURA,
    ("http://crd.gov.pl/wzor/2023/06/29/12648/", "Faktura"): e_invoice.Syntax.KSEF,
    ("http://crd.gov.pl/wzor/2025/06/25/13775/", "Faktura"): e_invoice.Syntax.KSEF,
    ("http://www.ebinterface.at/schema/6p0/", "Invoice"): e_invoice.Syntax.EBINTERFACE,
    ("http://www.ebinterface.at/schema/6p1/", "Invoice"): e_invoice.Syntax.EBINTERFACE,
}
_FATTURA_VERSIONS: Final = frozenset({"FPA12", "FPR12", "FSM10"})
_FACTURAE_VERSIONS: Final = frozenset({"3.2", "3.2.1", "3.2.2"})
# The file of each national form, which is imported where one comes: memory is never given back.
_NATIONAL: Final = {
    e_invoice.Syntax.FATTURA: "fattura",
    e_invoice.Syntax.KSEF: "ksef",
    e_invoice.Syntax.FACTURAE: "facturae",
    e_invoice.Syntax.EBINTERFACE: "ebinterface",
}
# What invoices are sent in: Peppol's header (SBDH), and UBL-TR's package inside of it.
_ENVELOPES: Final = frozenset({"StandardBusinessDocument", "Package"})
_DEEPEST_ENVELOPE: Final = 5
_ATTACHED: Final = (f"{_UBL}AttachedDocument-2", "AttachedDocument")
"""What holds the invoice as text, as Colombia's DIAN prescribes. One inside of another is none."""
_HEAD: Final = 200
EMBEDDED_NAMES: Final = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""Names, in lower case, under which Factur-X 1, ZUGFeRD 1 and 2, and XRechnung lie in a PDF."""
_PROFILES: Final = (
    *(
        ("xrechnung", "XRechnung"),
        ("xeinkauf", "XRechnung"),
        ("extended", "EXTENDED"),
        ("minimum", "MINIMUM"),
    ),
    *(
        ("basicwl", "BASIC WL"),
        ("basic", "BASIC"),
        ("comfort", "COMFORT"),
        ("peppol", "Peppol BIS"),
    ),
    ("en16931", "EN 16931"),
)


def read_invoice(content: bytes) -> e_invoice.ElectronicInvoice:
    """The invoice of an XML file. Raises UnknownDocument: it is no UBL or Cross Industry Invoice;
    InvalidInvoice."""
    signer: str | None = None
    if begins_signed(content[:_HEAD]):
        # Only where an envelope comes.
        from tillroll_documents.reading.e_invoices.signed import (  # noqa: PLC0415
            UnreadableEnvelope,
            open_signed,
        )

        try:
            opened = open_signed(content)
        except UnreadableEnvelope as error:
            raise e_invoice.InvalidInvoice(str(error)) from error
        content = opened.content
        signer = opened.signer
    root = e_invoice.parse(content)
    if (root.namespace, root.local) == _ATTACHED:
        from tillroll_documents.reading.e_invoices.attached import (  # noqa: PLC0415 - as above
            open_attached,
        )

        root = e_invoice.parse(open_attached(content))
    roots = [root]
    if root.local in _ENVELOPES:
        roots = [*_enveloped(root)]
    if not roots:
        raise e_invoice.UnknownDocument("the envelope holds no invoice that is known here")
    invoice = replace(_read(roots[0]), signed_by=signer)
    if len(roots) > 1:
        doubts = (InvoiceReason.SEVERAL_INVOICES.value, *invoice.doubts)
        return replace(invoice, doubts=doubts)
    return invoice


def _read(root: e_invoice.Element) -> e_invoice.ElectronicInvoice:
    syntax = _syntax_of(root)
    if syntax is None:
        name = root.local[:60]
        if root.namespace:
            name = f"{name} of {root.namespace[:120]}"
        reason = _foreign_reason(root)
        message = f"the XML is no invoice that is known here, but {name}"
        raise e_invoice.UnknownDocument(message, reason)
    file = _NATIONAL.get(syntax)
    if file is None:
        from tillroll_documents.reading.e_invoices import en16931  # noqa: PLC0415 - not loaded at the start

        return _with_contradictions(en16931.read(root, syntax), root, syntax)
    invoice: e_invoice.ElectronicInvoice = import_module(
        f"tillroll_documents.reading.e_invoices.{file}"
    ).read(root)
    return _with_contradictions(invoice, root, syntax)


def _with_contradictions(
    invoice: e_invoice.ElectronicInvoice, root: e_invoice.Element, syntax: e_invoice.Syntax
) -> e_invoice.ElectronicInvoice:
    """The invoice with what it says against itself. An IBAN that is none is left out, and marks
    that turn the direction of names are too."""
    from tillroll_documents.reading.e_invoices import names, once  # noqa: PLC0415 - not loaded at the start

    doubts = [*invoice.doubts]
    contradictions = [*invoice.contradictions]
    seconds = once.second_elements(root, syntax)
    if seconds:
        doubts.append(InvoiceReason.STANDS_TWICE.value)
        contradictions += seconds
    plain = names.with_plain_names(invoice)
    if plain != invoice:
        doubts.append(InvoiceReason.MARKS_IN_NAME.value)
    if names.is_no_iban(invoice.iban) and invoice.iban is not None:
        doubts.append(InvoiceReason.IBAN_WRONG.value)
        contradictions.append(invoice.iban)
        plain = replace(plain, iban=None)
    return replace(plain, doubts=tuple(doubts), contradictions=tuple(contradictions))


def _foreign_reason(root: e_invoice.Element) -> str | None:
    """The code of what a document is that is known by name, and not read."""
    from tillroll_documents.reading.e_invoices import foreign  # noqa: PLC0415 - not loaded at the start

    return foreign.reason_of(root.namespace, root.local)


def _syntax_of(root: e_invoice.Element) -> e_invoice.Syntax | None:
    syntax = _ROOTS.get((root.namespace, root.local))
    if syntax is e_invoice.Syntax.FATTURA:
        is_read = root.attributes.get("versione") in _FATTURA_VERSIONS
    elif root.local == "Facturae":
        version = root.first("FileHeader", "SchemaVersion")
        is_read = version is not None and version.value in _FACTURAE_VERSIONS
        syntax = e_invoice.Syntax.FACTURAE
    else:
        is_read = True
    if not is_read:
        return None
    return syntax


def _enveloped(envelope: e_invoice.Element) -> Iterator[e_invoice.Element]:
    """The documents in an envelope, those that are read first."""
    documents: list[e_invoice.Element] = []
    waiting = deque((child, 1) for child in envelope.children)
    while waiting:
        element, depth = waiting.popleft()
        is_known = _syntax_of(element) is not None
        if is_known or _foreign_reason(element) is not None:
            documents.append(element)
        elif depth < _DEEPEST_ENVELOPE:
            waiting += [(child, depth + 1) for child in element.children]
    documents.sort(key=lambda element: _syntax_of(element) is None)
    yield from documents


def profile_name(identifier: str) -> str:
    """What people call a specification identifier (BT-24); the identifier itself where it is no
    known one."""
    return next((name for part, name in _PROFILES if part in identifier.lower()), identifier)


_MOST_LINES: Final = 400
"""Lines of an invoice that are listed and kept; the sums hold for all."""


def extract(
    invoice: e_invoice.ElectronicInvoice, *, first_line: int = 0, file_name: str | None = None
) -> tuple[Extraction, list[str]]:
    """The extraction of an invoice, and its listing, which begins at `first_line` of the
    transcript: a path, two spaces, and the value. The amounts of a credit note, stated without
    sign, are below zero here."""
    listing = _Listing(invoice, first_line)
    totals = invoice.totals
    seller = invoice.seller
    extraction = Extraction(
        merchant=listing.text(seller.trading_name or seller.name),
        registered_name=listing.text(seller.name),
        document_kind=listing.kind(),
        receipt_number=listing.text(invoice.number),
        date=listing.day(invoice.issue_date),
        due_date=listing.day(invoice.due_date),
        currency=listing.text(listing.currency),
        total=listing.amount(totals.gross),
        amount_due=listing.amount(totals.due),
        tax=listing.amount(totals.tax),
        subtotal=listing.amount(totals.net),
        tax_id=listing.text(seller.vat_id or seller.tax_number),
        seller_country=listing.country(seller.country),
        buyer=listing.text(invoice.buyer.name),
        buyer_tax_id=listing.text(invoice.buyer.vat_id),
        iban=listing.text(invoice.iban),
        payment_reference=listing.text(invoice.payment_reference),
        refers_to=listing.text(invoice.preceding),
        tax_lines=listing.taxes(),
        line_items=listing.items(),
        e_invoice=EInvoice(
            syntax=invoice.syntax.value,
            profile=None if invoice.profile is None else profile_name(invoice.profile.value),
            file_name=file_name,
            signed_by=invoice.signed_by,
        ),
    )
    listing.text(invoice.payment_terms)
    for other in invoice.contradictions:
        listing.text(other)
    return extraction, listing.lines


class _Listing:
    def __init__(self, invoice: e_invoice.ElectronicInvoice, first_line: int) -> None:
        self.lines: list[str] = []
        self._invoice = invoice
        self._first = first_line
        self.currency: e_invoice.Text | None = None
        if invoice.currency is not None and invoice.currency.value in CODES:
            self.currency = invoice.currency
        self._digits = minor_digits(self.currency.value if self.currency else NO_CURRENCY)
        self._sign = 1
        gross = invoice.totals.gross
        if invoice.kind is DocumentKind.CREDIT_NOTE and (gross is None or gross.value >= 0):
            # Amounts of a credit note have no sign; of one that states them below zero, they are
            # so.
            self._sign = -1

    def text(self, text: e_invoice.Text | None) -> Field[str]:
        if text is None:
            return Field[str]()
        return self._field(text.value, text.path, text.value)

    def country(self, code: e_invoice.Text | None) -> Field[str]:
        """A code of ISO 3166; nothing for what is none."""
        is_code = code is not None and _COUNTRY.fullmatch(code.value) is not None
        if is_code:
            return self.text(code)
        return Field[str]()

    def day(self, day: e_invoice.Day | None) -> Field[datetime.date]:
        if day is None:
            return Field[datetime.date]()
        evidence = self._list(day.path, day.value.isoformat())
        return Field[datetime.date](value=day.value, evidence=evidence, confidence=1.0)

    def amount(self, amount: e_invoice.Amount | None) -> Field[str]:
        """With the currency's digits, where it has no more of them."""
        if amount is None:
            return Field[str]()
        return self._field(self._signed(amount), amount.path, f"{amount.value:f}")

    def _field(self, value: str, path: str, printed: str) -> Field[str]:
        return Field[str](value=value, evidence=self._list(path, printed), confidence=1.0)

    def kind(self) -> Field[DocumentKind]:
        """Read the kind from the type code; an invoice whose total is below zero is a credit
        note.
        """
        code = self._invoice.type_code
        gross = self._invoice.totals.gross
        kind = self._invoice.kind
        if kind is DocumentKind.INVOICE and gross is not None and gross.value < 0:
            kind = DocumentKind.CREDIT_NOTE
        if code is None:
            evidence = None
        else:
            evidence = self._list(code.path, code.value)
        return Field[DocumentKind](value=kind, evidence=evidence, confidence=1.0)

    def taxes(self) -> tuple[TaxLine, ...]:
        return tuple(
            TaxLine(
                rate=_plain(row.rate),
                net=None if row.base is None else self._signed(row.base),
                tax=self._signed(row.tax),
                evidence=self._list(row.tax.path, f"{row.tax.value:f}"),
                vat_category=row.category if row.category in VAT_CATEGORIES else None,
            )
            for row in self._invoice.taxes
            if row.tax is not None
        )

    def items(self) -> tuple[LineItem, ...]:
        rows = [(row, row.name, row.amount) for row in self._invoice.lines]
        return tuple(
            LineItem(
                description=name.value,
                quantity=_plain(row.quantity),
                unit_price=_plain(row.unit_price),
                amount=self._signed(amount),
                evidence=self._list(row.path, f"{amount.value:f}", before=f"{name.value}  "),
                code=row.code,
            )
            for row, name, amount in [each for each in rows if each[1] and each[2]][:_MOST_LINES]
            if name and amount
        )

    def _signed(self, amount: e_invoice.Amount) -> str:
        minor = (amount.value * self._sign).scaleb(self._digits)
        if minor == minor.to_integral_value():
            return decimal_string(int(minor), self._digits)
        return _shortest(amount.value * self._sign)

    def _list(self, path: str, value: str, *, before: str = "") -> Evidence:
        head = f"{path}  {before}"
        line = self._first + len(self.lines)
        text = f"{head}{value}"
        self.lines.append(text)
        return Evidence(line=line, text=text, start=len(head), end=len(text), path=path)


def _plain(amount: e_invoice.Amount | None) -> str | None:
    if amount is None:
        return None
    return _shortest(amount.value)


def _shortest(value: Decimal) -> str:
    text = f"{value:f}"
    if "." in text:
        return text.rstrip("0").rstrip(".")
    return text
