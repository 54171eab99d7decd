"""Seller and buyer of an invoice, told apart by labels, the address window, letterhead, imprint and bank details."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.party_names import (
    POSTCODE,
    SALUTATION,
    STREET,
    cleaned,
    column,
    is_name,
    is_under,
    sender,
    stands_over_address,
    with_legal_form,
)
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.own import Own, name_key

_BUYER, _SELLER, _OTHER = (words.party(table) for table in (words.BUYER, words.SELLER, words.OTHER_PARTY))
_LABELLED, _SENDER_LINE, _LETTERHEAD, _FIRST_LINE, _IMPRINT, _HOLDER, _NAMED, _DOMAIN = 40, 28, 14, 6, 12, 14, 6, 8
_AGAIN: Final = 6
"""The name stands on another line as well, and no address follows there."""
_OVER_ADDRESS: Final = 12
"""The name stands at the head over its address, and the buyer's is elsewhere."""
_NO_OTHER: Final = 10
"""The buyer is known, and nobody else is named."""
SURE: Final = 36
"""A label, or two signs that are independent of each other."""
_TITLE: Final = words.title((*words.INVOICE, *words.CREDIT_NOTE, *words.STATEMENT, *words.OTHER))
_HEAD_LINES: Final = 10
_BLOCK_LINES: Final = 6
_WINDOW_LINES: Final = 45
_IMPRINT_LINES: Final = 4
_SHORTEST_KEY: Final = 6
_DOMAIN_NAME: Final = re.compile(r"(?:@|www\.|https?://)(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,6}\b", re.IGNORECASE)
_PROVIDERS: Final = frozenset(
    ("gmail", "gmx", "web", "t-online", "outlook", "hotmail", "yahoo", "icloud", "freenet", "orange", "wanadoo", "free",
     "laposte", "libero")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parties:
    """Seller and buyer; `is_sure` where enough speaks for the seller and nobody comes close. `buyer_cells` are
    those about the buyer; `is_own` where the account is named as the seller."""

    seller: Found[str] | None
    is_sure: bool
    buyer: Found[str] | None
    buyer_cells: frozenset[Cell]
    is_own: bool

    def is_buyers(self, rank: int, start: int) -> bool:
        """Whether what stands there is about the buyer."""
        return any(cell.rank == rank and cell.start <= start < cell.end for cell in self.buyer_cells)


def find_parties(sheet: Sheet, own: Own) -> Parties:
    """The parties of an invoice."""
    labelled_buyers = list(_labelled(sheet, _BUYER))
    buyers = [found for _, found in labelled_buyers]
    buyer_cells = frozenset(cell for label, found in labelled_buyers for cell in _block(sheet, label, found))
    window = _address_window(sheet)
    if window and not buyers:
        buyers.append(window)
        buyer_cells |= frozenset(_block(sheet, None, window))
    others = {cell for label in sheet.cells() if _OTHER.fullmatch(label.text) for cell in _under(sheet, label)}
    buyer = buyers[0] if buyers else _by_own_name(sheet, own)
    excluded = {name_key(found.value) for found in buyers}
    labelled = {name_key(found.value) for _, found in _labelled(sheet, _SELLER)}
    scores: dict[str, int] = defaultdict(int)
    best: dict[str, Found[str]] = {}
    over_address = {
        name_key(cleaned(Found(cell.text, cell.rank, cell.start, cell.end, 0)).value)
        for cell in sheet.cells()
        if cell not in buyer_cells | others and _is_head_name(sheet, cell)
    }
    for found in _sellers(sheet, buyer_cells | others):
        key = name_key(found.value)
        if not key or (key in excluded and key not in labelled) or (own.is_name(found.value) and key not in labelled):
            continue
        scores[key] += found.score
        if key not in best or _is_fuller(found, best[key]):
            best[key] = found
    _merge(scores, best)
    for key, found in best.items():
        scores[key] += _OVER_ADDRESS if buyers and key in over_address else 0
        scores[key] += _AGAIN if _stands_again(sheet, found, key, buyer_cells) else 0
    ranked = sorted(best, key=lambda key: scores[key], reverse=True)
    if not ranked:
        return Parties(None, is_sure=False, buyer=buyer, buyer_cells=buyer_cells, is_own=False)
    first = ranked[0]
    if buyer is None:
        buyer = _other_address(sheet, first)
    rivals = [key for key in ranked[1:] if buyer is None or key != name_key(buyer.value)]
    lead = scores[first] - (scores[rivals[0]] if rivals else 0)
    if buyer is not None and not rivals:
        scores[first] += _NO_OTHER
    seller = best[first]
    return Parties(
        seller,
        is_sure=scores[first] >= SURE and lead >= _LETTERHEAD,
        buyer=buyer,
        buyer_cells=buyer_cells,
        is_own=own.is_name(seller.value),
    )


def _block(sheet: Sheet, label: Cell | None, found: Found[str]) -> Iterator[Cell]:
    """The cells of a party's address: from its label on, in the columns of label and name."""
    name = Cell(found.rank, found.start, found.end, found.value)
    columns = [name] if label is None else [label, name]
    for row in sheet.rows[(label or name).rank : found.rank + _BLOCK_LINES - 1]:
        yield from (cell for cell in row if any(is_under(cell, each) for each in columns))


def _under(sheet: Sheet, label: Cell) -> Iterator[Cell]:
    yield label
    for row in sheet.rows[label.rank : label.rank + _BLOCK_LINES]:
        yield from (cell for cell in row if is_under(cell, label) or (cell.rank == label.rank and cell is not label))


def _stands_again(sheet: Sheet, found: Found[str], key: str, buyer_cells: frozenset[Cell]) -> bool:
    """Whether the name stands on another line, which is not the buyer's."""
    return len(key) >= _SHORTEST_KEY and any(
        rank != found.rank
        and key in name_key(line.plain)
        and not any(cell in buyer_cells and key in name_key(cell.text) for cell in sheet.rows[rank])
        for rank, line in enumerate(sheet.lines)
    )


def _is_fuller(found: Found[str], known: Found[str]) -> bool:
    """A labelled name stays as it is; else the one with its legal form."""
    if known.score == _LABELLED:
        return False
    return found.score == _LABELLED or (
        LEGAL_FORM.search(found.value) is not None and LEGAL_FORM.search(known.value) is None
    )


def _merge(scores: dict[str, int], best: dict[str, Found[str]]) -> None:
    """A name that another one begins with is the same firm, shortened."""
    for short in sorted(best, key=len):
        longer = next((key for key in best if key != short and len(short) >= 4 and key.startswith(short)), None)
        if longer:
            scores[longer] += scores.pop(short)
            known = best.pop(short)
            if known.score == _LABELLED:
                best[longer] = known


def _sellers(sheet: Sheet, excluded: frozenset[Cell] | set[Cell]) -> Iterator[Found[str]]:
    yield from (found for _, found in _labelled(sheet, _SELLER))
    domains = _domains(sheet)
    for cell in sheet.cells():
        if cell in excluded:
            continue
        holder = words.ACCOUNT_HOLDER.search(cell.text)
        if holder:
            yield from _holder(sheet, cell, holder, domains)
            continue
        line = sender(cell, _SENDER_LINE)
        if line and cell.rank < _WINDOW_LINES:
            yield line
        found = line or with_legal_form(cell, _NAMED)
        if found is not None:
            yield from _as_named(sheet, cell, found, domains)
        elif _is_head_name(sheet, cell):
            yield from _as_named(sheet, cell, Found(cell.text, cell.rank, cell.start, cell.end, 0), domains)
        elif cell.rank == 0 and cell is sheet.rows[0][0] and is_name(cell.text) and not _TITLE.match(cell.text):
            yield from _first_line(cell, domains)


def _is_head_name(sheet: Sheet, cell: Cell) -> bool:
    """Whether a name without a legal form stands at the head, over an address."""
    return (
        cell.rank < _HEAD_LINES
        and is_name(cell.text)
        and not _TITLE.match(cell.text)
        and not _is_party_label(cell.text)
        and stands_over_address(sheet, cell)
    )


def _as_named(sheet: Sheet, cell: Cell, found: Found[str], domains: frozenset[str]) -> Iterator[Found[str]]:
    """What speaks for a name where it stands: the head, an imprint near it, a web address that is made of it."""
    place = found.value, found.rank, found.start, found.end
    if LEGAL_FORM.search(found.value) or found.score:
        yield Found(*place, _NAMED)
    if cell.rank < _HEAD_LINES:
        yield Found(*place, _LETTERHEAD)
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
        yield Found(name, cell.rank, cell.start, cell.start + len(name), _LETTERHEAD + _DOMAIN)


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


def _labelled(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[tuple[Cell, Found[str]]]:
    """The labels of a party, each with the name under or beside it."""
    for cell in sheet.cells():
        match = pattern.fullmatch(cell.text)
        if match is None:
            continue
        found = _in_cell(cell, match) or _named_in_block(sheet, cell) or _beside_or_below(sheet, cell)
        if found:
            yield cell, found


def _in_cell(cell: Cell, match: re.Match[str]) -> Found[str] | None:
    text = (match["name"] or "").strip()
    if not is_name(text):
        return None
    start = cell.start + match.start("name")
    return cleaned(Found(text, cell.rank, start, start + len(text), _LABELLED))


def _block_ranks(sheet: Sheet, label: Cell) -> range:
    return range(label.rank, min(label.rank + _BLOCK_LINES, len(sheet.rows)))


def _named_in_block(sheet: Sheet, label: Cell) -> Found[str] | None:
    """Behind "Name:" under the label; a name of two lines begins on the line before."""
    for rank in _block_ranks(sheet, label)[1:]:
        if any(_is_party_label(cell.text) for cell in sheet.rows[rank]):
            return None
        for cell in sheet.rows[rank]:
            match = words.NAME_LABEL.fullmatch(cell.text)
            if match is None or not (cell.overlaps(label) or cell.start <= label.start + 12):
                continue
            beside = sheet.beside(cell)
            text, start = (match["name"], cell.start + match.start("name")) if match["name"] else ("", 0)
            if not text and beside:
                text, start = beside.text, beside.start
                above = sheet.rows[rank - 1]
                if (
                    len(above) == 1
                    and above[0].start > cell.end
                    and above[0].rank > label.rank
                    and not SALUTATION.fullmatch(f"{above[0].text} ")
                ):
                    text = f"{above[0].text} {text}"
            if text.strip():
                return cleaned(Found(text.strip(), rank, start, start + len(text), _LABELLED))
    return None


def _is_party_label(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern in (_BUYER, _SELLER, _OTHER))


def _beside_or_below(sheet: Sheet, label: Cell) -> Found[str] | None:
    """The nearest name under the label in its column; else beside it."""
    for row in sheet.rows[label.rank + 1 : label.rank + 1 + _BLOCK_LINES // 2]:
        under = [cell for cell in row if cell.start < label.end + 4 and label.start < cell.end]
        if any(_is_party_label(cell.text) for cell in under):
            break
        for cell in under:
            if is_name(cell.text):
                return cleaned(Found(cell.text, cell.rank, cell.start, cell.end, _LABELLED))
    beside = sheet.beside(label)
    if beside and label.text.rstrip().endswith(":") and is_name(beside.text):
        return cleaned(Found(beside.text, beside.rank, beside.start, beside.end, _LABELLED))
    return None


def _address_window(sheet: Sheet) -> Found[str] | None:
    """The first line of an address under the sender's line, as it stands in an envelope's window."""
    for cell in sheet.cells():
        if cell.rank >= _WINDOW_LINES or sender(cell, 0) is None:
            continue
        column = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 1 + _BLOCK_LINES + 1]
            for other in row
            if abs(other.start - cell.start) <= 6
        ]
        names = [other for other in column if not SALUTATION.fullmatch(f"{other.text} ")]
        if names and any(POSTCODE.search(other.text) for other in column) and is_name(names[0].text):
            first = names[0]
            return cleaned(Found(first.text, first.rank, first.start, first.end, _LABELLED))
    return None


def _by_own_name(sheet: Sheet, own: Own) -> Found[str] | None:
    for cell in sheet.cells():
        if own.is_name(cell.text):
            return Found(cell.text, cell.rank, cell.start, cell.end, _LABELLED)
    return None


def _domains(sheet: Sheet) -> frozenset[str]:
    """The names of mail and web addresses, without what is behind the last point."""
    found = {max(match[1].lower().split("."), key=len) for match in _DOMAIN_NAME.finditer(sheet.page.text)}
    return frozenset(domain for domain in found if len(domain) > 3 and domain not in _PROVIDERS)


def _fits(name: str, domains: frozenset[str]) -> bool:
    """Whether a domain is made of the name's words, or shortens it."""
    key = name_key(name)
    return any(
        name_key(domain) in key or key in name_key(domain) or all(name_key(part) in key for part in domain.split("-"))
        for domain in domains
    )


def _other_address(sheet: Sheet, seller: str) -> Found[str] | None:
    """The first name over a street and a town that is not the seller's."""
    for cell in sheet.cells():
        if cell.rank >= _WINDOW_LINES or not is_name(cell.text) or name_key(cell.text) == seller:
            continue
        under = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 4]
            for other in row
            if abs(other.start - cell.start) <= 1
        ]
        if len(under) >= 2 and STREET.search(under[0].text) and any(POSTCODE.match(each.text) for each in under[1:]):
            return cleaned(Found(cell.text, cell.rank, cell.start, cell.end, _LABELLED))
    return None
