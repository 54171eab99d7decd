"""Seller and buyer of an invoice, told apart by what stands with each on the page."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tillroll_documents.bank_numbers import has_right_check_digits
from tillroll_documents.reading.invoices import party_names, party_words
from tillroll_documents.reading.invoices.addresses import Addressed, Addresses
from tillroll_documents.reading.invoices.sellers import (
    HEAD_LINES,
    LETTERHEAD,
    sellers,
)
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.text.company_names import LEGAL_FORM, Own, name_key, plain_id

_AGAIN: Final = 6
"""The name stands on another line as well, and no address follows there."""
_OVER_ADDRESS: Final = 12
"""The name stands at the head over its address, and the buyer's is elsewhere."""
_NUMBERED: Final = 8
"""A tax id or an account whose check digits are right stands under the name."""
_NO_OTHER: Final = 10
"""The buyer is known, and nobody else is named."""
SURE: Final = 36
"""A label, or two signs that are independent of each other."""


@dataclass(frozen=True, slots=True)
class Parties:
    """Seller and buyer; `is_sure` where enough speaks for the seller and nobody comes close.
    `is_own`: it is the account. `addresses` are the page's.
    """

    seller: Found[str] | None
    is_sure: bool
    buyer: Found[str] | None
    buyer_cells: frozenset[Cell]
    is_own: bool
    addresses: Addresses

    def is_buyers(self, rank: int, start: int) -> bool:
        """Whether what stands there is about the buyer."""
        return any(
            cell.rank == rank and cell.start <= start < cell.end for cell in self.buyer_cells
        )


def find_parties(sheet: Sheet, own: Own) -> Parties:
    labelled_buyers = list(party_names.labelled(sheet, party_names.BUYER))
    buyers = [party for _, party in labelled_buyers]
    buyer_cells = frozenset(
        cell for label, party in labelled_buyers for cell in _block(sheet, label, party)
    )
    window = _address_window(sheet)
    if window and not buyers:
        buyers.append(window)
        buyer_cells |= frozenset(_block(sheet, None, window))
    others = {
        cell
        for label in sheet.cells()
        if party_names.OTHER.fullmatch(label.text)
        for cell in _under(sheet, label)
    }
    named_own = (
        cell.found(party_names.LABELLED) for cell in sheet.cells() if own.is_name(cell.text)
    )
    buyer = buyers[0] if buyers else next(named_own, None)
    keys = [
        [name_key(cell.text) for cell in row if party_names.is_name(cell.text)]
        for row in sheet.rows
    ]
    # Names that stand beside themselves: who pays, and where it was sent.
    sender_lines = [party_names.sender(cell, 0) for cell in sheet.cells()]
    senders = {name_key(line.value) for line in sender_lines if line}
    once = senders | {key for line in keys for key in line if line.count(key) == 1}
    twice = {key for line in keys for key in line if key and line.count(key) > 1} - once
    excluded = {name_key(party.value) for party in buyers} | twice
    named_as_seller = {
        name_key(party.value) for _, party in party_names.labelled(sheet, party_names.SELLER)
    }
    scores: dict[str, int] = defaultdict(int)
    best: dict[str, Found[str]] = {}
    addresses = Addresses(sheet)
    excluded_cells = buyer_cells | others
    addressed = [each for each in addresses.names if excluded_cells.isdisjoint(each.cells)]
    over_address = {name_key(each.name.value) for each in addressed if each.name.rank < HEAD_LINES}
    checked = [*tax_ids(sheet, own), *ibans(sheet)]
    for party in sellers(sheet, excluded_cells, addresses):
        key = name_key(party.value)
        if not key or (
            (key in excluded or own.is_name(party.value)) and key not in named_as_seller
        ):
            continue
        scores[key] += party.score
        if key not in best or _is_fuller(party, best[key]):
            best[key] = party
    _merge(scores, best)
    for key, party in best.items():
        scores[key] += _OVER_ADDRESS if buyers and key in over_address else 0
        again = {each.cell.rank for each in addresses.prints.of(party.value, buyer_cells)} - {
            party.rank
        }
        scores[key] += _AGAIN if again else 0
        own_numbers = [
            number
            for number in checked
            if _stands_under(number, party) and not is_parted(sheet, _cell(party), number.rank)
        ]
        is_numbered = bool(own_numbers) and not BANK.search(party.value)
        scores[key] += _NUMBERED if is_numbered else 0
    _put_labelled_first(scores, named_as_seller)
    ranked = sorted(best, key=lambda key: scores[key], reverse=True)
    if not ranked:
        return Parties(
            None,
            is_sure=False,
            buyer=buyer,
            buyer_cells=buyer_cells,
            is_own=False,
            addresses=addresses,
        )
    first = ranked[0]
    if buyer is None:
        buyer = _other_address(addresses, first, frozenset(others))
    if buyer is None:
        buyer = _in_one_line(sheet, first, frozenset(others))
    rivals = [key for key in ranked[1:] if buyer is None or key != name_key(buyer.value)]
    lead = scores[first] - (scores[rivals[0]] if rivals else 0)
    if buyer is not None and not rivals:
        scores[first] += _NO_OTHER
    seller = best[first]
    return Parties(
        seller,
        is_sure=scores[first] >= SURE
        and lead >= LETTERHEAD
        and _is_settled(first, addressed, None if buyer is None else name_key(buyer.value)),
        buyer=buyer,
        buyer_cells=buyer_cells,
        is_own=own.is_name(seller.value),
        addresses=addresses,
    )


