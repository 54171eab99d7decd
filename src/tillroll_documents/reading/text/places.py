"""Places that receipts name: countries with their signs, states, provinces and towns. Their tables
are `countries.py` and `place_names.py`.
"""

import re
import string
from collections.abc import Mapping
from typing import Final

from tillroll_documents.reading.text.countries import COUNTRIES, Country
from tillroll_documents.reading.text.folding import (
    Folded,
    fold,
)
from tillroll_documents.reading.text.place_names import REGIONS, TOWNS

_PATTERN_COUNTS: Final = 2
_WORD: Final = re.compile(r"[^\W_]+")
_SHAPE: Final = str.maketrans(
    dict.fromkeys(string.digits, "0") | dict.fromkeys(string.ascii_uppercase, "A") | {"\n": " "}
)
_THAI_YEAR: Final = re.compile(r"\b\d{1,2}[/.-]25[5-9]\d\b")
"""Years of the Buddhist era are Thai in any script."""
_OF_COUNTRIES: Final = tuple(
    (country.code, re.compile(country.pattern), tuple(filter(None, country.shapes.split(","))))
    for country in COUNTRIES
    if country.pattern
)
_PATTERNS: Final = (*_OF_COUNTRIES, ("TH", _THAI_YEAR, ("/0000", "-0000", ".0000")))
_BY_CODE: Final = {country.code: country for country in COUNTRIES}
_PREFIX: Final = "|".join(sorted((country.prefix for country in COUNTRIES), key=len, reverse=True))
_DOMAIN: Final = "|".join(sorted({country.domain for country in COUNTRIES}))
_ADDRESSES: Final = re.compile(
    rf"[+w@/.](?:(?<=\+)(?:{_PREFIX})(?=[ ().\-]?\d)"
    rf"|(?:(?<=w)ww\.|(?<=@)|(?<=/)/)[a-z0-9.\-]*?(?P<web>\.(?:{_DOMAIN}))(?![^\W_.@])"
    rf"|(?<=\.)(?:com|co|net|org)(?P<second>\.(?:{_DOMAIN}))(?![^\W_.@]))"
)
"""Each alternative begins with one of `+w@/.`, so the search skips all other characters quickly."""
_CITY_AND_REGION: Final = re.compile(
    r"[^\W\d][^\d,]*,\s*(?P<region>[^\W\d][^\d,]*?)\.?(?:[\s,]+\d[\d-]*)?\s*"
)
_FIRST_WORDS: Final = frozenset(town.split()[0] for town in TOWNS)
_LONGEST: Final = max(len(town.split()) for town in TOWNS)
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def country_hints(text: str, folded: Folded) -> Mapping[str, int]:
    """How much the text speaks for each country (ISO code): a different word counts once, a
    pattern's match twice, since a shop may be named after Paris, but has the postcode of where it
    is.
    """
    places: list[tuple[int, str]] = []

    def note(match: re.Match[str]) -> str:
        places.append((match.start(), match["web"] or match["second"] or match[0]))
        return " " * len(match[0])

    words = _ADDRESSES.sub(note, folded.text)  # a word in a web address is no sign
    candidates = [word for first in _BY_FIRST.keys() & folded.words for word in _BY_FIRST[first]]
    for word in candidates:
        place = _place(word, words)
        if place >= 0:
            places.append((place, word))
    hints: dict[str, int] = {}
    for sign in dict.fromkeys([sign for _, sign in sorted(places)]):
        for code in _OWNERS[sign]:
            hints[code] = hints.get(code, 0) + 1
    shape = text.translate(_SHAPE)
    for code, pattern, shapes in _PATTERNS:
        if any(map(shape.__contains__, shapes)) if shapes else not text.isascii():
            postcodes = {match[0] for match in pattern.finditer(text)}
            if postcodes:
                hints[code] = hints.get(code, 0) + _PATTERN_COUNTS * len(postcodes)
    from tillroll_documents.reading.text.glued_places import (  # noqa: PLC0415 - not loaded at the start
        hidden_hints,
    )

    for code, count in hidden_hints(text):
        hints[code] = hints.get(code, 0) + count
    return hints


def _place(word: str, text: str) -> int:
    """Where it first stands as a whole word, or -1."""
    place = text.find(word)
    while place >= 0:
        end = place + len(word)
        if not text[max(0, place - 1) : place].isalnum() and not text[end : end + 1].isalnum():
            break
        place = text.find(word, place + 1)
    return place


def is_place(name: str) -> bool:
    """Whether the name is a country's or a city's, and no more."""
    return fold(name).strip(" .,") in _OWNERS


def by_code(code: str) -> Country:
    """The country of an ISO 3166 code. Raises KeyError for one that is not in the table."""
    return _BY_CODE[code]


def names_region(text: str) -> bool:
    """Whether a text is a city with its state or province, and no more than a postcode behind
    it.
    """
    match = _CITY_AND_REGION.fullmatch(text)
    return match is not None and fold(match["region"]) in REGIONS


def is_town(text: str) -> bool:
    """Whether a text names towns, districts and states, and nothing else but numbers: "43200
    CHERAS, SELANGOR".
    """
    folded = fold(text)
    first = _LETTERS.search(folded)
    if first is None or first[0] not in _FIRST_WORDS:
        return False
    words = _LETTERS.findall(folded)
    at = 0
    while at < len(words):
        length = next(
            (n for n in range(_LONGEST, 0, -1) if " ".join(words[at : at + n]) in TOWNS), 0
        )
        if not length:
            return False
        at += length
    return True


def _read_owners() -> Mapping[str, tuple[str, ...]]:
    owners: dict[str, dict[str, None]] = {}
    for country in COUNTRIES:
        for hint in (*country.words.split(","), f"+{country.prefix}", f".{country.domain}"):
            key = fold(hint)
            owners.setdefault(key, {})[country.code] = (
                None  # a word once, though it is spelt with accents and without
            )
    return {sign: tuple(codes) for sign, codes in owners.items()}


def _read_by_first() -> Mapping[str, list[str]]:
    """The signs that are words, by their first run of letters and digits."""
    by_first: dict[str, list[str]] = {}
    for sign in _OWNERS:
        if sign[0] not in "+.":
            by_first.setdefault(_WORD.findall(sign)[0], []).append(sign)
    return by_first


_OWNERS: Final = _read_owners()
_BY_FIRST: Final = _read_by_first()
