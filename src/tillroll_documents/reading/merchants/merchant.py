"""The merchant: the shop's legal name where it is printed near the receipt's head, else the name
above the address. Tells the people's name from the register's.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final, NamedTuple

from tillroll_documents.reading import weights
from tillroll_documents.reading.extraction import Line
from tillroll_documents.reading.languages import Concept
from tillroll_documents.reading.merchants.joined_names import (
    follows,
    joined_names,
    stacked_names,
)
from tillroll_documents.reading.merchants.name_signs import (
    word_signs,
)
from tillroll_documents.reading.merchants.names import (
    greeted_names,
    name_in,
    name_key,
    repair_name,
)
from tillroll_documents.reading.page import Page
from tillroll_documents.reading.text.company_names import find_legal_form
from tillroll_documents.reading.text.places import is_town, names_region
from tillroll_documents.reading.text.vocabulary import concepts_of
from tillroll_documents.reading.weights import Candidate, ranked

_SEARCHED: Final = 10
"""Lines. The end of another receipt that is longer is a receipt of its own, which is asked."""
_HEAD_LINES: Final = 7
"""So near below its first line a receipt says who sold: a register's number, an address, a legal
form.
"""
_FEWEST_LETTERS: Final = 4
_AMOUNT: Final = re.compile(r"\d[.,]\d\d(?!\d)")
_ENDS: Final = frozenset(
    {Concept.CHANGE, Concept.CASH, Concept.CARD, Concept.ROUNDING, Concept.PAID}
)
_HEADS: Final = frozenset({Concept.REGISTRATION, Concept.CONTACT})


def head_from(page: Page) -> int:
    """The rank of the receipt's first line; what is above it is no receipt by itself, nor its
    name.
    """
    end = max(
        (rank + 1 for rank, line in enumerate(page.lines[:_SEARCHED]) if _is_end(page, line)),
        default=0,
    )
    if end == 0 or not any(_is_head(page, line) for line in page.lines[end : end + _HEAD_LINES]):
        return 0
    above = page.lines[:end]
    below = page.lines[end:]
    is_whole = any(_is_head(page, line) or page.dates(line) for line in above)
    names = (line.plain for line in above if not _is_end(page, line))
    first = next((name for name in names if sum(map(str.isalpha, name)) >= _FEWEST_LETTERS), None)
    is_named = first is not None and not _AMOUNT.search(first)
    has_sums = any(_AMOUNT.search(line.plain) for line in below)
    if has_sums and not is_whole and not is_named:
        return end
    return 0


def _is_end(page: Page, line: Line) -> bool:
    named = page.named(line)
    return Concept.GREETING in named or bool(named & _ENDS and _AMOUNT.search(line.plain))


def _is_head(page: Page, line: Line) -> bool:
    return line.index in page.legal or bool(page.named(line) & _HEADS)


HEAD_LINES: Final = 12
"""A name stands among the first lines, or beside a legal form or the words "owned by"."""
_NAME_SCORE: Final = -30
"""A line of the head that scores more counts as a name where the first and the second are found."""
_LONGEST_NAME: Final = 100
_SHORT_NAME: Final = 5
"""Letters; shorter names stand within other words by chance."""
_HEAD_MIN: Final = 3
"""So many lines may hold a number written by hand before the name."""
_CUSTOMER_LINES: Final = 4
"""After "Bill to" come the customer's name and address."""

_IS_ADDRESS: Final = frozenset({"is_address", "is_plot"})
_REGISTERED: Final = frozenset({"has_legal_form", "has_firm_word", "owner_named"})
_KEYS: Final = re.compile(r"[^\W_]+|\n")
"""What is left of the lines in the form of a `name_key`."""
_MONEY: Final = re.compile(r"\d[.,]\d{2,3}(?!\d)")
_REGISTER_NUMBER: Final = re.compile(
    r"[\s,.]*(?:\(\s?|(?:co|company|reg|brn)\b.{0,9}?)[A-Z]{0,2}\d{4,}", re.IGNORECASE
)
_NUMBER_ALONE: Final = re.compile(
    r"\W*(?:(?:[A-Z]{2}-?)?\d{5,12}\s?-\s?[A-Z]|[A-Z]{2}\d{6,9}|\d{5,9}[A-Z]|\d{12}\s?\(.{5,"
    r"12}\)|20\d{10})\W*"
)
"""A register's number on a line of its own: "(001451637-M)", "JM0681589-W", "(894015P)",
"202001012345 (1234567-A)".
"""


