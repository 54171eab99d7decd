"""What speaks for a name as the seller's: a label, the line over a window, the head, an imprint, bank details."""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.labelled_parties import SELLER, is_party_label, labelled
from tillroll.invoices.printed.party_names import cleaned, column, is_name, sender, stands_over_address, with_legal_form
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.own import name_key

_SENDER_LINE, LETTERHEAD, _FIRST_LINE, _IMPRINT, _HOLDER, _NAMED, _DOMAIN = 28, 14, 6, 12, 14, 6, 8
WINDOW_LINES: Final = 45
_HEAD_LINES: Final = 10
_IMPRINT_LINES: Final = 4
_TITLE: Final = words.title((*words.INVOICE, *words.CREDIT_NOTE, *words.STATEMENT, *words.OTHER))
_DOMAIN_NAME: Final = re.compile(r"(?:@|www\.|https?://)(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,6}\b", re.IGNORECASE)
_PROVIDERS: Final = frozenset(
    ("gmail", "gmx", "web", "t-online", "outlook", "hotmail", "yahoo", "icloud", "freenet", "orange", "wanadoo", "free",
     "laposte", "libero")
)  # fmt: skip


def sellers(sheet: Sheet, excluded: AbstractSet[Cell]) -> Iterator[Found[str]]:
    """The names of a page, each with a score for each thing that speaks for it; of cells that are not `excluded`."""
    yield from (found for _, found in labelled(sheet, SELLER))
    domains = domains_of(sheet, frozenset())
    for cell in sheet.cells():
        if cell in excluded:
            continue
        holder = words.ACCOUNT_HOLDER.search(cell.text)
        if holder:
            yield from _holder(sheet, cell, holder, domains)
            continue
        line = sender(cell, _SENDER_LINE)
        if line and cell.rank < WINDOW_LINES:
            yield line
        found = line or with_legal_form(cell, _NAMED)
        if found is not None:
            yield from _as_named(sheet, cell, found, domains)
        elif is_head_name(sheet, cell):
            yield from _as_named(sheet, cell, Found(cell.text, cell.rank, cell.start, cell.end, 0), domains)
        elif cell.rank == 0 and cell is sheet.rows[0][0] and is_name(cell.text) and not _TITLE.match(cell.text):
            yield from _first_line(cell, domains)


def is_head_name(sheet: Sheet, cell: Cell) -> bool:
    """Whether a name without a legal form stands at the head, over an address."""
    return (
        cell.rank < _HEAD_LINES
        and is_name(cell.text)
        and not _TITLE.match(cell.text)
        and not is_party_label(cell.text)
        and stands_over_address(sheet, cell)
    )


def _as_named(sheet: Sheet, cell: Cell, found: Found[str], domains: frozenset[str]) -> Iterator[Found[str]]:
    """What speaks for a name where it stands: the head, an imprint near it, a web address that is made of it."""
    place = found.value, found.rank, found.start, found.end
    if LEGAL_FORM.search(found.value) or found.score:
        yield Found(*place, _NAMED)
    if cell.rank < _HEAD_LINES:
        yield Found(*place, LETTERHEAD)
    before = [line.plain for line in sheet.lines[max(0, cell.rank - 2) : cell.rank + 1]]
    below = [each.text for each in column(sheet, cell, _IMPRINT_LINES + 1)]
    if any(words.IMPRINT.search(text) for text in (*before, *below)):
        yield Found(*place, _IMPRINT)
    if _fits(found.value, domains):
        yield Found(*place, _DOMAIN)


def _first_line(cell: Cell, domains: frozenset[str]) -> Iterator[Found[str]]:
    name = cell.text.strip()
    yield Found(name, cell.rank, cell.start, cell.start + len(name), _FIRST_LINE)
    if _fits(name, domains):
        yield Found(name, cell.rank, cell.start, cell.start + len(name), LETTERHEAD + _DOMAIN)


def _holder(sheet: Sheet, cell: Cell, match: re.Match[str], domains: frozenset[str]) -> Iterator[Found[str]]:
    text, start = match["name"].strip(" :"), cell.start + match.start("name")
    beside = sheet.beside(cell)
    if not text and beside:
        text, start = beside.text.lstrip(": "), beside.start
    found = cleaned(Found(text, cell.rank, start, start + len(text), _HOLDER))
    if is_name(found.value):
        yield found
        if _fits(found.value, domains):
            yield Found(found.value, found.rank, found.start, found.end, _DOMAIN)


def domains_of(sheet: Sheet, excluded: AbstractSet[Cell]) -> frozenset[str]:
    """The names of mail and web addresses in cells that are not `excluded`, without what is behind the last point."""
    found = {
        max(match[1].lower().split("."), key=len)
        for cell in sheet.cells()
        if cell not in excluded
        for match in _DOMAIN_NAME.finditer(cell.text)
    }
    return frozenset(domain for domain in found if len(domain) > 3 and domain not in _PROVIDERS)


def _fits(name: str, domains: frozenset[str]) -> bool:
    """Whether a domain is made of the name's words, or shortens it."""
    key = name_key(name)
    return any(
        name_key(domain) in key or key in name_key(domain) or all(name_key(part) in key for part in domain.split("-"))
        for domain in domains
    )
