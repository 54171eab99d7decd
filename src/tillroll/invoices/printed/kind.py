"""What kind of document a page is, by its title, and whether it is an invoice at all."""

import re
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.sheet import Found, Sheet
from tillroll.receipts.extraction import DocumentKind

_TITLES: Final = (
    (DocumentKind.CREDIT_NOTE, words.title(words.CREDIT_NOTE)),
    (DocumentKind.OTHER, words.title(words.OTHER)),
    (DocumentKind.STATEMENT, words.title(words.STATEMENT)),
    (DocumentKind.INVOICE, words.title(words.INVOICE)),
)
"""The more special word first: a proforma invoice is none, and a "Rechnungskorrektur" gives back."""
_BUYER: Final = words.party(words.BUYER)
_TITLE_LINES: Final = 40
_SIGNS: Final = (
    re.compile(r"\b[A-Z]{2}\d{2} ?(?:[A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}\b"),
    re.compile(r"\b(?:ust|u\.st|mwst|vat|tva|iva|btw|siret|umsatzsteuer|steuernummer|steuer-nr)", re.IGNORECASE),
    words.DUE_DATE,
    words.ISSUED,
    words.NUMBER,
    re.compile(r"netto|\bnet\b|zwischensumme|sub[- ]?total|total ht|imponibile|\bttc\b|brutto", re.IGNORECASE),
)
"""IBAN, tax number, when to pay, when and under which number it was written, net and gross: a till's paper has few."""
_FEWEST_SIGNS: Final = 3
_FEWEST_BELOW_A_TITLE: Final = 2


def find_kind(sheet: Sheet) -> Found[DocumentKind] | None:
    """The title's kind: the first in the upper part of the document; None where it has none of these titles."""
    for cell in sheet.cells():
        if cell.rank >= _TITLE_LINES:
            break
        for kind, pattern in _TITLES:
            match = pattern.match(cell.text)
            if match:
                start = cell.start + match.start("title")
                return Found(_settled(kind, sheet, cell.rank), cell.rank, start, cell.start + match.end("title"), 1)
    return _by_number(sheet)


def is_invoice(sheet: Sheet, kind: Found[DocumentKind] | None) -> bool:
    """Whether the page is to be read as an invoice rather than as a till's receipt."""
    if kind is None:
        return False
    if kind.value in {DocumentKind.STATEMENT, DocumentKind.OTHER}:
        return True
    names_buyer = any(_BUYER.fullmatch(cell.text) for cell in sheet.cells())
    signs = names_buyer + sum(pattern.search(sheet.page.text) is not None for pattern in _SIGNS)
    return signs >= (_FEWEST_BELOW_A_TITLE if kind.score else _FEWEST_SIGNS)


def _settled(kind: DocumentKind, sheet: Sheet, rank: int) -> DocumentKind:
    """What the buyer writes in the seller's place is called a credit note in German, and is an invoice."""
    if kind is DocumentKind.CREDIT_NOTE and words.SELF_BILLED.search(sheet.lines[rank].plain):
        return DocumentKind.INVOICE
    return kind


def _by_number(sheet: Sheet) -> Found[DocumentKind] | None:
    """Without a title, the label of an invoice's own number says so."""
    for cell in sheet.cells():
        match = words.NUMBER.search(cell.text)
        if match and not words.REFERENCE.search(cell.text[: match.start()]):
            place = cell.start + match.start(), cell.start + match.end()
            return Found(DocumentKind.INVOICE, cell.rank, *place, 0)
    return None
