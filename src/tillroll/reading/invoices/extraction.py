"""Reads the XML of an e-invoice, and makes an extraction of it, each value with its path."""

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from tillroll.reading.extraction import DocumentKind, EInvoice, Evidence, Extraction, Field, LineItem, TaxLine
from tillroll.reading.invoices import syntaxes
from tillroll.reading.invoices.e_invoice import (
    Amount,
    Day,
    ElectronicInvoice,
    InvoiceLine,
    Kind,
    Syntax,
    Text,
    UnknownDocument,
    parse,
)
from tillroll.reading.money import CODES, decimal_string, minor_digits

_UBL: Final = "urn:oasis:names:specification:ubl:schema:xsd:"
_ROOTS: Final[dict[tuple[str, str], Syntax]] = {
    (f"{_UBL}Invoice-2", "Invoice"): Syntax.UBL_INVOICE,
    (f"{_UBL}CreditNote-2", "CreditNote"): Syntax.UBL_CREDIT_NOTE,
    ("urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100", "CrossIndustryInvoice"): Syntax.CII,
    ("urn:ferd:CrossIndustryDocument:invoice:1p0", "CrossIndustryDocument"): Syntax.ZUGFERD_1,
}
EMBEDDED_NAMES: Final = frozenset({"factur-x.xml", "zugferd-invoice.xml", "xrechnung.xml"})
"""Names, in lower case, under which Factur-X 1, ZUGFeRD 1 and 2, and XRechnung lie in a PDF."""
_PROFILES: Final = (
    (re.compile("xrechnung|xeinkauf", re.IGNORECASE), "XRechnung"),
    (re.compile("extended", re.IGNORECASE), "EXTENDED"),
    (re.compile(r"minimum", re.IGNORECASE), "MINIMUM"),
    (re.compile(r"basicwl", re.IGNORECASE), "BASIC WL"),
    (re.compile(r"basic", re.IGNORECASE), "BASIC"),
    (re.compile(r"comfort", re.IGNORECASE), "COMFORT"),
    (re.compile(r"peppol", re.IGNORECASE), "Peppol BIS"),
    (re.compile(r"en16931", re.IGNORECASE), "EN 16931"),
)


def read_invoice(content: bytes) -> ElectronicInvoice:
    """The invoice of an XML file.

    Raises:
        UnknownDocument: it is XML, but no UBL invoice or credit note and no Cross Industry Invoice.
        InvalidInvoice: it is no XML that is read here, or holds an amount or a day that is none.
    """
    root = parse(content)
    syntax = _ROOTS.get((root.namespace, root.local))
    if syntax is None:
        name = f"{root.local[:60]} of {root.namespace[:120]}" if root.namespace else root.local[:60]
        raise UnknownDocument(f"the XML is no invoice that is known here, but {name}")
    return syntaxes.read(root, syntax)


def profile_name(identifier: str) -> str:
    """What people call a specification identifier (BT-24); the identifier itself where it is no known one."""
    return next((name for pattern, name in _PROFILES if pattern.search(identifier)), identifier)


_MOST_LINES: Final = 400
"""Lines of an invoice that are listed and kept; the sums hold for all."""
_NO_CURRENCY: Final = "XXX"
_KINDS: Final = {
    Kind.INVOICE: DocumentKind.INVOICE,
    Kind.CREDIT_NOTE: DocumentKind.CREDIT_NOTE,
    Kind.OTHER: DocumentKind.OTHER,
}


@dataclass(frozen=True, slots=True)
class Listed:
    """The extraction, and the lines that its evidence points into: a path, two spaces, and the value."""

    extraction: Extraction
    lines: tuple[str, ...]