def find_merchants(page: Page) -> list[Candidate[str]]:
    legal = page.legal
    owners = page.naming(Concept.OWNED_BY)
    head = head_from(page)
    lines = (
        line
        for rank, line in enumerate(page.lines)
        if 0 <= rank - head < HEAD_LINES or line.index in legal or line in owners
    )
    candidates: list[Candidate[str]] = []
    for line in lines:
        name, start, end = name_in(page, line)
        if name and len(name) <= _LONGEST_NAME:
            signs = word_signs(page, line, name=name, end=end, legal=line.index in legal)
            candidates.append(
                Candidate(name, line, start=start, end=end).give_all(signs, weights.MERCHANT)
            )
    for street, city in pairwise(candidates):
        # A line that begins with a number above a city and its region is a street, whatever it is
        # called.
        if street.value[0].isdecimal() and follows(street, city, page) and names_region(city.value):
            street.give("is_address", weights.MERCHANT)
    _weigh_places(candidates, page, head)
    return [
        *candidates,
        *joined_names(candidates, page),
        *stacked_names(candidates, page),
        *greeted_names(page),
    ]


def _weigh_places(candidates: Sequence[Candidate[str]], page: Page, head: int) -> None:
    """What a candidate's place says: among the first names, below the address, the customer's, or
    the goods.
    """
    items_from = _items_from(page, head)
    keys = "".join(_KEYS.findall(page.text.casefold()))
    names = 0
    below_address = False
    customer_until = -1
    above_address = _above_address(candidates, page)
    earlier_names: list[str] = []
    first: Candidate[str] | None = None
    for candidate in candidates:
        rank = page.rank(candidate.line)
        key = name_key(candidate.value)
        is_name = candidate.score > _NAME_SCORE and "too_short" not in candidate.reasons
        is_address = "is_address" in candidate.reasons
        is_second = first is not None and _is_second(candidate, first, page)
        signs = {
            "at_top": is_name and names == 0,
            "second_name": is_name and names == 1,
            "among_first_lines": is_name and names > 1 and rank - head < HEAD_LINES,
            "goes_on_from_name": key.startswith(tuple(earlier_names))
            and any(_goes_on(candidate, name, page) for name in earlier_names),
            "below_address": below_address,
            "above_address": is_name and candidate.line.index in above_address and not is_second,
            "registered_beside": is_name and _is_registered(candidate, page),
            "below_items": rank >= items_from,
            "before_head": rank < head,
            "named_again": len(candidate.value) > _SHORT_NAME and keys.count(key) > 1,
            "is_staff_or_customer": rank <= customer_until,
        }
        candidate.give_all(signs, weights.MERCHANT)
        names += is_name
        first = candidate if is_name and first is None else first
        if is_name and len(key) > _SHORT_NAME and not below_address:
            earlier_names.append(key)
        # A plot's number alone is no address, nor is one above all names: both are what a hand
        # wrote there.
        below_address = below_address or (
            is_address and (names > 0 or "is_plot" not in candidate.reasons)
        )
        if Concept.CUSTOMER in page.named(candidate.line):
            customer_until = rank + _CUSTOMER_LINES


def _goes_on(candidate: Candidate[str], name: str, page: Page) -> bool:
    """Whether a name is another one, given by its key, with more behind it, that is not only where
    its branch is.
    """
    key = name_key(candidate.value)
    if key == name or not key.startswith(name):
        return False
    words = candidate.value.split()
    rest = next(
        (words[n:] for n in range(1, len(words)) if name_key("".join(words[:n])) == name),
        list[str](),
    )
    is_branch = bool(rest) and (
        is_town(" ".join(rest)) or Concept.ADDRESS in concepts_of(rest[0], page.languages)
    )
    return not is_branch


