"""Encodings of text: those that a person can choose, and the likeliest one of some bytes. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final, Literal, get_args

Encoding = Literal[
    "utf-8",
    "utf-16",
    "windows-1252",
    "windows-1250",
    "windows-1251",
    "windows-1253",
    "windows-1254",
    "windows-1257",
    "iso-8859-1",
    "iso-8859-2",
    "iso-8859-15",
    "cp437",
    "cp850",
    "cp852",
    "cp866",
    "koi8-r",
    "macintosh",
]
"""By the names that editors use. Python knows each."""
ENCODINGS: Final[tuple[Encoding, ...]] = get_args(Encoding)
EVIDENCE: Final = 16_384
"""Bytes that are looked at."""

_WESTERN: Final = (
    "äöüß",  # German
    "àâæçéèêëîïôœùûüÿ",  # French
    "áéíóúüñ¡¿ªº",  # Spanish
    "àèéìíòóù",  # Italian
    "ãáàâçéêíóôõú",  # Portuguese
    "åäöé",  # Swedish, Finnish
    "æøåé",  # Danish, Norwegian
    "éèëïöüóáê",  # Dutch
    "áðéíóúýþæö",  # Icelandic
)
_CENTRAL: Final = (
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "áéíóöőúüű",  # Hungarian
    "čćđšž",  # Croatian, Slovene
    "ăâîşţ",  # Romanian
    "äöüß",  # German
)
_CYRILLIC: Final = (
    "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
)
_ALPHABETS: Final[Mapping[Encoding, tuple[str, ...]]] = {
    "windows-1252": _WESTERN,
    "windows-1250": _CENTRAL,
    "iso-8859-2": _CENTRAL,
    "windows-1251": _CYRILLIC,
    "windows-1253": ("αβγδεζηθικλμνξοπρστυφχψωάέήίόύώϊϋς",),
    "windows-1254": ("çğıöşüâî",),
    "windows-1257": ("ąčęėįšųūž", "āčēģīķļņšūž", "äõöüšž"),
    "cp850": _WESTERN,
    "cp852": _CENTRAL,
    "cp866": _CYRILLIC,
    "koi8-r": _CYRILLIC,
}
"""Letters beyond ASCII that a language has, for each encoding that is tried, the likeliest
first.
"""
_OTHER_SCRIPTS: Final = frozenset({"windows-1251", "windows-1253", "cp866", "koi8-r"})
"""Their letters stand in words of their own, never beside a Latin letter."""
_FITS: Final = 2
_FOREIGN: Final = -3
"""What a letter of the likeliest language counts, and one that none of the encoding's languages
has. Names of other countries are in every file, so letters of its other languages count nothing.
"""

_CLEARLY: Final = 2
_NO_TEXT: Final = -60
"""Points below which the bytes are no text at all."""
_PUNCTUATION: Final = frozenset("“”„‘’‚«»–—…·•®™©°")  # noqa: RUF001 - as they are printed


def likely_encoding(sample: bytes) -> Encoding:
    """The encoding by which a text makes most sense; Windows-1252 unless another is clearly
    better.
    """
    best: Encoding = "windows-1252"
    points = _points(sample, best) + _CLEARLY
    for encoding in _ALPHABETS:
        other = _points(sample, encoding)
        if other > points and other > _NO_TEXT:
            best = encoding
            points = other
    return best


def _points(sample: bytes, encoding: Encoding) -> int:
    """How well a text fits the best of an encoding's languages."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return _FOREIGN * len(sample)
    alphabets = _ALPHABETS[encoding]
    letters: Counter[str] = Counter()
    wrong = 0
    for before, mark, after in _beyond_ascii(text):
        letter = mark.replace("İ", "ı").lower()
        is_beside_latin = any(each.isascii() and each.isalpha() for each in (before, after))
        is_letter = mark.isalpha() or any(letter in each for each in alphabets)
        if not is_letter:
            if not mark.isprintable() or (is_beside_latin and mark not in _PUNCTUATION):
                wrong += 1
        elif (before.islower() and mark.isupper()) or (
            is_beside_latin and encoding in _OTHER_SCRIPTS
        ):
            wrong += 1
        else:
            letters[letter] += 1
    fitting = max(sum(letters[each] for each in alphabet) for alphabet in alphabets)
    others = [letter for letter in letters if not any(letter in each for each in alphabets)]
    foreign = sum(letters[letter] for letter in others)
    return _FITS * fitting + _FOREIGN * (foreign + wrong)


def _beyond_ascii(text: str) -> Iterator[tuple[str, str, str]]:
    """Each character beyond ASCII, between those around it. No-break spaces say nothing."""
    for at, mark in enumerate(text):
        if not mark.isascii() and not mark.isspace():
            yield text[max(at - 1, 0) : at], mark, text[at + 1 : at + 2]
