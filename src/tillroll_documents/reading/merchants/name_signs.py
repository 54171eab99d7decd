"""What the words of a line say for or against its being a name."""

import re
from collections.abc import Sequence, Set
from typing import Final

from tillroll_documents.reading import weights, words
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.names import (
    name_key,
)
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.text import company_names
from tillroll_documents.reading.text.company_names import (
    find_legal_form,
    leads_name,
    tells_kind,
)
from tillroll_documents.reading.text.dates import find_time
from tillroll_documents.reading.text.folding import (
    fold,
)
from tillroll_documents.reading.text.places import is_place, is_town, names_region
from tillroll_documents.reading.text.vocabulary import (
    Found,
    concepts_of,
)
from tillroll_documents.reading.weights import Candidate

_BLOCK: Final = re.compile(
    r"[都道府県市区町村郡]\S{0,20}?\d{1,4}(?:[-丁番号]|$)|^〒|^\S{1,5}(?<![商書酒飯薬本茶])店$"
)
"""A block in Japan, in an address without a street, "港区芝1-2-3"; or a branch, "渋谷店"."""
_KIND_WORDS: Final = frozenset({Concept.TRADE, Concept.CUISINE, Concept.FIRM})


def is_only_kind(name: str, page: Page) -> bool:
    """Whether each word says what the shop is: "Mexican Restaurant & Bar"."""
    return _are_only_kind(LETTERS.findall(name), page)


def _are_only_kind(words: Sequence[str], page: Page) -> bool:
    return bool(words) and all(_KIND_WORDS & concepts_of(word, page.languages) for word in words)