def _is_second(candidate: Candidate[str], first: Candidate[str], page: Page) -> bool:
    """Whether a name is set below the first one as that is, in capitals: its branch, not the name
    below a note.
    """
    is_below = follows(first, candidate, page) and len(name_key(first.value)) >= _SHORT_NAME
    return (
        is_below
        and first.value.isupper()
        and candidate.value.isupper()
        and "is_scribble" not in first.reasons
    )


def _is_registered(candidate: Candidate[str], page: Page) -> bool:
    """Whether the shop's number in a register stands behind its name, or right below it."""
    if _REGISTER_NUMBER.match(candidate.line.plain[candidate.end :]):
        return True
    rank = page.rank(candidate.line) + 1
    return any(
        Concept.REGISTRATION in page.named(below) or _NUMBER_ALONE.fullmatch(below.plain)
        for below in page.lines[rank : rank + 1]
    )


def _above_address(candidates: Sequence[Candidate[str]], page: Page) -> frozenset[int]:
    """The lines right above an address, where no registered name is printed: there a shop's name
    stands.
    """
    if any(
        _REGISTERED & each.reasons.keys() and "has_amount_or_date" not in each.reasons
        for each in candidates
    ):
        return frozenset()
    return frozenset(
        first.line.index
        for first, second in pairwise(candidates)
        if _IS_ADDRESS & second.reasons.keys()
        and follows(first, second, page)
        and not first.value[0].isdecimal()
    )


def _items_from(page: Page, head: int) -> int:
    """The rank where the goods begin: at their column headings, else at the first amount below the
    head.
    """
    ranks = (
        rank
        for rank, line in enumerate(page.lines)
        if (rank >= head and page.heads_goods(line))
        or (rank > head + _HEAD_MIN and _MONEY.search(line.plain))
    )
    return next(ranks, len(page.lines))


_SHORTEST: Final = 5
"""Letters and digits; shorter ones are found a letter apart by chance."""
_WORD: Final = re.compile(r"[^\W_]+")
_ADDRESS: Final = re.compile(r"@|www|https?:|\.(?:com|net|org|co|my|sg)\b", re.IGNORECASE)
_TWICE: Final = 2


def mended(candidate: Candidate[str], page: Page) -> Candidate[str]:
    """The candidate with its name as it is spelt elsewhere, where this print lost or misread a
    letter of it.
    """
    form = find_legal_form(candidate.value)
    core = candidate.value[: form[0]] if form else candidate.value
    key = name_key(core)
    if len(key) < _SHORTEST:
        return candidate
    prints = Counter[str]()
    for other, is_address in _other_prints(candidate, core, key=key, page=page):
        if other == key:
            return candidate
        prints[other] += _TWICE if is_address else 1
    if not prints:
        return candidate
    [(other, times)] = prints.most_common(1)
    right = _put_right(core, key, other=other, times=times, page=page)
    if right is None:
        return candidate
    whole = right + candidate.value[len(core) :]
    return replace(candidate, value=whole, reasons={**candidate.reasons}).give_all(
        {"spelt_elsewhere": True}, weights.MERCHANT
    )


def _other_prints(
    candidate: Candidate[str], core: str, key: str, page: Page
) -> Iterator[tuple[str, bool]]:
    """What is printed on other lines and differs by a letter at most, and whether it is an address
    of the web.
    """
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
                if length == 1:
                    text = words[first]
                else:
                    text = "".join(words[first : first + length])
                is_misread = len(text) == len(key) and sum(map(str.__ne__, key, text)) <= 1
                if is_misread or (len(text) == len(key) + 1 and key in (text[1:], text[:-1])):
                    yield text, is_address


def _put_right(core: str, key: str, other: str, times: int, page: Page) -> str | None:
    """The name without its legal form as the other print spells it; None where this one may be
    right as well.
    """
    if len(other) > len(key):
        return _with_lost_letter(core, key, other=other, page=page)
    at = next(place for place, (one, two) in enumerate(zip(key, other, strict=True)) if one != two)
    is_digit_in_word = key[at].isdecimal() and other[at].isalpha()
    if not is_digit_in_word and (times < _TWICE or not other[at].isalpha()):
        return None
    places = [place for place, sign in enumerate(core) if sign.casefold().isalnum()]
    place = places[at]
    if core.isupper() or not core[place].islower():
        letter = other[at].upper()
    else:
        letter = other[at]
    return core[:place] + letter + core[place + 1 :]


