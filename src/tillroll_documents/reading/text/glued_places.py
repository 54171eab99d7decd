"""Signs of a country that are no words of their own: places on a page that OCR printed without
blanks, and the form of a seller's tax number.

A page without blanks shows its country in the middle of a word ("18NathanRoad,Kowloon"). So the
words of countries are looked for there too, those of six letters and more: shorter ones stand in
many words. A tax number counts as two signs, as a postcode does, where its label and its form are
one country's.

The forms are those that the tax authorities publish: Australia (ABN), New Zealand (GST number),
India (GSTIN), South Africa, Mexico (RFC), the Emirates (TRN), Thailand, the Philippines, Pakistan,
Kenya (PIN), Nigeria (TIN), Singapore (GST number), Ireland and Switzerland (UID). The OECD lists
most of them in "Tax identification numbers".
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from tillroll_documents.reading.text.countries import COUNTRIES
from tillroll_documents.reading.text.folding import fold

_NUMBERS: Final = (
    ("AU", "ABN", r"ABN[ :#.]{0,3}(?:No)?[ :.]{0,2}\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\d)"),
    ("NZ", "GST", r"GST ?(?:NO|No|REG|Reg|Number|#)?[ :.#]{0,3}\d{2,3}-\d{3}-\d{3}(?!\d)"),
    ("IN", "GST", r"(?<!\d)\d{2}[A-Z]{5}\d{4}[A-Z][1-9A-Z]Z[\dA-Z](?![\dA-Za-z])"),
    ("SG", "GST", r"GST ?(?:REG|Reg|NO|No)[A-Za-z :.#]{0,8}(?:19|20)\d{7}[A-Z](?![A-Z\d])"),
    ("ZA", "VAT", r"VAT[ .]?(?:NO|No|REG|Reg)[A-Za-z :.#]{0,8}4\d{9}(?!\d)"),
    ("MX", "RFC", r"RFC[ :]{0,2}[A-Z&]{3,4}-?\d{6}-?[A-Z\d]{3}(?![A-Z\d])"),
    ("AE", "TRN", r"TRN[A-Za-z :.#]{0,6}100\d{12}(?!\d)"),
    ("TH", "TAX", r"TAX ?ID[A-Za-z :.#]{0,6}0\d{12}(?!\d)"),
    ("PH", "TIN", r"TIN[ :.#]{0,3}\d{3}-\d{3}-\d{3}-\d{3,5}(?!\d)"),
    ("NG", "TIN", r"TIN[ :.#]{0,3}\d{8}-\d{4}(?!\d)"),
    ("PK", "NTN", r"NTN[A-Za-z :.#]{0,6}\d{7}-\d(?!\d)"),
    ("KE", "PIN", r"PIN[A-Za-z :.#]{0,6}[AP]0\d{8}[A-Z](?![A-Z\d])"),
    ("IE", "IE", r"IE\d{7}[A-W][A-I]?(?![A-Z\d])"),
    ("CH", "CHE", r"CHE-?\d{3}\.?\d{3}\.?\d{3}(?!\d)"),
)
_FORMS: Final = tuple((code, label, re.compile(form)) for code, label, form in _NUMBERS)
"""A country, the letters that stand before its numbers, and the form of these."""
_NUMBER_COUNTS: Final = 2
_SHORTEST: Final = 6
_BLANK_IN_WORDS: Final = re.compile(r"(?<=[^\W\d_]) (?=[^\W\d_])")
_LONG_WORD: Final = re.compile(r"[^\W_]{10,}")
_FEWEST_LONG: Final = 2
_NO_LETTERS: Final = re.compile(r"[\W\d_]+")
_MOST_BLANKS: Final = 0.012
"""Blanks between letters, of all signs: plain text has one for each ten."""


def hidden_hints(text: str) -> Iterator[tuple[str, int]]:
    """Countries (ISO 3166) with how much such a sign speaks for each."""
    for code, label, form in _FORMS:
        if label in text and form.search(text):
            yield code, _NUMBER_COUNTS
    if not is_glued(text):
        return
    plain = _NO_LETTERS.sub(" ", fold(text))
    for word, codes in _words().items():
        if word in plain:
            for code in codes:
                yield code, 1


def is_glued(text: str) -> bool:
    """Whether the words of a page stand without blanks between them."""
    if len(_BLANK_IN_WORDS.findall(text)) > _MOST_BLANKS * len(text):
        return False
    return len(_LONG_WORD.findall(text)) >= _FEWEST_LONG


@cache
def _words() -> Mapping[str, tuple[str, ...]]:
    """The words of countries without blanks and signs, with the countries of each."""
    owners: dict[str, dict[str, None]] = {}
    for country in COUNTRIES:
        for hint in country.words.split(","):
            word = _NO_LETTERS.sub("", fold(hint))
            if len(word) >= _SHORTEST:
                owners.setdefault(word, {})[country.code] = None
    return {word: tuple(codes) for word, codes in owners.items()}