def _is_settled(seller: str, named: list[Addressed], buyer: str | None) -> bool:
    """Whether the seller's name is whole, and no other name than the buyer's stands over an address
    in its place: a brand has none.
    """
    own = [each for each in named if name_key(each.name.value) == seller]
    if own:
        return not all(each.is_open for each in own)
    return all(name_key(each.name.value) == buyer for each in named)


def _put_labelled_first(scores: dict[str, int], named_as_seller: set[str]) -> None:
    """Where a label names one seller, and something else speaks for it as well, what others have
    counts less.
    """
    labelled_ones = [
        key for key in scores if key in named_as_seller and scores[key] > party_names.LABELLED
    ]
    if len(labelled_ones) == 1:
        scores |= {
            key: min(score, party_names.LABELLED - LETTERHEAD)
            for key, score in scores.items()
            if key not in labelled_ones
        }


def _block(sheet: Sheet, label: Cell | None, party: Found[str]) -> Iterator[Cell]:
    """The cells of a party's address: from its label on, in the columns of label and name."""
    name = Cell(party.rank, party.start, end=party.end, text=party.value)
    columns = [name] if label is None else [label, name]
    for row in sheet.rows[(label or name).rank : party.rank + party_names.BLOCK_LINES - 1]:
        yield from (
            cell for cell in row if any(party_names.is_under(cell, each) for each in columns)
        )


def _under(sheet: Sheet, label: Cell) -> Iterator[Cell]:
    yield label
    for row in sheet.rows[label.rank : label.rank + party_names.BLOCK_LINES]:
        yield from (
            cell
            for cell in row
            if party_names.is_under(cell, label) or (cell.rank == label.rank and cell is not label)
        )


def _is_fuller(party: Found[str], other: Found[str]) -> bool:
    """A labelled name stays as it is; else the one with its legal form."""
    has_form, had_form = (LEGAL_FORM.search(each.value) is not None for each in (party, other))
    is_longer = (
        has_form and party.value.startswith(other.value) and len(party.value) > len(other.value)
    )
    is_better = party.score == party_names.LABELLED or (has_form and not had_form) or is_longer
    return other.score != party_names.LABELLED and is_better


def _merge(scores: dict[str, int], best: dict[str, Found[str]]) -> None:
    """A name that another one begins with is the same firm, shortened; with a legal form of its own
    it is another.
    """
    for short in sorted(best, key=len):
        if LEGAL_FORM.search(best[short].value):
            continue
        longer = next(
            (key for key in best if key != short and len(short) >= 4 and key.startswith(short)),
            None,
        )
        if longer:
            scores[longer] += scores.pop(short)
            other = best.pop(short)
            if other.score == party_names.LABELLED:
                best[longer] = other


