"""Seller and buyer of an invoice, told apart, and what confirms the seller: tax id, register, bank
account, web address.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from tillroll_documents.bank_numbers import has_right_check_digits
from tillroll_documents.reading.invoices import party_names, words
from tillroll_documents.reading.invoices.addresses import Addressed, Addresses
from tillroll_documents.reading.invoices.prints import has_open_end, has_open_start
from tillroll_documents.reading.invoices.sellers import (
    HEAD_LINES,
    LETTERHEAD,
    account_holders,
    is_banks,
    sellers,
    sold_by,
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
    checked = [*_tax_ids(sheet, own), *ibans(sheet)]
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
            if _stands_under(number, party) and not _is_parted(sheet, _cell(party), number.rank)
        ]
        is_numbered = bool(own_numbers) and not _BANK.search(party.value)
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


_ABOVE: Final = 3
_BELOW: Final = 9
"""Filled lines around a name in which a number is its own: a block has name, street, town,
contacts, numbers.
"""
_LABEL: Final = 24
"""Characters by which a number may begin behind its block's left edge: its label stands before
it.
"""
_GAP: Final = 4
"""Columns. What stands nearer on the line may be the rest of the name."""
_SHORTEST_DOMAIN: Final = 5
_SHORTEST_PART: Final = 3
_BESIDE: Final = 16
"""Characters before a number and its label in which whose it is may be said."""
_FEWEST_DIGITS: Final = 6
_NUMBER: Final = re.compile(
    rf"(?:{words.TAX_NUMBER})[^\d\n]{{0,30}}(?P<number>[A-Z]{{0,3}}\d[\w./ -]{{0,24}})",
    re.IGNORECASE,
)
_REGISTER: Final = re.compile(
    rf"(?:{words.REGISTER})[^\d\n]{{0,30}}(?P<number>\d[\w./ -]{{0,24}})", re.IGNORECASE
)
_AMOUNT: Final = re.compile(r"[\d., ]*\d[.,]\d{2}(?!\d)")
_IBAN: Final = re.compile(
    r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])"
)
_BANK: Final = re.compile(
    r"bank|sparkasse|banque|banco|banca|caixa|caisse|cr[ée]dit|building society", re.IGNORECASE
)


def is_confirmed(sheet: Sheet, parties: Parties, own: Own) -> bool:
    """Whether something that only the seller has confirms the name that was read as the
    seller's.
    """
    if parties.seller is None:
        return False
    name = parties.seller.value
    buyer = "" if parties.buyer is None else parties.buyer.value
    domains = party_names.domains_of(sheet, parties.buyer_cells)
    if any(_is_made_of(domain, name) and not _is_made_of(domain, buyer) for domain in domains):
        return True
    prints = parties.addresses.prints.of(name, parties.buyer_cells)
    # a bank's stands over the account
    mentions = [each.cell for each in prints if not is_banks(sheet, each.cell)]
    numbers = list(_numbers(sheet, own))
    if not _BANK.search(name):
        numbers.extend(ibans(sheet))
    return any(
        _stands_with(sheet, number, mention)
        for number in numbers
        if not parties.is_buyers(number.rank, number.start)
        for mention in mentions
        if not _is_anothers(parties, number, mention)
    )


def _is_anothers(parties: Parties, number: Found[str], mention: Cell) -> bool:
    """Whether the number is in the block of another name: of the names over an address in its
    column, the nearest above it. Not where the mention stands between the two.
    """
    place = Cell(number.rank, number.start, end=number.end, text=number.value)
    above: list[Addressed] = []
    for each in parties.addresses.names:
        is_column = any(party_names.is_under(place, cell) for cell in each.cells)
        if is_column and 0 <= number.rank - each.name.rank <= _BELOW:
            above.append(each)
    if not above or parties.seller is None:
        return False
    nearest = max(above, key=lambda each: each.name.rank)
    if name_key(nearest.name.value) == name_key(parties.seller.value):
        return False
    is_between = nearest.name.rank <= mention.rank <= number.rank
    return not (is_between and party_names.is_under(place, mention))


def is_whole(sheet: Sheet, parties: Parties) -> bool:
    """Whether nothing beside the seller's name may belong to it: print with wide spaces cuts a name
    into cells, and a narrow column breaks it over lines. A name that is a part of a longer one is
    none.
    """
    seller = parties.seller
    if (
        seller is None
        or has_open_end(seller.value)
        or seller.value.endswith(",")
        or _is_town(sheet, seller.value)
    ):
        return False
    if seller.value[:1].islower() and not LEGAL_FORM.search(seller.value):
        return False  # the end of a name, or of a sentence
    prints = parties.addresses.prints
    domains = parties.addresses.domains
    printed = prints.of(seller.value)
    places = (
        Cell(seller.rank, seller.start, end=seller.end, text=seller.value),
        *(each.cell for each in printed),
    )
    party_keys = (
        name_key(seller.value),
        "" if parties.buyer is None else name_key(parties.buyer.value),
    )
    above, below = (
        [
            next_cell.text
            for cell in places
            if (next_cell := prints.aligned(cell, step))
            and not _is_in(name_key(next_cell.text), party_keys)
        ]
        for step in (-1, 1)
    )
    lacks_form = LEGAL_FORM.search(seller.value) is None
    is_part = (
        any(_goes_on(seller.value, text, domains) for text in below)
        or any(_begins(text, seller.value, domains) for text in above)
        or _is_begun(parties, party_keys[0])
        # What follows in one place on its line, and in another one below.
        or {name_key(text.split()[0]) for text in below} & {each.after for each in printed} - {""}
        or (lacks_form and any(each.has_form for each in printed))
        or prints.is_part(seller.value, parties.buyer_cells)
    )
    return not is_part and not any(
        0 <= cell.start - seller.end < _GAP or 0 <= seller.start - cell.end < _GAP
        for cell in sheet.rows[seller.rank]
        if any(sign.isalnum() for sign in cell.text)
    )


def _is_in(key: str, party_keys: tuple[str, ...]) -> bool:
    return key != "" and any(key in each for each in party_keys)


def _goes_on(name: str, below: str, domains: frozenset[str]) -> bool:
    """Whether the line under a name is the rest of it: "& Sons", a legal form that it lacks or has
    begun, or what the web address has as well.
    """
    if has_open_start(below):
        return True
    both = f"{name} {below}"
    forms = [match.span() for match in LEGAL_FORM.finditer(both)]
    if any(start < len(name) < end for start, end in forms):
        return True
    lacks_form = LEGAL_FORM.search(name) is None and party_names.is_name(below)
    is_ended = bool(forms) and not name_key(both[forms[-1][1] :])
    return lacks_form and (
        is_ended or party_names.fitting(both, domains) > party_names.fitting(name, domains)
    )


def _begins(above: str, name: str, domains: frozenset[str]) -> bool:
    """Whether the line over a name is its begin: it has no form, and the web address has its
    words.
    """
    is_open = LEGAL_FORM.search(above) is None and party_names.is_name(above)
    return is_open and party_names.fitting(f"{above} {name}", domains) > party_names.fitting(
        name, domains
    )


def _is_begun(parties: Parties, key: str) -> bool:
    """Whether a longer name that begins so stands over an address."""
    longer = (name_key(each.name.value) for each in parties.addresses.names)
    return any(other != key and other.startswith(key) for other in longer)


def _is_town(sheet: Sheet, name: str) -> bool:
    """Whether all but the legal form is a town of an address on the page: the end of a name that is
    broken there.
    """
    stem = LEGAL_FORM.sub("", name).strip(" ,.")
    return (
        bool(stem)
        and re.search(rf"(?<!\w)\d[\d-]{{1,7}} {re.escape(stem)}(?![^\W\d_])", sheet.page.text)
        is not None
    )


def sells_itself(sheet: Sheet, seller: Found[str]) -> bool:
    """Whether no sentence says that it is written in the name of somebody else, who is paid."""
    sellers_named = [name_key(found.value) for found in sold_by(sheet)]
    if sellers_named and name_key(seller.value) not in sellers_named:
        return False
    named = (sheet.before(found.rank, found.start) for found in _printed_whole(sheet, seller.value))
    if any(words.VIA.search(before) for before in named):
        return False
    holders = {name_key(found.value) for found in account_holders(sheet)} - {""}
    key = name_key(seller.value)
    if holders and not any(key.startswith(holder) or holder.startswith(key) for holder in holders):
        return False
    lines = [line.plain for line in sheet.lines if words.AGENCY.search(line.plain)]
    return not lines or any(name_key(seller.value) in name_key(line) for line in lines)


def _printed_whole(sheet: Sheet, name: str) -> Iterator[Found[str]]:
    for cell in sheet.cells():
        place = cell.text.find(name)
        if place >= 0:
            yield Found(
                name,
                cell.rank,
                start=cell.start + place,
                end=cell.start + place + len(name),
                score=0,
            )


def is_told_apart(parties: Parties) -> bool:
    """Whether the buyer is known, is another than the seller, and has not the web address
    instead.
    """
    if parties.seller is None or parties.buyer is None:
        return False
    seller = name_key(parties.seller.value)
    buyer = name_key(parties.buyer.value)
    fits_seller, fits_buyer = (
        party_names.fits(each.value, parties.addresses.domains)
        for each in (parties.seller, parties.buyer)
    )
    return (
        bool(buyer)
        and seller not in buyer
        and buyer not in seller
        and (fits_seller or not fits_buyer)
    )


def ibans(sheet: Sheet) -> Iterator[Found[str]]:
    """The bank accounts whose check digits are right (ISO 13616-1, modulo 97)."""
    for rank, line in enumerate(sheet.lines):
        for match in _IBAN.finditer(line.plain):
            value = match[0].replace(" ", "")
            if has_right_check_digits(value):
                yield Found(value, rank, start=match.start(), end=match.end(), score=1)


def _tax_ids(sheet: Sheet, own: Own) -> Iterator[Found[str]]:
    for each in sheet.tax_ids:
        before = each.line.plain[max(0, each.start - 2 * _BESIDE) : each.start]
        if not _is_own(each.value, own) and not words.OF_BUYER.search(before):
            yield Found(
                each.value, sheet.page.rank(each.line), start=each.start, end=each.end, score=1
            )


def _numbers(sheet: Sheet, own: Own) -> Iterator[Found[str]]:
    yield from _tax_ids(sheet, own)
    for rank, line in enumerate(sheet.lines):
        if any(party_names.TITLE.match(cell.text) for cell in sheet.rows[rank]):
            continue  # "Faktura VAT nr 12/2026" has the invoice's number
        for pattern, fewest in ((_NUMBER, _FEWEST_DIGITS), (_REGISTER, 1)):
            for match in pattern.finditer(line.plain):
                number = match["number"]
                digits = sum(map(str.isdecimal, number))
                is_buyers = words.OF_BUYER.search(
                    line.plain[max(0, match.start() - _BESIDE) : match.start("number")]
                )
                if digits >= fewest and not (
                    is_buyers or _AMOUNT.match(number) or _is_own(number, own)
                ):
                    yield Found(number, rank, start=match.start("number"), end=match.end(), score=1)


def _is_own(number: str, own: Own) -> bool:
    plain = plain_id(number)
    return any(plain.endswith(each) or each.endswith(plain) for each in own.tax_ids)


def _stands_under(number: Found[str], name: Found[str]) -> bool:
    """Whether the number is in the name's block and column; its label begins where the block
    does.
    """
    return (
        0 <= number.rank - name.rank <= _BELOW
        and name.start - 2 <= number.start < name.end + _LABEL
    )


def _cell(name: Found[str]) -> Cell:
    return Cell(name.rank, name.start, end=name.end, text=name.value)


def _is_parted(sheet: Sheet, name: Cell, number: int) -> bool:
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


def _stands_with(sheet: Sheet, number: Found[str], mention: Cell) -> bool:
    """Whether the number stands in the block of the name, with no label of another party between
    them.
    """
    if not -_ABOVE <= number.rank - mention.rank <= _BELOW:
        return False
    if _is_parted(sheet, mention, number.rank):
        return False
    first, last = sorted((number.rank, mention.rank))
    place = Cell(number.rank, number.start, end=number.end, text=number.value)
    return not any(
        party_names.is_party_label(cell.text)
        and (party_names.is_under(cell, mention) or party_names.is_under(cell, place))
        for row in sheet.rows[first + 1 : last + 1]
        for cell in row
    )


def is_called_so(parties: Parties) -> bool:
    """Whether the name says by a legal form, a label or a web address that it is a seller's: where
    the page has web addresses, and none fits, its place alone speaks for a name without a form.
    """
    seller = parties.seller
    if seller is None or seller.score >= party_names.LABELLED or LEGAL_FORM.search(seller.value):
        return True
    return not parties.addresses.domains or party_names.fits(
        seller.value, parties.addresses.domains
    )


def _is_made_of(domain: str, name: str) -> bool:
    """Whether a web address is the name, begins it, is most of it, or joins its words."""
    key = party_names.site_key(name)
    site = party_names.site_key(domain)
    if not key or len(site) < _SHORTEST_DOMAIN:
        return False
    parts = domain.split("-")
    is_joined = party_names.is_spelt_from(domain, name) or (
        len(parts) > 1
        and all(len(part) >= _SHORTEST_PART and party_names.site_key(part) in key for part in parts)
    )
    is_most = len(key) >= _SHORTEST_DOMAIN and (
        (site.startswith(key) and 2 * len(key) >= len(site))
        or (site in key and 2 * len(site) >= len(key))
    )
    return is_joined or is_most or key.startswith(site)
