"""The two names of a shop, the people's and the register's. Another print on the same paper puts a name right, by one
letter at most."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final, NamedTuple

from tillroll.reading import weights as reading_weights
from tillroll.reading.candidates import Candidate, ranked
from tillroll.reading.company_names import find_legal_form
from tillroll.reading.languages import Concept
from tillroll.reading.names import name_key
from tillroll.reading.page import Page
from tillroll.reading.vocabulary import concepts_of

_SHORTEST: Final = 5
"""Letters and digits; shorter ones are found a letter apart by chance."""
_WORD: Final = re.compile(r"[^\W_]+")
_ADDRESS: Final = re.compile(r"@|www|https?:|\.(?:com|net|org|co|my|sg)\b", re.IGNORECASE)
_TWICE: Final = 2


def mended(candidate: Candidate[str], page: Page) -> Candidate[str]:
    """The candidate with its name as it is spelt elsewhere, where this print lost or misread a letter of it."""
    form = find_legal_form(candidate.value)
    core = candidate.value[: form[0]] if form else candidate.value
    key = name_key(core)
    if len(key) < _SHORTEST:
        return candidate
    prints = Counter[str]()
    for other, is_address in _other_prints(candidate, core, key, page):
        if other == key:
            return candidate
        prints[other] += _TWICE if is_address else 1
    if not prints:
        return candidate
    [(other, times)] = prints.most_common(1)
    right = _put_right(core, key, other, times, page)
    if right is None:
        return candidate
    mending = Candidate(right + candidate.value[len(core) :], candidate.line, candidate.start, candidate.end)
    mending.reasons.update(candidate.reasons)
    mending.give("spelt_elsewhere", reading_weights.MERCHANT)
    return mending


def _other_prints(candidate: Candidate[str], core: str, key: str, page: Page) -> Iterator[tuple[str, bool]]:
    """What is printed on other lines and differs by a letter at most, and whether it is an address of the web."""
    count = len(_WORD.findall(core))
    half = len(key) // 2
    one, two = key[:half], key[half:]  # of a name with one wrong letter, one half is right
    for line in page.lines:
        if line.index == candidate.line.index:
            continue
        letters = name_key(line.plain)
        if not (one in letters or two in letters):
            continue
        words = [word.casefold() for word in _WORD.findall(line.plain)]
        is_address = bool(_ADDRESS.search(line.plain))
        for length in {1, count, count - 1} - {0}:
            for first in range(len(words) - length + 1):
                text = words[first] if length == 1 else "".join(words[first : first + length])
                if 0 <= len(text) - len(key) <= 1 and _is_near(key, text):
                    yield text, is_address


def _is_near(key: str, text: str) -> bool:
    if len(text) == len(key):
        return sum(map(str.__ne__, key, text)) <= 1
    return key in (text[1:], text[:-1])


def _put_right(core: str, key: str, other: str, times: int, page: Page) -> str | None:
    """The name without its legal form as the other print spells it; None where this one may be right as well."""
    if len(other) > len(key):
        return _with_lost_letter(core, key, other, page)
    at = next(place for place, (one, two) in enumerate(zip(key, other, strict=True)) if one != two)
    is_digit_in_word = key[at].isdecimal() and other[at].isalpha()
    if not is_digit_in_word and (times < _TWICE or not other[at].isalpha()):
        return None
    places = [place for place, sign in enumerate(core) if sign.casefold().isalnum()]
    place = places[at]
    letter = other[at].upper() if core.isupper() or not core[place].islower() else other[at]
    return core[:place] + letter + core[place + 1 :]


def _with_lost_letter(core: str, key: str, other: str, page: Page) -> str | None:
    trimmed = core.strip()
    if other[1:] == key and other[0].isalpha():
        return (other[0].upper() if trimmed[:1].isupper() else other[0]) + trimmed + core[len(core.rstrip()) :]
    last_word = _WORD.findall(trimmed)[-1]
    is_plural = other[-1] == "s" or bool(concepts_of(last_word, page.languages))
    if other[:-1] != key or not other[-1].isalpha() or is_plural:
        return None
    return trimmed + (other[-1].upper() if trimmed.isupper() else other[-1]) + core[len(core.rstrip()) :]


_FIRM_SIGNS: Final = frozenset({"has_legal_form", "registered_beside", "owner_named"})
_FIRM_SCORE: Final = 24
"""A firm that scores less is a supplier's, a bank's, or the maker of the till."""
_BRAND_SCORE: Final = 30
_ABOVE: Final = 3
_FAR_ABOVE: Final = 9
"""Where the firm stands below the address."""
_BELOW: Final = 2
"""So many lines above and below the firm a brand may stand."""
_SHORTEST_BRAND: Final = 4
"""Letters and digits."""
_AGAINST_BRAND: Final = frozenset(reading_weights.MERCHANT) & frozenset(
    code for code, weight in reading_weights.MERCHANT.items() if weight < 0
)
_TOLERATED: Final = frozenset({"below_address", "is_scribble"})
"""Weighed by a table of the brand's own."""
_SAME_NAME: Final = 0.72
"""A logo and a line of print that share so much of their letters are one name."""
_WEB_KEY: Final = re.compile(
    r"[\w.-]{0,63}\w\.(?:com|net|org|my|sg|co|biz)\b[\w.]*|[\w.-]{1,64}@[\w.-]+", re.IGNORECASE
)


