"""What confirms a seller: a tax id, a register's number, a bank account or a web address that stands with the name."""

import re
from collections.abc import Iterator
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.labelled_parties import is_party_label
from tillroll.invoices.printed.parties import Parties
from tillroll.invoices.printed.party_names import is_under
from tillroll.invoices.printed.sellers import domains_of
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.numbers.tax_id import find_tax_ids
from tillroll.receipts.own import Own, name_key, plain_id

_ABOVE: Final = 3
_BELOW: Final = 9
"""Filled lines around a name in which a number is its own: a block has name, street, town, contacts, numbers."""
_GAP: Final = 4
"""Columns. What stands nearer on the line may be the rest of the name."""
_SHORTEST_DOMAIN: Final = 5
_SHORTEST_PART: Final = 3
_FEWEST_DIGITS: Final = 6
_NUMBER: Final = re.compile(
    rf"(?:{words.TAX_NUMBER})[^\d\n]{{0,30}}(?P<number>[A-Z]{{0,3}}\d[\w./ -]{{0,24}})", re.IGNORECASE
)
_REGISTER: Final = re.compile(rf"(?:{words.REGISTER})[^\d\n]{{0,30}}(?P<number>\d[\w./ -]{{0,24}})", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"[\d., ]*\d[.,]\d{2}(?!\d)")
_IBAN: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Z0-9])")
_BANK: Final = re.compile(r"bank|sparkasse|banque|banco|banca|caixa|caisse|cr[ée]dit|building society", re.IGNORECASE)


def is_confirmed(sheet: Sheet, parties: Parties, own: Own) -> bool:
    """Whether something that only the seller has confirms the name that was read as the seller's."""
    if parties.seller is None:
        return False
    name = parties.seller.value
    buyer = "" if parties.buyer is None else parties.buyer.value
    if any(
        _is_made_of(domain, name) and not _is_made_of(domain, buyer)
        for domain in domains_of(sheet, parties.buyer_cells)
    ):
        return True
    mentions = list(_mentions(sheet, parties))
    numbers = list(_numbers(sheet, own))
    if not _BANK.search(name):
        numbers.extend(ibans(sheet))
    return any(
        _stands_with(sheet, number, mention)
        for number in numbers
        if not parties.is_buyers(number.rank, number.start)
        for mention in mentions
    )


def is_whole(sheet: Sheet, seller: Found[str]) -> bool:
    """Whether nothing beside the name may belong to it: print with wide spaces cuts a name into cells."""
    return not any(
        0 <= cell.start - seller.end < _GAP or 0 <= seller.start - cell.end < _GAP
        for cell in sheet.rows[seller.rank]
        if any(sign.isalnum() for sign in cell.text)
    )


def is_told_apart(parties: Parties) -> bool:
    """Whether the buyer is known, and is another than the seller."""
    if parties.seller is None or parties.buyer is None:
        return False
    seller, buyer = name_key(parties.seller.value), name_key(parties.buyer.value)
    return bool(buyer) and seller not in buyer and buyer not in seller


def ibans(sheet: Sheet) -> Iterator[Found[str]]:
    """The bank accounts whose check digits are right (ISO 13616-1, modulo 97)."""
    for rank, line in enumerate(sheet.lines):
        for match in _IBAN.finditer(line.plain):
            value = match[0].replace(" ", "")
            digits = "".join(str(int(sign, 36)) for sign in value[4:] + value[:4])
            if int(digits) % 97 == 1:
                yield Found(value, rank, match.start(), match.end(), 1)


def _numbers(sheet: Sheet, own: Own) -> Iterator[Found[str]]:
    """Tax ids and numbers in registers that are not the account's own."""
    for each in find_tax_ids(sheet.page):
        if not _is_own(each.value, own):
            yield Found(each.value, sheet.page.rank(each.line), each.start, each.end, 1)
    for rank, line in enumerate(sheet.lines):
        for pattern, fewest in ((_NUMBER, _FEWEST_DIGITS), (_REGISTER, 1)):
            for match in pattern.finditer(line.plain):
                number = match["number"]
                digits = sum(map(str.isdecimal, number))
                if digits >= fewest and not _AMOUNT.match(number) and not _is_own(number, own):
                    yield Found(number, rank, match.start("number"), match.end(), 1)


def _is_own(number: str, own: Own) -> bool:
    """Whether it is one of the account's own, with its country's letters or without."""
    plain = plain_id(number)
    return any(plain.endswith(each) or each.endswith(plain) for each in own.tax_ids)


def _mentions(sheet: Sheet, parties: Parties) -> Iterator[Cell]:
    """The cells that say the seller's name, the buyer's left out."""
    key = name_key(parties.seller.value) if parties.seller else ""
    return (cell for cell in sheet.cells() if key and cell not in parties.buyer_cells and key in name_key(cell.text))


def _stands_with(sheet: Sheet, number: Found[str], mention: Cell) -> bool:
    """Whether the number stands in the block of the name, with no label of another party between them."""
    if not -_ABOVE <= number.rank - mention.rank <= _BELOW:
        return False
    first, last = sorted((number.rank, mention.rank))
    place = Cell(number.rank, number.start, number.end, number.value)
    return not any(
        is_party_label(cell.text) and (is_under(cell, mention) or is_under(cell, place))
        for row in sheet.rows[first + 1 : last + 1]
        for cell in row
    )


def _is_made_of(domain: str, name: str) -> bool:
    """Whether a web address is the name, begins it, is most of it, or joins its words."""
    key, site = name_key(name), name_key(domain)
    if not key or len(site) < _SHORTEST_DOMAIN:
        return False
    parts = domain.split("-")
    is_joined = len(parts) > 1 and all(len(part) >= _SHORTEST_PART and name_key(part) in key for part in parts)
    is_most = len(key) >= _SHORTEST_DOMAIN and (site.startswith(key) or (site in key and 2 * len(site) >= len(key)))
    return is_joined or is_most or key.startswith(site)