def _with_lost_letter(core: str, key: str, other: str, page: Page) -> str | None:
    trimmed = core.strip()
    if other[1:] == key and other[0].isalpha():
        return (
            (other[0].upper() if trimmed[:1].isupper() else other[0])
            + trimmed
            + core[len(core.rstrip()) :]
        )
    last_word = _WORD.findall(trimmed)[-1]
    is_plural = other[-1] == "s" or bool(concepts_of(last_word, page.languages))
    if other[:-1] != key or not other[-1].isalpha() or is_plural:
        return None
    return (
        trimmed
        + (other[-1].upper() if trimmed.isupper() else other[-1])
        + core[len(core.rstrip()) :]
    )


_FIRM_SIGNS: Final = frozenset({"has_legal_form", "registered_beside", "owner_named"})
_FIRM_SCORE: Final = 24
"""A firm that scores less is a supplier's, a bank's, or the maker of the till."""
_BRAND_SCORE: Final = 30
_ABOVE: Final = 3
_FAR_ABOVE: Final = 9
"""Where the firm stands below the address."""
_BELOW: Final = 2
_SHORTEST_BRAND: Final = 4
_AGAINST_BRAND: Final = frozenset(code for code, weight in weights.MERCHANT.items() if weight < 0)
_TOLERATED: Final = frozenset({"below_address", "is_scribble"})
"""Weighed by a table of the brand's own."""
_SAME_NAME: Final = 0.72
"""A logo and a line of print that share so much of their letters are one name."""
_WEB_KEY: Final = re.compile(
    r"[\w.-]{0,63}\w\.(?:com|net|org|my|sg|co|biz)\b[\w.]*|[\w.-]{1,64}@[\w.-]+", re.IGNORECASE
)

_MAY_BE_WEB: Final = re.compile(r"[@.](?:(?<=@)|(?:com|net|org|my|sg|co|biz)\b)", re.IGNORECASE)
"""What stands in each of them, found much sooner."""


class Names(NamedTuple):
    """Candidates for either name, best first."""

    merchants: Sequence[Candidate[str]]
    registered: Sequence[Candidate[str]]


def tell_apart(candidates: Sequence[Candidate[str]], page: Page) -> Names:
    """Both names, out of the ranked candidates for a name of the shop."""
    names = _tell_apart(candidates, page)
    merchants = _first_mended(names.merchants, page)
    is_one = names.merchants and names.registered and names.merchants[0] is names.registered[0]
    if is_one:
        registered = [merchants[0], *names.registered[1:]]
    else:
        registered = _first_mended(names.registered, page)
    if merchants and registered and name_key(merchants[0].value) != name_key(registered[0].value):
        noted = replace(registered[0], reasons={**registered[0].reasons})
        noted.give("beside_brand", weights.MERCHANT)
        registered = [noted, *registered[1:]]
    return Names(merchants, registered)


def _first_mended(candidates: Sequence[Candidate[str]], page: Page) -> Sequence[Candidate[str]]:
    if candidates:
        return [mended(candidates[0], page), *candidates[1:]]
    return ()


def _tell_apart(candidates: Sequence[Candidate[str]], page: Page) -> Names:
    if not candidates or candidates[0].score <= 0:
        return Names((), ())
    best = candidates[0]
    strong = [each for each in candidates if each.score >= _FIRM_SCORE]
    firms = [each for each in strong if not _FIRM_SIGNS.isdisjoint(each.reasons)]
    if best in strong and best not in firms and "has_firm_word" in best.reasons:
        firms.append(best)
    if not firms:
        return Names(candidates, ())
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


def _with_form(firms: Sequence[Candidate[str]], page: Page) -> Candidate[str]:
    """The best firm; of two beside each other, the one with a legal form: the number may stand at
    either.
    """
    best = firms[0]
    if "has_legal_form" in best.reasons:
        return best
    near = (each for each in firms if abs(page.rank(each.line) - page.rank(best.line)) <= _BELOW)
    return next((each for each in near if "has_legal_form" in each.reasons), best)


