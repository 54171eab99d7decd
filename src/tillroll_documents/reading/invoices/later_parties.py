"""Seller and buyer of a printed invoice in a language of `languages.later`, where both are behind
labels: VAT laws ask for both names, and their words are in the languages' tables. Pure."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from tillroll_documents.money import NO_CURRENCY
from tillroll_documents.reading.extraction import Extraction, Field
from tillroll_documents.reading.invoices import party_names
from tillroll_documents.reading.invoices.sheet import Cell, Found, Sheet
from tillroll_documents.reading.languages import Concept, later_language
from tillroll_documents.reading.languages.later import LATER
from tillroll_documents.reading.text.amounts import NumberStyle
from tillroll_documents.reading.text.company_names import LEGAL_FORM, name_key
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.totals.labels import TOTALS, label_amounts

_SURE: Final = 0.95
_PARTED: Final = re.compile(r"[/(|)]")
_JAPANESE: Final = "ja"
_HONORIFIC: Final = re.compile(r"\s*(?:御中|様|殿)\s*$")
_JAPANESE_FIRM: Final = re.compile(
    r"(?:株式|有限|合同|合資|合名)会社|[(\uff08](?:株|有|同)[)\uff09]|㈱|㈲|法人(?!番号)"
)
_BANK: Final = re.compile(r"銀行|信用金庫|信用組合|農協|口座|振込")
_REGISTRATION: Final = "T"
_BLOCK: Final = 6
"""Lines from a firm's name to its registration number: street, town and contacts stand between."""
_CHANGES: Final = re.compile(
    r"(?:điều chỉnh|thay thế) (?:cho )?(?:hóa|hoá) đơn|hóa đơn (?:điều chỉnh|thay thế)"
    r"|(?:訂正|修正|差替|取消).{0,4}請求書|請求書.{0,4}(?:訂正|修正|差替)|수정 ?세금계산서"
    r"|(?:更正|红字|紅字|作废|作廢).{0,4}发?票|(?:แก้ไข|แทน)ใบกำกับภาษี|ใบกำกับภาษี.{0,8}(?:แก้ไข|แทน)"
    r"|فاتورة (?:معدلة|مصححة|بديلة)|(?:تصحيح|تعديل|بدلا من) (?:ال)?فاتورة"
    r"|חשבונית (?:מתקנת|מתוקנת|חלופית)"
    r"|διορθωτικ|αντικαθιστ|ακυρωτικ|(?:módosító|helyesbítő|sztornó) ?számla"
    r"|(?:factur[ăa] (?:de corec[țt]ie|stornat|storno)|înlocuie[șs]te factura)"
    r"|коригиращ|корректировоч|исправлен|взамен сч|коригуван|замість рахун|aizstāj|koriģē"
    r"|koreguo|pakeičia|parandusarve|asendab arvet|korjauslasku|korvaa laskun"
    r"|ispravak računa|zamjenjuje račun|popravek računa|nadomešča račun|opravná fakt|nahrádza fakt",
    re.IGNORECASE,
)
"""An invoice's correction or its successor, in the languages that come later."""
_BELOW_ZERO: Final = re.compile(r"(?:^|\s)-\s?\d", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LabelledParties:
    """The one seller, and the buyer, that labels name."""

    seller: Found[str]
    buyer: Found[str]


def labelled_parties(sheet: Sheet) -> LabelledParties | None:
    """Seller and buyer; None unless labels, or what Japan's law asks for, name exactly one seller
    and a buyer who differs. A buyer may be named as a person and as a firm.
    """
    codes = tuple(sorted(sheet.page.languages & LATER.keys()))
    if not codes:
        return None
    sellers = _named(sheet, _seller_labels(codes))
    buyers = _named(sheet, _buyer_labels(codes))
    if _JAPANESE in codes:
        buyers |= _addressed(sheet)
        sellers = sellers or _registered(sheet, frozenset(buyers))
    if len(sellers) != 1 or not buyers:
        return None
    [seller] = sellers.values()
    seller_key = name_key(seller.value)
    for key in buyers:
        if not key or not seller_key or seller_key in key or key in seller_key:
            return None
    with_form = [each for each in buyers.values() if LEGAL_FORM.search(each.value)]
    buyer = next(iter(with_form or buyers.values()))
    return LabelledParties(seller, buyer)


def _addressed(sheet: Sheet) -> dict[str, Found[str]]:
    """The names that a Japanese letter is addressed to: an honorific follows them."""
    names: dict[str, Found[str]] = {}
    for row in sheet.rows:
        for place, cell in enumerate(row):
            honorific = _HONORIFIC.search(cell.text)
            if honorific is None:
                continue
            name = cell.text[: honorific.start()].strip()
            if name:
                result = _in_cell(cell, name)
            elif place > 0:
                result = _in_cell(row[place - 1], row[place - 1].text)
            else:
                result = None
            if result is not None:
                names[name_key(result.value)] = result
    return names


def _registered(sheet: Sheet, buyers: frozenset[str]) -> dict[str, Found[str]]:
    """The firm above the one registration number. Japan's Consumption Tax Act (article 57-4) wants
    the issuer's name and number on a qualified invoice, and no number of the buyer.
    """
    numbers = {each.value: each for each in sheet.tax_ids if each.value.startswith(_REGISTRATION)}
    if len(numbers) != 1:
        return {}
    [number] = numbers.values()
    rank = sheet.page.rank(number.line)
    names: dict[str, Found[str]] = {}
    for cell in sheet.cells():
        if not _JAPANESE_FIRM.search(cell.text) or _BANK.search(sheet.lines[cell.rank].plain):
            continue
        bare = _HONORIFIC.sub("", cell.text).strip()
        if name_key(bare) in buyers:
            continue
        name = _in_cell(cell, bare)
        if name is None or not 0 <= rank - cell.rank <= _BLOCK:
            return {}  # another firm, elsewhere: nobody knows whose the number is
        names[name_key(name.value)] = name
    return names


def has_amount_below_zero(sheet: Sheet) -> bool:
    """Whether something is taken off, such as what was paid before: its words are not known."""
    return any(_BELOW_ZERO.search(line.plain) for line in sheet.lines)


def changes_another(sheet: Sheet) -> bool:
    """Whether a line says that the invoice corrects or replaces another one: what it comes to is
    not what is owed.
    """
    return any(_CHANGES.search(line.plain) for line in sheet.lines)


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
        label, colon, rest = cell.text.partition(":")
        if labels.isdisjoint(_parts(label)):
            continue
        name = None
        if rest.strip():
            name = _in_cell(cell, rest.strip())
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
