"""What speaks for a name as the seller's: a label, an address, a letterhead, an imprint, bank
details, a web site.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.invoices import party_words
from tillroll_documents.reading.invoices.addresses import Addressed, Addresses
from tillroll_documents.reading.invoices.party_names import (
    SELLER,
    TITLE,
    WINDOW_LINES,
    cleaned,
    column,
    fits,
    is_name,
    labelled,
    sender,
    windowed,
    with_legal_form,
)
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.text.company_names import LEGAL_FORM

_SENDER_LINE = 28
LETTERHEAD = 14
_FIRST_LINE = 6
_IMPRINT = 12
_HOLDER = 14
_NAMED = 6
_DOMAIN = 8
_FOOT = 36
_SOLD_BY: Final = 80
"""Points where a sentence says who sold it: who wrote the invoice sells for somebody else."""
HEAD_LINES: Final = 10
_IMPRINT_LINES: Final = 4


def sellers(
    sheet: Sheet, excluded: AbstractSet[Cell], addresses: Addresses
) -> Iterator[Found[str]]:
    """The names of a page, each with a score for each thing that speaks for it; of cells that are
    not `excluded`.
    """
    whole = {(each.name.rank, each.name.start): each.name for each in addresses.names}
    for _, party in labelled(sheet, SELLER):
        name = whole.get((party.rank, party.start), party)
        yield replace(name, score=party.score) if len(name.value) > len(party.value) else party
    yield from sold_by(sheet)
    used: set[Cell] = set()
    for each in addresses.names:
        if excluded.isdisjoint(each.cells):
            used.update(each.cells)
            yield from _addressed(sheet, addresses, each)
    for cell in sheet.cells():
        if cell not in excluded and cell not in used:
            yield from _in_text(sheet, cell, addresses.domains)


def sold_by(sheet: Sheet) -> Iterator[Found[str]]:
    """The names that a sentence says sell."""
    for cell in sheet.cells():
        sold = party_words.SOLD_BY.match(cell.text)
        # "Goods are sold by weight" names nobody.
        if (
            sold
            and is_name(sold["name"])
            and (not sold["sentence"] or LEGAL_FORM.search(sold["name"]))
        ):
            start = cell.start + sold.start("name")
            yield cleaned(
                Found(
                    sold["name"],
                    cell.rank,
                    start=start,
                    end=start + len(sold["name"]),
                    score=_SOLD_BY,
                )
            )


def account_holders(sheet: Sheet) -> Iterator[Found[str]]:
    """Who is named as the holder of an account."""
    for cell in sheet.cells():
        holder = party_words.ACCOUNT_HOLDER.search(cell.text)
        if holder:
            yield _held(sheet, cell, holder)


def _addressed(sheet: Sheet, addresses: Addresses, each: Addressed) -> Iterator[Found[str]]:
    yield from _as_named(sheet, each.cells[-1], party=each.name, domains=addresses.domains)
    if addresses.is_in_imprint(each):
        is_backed = (
            each.again > 0
            or LEGAL_FORM.search(each.name.value)
            or fits(each.name.value, addresses.domains)
        )
        yield replace(each.name, score=_FOOT if is_backed else _IMPRINT)


def _in_text(sheet: Sheet, cell: Cell, domains: frozenset[str]) -> Iterator[Found[str]]:
    """A name that stands over no address."""
    holder = party_words.ACCOUNT_HOLDER.search(cell.text)
    if holder:
        yield from _holder(sheet, cell, match=holder, domains=domains)
        return
    if is_banks(sheet, cell):
        return
    if party_words.SOLD_BY.match(cell.text):
        return
    line = sender(cell, _SENDER_LINE)
    if line is not None and windowed(sheet, cell) is None:
        line = None  # a name before its address, which may be the buyer's
    if line is not None and cell.rank < WINDOW_LINES:
        yield line
    party = line or with_legal_form(cell, _NAMED)
    if party is not None:
        yield from _as_named(sheet, cell, party=party, domains=domains)
    elif (
        cell.rank == 0
        and cell is sheet.rows[0][0]
        and is_name(cell.text)
        and not TITLE.match(cell.text)
    ):
        yield cell.found(_FIRST_LINE)
        if fits(cell.text, domains):
            yield cell.found(LETTERHEAD + _DOMAIN)


def is_banks(sheet: Sheet, cell: Cell) -> bool:
    """Whether the cell names a bank: behind a label that says so, or over the number of an
    account.
    """
    if party_words.BANK_LABEL.match(cell.text):
        return True
    below = column(sheet, cell, 1)
    return bool(below) and party_words.ACCOUNT.match(below[0].text) is not None


def _as_named(
    sheet: Sheet, cell: Cell, party: Found[str], domains: frozenset[str]
) -> Iterator[Found[str]]:
    """What speaks for a name where it stands: the head, an imprint near it, a web address that is
    made of it.
    """
    place = party.value, party.rank, party.start, party.end
    if LEGAL_FORM.search(party.value) or party.score:
        yield Found(*place, _NAMED)
    if cell.rank < HEAD_LINES:
        yield Found(*place, LETTERHEAD)
    before = [line.plain for line in _lines_above(sheet, cell)]
    below = [each.text for each in column(sheet, cell, _IMPRINT_LINES + 1)]
    if any(party_words.IMPRINT.search(text) for text in (*before, *below)):
        yield Found(*place, _IMPRINT)
    if fits(party.value, domains):
        yield Found(*place, _DOMAIN)


def _lines_above(sheet: Sheet, cell: Cell) -> Iterator[Line]:
    """The cell's line, and up to two right above it: what an empty line parts is another block."""
    line = sheet.lines[cell.rank]
    yield line
    for above in reversed(sheet.lines[max(0, cell.rank - 2) : cell.rank]):
        if above.index != line.index - 1:
            return
        yield above
        line = above


def _holder(
    sheet: Sheet, cell: Cell, match: re.Match[str], domains: frozenset[str]
) -> Iterator[Found[str]]:
    party = _held(sheet, cell, match)
    if is_name(party.value):
        yield party
        if fits(party.value, domains):
            yield Found(party.value, party.rank, start=party.start, end=party.end, score=_DOMAIN)


def _held(sheet: Sheet, cell: Cell, match: re.Match[str]) -> Found[str]:
    text = match["name"].strip(" :")
    start = cell.start + match.start("name")
    neighbour = sheet.beside(cell)
    if not text and neighbour:
        text = neighbour.text.lstrip(": ")
        start = neighbour.start
    return cleaned(Found(text, cell.rank, start=start, end=start + len(text), score=_HOLDER))
