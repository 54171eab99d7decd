"""What confirms the parties of an invoice, and tells a seller apart."""

import re
from collections.abc import Iterator
from typing import Final

from tillroll_documents.reading.invoices import party_names, party_words
from tillroll_documents.reading.invoices.addresses import Addressed
from tillroll_documents.reading.invoices.parties import (
    BANK,
    BELOW,
    BESIDE,
    Parties,
    ibans,
    is_own,
    is_parted,
    tax_ids,
)
from tillroll_documents.reading.invoices.prints import has_open_end, has_open_start
from tillroll_documents.reading.invoices.sellers import (
    account_holders,
    is_banks,
    sold_by,
)
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.text.company_names import LEGAL_FORM, Own, name_key

_ABOVE: Final = 3
_GAP: Final = 4
"""Columns. What stands nearer on the line may be the rest of the name."""
_SHORTEST_DOMAIN: Final = 5
_SHORTEST_PART: Final = 3
_FEWEST_DIGITS: Final = 6
_NUMBER: Final = re.compile(
    rf"(?:{party_words.TAX_NUMBER})[^\d\n]{{0,30}}(?P<number>[A-Z]{{0,3}}\d[\w./ -]{{0,24}})",
    re.IGNORECASE,
)
_REGISTER: Final = re.compile(
    rf"(?:{party_words.REGISTER})[^\d\n]{{0,30}}(?P<number>\d[\w./ -]{{0,24}})", re.IGNORECASE
)
_AMOUNT: Final = re.compile(r"[\d., ]*\d[.,]\d{2}(?!\d)")


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
    if not BANK.search(name):
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
        if is_column and 0 <= number.rank - each.name.rank <= BELOW:
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
    if any(party_words.VIA.search(before) for before in named):
        return False
    holders = {name_key(found.value) for found in account_holders(sheet)} - {""}
    key = name_key(seller.value)
    if holders and not any(key.startswith(holder) or holder.startswith(key) for holder in holders):
        return False
    lines = [line.plain for line in sheet.lines if party_words.AGENCY.search(line.plain)]
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


def _numbers(sheet: Sheet, own: Own) -> Iterator[Found[str]]:
    yield from tax_ids(sheet, own)
    for rank, line in enumerate(sheet.lines):
        if any(party_names.TITLE.match(cell.text) for cell in sheet.rows[rank]):
            continue  # "Faktura VAT nr 12/2026" has the invoice's number
        for pattern, fewest in ((_NUMBER, _FEWEST_DIGITS), (_REGISTER, 1)):
            for match in pattern.finditer(line.plain):
                number = match["number"]
                digits = sum(map(str.isdecimal, number))
                is_buyers = party_words.OF_BUYER.search(
                    line.plain[max(0, match.start() - BESIDE) : match.start("number")]
                )
                if digits >= fewest and not (
                    is_buyers or _AMOUNT.match(number) or is_own(number, own)
                ):
                    yield Found(number, rank, start=match.start("number"), end=match.end(), score=1)


def _stands_with(sheet: Sheet, number: Found[str], mention: Cell) -> bool:
    """Whether the number stands in the block of the name, with no label of another party between
    them.
    """
    if not -_ABOVE <= number.rank - mention.rank <= BELOW:
        return False
    if is_parted(sheet, mention, number.rank):
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
