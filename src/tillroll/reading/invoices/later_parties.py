"""Seller and buyer of a printed invoice in a language of `languages.later`, where both are behind
labels: VAT laws ask for both names, and their words are in the languages' tables. Pure."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tillroll.reading.amounts import NumberStyle
from tillroll.reading.company_names import name_key
from tillroll.reading.extraction import Extraction, Field
from tillroll.reading.invoices import party_names
from tillroll.reading.invoices.sheet import Cell, Found, Sheet
from tillroll.reading.labels import TOTALS, label_amounts
from tillroll.reading.languages import Concept, later_language
from tillroll.reading.languages.later import LATER
from tillroll.reading.money import NO_CURRENCY
from tillroll.reading.vocabulary import fold

_SURE: Final = 0.95
_PARTED: Final = re.compile(r"[/(|)]")
_BELOW_ZERO: Final = re.compile(r"(?:^|\s)-\s?\d", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LabelledParties:
    """The one seller and the one buyer that labels name."""

    seller: Found[str]
    buyer: Found[str]


def labelled_parties(sheet: Sheet) -> LabelledParties | None:
    """Seller and buyer; None unless labels name exactly one of each, and they differ."""
    codes = tuple(sorted(sheet.page.languages & LATER.keys()))
    if not codes:
        return None
    sellers = _named(sheet, _seller_labels(codes))
    buyers = _named(sheet, _buyer_labels(codes))
    if len(sellers) != 1 or len(buyers) != 1:
        return None
    [seller] = sellers.values()
    [buyer] = buyers.values()
    seller_key = name_key(seller.value)
    buyer_key = name_key(buyer.value)
    if not seller_key or not buyer_key or seller_key in buyer_key or buyer_key in seller_key:
        return None
    return LabelledParties(seller, buyer)


def has_amount_below_zero(sheet: Sheet) -> bool:
    """Whether something is taken off, such as what was paid before: its words are not known."""
    return any(_BELOW_ZERO.search(line.plain) for line in sheet.lines)


def has_other_total(sheet: Sheet, currency: str | None) -> bool:
    """Whether amounts that differ are called the total, or what is to be paid: something was paid
    before, or is billed elsewhere."""
    page = sheet.page
    style = NumberStyle.of(page.lines, currency or NO_CURRENCY)
    labelled = label_amounts(page, style)
    return len({item.amount.minor for item in labelled if item.role in TOTALS}) > 1


def with_parties(extraction: Extraction, sheet: Sheet, parties: LabelledParties) -> Extraction:
    """The extraction with these names. A tax id is kept only where the page has one: labels do not
    say whose each is."""
    changes: dict[str, object] = {
        "merchant": sheet.field(parties.seller, _SURE),
        "registered_name": sheet.field(parties.seller, _SURE),
        "buyer": sheet.field(parties.buyer, _SURE),
    }
    if len({each.value for each in sheet.tax_ids}) > 1:
        changes["tax_id"] = Field[str]()
    return extraction.model_copy(update=changes)


def _named(sheet: Sheet, labels: frozenset[str]) -> dict[str, Found[str]]:
    """The names behind such labels, by what makes them the same."""
    names: dict[str, Found[str]] = {}
    for cell in sheet.cells():
        label, colon, behind = cell.text.partition(":")
        if labels.isdisjoint(_parts(label)):
            continue
        name = None
        if behind.strip():
            name = _in_cell(cell, behind.strip())
        elif colon:
            name = _below(sheet, cell)
        if name is None:
            # A label whose name is missing: nobody knows who it is.
            names[f"? {cell.rank} {cell.start}"] = cell.found(0)
        else:
            names[name_key(name.value)] = name
    return names


def _parts(label: str) -> set[str]:
    """A label in its languages, folded: "Eladó / Seller"."""
    return {fold(part).strip() for part in _PARTED.split(label)}


def _in_cell(cell: Cell, name: str) -> Found[str] | None:
    if not party_names.is_name(name):
        return None
    start = cell.start + cell.text.index(name)
    end = start + len(name)
    result = Found(name, rank=cell.rank, start=start, end=end, score=party_names.LABELLED)
    return party_names.cleaned(result)


def _below(sheet: Sheet, label: Cell) -> Found[str] | None:
    """The name on the line under a label that stands alone, in its column."""
    if label.rank + 1 >= len(sheet.rows):
        return None
    under = [cell for cell in sheet.rows[label.rank + 1] if abs(cell.start - label.start) <= 1]
    if len(under) != 1 or not party_names.is_name(under[0].text):
        return None
    return party_names.cleaned(under[0].found(party_names.LABELLED))


@cache
def _seller_labels(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold(phrase) for code in codes for phrase in later_language(code).sellers)


@cache
def _buyer_labels(codes: tuple[str, ...]) -> frozenset[str]:
    phrases = [phrase for code in codes for phrase in later_language(code).words[Concept.CUSTOMER]]
    return frozenset(map(fold, phrases))
