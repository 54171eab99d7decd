"""What the words of a line say of the name that it may hold: for it, or that it is none."""

import re
from collections.abc import Set
from typing import Final

from tillroll.receipts.dates.dates import find_time
from tillroll.receipts.languages import Concept
from tillroll.receipts.names import not_names
from tillroll.receipts.names.joining import is_only_kind
from tillroll.receipts.names.legal_forms import find_legal_form, leads_name
from tillroll.receipts.names.names import name_key
from tillroll.receipts.page.countries import is_place
from tillroll.receipts.page.kinds import tells_kind
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.regions import names_region
from tillroll.receipts.page.towns import is_town
from tillroll.receipts.page.transcript import Line
from tillroll.receipts.page.vocabulary import Found, concepts_of, fold
from tillroll.receipts.weighing import weights

_NO_NAME: Final = -35
"""A sign that weighs less makes a line no name, whatever else it looks like."""
_AGAINST: Final = {
    Concept.GREETING: "is_greeting",
    Concept.CONTACT: "is_contact",
    Concept.REGISTRATION: "is_registration",
    Concept.STAFF: "is_staff_or_customer",
    Concept.CUSTOMER: "is_staff_or_customer",
}
_ALSO_NAMES: Final = frozenset(
    {Concept.CONTACT, Concept.REGISTRATION, Concept.STAFF, Concept.CUSTOMER, Concept.HEADING}
)
"""Single words for these occur in names: "POS", "Mobile", "Host", "Original"."""
_HEADS_NAMES: Final = frozenset({"original", "check", "bill"})
"""Of the words for a kind of paper, those that names begin with."""
_LEADING: Final = frozenset({Concept.REGISTRATION, Concept.STAFF, Concept.CUSTOMER})
"""These begin a line that is about them: "Cashier Anna"."""
_NAME_WORDS: Final = frozenset({Concept.TRADE, Concept.FIRM})
_OF_NAMES: Final = _NAME_WORDS | {Concept.CUISINE, Concept.ADDRESS, Concept.OWNED_BY}
_FEW_LETTERS: Final = 4
"""So many letters beside known words make no name: "GST ID NO", "TABLE A2"."""
_NOTE: Final = 10
"""Letters; a note in handwriting is shorter."""
_PLACES_TEXT: Final = (
    "centre center park plaza mall square tower town city village building box arcade complex megamall dataran menara "
    "wisma kompleks arked st drive lane airport"
)
_PLACES: Final = frozenset(_PLACES_TEXT.split())
"""Words of addresses that are words of names too: "Studio 54 Plaza", "The Toast Box"."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_WEB: Final = re.compile(r"@|www\.|https?:|\.(?:com|net|org)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\w:\s*\w")
"""A heading and what belongs to it: "Guests: 2", "Tab: Bar"."""
_STREET: Final = re.compile(r"[^\W\d_]str(?:\.|aße|asse)?\s{0,2}\d", re.IGNORECASE)
"""German streets end in their kind: "Pilgerstr. 69"."""
_REGISTER_LINE: Final = re.compile(r"\W*(?:co|reg|comp\w{0,4}|gst|sst|roc|brn)\b\W?.{0,14}?\d{5}", re.IGNORECASE)
"""A register's number, whatever is left of its label: "Co-RE:360671-D"."""
_BRACKETED: Final = re.compile(r"\([^()]*\)")
_POSTCODE: Final = re.compile(r"\s*[A-Z]{0,2}-?\d{4,6}[\s,]")


