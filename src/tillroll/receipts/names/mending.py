"""Names put right by another print of them on the same paper: in a footer, a web or mail address, a card's slip.

One letter is put back at most: lost at either end, or misread within. Two letters apart, two prints are two names.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from tillroll.receipts.names.legal_forms import find_legal_form
from tillroll.receipts.names.names import name_key
from tillroll.receipts.page.page import Page
from tillroll.receipts.page.vocabulary import concepts_of
from tillroll.receipts.weighing import weights
from tillroll.receipts.weighing.scoring import Candidate

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
    mending.give("spelt_elsewhere", weights.MERCHANT)
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