def _owner(candidate: Candidate[str], page: Page) -> Candidate[str]:
    """The firm without the words that say whose shop it is: "OWN BY: PINE SDN BHD" is of Pine Sdn
    Bhd.
    """
    words = [each for each in page.found(candidate.line) if each.concept is Concept.OWNED_BY]
    if not words or "owner_named" not in candidate.reasons:
        return candidate
    start = words[-1].end
    name = candidate.line.plain[start : candidate.end].lstrip(" :.-")
    repaired = repair_name(" ".join(name.split()), page.languages)
    if not repaired or not candidate.value.endswith(repaired[-3:]):
        return candidate
    return replace(candidate, value=repaired, start=candidate.end - len(name))


def _before_owner(candidate: Candidate[str], page: Page) -> Candidate[str] | None:
    """The shop's name that stands on one line with its owner's: "32 PUB & BISTRO own by PINE
    TRADING".
    """
    words = [each for each in page.found(candidate.line) if each.concept is Concept.OWNED_BY]
    if words:
        name = candidate.line.plain[candidate.start : words[0].start].rstrip(" :.-(")
    else:
        name = ""
    if len(name_key(name)) < _SHORTEST_BRAND:
        return None
    reasons = {code: weight for code, weight in candidate.reasons.items() if code != "owner_named"}
    return replace(candidate, value=name, end=candidate.start + len(name), reasons=reasons)


def _brands(
    candidates: Sequence[Candidate[str]], firm: Candidate[str], page: Page
) -> list[Candidate[str]]:
    rank = page.rank(firm.line)
    firm_key = name_key(firm.value)
    is_low = "below_address" in firm.reasons
    brands: list[Candidate[str]] = []
    last_below = -_BELOW - ("two_lines" in firm.reasons)
    for each in candidates:
        apart = rank - page.rank(each.line)
        is_beside = 0 < apart <= (_FAR_ABOVE if is_low else _ABOVE) or last_below <= apart < 0
        if each is firm or not is_beside or (is_low and "below_address" in each.reasons):
            continue
        key = name_key(each.value)
        if (
            len(key) < _SHORTEST_BRAND
            or find_legal_form(each.value)
            or _is_no_brand(each, firm, page)
        ):
            continue
        # What the shop is by a word that the firm's name has not: a logo misread has the firm's.
        trades = (term for term in page.found(each.line) if term.concept is Concept.TRADE)
        has_own_trade = any(
            name_key(each.line.plain[word.start : word.end]) not in firm_key for word in trades
        )
        is_logo = _is_misread_logo(key, firm_key) and not has_own_trade
        if is_logo or (key in firm_key and not firm_key.startswith(key)):
            continue
        brands.append(_brand(each, firm_key, page, is_above=apart > 0))
    return [each for each in ranked(brands) if each.score >= _BRAND_SCORE][:2]


def _is_misread_logo(key: str, firm_key: str) -> bool:
    """Whether a line is the firm's own name as OCR read its logo: "JELKEN" above "ELKEN SERVICE SDN
    BHD".
    """
    if firm_key.startswith(key):
        return False
    return SequenceMatcher(None, key, firm_key[: len(key)], autojunk=False).ratio() >= _SAME_NAME


def _is_no_brand(candidate: Candidate[str], firm: Candidate[str], page: Page) -> bool:
    against = (_AGAINST_BRAND - _TOLERATED) & candidate.reasons.keys()
    if against == frozenset({"has_address_word"}) and "at_top" in candidate.reasons:
        # "SHELL TAMAN EQUINE", not "TAMAN EQUINE" nor "OAK MALL"
        words = [each for each in page.found(candidate.line) if each.concept is Concept.ADDRESS]
        return any(each.start <= candidate.start or each.end >= candidate.end for each in words)
    is_registered = (
        "registered_beside" in candidate.reasons and "has_legal_form" not in firm.reasons
    )
    return bool(against) or is_registered


def _brand(
    candidate: Candidate[str], firm_key: str, page: Page, *, is_above: bool
) -> Candidate[str]:
    key = name_key(candidate.value)
    web = frozenset[str]()
    if _MAY_BE_WEB.search(page.text):
        web = frozenset(name_key(address) for address in _WEB_KEY.findall(page.text))
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
    return replace(candidate, reasons={}).give_all(signs, weights.BRAND)