def word_signs(page: Page, line: Line, name: str, end: int, *, legal: bool) -> dict[str, bool]:
    """What the words of the line say of the name that was cut out of it and ends at `end`."""
    text, named = line.plain, _told(page, line, name)
    letters = sum(map(str.isalpha, name))
    is_paper = any(each.concept is Concept.HEADING and each.start < end for each in page.found(line))
    is_shop = bool(named & _NAME_WORDS)
    address, numbered = _address_words(page, line), bool(_DIGIT.search(text))
    is_street = numbered and not legal and Concept.FIRM not in named and not address <= _PLACES
    is_building = bool(address) and not legal and _is_building(name, text, is_shop=is_shop)
    only_kind = not legal and is_only_kind(name, page)
    signs = {
        "has_legal_form": legal,
        "has_firm_word": Concept.FIRM in named and not legal,
        "has_trade_word": Concept.TRADE in named,
        "owner_named": Concept.OWNED_BY in named,
        "capitals": letters > 0 and name.upper() == name,
        "too_short": letters < 3,
        "few_letters": letters * 2 < len(name.replace(" ", "")),
        "is_address": is_street
        or is_building
        or (bool(_POSTCODE.match(text) or _STREET.search(text)) and not legal)
        or (not legal and is_town(text))
        or ((is_place(name) or names_region(name)) and not legal and not is_shop),
        "is_entry": bool(_ENTRY.search(name) and Concept.OWNED_BY not in named)
        or (only_kind and "#" in text)
        or (Concept.RECEIPT_NUMBER in named and not legal and not is_shop),
        "only_kind": only_kind,
        "only_form": legal and _is_only_form(name),
        "has_address_word": bool(address) and not numbered and not legal and not is_shop,
        "is_heading": (is_paper and Concept.HEADING in named and not legal and not is_shop) or _is_label(page, name),
        "is_plot": not legal and not is_shop and not_names.is_plot(text),
        "has_amount_or_date": bool(_MONEY.search(text) or page.dates(line) or find_time(text)),
    }
    against = {reason: True for concept, reason in _AGAINST.items() if concept in named}
    if not legal and _REGISTER_LINE.match(text):
        against["is_registration"] = True
    if legal and Concept.CUSTOMER not in named:
        against.pop("is_staff_or_customer", None)  # "PINE HOST SDN BHD" waits at no table
    if _WEB.search(text) and not legal:
        against["is_contact"] = True
    told = signs | against
    if not any(holds and weights.MERCHANT[code] < _NO_NAME for code, holds in told.items()):
        told |= _looks(text, name, end, legal=legal, is_shop=is_shop)
        is_doubtful = told.get("is_slogan") or told.get("is_branch") or told.get("is_scribble")
        if not is_doubtful and not is_shop:
            told["has_trade_word"] = tells_kind(name)
        elif letters < _NOTE and told.get("is_scribble"):
            told["has_trade_word"] = False  # a note of what was bought: "bill tea"
    return told


def _is_building(name: str, text: str, *, is_shop: bool) -> bool:
    """Whether a line that names a building or a square gives its number too: "4 Market Square", "PLAZA OAK, 2-12"."""
    if name[0].isdecimal():
        return not is_shop or fold(name.rsplit(maxsplit=1)[-1]) in _PLACES
    return not is_shop and "," in text and bool(_DIGIT.search(text))


def _told(page: Page, line: Line, name: str) -> Set[Concept]:
    """The concepts that the line is about. A word that is a part of a name is no label: "PEJABAT POS SELATAN"."""
    text, named = line.plain, page.named(line)
    doubtful = named & _ALSO_NAMES
    if not doubtful or ":" in text or "#" in text or _DIGIT.search(name):
        return named
    found = page.found(line)
    spans = {(each.start, each.end) for each in found}
    letters = sum(map(str.isalpha, text)) - sum(sum(map(str.isalpha, text[start:end])) for start, end in spans)
    if letters < _FEW_LETTERS:
        return named
    return named - {c for c in doubtful if not any(_is_label_of(c, each, text, named) for each in found)}


def _is_label_of(concept: Concept, found: Found, text: str, named: Set[Concept]) -> bool:
    """Whether the found words are a label for the concept, not a word of a name."""
    if found.concept is not concept:
        return False
    words, is_first = text[found.start : found.end], not text[: found.start].strip(" *-")
    if " " in words.strip():
        return True
    if concept is Concept.HEADING:
        return not (is_first and fold(words) in _HEADS_NAMES)
    return concept in _LEADING and is_first and not named & _NAME_WORDS


def _address_words(page: Page, line: Line) -> Set[str]:
    """The line's words for an address, folded; "no" behind another word counts something else: "QUEUE NO 23"."""
    text = line.plain
    found = [each for each in page.found(line) if each.concept is Concept.ADDRESS]
    words = {fold(text[each.start : each.end]) for each in found}
    if words == {"no"}:
        before = text[: found[0].start].rstrip()
        return words if not before or not before[-1].isalpha() else frozenset()
    return words


def _is_label(page: Page, name: str) -> bool:
    """Whether a line is no more than a label of other things than names: "CASH", "TOTAL"."""
    words = _LETTERS.findall(name)
    told = [concepts_of(word, page.languages) for word in words]
    return bool(words) and all(told) and _OF_NAMES.isdisjoint(frozenset[Concept]().union(*told))


def _looks(text: str, name: str, end: int, *, legal: bool, is_shop: bool) -> dict[str, bool]:
    """What a line looks like whose words do not say that it is no name."""
    if legal:
        return {"is_other_firm": not_names.tells_other_firm(text[:end])}
    return {
        "is_slogan": not_names.is_slogan(text),
        "is_branch": (not is_shop and not_names.is_branch(text)) or not_names.is_store_number(text),
        "is_other_firm": not_names.tells_other_firm(text[:end]),
        "is_person": not is_shop and not_names.is_person(name),
        "is_scribble": not_names.is_scribble(name),
    }


def _is_only_form(name: str) -> bool:
    """Whether nothing is left of a name but its legal form and a place in parentheses: "(M) SDN BHD"."""
    form = find_legal_form(name)
    return form is not None and not leads_name(name) and not name_key(_BRACKETED.sub("", name[: form[0]]))