_NO_NAMES: Final = [code for code, weight in weights.MERCHANT.items() if weight < -35]
"""Signs that weigh so much make a line no name, whatever else it looks like."""
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
"""Words for a kind of paper that names begin with too."""
_LEADING: Final = frozenset({Concept.REGISTRATION, Concept.STAFF, Concept.CUSTOMER})
"""These begin a line that is about them: "Cashier Anna"."""
NAME_WORDS: Final = frozenset({Concept.TRADE, Concept.FIRM})
_OF_NAMES: Final = NAME_WORDS | {Concept.CUISINE, Concept.ADDRESS, Concept.OWNED_BY}
_FEW_LETTERS: Final = 4
"""So many letters beside known words make no name: "GST ID NO", "TABLE A2"."""
_NOTE: Final = 10
"""Letters; a note in handwriting is shorter."""
_PLACES: Final = words("""
    centre center park plaza mall square tower town city village building box arcade complex
    megamall dataran menara wisma kompleks arked st drive lane airport
""")
"""Words of addresses that are words of names too: "Studio 54 Plaza", "The Toast Box"."""
LETTERS: Final = re.compile(r"[^\W\d_]+")
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_DIGIT: Final = re.compile(r"\d")
_WEB: Final = re.compile(r"@|www\.|https?:|\.(?:com|net|org)\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"\w:\s*\w")
"""A heading and what belongs to it: "Guests: 2", "Tab: Bar"."""
_STREET: Final = re.compile(r"[^\W\d_]str(?:\.|aße|asse)?\s{0,2}\d", re.IGNORECASE)
"""German streets end in their kind: "Pilgerstr. 69"."""
_REGISTER_LINE: Final = re.compile(
    r"\W*(?:co|reg|comp\w{0,4}|gst|sst|roc|brn)\b\W?.{0,14}?\d{5}", re.IGNORECASE
)
"""A register's number, whatever is left of its label: "Co-RE:360671-D"."""
BRACKETED: Final = re.compile(r"\([^()]*\)")
_POSTCODE: Final = re.compile(r"\s*[A-Z]{0,2}-?\d{4,6}[\s,]")
_POSTCODE_BEHIND: Final = re.compile(
    r"\d\w?,? ?(?:, ?|\s)(?:[A-Z]{1,2}-)?(?:\d{3} \d{2}|\d{2}-\d{3}|\d{4}-\d{3}|\d{4,5})\s[^\W\d_]"
    r"|^\W{0,2}\d.{0,60}\b"
    r"(?:[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|[A-Z]{2,3} \d{4,5})\W{0,2}$"
)
"""Behind a street with its number: "Průmyslová 3, 614 00 Brno", "6 Market Row Totnes TQ9 5DL"."""


def word_signs(page: Page, line: Line, name: str, end: int, *, legal: bool) -> dict[str, bool]:
    """What the words of the line say of the name that was cut out of it and ends at `end`."""
    text = line.plain
    named = _told(page, line, name)
    if Concept.TRADE in named and _is_in_street(page, line):
        named = named - {Concept.TRADE}
    letters = sum(map(str.isalpha, name))
    words = LETTERS.findall(name)
    is_paper = any(
        each.concept is Concept.HEADING and each.start < end for each in page.found(line)
    )
    is_shop = bool(named & NAME_WORDS)
    address = _address_words(page, line)
    numbered = bool(_DIGIT.search(text))
    is_street = numbered and Concept.FIRM not in named and not address <= _PLACES
    is_located = False
    if not legal:
        is_located = is_street or _is_located(
            name, text, address, is_numbered=numbered, is_shop=is_shop
        )
    only_kind = not legal and _are_only_kind(words, page)
    signs = {
        "has_legal_form": legal,
        "has_firm_word": Concept.FIRM in named and not legal,
        "has_trade_word": Concept.TRADE in named,
        "owner_named": Concept.OWNED_BY in named,
        "capitals": letters > 0 and name.upper() == name,
        "too_short": letters < 3,
        "few_letters": letters * 2 < len(name.replace(" ", "")),
        "is_address": is_located,
        "is_entry": bool(":" in name and _ENTRY.search(name) and Concept.OWNED_BY not in named)
        or (only_kind and "#" in text)
        or (Concept.RECEIPT_NUMBER in named and not legal and not is_shop),
        "only_kind": only_kind,
        "only_form": legal and _is_only_form(name),
        "has_address_word": bool(address) and not numbered and not legal and not is_shop,
        "is_heading": (is_paper and Concept.HEADING in named and not legal and not is_shop)
        or _is_label(page, words),
        "is_plot": not legal
        and not is_shop
        and bool(company_names.PLOT.fullmatch(text.strip(" .,"))),
        "has_amount_or_date": numbered
        and bool(_MONEY.search(text) or page.dates(line) or find_time(text)),
    }
    all_signs = signs | {_AGAINST[concept]: True for concept in named & _AGAINST.keys()}
    if not legal and numbered and _REGISTER_LINE.match(text):
        all_signs["is_registration"] = True
    if legal and Concept.CUSTOMER not in named:
        all_signs.pop("is_staff_or_customer", None)  # "PINE HOST SDN BHD" waits at no table
    if _WEB.search(text) and not legal:
        all_signs["is_contact"] = True
    if not any(map(all_signs.get, _NO_NAMES)):
        all_signs |= _looks(text, name, end, legal=legal, is_shop=is_shop)
        is_doubtful = (
            all_signs.get("is_slogan") or all_signs.get("is_branch") or all_signs.get("is_scribble")
        )
        if not is_doubtful and not is_shop:
            all_signs["has_trade_word"] = tells_kind(name)
        elif letters < _NOTE and all_signs.get("is_scribble"):
            all_signs["has_trade_word"] = False  # a note of what was bought: "bill tea"
    return all_signs


def _is_located(
    name: str, text: str, address: Set[str], *, is_numbered: bool, is_shop: bool
) -> bool:
    """Whether a line with this name, and these words of an address, says where something is."""
    if address and _is_building(name, text, is_shop=is_shop):
        return True
    if is_numbered and (
        _POSTCODE.match(text) or _POSTCODE_BEHIND.search(text) or _STREET.search(text)
    ):
        return True
    if is_town(text):
        return True
    if not is_shop and (is_place(name) or names_region(name)):
        return True
    return not name.isascii() and _BLOCK.search(name) is not None


def _is_in_street(page: Page, line: Line) -> bool:
    """Whether the trade is in the name of a street only: "1 Market St", "Bakery Lane 3"."""
    labels = page.found(line)
    trades = [each for each in labels if each.concept is Concept.TRADE]
    streets = [each.start for each in labels if each.concept is Concept.ADDRESS]
    for trade in trades:
        streets_after = [start for start in streets if start >= trade.end]
        if not streets_after or line.plain[trade.end : min(streets_after)].strip():
            return False
    return bool(trades)


def _is_building(name: str, text: str, *, is_shop: bool) -> bool:
    """Whether a line that names a building or a square gives its number too: "4 Market Square",
    "PLAZA OAK, 2-12".
    """
    if name[0].isdecimal():
        return not is_shop or fold(name.rsplit(maxsplit=1)[-1]) in _PLACES
    return not is_shop and "," in text and bool(_DIGIT.search(text))


def _told(page: Page, line: Line, name: str) -> Set[Concept]:
    """The concepts that the line is about. A word that is a part of a name is no label: "PEJABAT
    POS SELATAN".
    """
    text = line.plain
    named = page.named(line)
    doubtful = named & _ALSO_NAMES
    if not doubtful or ":" in text or "#" in text or _DIGIT.search(name):
        return named
    terms = page.found(line)
    spans = {(each.start, each.end) for each in terms}
    letters = sum(map(str.isalpha, text)) - sum(
        sum(map(str.isalpha, text[start:end])) for start, end in spans
    )
    if letters < _FEW_LETTERS:
        return named
    return named - {
        c
        for c in doubtful
        if not any(_is_label_of(c, each, text=text, named=named) for each in terms)
    }


def _is_label_of(concept: Concept, term: Found, text: str, named: Set[Concept]) -> bool:
    """Whether the found words are a label for the concept, not a word of a name."""
    if term.concept is not concept:
        return False
    words = text[term.start : term.end]
    is_first = not text[: term.start].strip(" *-")
    if " " in words.strip():
        return True
    if concept is Concept.HEADING:
        return not (is_first and fold(words) in _HEADS_NAMES)
    return concept in _LEADING and is_first and not named & NAME_WORDS


def _address_words(page: Page, line: Line) -> Set[str]:
    """The line's words for an address, folded; "no" behind another word counts something else:
    "QUEUE NO 23".
    """
    text = line.plain
    terms = [each for each in page.found(line) if each.concept is Concept.ADDRESS]
    words = {fold(text[each.start : each.end]) for each in terms}
    if words == {"no"}:
        before = text[: terms[0].start].rstrip()
        if not before or not before[-1].isalpha():
            return words
        return frozenset()
    return words


def _is_label(page: Page, words: Sequence[str]) -> bool:
    """Whether the words of a line are no more than a label of other things than names: "CASH",
    "TOTAL".
    """
    concepts_of_words = (concepts_of(word, page.languages) for word in words)
    return bool(words) and all(
        concepts and concepts.isdisjoint(_OF_NAMES) for concepts in concepts_of_words
    )


def _looks(text: str, name: str, end: int, *, legal: bool, is_shop: bool) -> dict[str, bool]:
    """What a line looks like whose words do not say that it is no name."""
    is_other_firm = bool(company_names.OTHER_FIRM.search(text[:end]))
    if legal:
        return {"is_other_firm": is_other_firm}
    is_branch = not is_shop and company_names.is_branch(text)
    return {
        "is_slogan": company_names.is_slogan(text),
        "is_branch": is_branch or bool(company_names.STORE_NUMBER.match(text.lstrip(" *#-("))),
        "is_other_firm": is_other_firm,
        "is_person": not is_shop and company_names.is_person(name),
        "is_scribble": company_names.is_scribble(name),
    }


def _is_only_form(name: str) -> bool:
    """Whether nothing is left of a name but its legal form and a place in parentheses: "(M) SDN
    BHD".
    """
    form = find_legal_form(name)
    if form is None or leads_name(name):
        return False
    rest = name[: form[0]]
    if name[form[0] : form[1]] in company_names.WITHOUT_SPACES:
        rest += name[form[1] :]  # "株式会社" may precede the name
    return not name_key(BRACKETED.sub("", rest))


_IS_NAME: Final = frozenset(
    {"has_legal_form", "has_firm_word", "owner_named", "spelt_elsewhere", "greeted"}
)
"""Each says by itself that a name is meant."""
_LONGEST_SHORT: Final = 5
"""Letters of a word that may be the rest of a longer one. Brands as short stand elsewhere too."""
_WORD: Final = re.compile(r"[^\W_]+")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_MOST_TOWN_WORDS: Final = 3


def doubt_about(
    merchants: Sequence[Candidate[str]], registered: Sequence[Candidate[str]], page: Page
) -> ReviewReason | None:
    """Why the best name may be none: it is a place, or a part of a word. None where nothing speaks
    against it.

    A line that was not read, or cut, leaves such a name. It stands where a name stands, so that its
    place alone says nothing against it.
    """
    if not merchants:
        return None
    best = merchants[0]
    others = [each for each in registered[:1] if name_key(each.value) != name_key(best.value)]
    if any(_is_firm(each) for each in (best, *others)):
        return None
    if any(_names_place(each, page) for each in (best, *others)):
        return ReviewReason.MERCHANT_PLACE
    if _may_be_part(best, page):
        return ReviewReason.MERCHANT_SHORT
    return None


def _is_firm(candidate: Candidate[str]) -> bool:
    if _IS_NAME & candidate.reasons.keys():
        return True
    return find_legal_form(candidate.value) is not None


def _names_place(candidate: Candidate[str], page: Page) -> bool:
    """Whether a name begins as addresses do, or ends in a town, and says no trade."""
    if "has_trade_word" in candidate.reasons and "only_kind" not in candidate.reasons:
        return False
    if "named_again" in candidate.reasons:
        return False
    line = candidate.line
    for each in page.found(line):
        word = fold(line.plain[each.start : each.end])
        is_first = each.start <= candidate.start
        if each.concept is Concept.ADDRESS and is_first and word not in _PLACES:
            return True
    words = LETTERS.findall(candidate.value)
    ends = (" ".join(words[-count:]) for count in range(1, min(len(words), _MOST_TOWN_WORDS) + 1))
    return names_region(candidate.value) or any(is_town(end) for end in ends)


def _may_be_part(candidate: Candidate[str], page: Page) -> bool:
    """Whether a name is one short word that stands nowhere else on the paper."""
    word = candidate.value.strip(" .,:;*-")
    if len(word) > _LONGEST_SHORT or _LATIN.fullmatch(word) is None:
        return False
    key = word.casefold()
    for line in page.lines:
        if line.index == candidate.line.index:
            continue
        if key in (each.casefold() for each in _WORD.findall(line.plain)):
            return False
    return True
