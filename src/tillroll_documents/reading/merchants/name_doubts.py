"""What speaks against a name that was found for the shop: it is a place, or a part of a word.
Pure.

A line that was not read, or cut, leaves such a name. It stands where a name stands, so that its
place alone says nothing against it.
"""

import re
from typing import Final

from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.merchant import Names
from tillroll_documents.reading.merchants.name_signs import PLACES
from tillroll_documents.reading.merchants.names import name_key
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.reasons import ReviewReason
from tillroll_documents.reading.text.company_names import find_legal_form
from tillroll_documents.reading.text.folding import fold
from tillroll_documents.reading.text.places import is_town, names_region
from tillroll_documents.reading.weights import Candidate

_IS_NAME: Final = frozenset(
    {"has_legal_form", "has_firm_word", "owner_named", "spelt_elsewhere", "greeted"}
)
"""Each says by itself that a name is meant."""
_LONGEST_SHORT: Final = 5
"""Letters of a word that may be the rest of a longer one. Brands as short stand elsewhere too."""
_WORD: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LATIN: Final = re.compile(r"[A-Za-z\u00c0-\u024f]+")
_MOST_TOWN_WORDS: Final = 3


def doubt_about(names: Names, page: Page) -> ReviewReason | None:
    """Why the best name may be none; None where nothing speaks against it."""
    if not names.merchants:
        return None
    best = names.merchants[0]
    others = [each for each in names.registered[:1] if name_key(each.value) != name_key(best.value)]
    if any(_is_firm(each) for each in (best, *others)):
        return None
    if any(_names_place(each, page) for each in (best, *others)):
        return ReviewReason.MERCHANT_PLACE
    return ReviewReason.MERCHANT_SHORT if _may_be_part(best, page) else None


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
        if each.concept is Concept.ADDRESS and is_first and word not in PLACES:
            return True
    words = _LETTERS.findall(candidate.value)
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