class Names(NamedTuple):
    """Candidates for either name, best first."""

    merchants: Sequence[Candidate[str]]
    registered: Sequence[Candidate[str]]


def tell_apart(candidates: Sequence[Candidate[str]], page: Page) -> Names:
    """Both names, out of the ranked candidates for a name of the shop."""
    found = _tell_apart(candidates, page)
    merchants = _first_mended(found.merchants, page)
    is_one = found.merchants and found.registered and found.merchants[0] is found.registered[0]
    registered = [merchants[0], *found.registered[1:]] if is_one else _first_mended(found.registered, page)
    if merchants and registered and name_key(merchants[0].value) != name_key(registered[0].value):
        registered = [_beside_brand(registered[0]), *registered[1:]]
    return Names(merchants, registered)


def _beside_brand(firm: Candidate[str]) -> Candidate[str]:
    noted = Candidate(firm.value, firm.line, firm.start, firm.end, dict(firm.reasons))
    noted.give("beside_brand", reading_weights.MERCHANT)
    return noted


def _first_mended(candidates: Sequence[Candidate[str]], page: Page) -> Sequence[Candidate[str]]:
    return [mended(candidates[0], page), *candidates[1:]] if candidates else ()


def _tell_apart(candidates: Sequence[Candidate[str]], page: Page) -> Names:
    if not candidates or candidates[0].score <= 0:
        return Names((), ())
    best = candidates[0]
    firms = [each for each in candidates if each.score >= _FIRM_SCORE and _is_firm(each, best)]
    if not firms:
        return Names(candidates, ())
    firms.sort(key=lambda each: not _has_number_or_form(each))  # stable: the best of either
    firm = _with_form(firms, page)
    firms = [firm, *(each for each in firms if each is not firm)]
    registered = [_owner(each, page) for each in firms]
    if firm is not best:
        is_logo = _is_misread_logo(name_key(best.value), name_key(firm.value))
        return Names(registered if is_logo else candidates, registered)
    owner = registered[0] if registered[0].value != firm.value else None
    before = _before_owner(firm, page) if owner else None
    if before is not None:
        return Names([before, *candidates[1:]], registered)
    brands = _brands(candidates, firm, page)
    return Names(brands or [registered[0], *candidates[1:]], registered)


def _is_firm(candidate: Candidate[str], best: Candidate[str]) -> bool:
    """A legal form, a number in the register or "owned by" make a firm; a word such as "trading" only the best."""
    return _has_number_or_form(candidate) or (candidate is best and "has_firm_word" in candidate.reasons)


def _with_form(firms: Sequence[Candidate[str]], page: Page) -> Candidate[str]:
    """The best firm; of two beside each other, the one with a legal form: the number may stand at either."""
    best = firms[0]
    if "has_legal_form" in best.reasons:
        return best
    near = (each for each in firms if abs(page.rank(each.line) - page.rank(best.line)) <= _BELOW)
    return next((each for each in near if "has_legal_form" in each.reasons), best)


def _has_number_or_form(candidate: Candidate[str]) -> bool:
    return not _FIRM_SIGNS.isdisjoint(candidate.reasons)


def _owner(candidate: Candidate[str], page: Page) -> Candidate[str]:
    """The firm without the words that say whose shop it is: "OWN BY: PINE SDN BHD" is of Pine Sdn Bhd."""
    words = [each for each in page.found(candidate.line) if each.concept is Concept.OWNED_BY]
    if not words or "owner_named" not in candidate.reasons:
        return candidate
    start = words[-1].end
    name = candidate.line.plain[start : candidate.end].lstrip(" :.-")
    if not name or not candidate.value.endswith(name[-3:]):
        return candidate
    return Candidate(name.strip(), candidate.line, candidate.end - len(name), candidate.end, candidate.reasons)