def _address_window(sheet: Sheet) -> Found[str] | None:
    """The first line of an address under the sender's line, as it stands in an envelope's
    window.
    """
    for cell in sheet.cells():
        if cell.rank >= party_names.WINDOW_LINES:
            return None
        if party_names.sender(cell, 0) is None:
            continue
        name = party_names.windowed(sheet, cell)
        if name is not None:
            return name
    return None


def _other_address(
    addresses: Addresses, seller: str, excluded: frozenset[Cell]
) -> Found[str] | None:
    """The first name over an address that is not the seller's."""
    for each in addresses.names:
        key = name_key(each.name.value)
        if (
            each.name.rank < party_names.WINDOW_LINES
            and excluded.isdisjoint(each.cells)
            and key
            and key != seller
        ):
            return replace(each.name, score=party_names.LABELLED)
    return None


def _in_one_line(sheet: Sheet, seller: str, excluded: frozenset[Cell]) -> Found[str] | None:
    """The first name that has its address behind it, on one line, and is not the seller's."""
    for cell in sheet.cells():
        if cell.rank >= party_names.WINDOW_LINES:
            return None
        name = party_names.before_address(cell, party_names.LABELLED)
        if name is not None and cell not in excluded and name_key(name.value) not in ("", seller):
            return party_names.cleaned(name)
    return None


BELOW: Final = 9
"""Filled lines around a name in which a number is its own: a block has name, street, town,
contacts, numbers.
"""
_LABEL: Final = 24
"""Characters by which a number may begin behind its block's left edge: its label stands before
it.
"""
BESIDE: Final = 16
"""Characters before a number and its label in which whose it is may be said."""
_IBAN: Final = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
BANK: Final = re.compile(
    r"bank|sparkasse|banque|banco|banca|caixa|caisse|cr[ée]dit|building society", re.IGNORECASE
)


def ibans(sheet: Sheet) -> Iterator[Found[str]]:
    """The bank accounts whose check digits are right (ISO 13616-1, modulo 97)."""
    for rank, line in enumerate(sheet.lines):
        for match in _IBAN.finditer(line.plain):
            value = match[0].replace(" ", "")
            if has_right_check_digits(value):
                yield Found(value, rank, start=match.start(), end=match.end(), score=1)


def tax_ids(sheet: Sheet, own: Own) -> Iterator[Found[str]]:
    for each in sheet.tax_ids:
        before = each.line.plain[max(0, each.start - 2 * BESIDE) : each.start]
        if not is_own(each.value, own) and not party_words.OF_BUYER.search(before):
            yield Found(
                each.value, sheet.page.rank(each.line), start=each.start, end=each.end, score=1
            )


def is_own(number: str, own: Own) -> bool:
    plain = plain_id(number)
    return any(plain.endswith(each) or each.endswith(plain) for each in own.tax_ids)


def _stands_under(number: Found[str], name: Found[str]) -> bool:
    """Whether the number is in the name's block and column; its label begins where the block
    does.
    """
    return (
        0 <= number.rank - name.rank <= BELOW and name.start - 2 <= number.start < name.end + _LABEL
    )


def _cell(name: Found[str]) -> Cell:
    return Cell(name.rank, name.start, end=name.end, text=name.value)


def is_parted(sheet: Sheet, name: Cell, number: int) -> bool:
    """Whether amounts, or the document's title in the same column, stand between a name and the
    line of a number below: ids in the footer are the seller's, and the name above the title may be
    the buyer's.
    """
    for rank in range(name.rank + 1, number):
        if sheet.amounts[rank]:
            return True
        column = [cell for cell in sheet.rows[rank] if party_names.is_under(cell, name)]
        if any(party_names.TITLE.match(cell.text) for cell in column):
            return True
    return False
