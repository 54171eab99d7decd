"""Seller and buyer of an invoice, told apart by labels, the address window, letterhead, imprint and bank details."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from tillroll.invoices.printed import words
from tillroll.invoices.printed.sheet import Cell, Found, Sheet
from tillroll.receipts.names.legal_forms import LEGAL_FORM
from tillroll.receipts.own import Own, name_key

_BUYER, _SELLER, _OTHER = (words.party(table) for table in (words.BUYER, words.SELLER, words.OTHER_PARTY))
_LABELLED, _SENDER_LINE, _LETTERHEAD, _FIRST_LINE, _IMPRINT, _HOLDER, _NAMED, _DOMAIN = 40, 28, 14, 6, 12, 14, 6, 8
_NO_OTHER: Final = 10
"""The buyer is known, and nobody else is named."""
SURE: Final = 36
"""A label, or two signs that are independent of each other."""
_TITLE: Final = words.title((*words.INVOICE, *words.CREDIT_NOTE, *words.STATEMENT, *words.OTHER))
_HEAD_LINES: Final = 10
_BLOCK_LINES: Final = 6
_WINDOW_LINES: Final = 45
_IMPRINT_LINES: Final = 4
_MOST_WORDS: Final = 9
_SEPARATORS: Final = re.compile(r"\s*(?:[·•|;▪●*]|\s[\u2013-]\s|,\s)\s*")
_POSTCODE: Final = re.compile(
    r"(?<!\d)(?:[A-Z]{1,2}[- ])?\d{4,5}(?!\d)\s+[^\W\d_]|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"
)
_STREET: Final = re.compile(
    r"[^\W\d_].*\s\d{1,4}\s?[a-zA-Z]?\b|^\d{1,4},?\s[^\W\d_]|\b(?:rue|via|calle|avenue|street|road)\b", re.IGNORECASE
)
_NO_NAME: Final = re.compile(
    r"^(?:(?:kunden?|debitor|client|customer|order|nummer|number|globale|ust|vat|tel|fax|e-?mail|www|http|datum|date|seite|page"
    r"|attn|z\.? ?hd|c/o|anschrift|address|adresse|ansprechpartner|steuer|iban|bic|siret|gln|n\s?[°º]|id\b)[\w .-]*:?)",
    re.IGNORECASE,
)
_SALUTATION: Final = re.compile(
    r"^(?:herrn?|frau|firma|mr\.?|mrs\.?|ms\.?|m\.|mme|monsieur|madame|fa\.)\s+", re.IGNORECASE
)
_NO_PART: Final = re.compile(r"\s+[^\W_A-ZÄÖÜÉÈÀ]")
_DOMAIN_NAME: Final = re.compile(r"(?:@|www\.|https?://)(?:www\.)?([\w-]+(?:\.[\w-]+)*)\.[a-z]{2,6}\b", re.IGNORECASE)
_PROVIDERS: Final = frozenset(
    ("gmail", "gmx", "web", "t-online", "outlook", "hotmail", "yahoo", "icloud", "freenet", "orange", "wanadoo", "free",
     "laposte", "libero")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parties:
    """Seller and buyer; `is_sure` where enough speaks for the seller and nobody comes close. `buyer_ranks` are the
    lines about the buyer; `is_own` where the account is named as the seller."""

    seller: Found[str] | None
    is_sure: bool
    buyer: Found[str] | None
    buyer_ranks: frozenset[int]
    is_own: bool


def find_parties(sheet: Sheet, own: Own) -> Parties:
    """The parties of an invoice."""
    blocks = {cell.rank: cell for cell in sheet.cells() if _OTHER.fullmatch(cell.text)}
    buyers = list(_labelled(sheet, _BUYER))
    others = {rank for cell in blocks.values() for rank in _block_ranks(sheet, cell)}
    window = _address_window(sheet)
    if window and not buyers:
        buyers.append(window)
    buyer = buyers[0] if buyers else _by_own_name(sheet, own)
    buyer_ranks = {rank for found in buyers for rank in range(found.rank, found.rank + _BLOCK_LINES - 2)}
    excluded = {name_key(found.value) for found in buyers}
    scores: dict[str, int] = defaultdict(int)
    best: dict[str, Found[str]] = {}
    labelled = {name_key(found.value) for found in _labelled(sheet, _SELLER)}
    for found in _sellers(sheet, buyer_ranks | others):
        key = name_key(found.value)
        if not key or (key in excluded and key not in labelled) or (own.is_name(found.value) and key not in labelled):
            continue
        scores[key] += found.score
        if key not in best or _is_fuller(found, best[key]):
            best[key] = found
    _merge(scores, best)
    ranked = sorted(best, key=lambda key: scores[key], reverse=True)
    if not ranked:
        return Parties(None, is_sure=False, buyer=buyer, buyer_ranks=frozenset(buyer_ranks), is_own=False)
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
        buyer_ranks=frozenset(buyer_ranks),
        is_own=own.is_name(seller.value),
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


def _sellers(sheet: Sheet, excluded: set[int]) -> Iterator[Found[str]]:
    yield from _labelled(sheet, _SELLER)
    domains = _domains(sheet)
    for cell in sheet.cells():
        if cell.rank in excluded:
            continue
        holder = words.ACCOUNT_HOLDER.search(cell.text)
        if holder:
            yield from _holder(sheet, cell, holder)
            continue
        sender = _sender(cell)
        if sender and cell.rank < _WINDOW_LINES:
            yield sender
        found = sender or _with_legal_form(cell)
        if found is None:
            if cell.rank == 0 and cell is sheet.rows[0][0] and _is_name(cell.text) and not _TITLE.match(cell.text):
                yield from _first_line(cell, domains)
            continue
        yield Found(found.value, found.rank, found.start, found.end, _NAMED)
        if cell.rank < _HEAD_LINES:
            yield Found(found.value, found.rank, found.start, found.end, _LETTERHEAD)
        near = sheet.lines[max(0, cell.rank - 2) : cell.rank + _IMPRINT_LINES]
        if any(words.IMPRINT.search(line.plain) for line in near):
            yield Found(found.value, found.rank, found.start, found.end, _IMPRINT)
        if _fits(found.value, domains):
            yield Found(found.value, found.rank, found.start, found.end, _DOMAIN)


def _first_line(cell: Cell, domains: frozenset[str]) -> Iterator[Found[str]]:
    name = cell.text.strip()
    yield Found(name, cell.rank, cell.start, cell.start + len(name), _FIRST_LINE)
    if _fits(name, domains):
        yield Found(name, cell.rank, cell.start, cell.start + len(name), _LETTERHEAD + _DOMAIN)


def _holder(sheet: Sheet, cell: Cell, match: re.Match[str]) -> Iterator[Found[str]]:
    text, start = match["name"].strip(" :"), cell.start + match.start("name")
    beside = sheet.beside(cell)
    if not text and beside:
        text, start = beside.text.lstrip(": "), beside.start
    if _is_name(text):
        yield Found(text, cell.rank, start, start + len(text), _HOLDER)


def _sender(cell: Cell) -> Found[str] | None:
    """The name in the line above an address window: name, street and town, parted by signs."""
    parts = [part for part in _SEPARATORS.split(cell.text) if part]
    if len(parts) < 3 or not any(_POSTCODE.search(part) for part in parts[1:4]) or not _is_name(parts[0]):
        return None
    if not any(_STREET.search(part) for part in parts[1:3]):
        return None
    start = cell.start + cell.text.index(parts[0])
    return Found(parts[0].strip(), cell.rank, start, start + len(parts[0]), _SENDER_LINE)


def _with_legal_form(cell: Cell) -> Found[str] | None:
    """The part of the cell that has a legal form, and reads like a name."""
    place = 0
    for part in _SEPARATORS.split(cell.text):
        text = part.strip()
        place = cell.text.find(text, place) if text else place
        label, colon, behind = text.rpartition(": ")
        name = behind if colon and len(label) < 30 else text
        name = _cut(name)
        if LEGAL_FORM.search(name) and _is_name(name):
            start = cell.start + cell.text.index(name, place)
            return Found(name, cell.rank, start, start + len(name), _NAMED)
    return None


def _cut(name: str) -> str:
    """Without what follows the legal form in small letters or digits: "au capital de 10 000"."""
    forms = [match.end() for match in LEGAL_FORM.finditer(name)]
    return name[: forms[-1]] if forms and _NO_PART.match(name, forms[-1]) else name


def _is_name(text: str) -> bool:
    letters = sum(sign.isalpha() for sign in text)
    is_address = any(map(str.isdecimal, text)) and (_STREET.search(text) or _POSTCODE.search(text)) is not None
    if is_address and not LEGAL_FORM.search(text):
        return False
    is_label = _NO_NAME.match(text) is not None or text.rstrip().endswith(":")
    return letters >= 3 and letters > len(text) / 2 and len(text.split()) <= _MOST_WORDS and not is_label


def _labelled(sheet: Sheet, pattern: re.Pattern[str]) -> Iterator[Found[str]]:
    """The names under or beside a party's label."""
    for cell in sheet.cells():
        match = pattern.fullmatch(cell.text)
        if match is None:
            continue
        found = _in_cell(cell, match) or _named_in_block(sheet, cell) or _beside_or_below(sheet, cell)
        if found:
            yield found


