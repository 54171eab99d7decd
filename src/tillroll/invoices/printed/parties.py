"""Seller and buyer of an invoice, told apart by labels, the address window, letterhead, imprint and bank details."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.invoices.printed.labelled_parties import BLOCK_LINES, BUYER, LABELLED, OTHER, SELLER, labelled
from tillroll.invoices.printed.party_names import (
    POSTCODE,
    SALUTATION,
    STREET,
    cleaned,
    is_name,
    is_under,
    sender,
)
from tillroll.invoices.printed.sellers import LETTERHEAD, WINDOW_LINES, is_head_name, sellers
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.own import Own, name_key

_AGAIN: Final = 6
"""The name stands on another line as well, and no address follows there."""
_OVER_ADDRESS: Final = 12
"""The name stands at the head over its address, and the buyer's is elsewhere."""
_NO_OTHER: Final = 10
"""The buyer is known, and nobody else is named."""
SURE: Final = 36
"""A label, or two signs that are independent of each other."""
_SHORTEST_KEY: Final = 6


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
    labelled_buyers = list(labelled(sheet, BUYER))
    buyers = [found for _, found in labelled_buyers]
    buyer_cells = frozenset(cell for label, found in labelled_buyers for cell in _block(sheet, label, found))
    window = _address_window(sheet)
    if window and not buyers:
        buyers.append(window)
        buyer_cells |= frozenset(_block(sheet, None, window))
    others = {cell for label in sheet.cells() if OTHER.fullmatch(label.text) for cell in _under(sheet, label)}
    buyer = buyers[0] if buyers else _by_own_name(sheet, own)
    excluded = {name_key(found.value) for found in buyers} | _twice_in_a_line(sheet)
    named_as_seller = {name_key(found.value) for _, found in labelled(sheet, SELLER)}
    scores: dict[str, int] = defaultdict(int)
    best: dict[str, Found[str]] = {}
    over_address = {
        name_key(cleaned(Found(cell.text, cell.rank, cell.start, cell.end, 0)).value)
        for cell in sheet.cells()
        if cell not in buyer_cells | others and is_head_name(sheet, cell)
    }
    for found in sellers(sheet, buyer_cells | others):
        key = name_key(found.value)
        if (
            not key
            or (key in excluded and key not in named_as_seller)
            or (own.is_name(found.value) and key not in named_as_seller)
        ):
            continue
        scores[key] += found.score
        if key not in best or _is_fuller(found, best[key]):
            best[key] = found
    _merge(scores, best)
    for key, found in best.items():
        scores[key] += _OVER_ADDRESS if buyers and key in over_address else 0
        scores[key] += _AGAIN if _stands_again(sheet, found, key, buyer_cells) else 0
    _put_labelled_first(scores, named_as_seller)
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
        is_sure=scores[first] >= SURE and lead >= LETTERHEAD,
        buyer=buyer,
        buyer_cells=buyer_cells,
        is_own=own.is_name(seller.value),
    )


def _put_labelled_first(scores: dict[str, int], named_as_seller: set[str]) -> None:
    """Where a label names one seller, and something else speaks for it as well, what others have counts less."""
    labelled_ones = [key for key in scores if key in named_as_seller and scores[key] > LABELLED]
    if len(labelled_ones) == 1:
        scores |= {key: min(score, LABELLED - LETTERHEAD) for key, score in scores.items() if key not in labelled_ones}


def _twice_in_a_line(sheet: Sheet) -> set[str]:
    """The names of a page that stand beside themselves: who pays, and where it was sent."""
    keys = [[name_key(cell.text) for cell in row if is_name(cell.text)] for row in sheet.rows]
    return {key for line in keys for key in line if key and line.count(key) > 1}


def _block(sheet: Sheet, label: Cell | None, found: Found[str]) -> Iterator[Cell]:
    """The cells of a party's address: from its label on, in the columns of label and name."""
    name = Cell(found.rank, found.start, found.end, found.value)
    columns = [name] if label is None else [label, name]
    for row in sheet.rows[(label or name).rank : found.rank + BLOCK_LINES - 1]:
        yield from (cell for cell in row if any(is_under(cell, each) for each in columns))


def _under(sheet: Sheet, label: Cell) -> Iterator[Cell]:
    yield label
    for row in sheet.rows[label.rank : label.rank + BLOCK_LINES]:
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
    if known.score == LABELLED:
        return False
    return found.score == LABELLED or (
        LEGAL_FORM.search(found.value) is not None and LEGAL_FORM.search(known.value) is None
    )


def _merge(scores: dict[str, int], best: dict[str, Found[str]]) -> None:
    """A name that another one begins with is the same firm, shortened."""
    for short in sorted(best, key=len):
        longer = next((key for key in best if key != short and len(short) >= 4 and key.startswith(short)), None)
        if longer:
            scores[longer] += scores.pop(short)
            known = best.pop(short)
            if known.score == LABELLED:
                best[longer] = known


def _address_window(sheet: Sheet) -> Found[str] | None:
    """The first line of an address under the sender's line, as it stands in an envelope's window."""
    for cell in sheet.cells():
        if cell.rank >= WINDOW_LINES or sender(cell, 0) is None:
            continue
        column = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 1 + BLOCK_LINES + 1]
            for other in row
            if abs(other.start - cell.start) <= 6
        ]
        names = [other for other in column if not SALUTATION.fullmatch(f"{other.text} ")]
        if names and any(POSTCODE.search(other.text) for other in column) and is_name(names[0].text):
            first = names[0]
            return cleaned(Found(first.text, first.rank, first.start, first.end, LABELLED))
    return None


def _by_own_name(sheet: Sheet, own: Own) -> Found[str] | None:
    for cell in sheet.cells():
        if own.is_name(cell.text):
            return Found(cell.text, cell.rank, cell.start, cell.end, LABELLED)
    return None


def _other_address(sheet: Sheet, seller: str) -> Found[str] | None:
    """The first name over a street and a town that is not the seller's."""
    for cell in sheet.cells():
        if cell.rank >= WINDOW_LINES or not is_name(cell.text) or name_key(cell.text) == seller:
            continue
        under = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 4]
            for other in row
            if abs(other.start - cell.start) <= 1
        ]
        if len(under) >= 2 and STREET.search(under[0].text) and any(POSTCODE.match(each.text) for each in under[1:]):
            return cleaned(Found(cell.text, cell.rank, cell.start, cell.end, LABELLED))
    return None