def extract(invoice: ElectronicInvoice, *, first_line: int = 0, file_name: str | None = None) -> Listed:
    """The extraction of an invoice. `first_line` is the number of the listing's first line in the transcript;
    `file_name` is the name under which the XML lay in a PDF, None where it came by itself.

    What a credit note gives back, it states without sign: its amounts are below zero here.
    """
    listing = _Listing(invoice, first_line)
    totals, seller = invoice.totals, invoice.seller
    gross = totals.gross
    extraction = Extraction(
        merchant=listing.text(seller.trading_name or seller.name),
        registered_name=listing.text(seller.name),
        document_kind=listing.kind(),
        receipt_number=listing.text(invoice.number),
        date=listing.day(invoice.issue_date),
        due_date=listing.day(invoice.due_date),
        currency=listing.currency(),
        total=listing.amount(gross),
        amount_due=listing.amount(totals.due),
        tax=listing.amount(totals.tax),
        subtotal=listing.amount(totals.net),
        tax_id=listing.text(seller.vat_id or seller.tax_number),
        buyer=listing.text(invoice.buyer.name),
        buyer_tax_id=listing.text(invoice.buyer.vat_id),
        iban=listing.text(invoice.payment.iban),
        payment_reference=listing.text(invoice.payment.reference),
        refers_to=listing.text(invoice.preceding),
        tax_lines=listing.taxes(),
        line_items=listing.items(),
        e_invoice=EInvoice(
            syntax=invoice.syntax.value,
            profile=None if invoice.profile is None else profile_name(invoice.profile.value),
            file_name=file_name,
        ),
    )
    return Listed(extraction, tuple(listing.lines))


class _Listing:
    """Collects the lines."""

    def __init__(self, invoice: ElectronicInvoice, first_line: int) -> None:
        self.lines: list[str] = []
        self._invoice = invoice
        self._first = first_line
        self._currency = invoice.currency if invoice.currency and invoice.currency.value in CODES else None
        self._digits = minor_digits(self._currency.value if self._currency else _NO_CURRENCY)
        self._sign = -1 if invoice.kind is Kind.CREDIT_NOTE else 1

    def text(self, found: Text | None) -> Field[str]:
        if found is None:
            return Field[str]()
        return Field[str](value=found.value, evidence=self._list(found.path, found.value), confidence=1.0)

    def currency(self) -> Field[str]:
        """None where the code is none of ISO 4217."""
        return self.text(self._currency)

    def day(self, found: Day | None) -> Field[datetime.date]:
        if found is None:
            return Field[datetime.date]()
        evidence = self._list(found.path, found.value.isoformat())
        return Field[datetime.date](value=found.value, evidence=evidence, confidence=1.0)

    def amount(self, found: Amount | None) -> Field[str]:
        """With the currency's digits, where it has no more of them."""
        if found is None:
            return Field[str]()
        value = self._decimal(found.value * self._sign)
        return Field[str](value=value, evidence=self._list(found.path, f"{found.value:f}"), confidence=1.0)

    def kind(self) -> Field[DocumentKind]:
        """By the type code; an invoice whose total is below zero gives money back too."""
        code, gross = self._invoice.type_code, self._invoice.totals.gross
        kind = _KINDS[self._invoice.kind]
        if kind is DocumentKind.INVOICE and gross is not None and gross.value < 0:
            kind = DocumentKind.CREDIT_NOTE
        evidence = None if code is None else self._list(code.path, code.value)
        return Field[DocumentKind](value=kind, evidence=evidence, confidence=1.0)

    def taxes(self) -> tuple[TaxLine, ...]:
        return tuple(
            TaxLine(
                rate=None if row.rate is None else _plain(row.rate.value),
                net=None if row.base is None else self._decimal(row.base.value * self._sign),
                tax=self._decimal(row.tax.value * self._sign),
                evidence=self._list(row.tax.path, f"{row.tax.value:f}"),
            )
            for row in self._invoice.taxes
            if row.tax is not None
        )

    def items(self) -> tuple[LineItem, ...]:
        rows = [row for row in self._invoice.lines if row.name is not None and row.amount is not None]
        return tuple(self._item(row, row.name, row.amount) for row in rows[:_MOST_LINES] if row.name and row.amount)

    def _item(self, row: InvoiceLine, name: Text, amount: Amount) -> LineItem:
        return LineItem(
            description=name.value,
            quantity=None if row.quantity is None else _plain(row.quantity.value),
            unit_price=None if row.unit_price is None else _plain(row.unit_price.value),
            amount=self._decimal(amount.value * self._sign),
            evidence=self._list(row.path, f"{amount.value:f}", before=f"{name.value}  "),
        )

    def _decimal(self, value: Decimal) -> str:
        minor = value.scaleb(self._digits)
        if minor == minor.to_integral_value():
            return decimal_string(int(minor), self._digits)
        return _plain(value)

    def _list(self, path: str, value: str, *, before: str = "") -> Evidence:
        head = f"{path}  {before}"
        line, text = self._first + len(self.lines), f"{head}{value}"
        self.lines.append(text)
        return Evidence(line=line, text=text, start=len(head), end=len(text), path=path)


def _plain(value: Decimal) -> str:
    """The shortest decimal string of the number: "4.5", "10"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