def _in_cell(cell: Cell, match: re.Match[str]) -> Found[str] | None:
    text = (match["name"] or "").strip()
    if not _is_name(text):
        return None
    start = cell.start + match.start("name")
    return _cleaned(Found(text, cell.rank, start, start + len(text), _LABELLED))


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
                    and not _SALUTATION.fullmatch(f"{above[0].text} ")
                ):
                    text = f"{above[0].text} {text}"
            if text.strip():
                return _cleaned(Found(text.strip(), rank, start, start + len(text), _LABELLED))
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
            if _is_name(cell.text):
                return _cleaned(Found(cell.text, cell.rank, cell.start, cell.end, _LABELLED))
    beside = sheet.beside(label)
    if beside and label.text.rstrip().endswith(":") and _is_name(beside.text):
        return _cleaned(Found(beside.text, beside.rank, beside.start, beside.end, _LABELLED))
    return None


def _cleaned(found: Found[str]) -> Found[str]:
    """Without a salutation before it, or an address behind it."""
    name = _SALUTATION.sub("", found.value)
    parts = _SEPARATORS.split(name)
    if len(parts) > 1 and any(any(sign.isdecimal() for sign in part) for part in parts[1:]):
        name = parts[0]
    start = found.start + max(0, found.value.find(name))
    return Found(name, found.rank, start, start + len(name), found.score)


def _address_window(sheet: Sheet) -> Found[str] | None:
    """The first line of an address under the sender's line, as it stands in an envelope's window."""
    for cell in sheet.cells():
        if cell.rank >= _WINDOW_LINES or _sender(cell) is None:
            continue
        column = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 1 + _BLOCK_LINES + 1]
            for other in row
            if abs(other.start - cell.start) <= 6
        ]
        names = [other for other in column if not _SALUTATION.fullmatch(f"{other.text} ")]
        if names and any(_POSTCODE.search(other.text) for other in column) and _is_name(names[0].text):
            first = names[0]
            return _cleaned(Found(first.text, first.rank, first.start, first.end, _LABELLED))
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
        if cell.rank >= _WINDOW_LINES or not _is_name(cell.text) or name_key(cell.text) == seller:
            continue
        under = [
            other
            for row in sheet.rows[cell.rank + 1 : cell.rank + 4]
            for other in row
            if abs(other.start - cell.start) <= 1
        ]
        if len(under) >= 2 and _STREET.search(under[0].text) and any(_POSTCODE.match(each.text) for each in under[1:]):
            return _cleaned(Found(cell.text, cell.rank, cell.start, cell.end, _LABELLED))
    return None