def _before_owner(candidate: Candidate[str], page: Page) -> Candidate[str] | None:
    """The shop's name that stands on one line with its owner's: "32 PUB & BISTRO own by PINE TRADING"."""
    words = [each for each in page.found(candidate.line) if each.concept is Concept.OWNED_BY]
    name = candidate.line.plain[candidate.start : words[0].start].rstrip(" :.-(") if words else ""
    if len(name_key(name)) < _SHORTEST_BRAND:
        return None
    reasons = {code: weight for code, weight in candidate.reasons.items() if code != "owner_named"}
    return Candidate(name, candidate.line, candidate.start, candidate.start + len(name), reasons)


def _brands(candidates: Sequence[Candidate[str]], firm: Candidate[str], page: Page) -> list[Candidate[str]]:
    """Names beside the firm's that people may say, best first."""
    rank, firm_key = page.rank(firm.line), name_key(firm.value)
    is_low = "below_address" in firm.reasons
    brands: list[Candidate[str]] = []
    for each in candidates:
        apart = rank - page.rank(each.line)
        is_beside = 0 < apart <= (_FAR_ABOVE if is_low else _ABOVE) or -_BELOW - _lines_of(firm) <= apart < 0
        if each is firm or not is_beside or (is_low and "below_address" in each.reasons):
            continue
        key = name_key(each.value)
        if len(key) < _SHORTEST_BRAND or find_legal_form(each.value) or _is_no_brand(each, firm, page):
            continue
        is_logo = _is_misread_logo(key, firm_key) and not _has_own_trade(each, firm_key, page)
        if is_logo or (key in firm_key and not firm_key.startswith(key)):
            continue
        brands.append(_brand(each, firm_key, page, is_above=apart > 0))
    good = [each for each in ranked(brands) if each.score >= _BRAND_SCORE]
    return good[:2]


def _has_own_trade(candidate: Candidate[str], firm_key: str, page: Page) -> bool:
    """Whether the name says what the shop is by a word that the firm's name has not: a logo misread has the firm's."""
    line = candidate.line
    words = [line.plain[each.start : each.end] for each in page.found(line) if each.concept is Concept.TRADE]
    return any(name_key(word) not in firm_key for word in words)


def _lines_of(firm: Candidate[str]) -> int:
    return 1 if "two_lines" in firm.reasons else 0


def _is_misread_logo(key: str, firm_key: str) -> bool:
    """Whether a line is the firm's own name as OCR read its logo: "JELKEN" above "ELKEN SERVICE SDN BHD"."""
    if firm_key.startswith(key):
        return False
    return SequenceMatcher(None, key, firm_key[: len(key)], autojunk=False).ratio() >= _SAME_NAME


def _is_no_brand(candidate: Candidate[str], firm: Candidate[str], page: Page) -> bool:
    against = (_AGAINST_BRAND - _TOLERATED) & candidate.reasons.keys()
    if against == frozenset({"has_address_word"}) and "at_top" in candidate.reasons:
        # "SHELL TAMAN EQUINE", not "TAMAN EQUINE" nor "OAK MALL"
        words = [each for each in page.found(candidate.line) if each.concept is Concept.ADDRESS]
        return any(each.start <= candidate.start or each.end >= candidate.end for each in words)
    is_registered = "registered_beside" in candidate.reasons and "has_legal_form" not in firm.reasons
    return bool(against) or is_registered


def _brand(candidate: Candidate[str], firm_key: str, page: Page, *, is_above: bool) -> Candidate[str]:
    key = name_key(candidate.value)
    brand = Candidate(candidate.value, candidate.line, candidate.start, candidate.end)
    web = {name_key(address) for address in _WEB_KEY.findall(page.text)}
    signs = {
        "above_firm": is_above,
        "has_trade_word": "has_trade_word" in candidate.reasons,
        "brand_in_firm": firm_key.startswith(key),
        "named_again": "named_again" in candidate.reasons and not firm_key.startswith(key),
        "in_address_of_web": any(key in address for address in web),
        "two_lines": "two_lines" in candidate.reasons,
        "is_scribble": "is_scribble" in candidate.reasons,
        "below_firm": not is_above,
    }
    brand.give_all(signs, reading_weights.BRAND)
    return brand
